-- Tags of every kind are in the rows of what they belong to.

alter table quota_usage add column max_use bigint; -- the project's own limit; null: the default

-- A volume on offer to whoever has the key.
create table transfer (
  id text collate "C" not null primary key,
  project text collate "C" not null, -- whose the volume is
  volume text collate "C" not null,
  name text collate "C" not null,
  salt text collate "C" not null,
  key_hash text collate "C" not null, -- of salt and key
  created_at bigint not null -- microseconds since 1970
);

create index transfer_of_project on transfer (project, created_at, id);

-- Whether deleted volumes are kept; a project that never chose has no row.
create table recycle_policy (
  project text collate "C" not null primary key,
  is_on bigint not null,
  threshold_days bigint not null, -- younger volumes are destroyed at once
  keep_days bigint not null
);

-- A volume in the recycle bin; its own row is where it always was.
create table recycled (
  volume_id text collate "C" not null primary key,
  status_before text collate "C" not null, -- of its deletion
  pre_deleted_at bigint not null, -- microseconds since 1970
  plan_delete_at bigint not null
);

create index recycled_until on recycled (plan_delete_at);
