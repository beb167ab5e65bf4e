-- Times are milliseconds (job) or microseconds (volume) since 1970, UTC.

create table node (
  name text not null primary key,
  epoch integer not null -- rises by one at each start
) without rowid;

create table volume (
  id text not null primary key,
  project text not null,
  name text not null,
  description text, -- null: none was given
  size_gib integer not null,
  quota_gib integer not null, -- counted for the quota: the larger size while one is being reached
  volume_type text not null,
  zone text not null,
  status text not null,
  multiattach integer not null,
  metadata text not null, -- a JSON object of strings
  tags text not null, -- a JSON object of strings
  enterprise_project text not null,
  iops integer, -- null: the type has none to choose
  throughput integer, -- MiB/s; null: the type has none to choose
  user_id text not null,
  job text not null, -- the job that explains the status
  created_at integer not null,
  updated_at integer -- null: never since its creation
);

create index volume_of_project on volume (project, created_at, id);

create table job (
  number integer not null primary key, -- the first half of the id: ordered by time
  id text not null,
  project text not null,
  type text not null,
  parent integer, -- number of the parent; null: not a sub-job
  entities text not null, -- JSON: what the answer tells besides sub_jobs
  params text not null, -- JSON: all that the steps need, fixed at acceptance
  begin_time integer not null,
  state text not null, -- the machine's state, see JobState
  open_children integer not null, -- sub-jobs that have not ended
  end_time integer, -- null: not finished
  error_code text,
  fail_reason text,
  owner text not null, -- the node that accepted or claimed it
  epoch integer not null -- of the owner
);

create index job_unfinished on job (number) where end_time is null;
create index job_of_parent on job (parent, number) where parent is not null;
create index job_of_project on job (project, number) where parent is null;

create table quota_usage (
  project text not null,
  resource text not null, -- volumes, gigabytes, volumes_SSD, gigabytes_SSD, …
  in_use integer not null,
  primary key (project, resource)
) without rowid;

-- An answer that was given to a request with an idempotency key; goes when its job goes.
create table idempotency (
  project text not null,
  key text not null,
  request_hash text not null,
  job text not null,
  body text not null, -- JSON: what was accepted
  primary key (project, key)
) without rowid;
