-- Times are milliseconds (job) or microseconds (volume) since 1970, UTC.

create table node (
  name text collate "C" not null primary key,
  epoch bigint not null -- rises by one at each start
);

create table volume (
  id text collate "C" not null primary key,
  project text collate "C" not null,
  name text collate "C" not null,
  description text collate "C", -- null: none was given
  size_gib bigint not null,
  quota_gib bigint not null, -- counted for the quota: the larger size while one is being reached
  volume_type text collate "C" not null,
  zone text collate "C" not null,
  status text collate "C" not null,
  multiattach bigint not null,
  metadata text collate "C" not null, -- a JSON object of strings
  tags text collate "C" not null, -- a JSON object of strings
  enterprise_project text collate "C" not null,
  iops bigint, -- null: the type has none to choose
  throughput bigint, -- MiB/s; null: the type has none to choose
  user_id text collate "C" not null,
  job text collate "C" not null, -- the job that explains the status
  created_at bigint not null,
  updated_at bigint -- null: never since its creation
);

create index volume_of_project on volume (project, created_at, id);

create table job (
  number bigint not null primary key, -- the first half of the id: ordered by time
  id text collate "C" not null,
  project text collate "C" not null,
  type text collate "C" not null,
  parent bigint, -- number of the parent; null: not a sub-job
  entities text collate "C" not null, -- JSON: what the answer tells besides sub_jobs
  params text collate "C" not null, -- JSON: all that the steps need, fixed at acceptance
  begin_time bigint not null,
  state text collate "C" not null, -- the machine's state, see JobState
  open_children bigint not null, -- sub-jobs that have not ended
  end_time bigint, -- null: not finished
  error_code text collate "C",
  fail_reason text collate "C",
  owner text collate "C" not null, -- the node that accepted or claimed it
  epoch bigint not null -- of the owner
);

create index job_unfinished on job (number) where end_time is null;
create index job_of_parent on job (parent, number) where parent is not null;
create index job_of_project on job (project, number) where parent is null;

create table quota_usage (
  project text collate "C" not null,
  resource text collate "C" not null, -- volumes, gigabytes, volumes_SSD, gigabytes_SSD, …
  in_use bigint not null,
  primary key (project, resource)
);

-- An answer that was given to a request with an idempotency key; goes when its job goes.
create table idempotency (
  project text collate "C" not null,
  key text collate "C" not null,
  request_hash text collate "C" not null,
  job text collate "C" not null,
  body text collate "C" not null, -- JSON: what was accepted
  primary key (project, key)
);
