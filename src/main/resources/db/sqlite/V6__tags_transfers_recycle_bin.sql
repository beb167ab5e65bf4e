-- Tags of every kind are in the rows of what they belong to.

alter table quota_usage add column max_use integer; -- the project's own limit; null: the default

-- A volume on offer to whoever has the key.
create table transfer (
  id text not null primary key,
  project text not null, -- whose the volume is
  volume text not null,
  name text not null,
  salt text not null,
  key_hash text not null, -- of salt and key
  created_at integer not null -- microseconds since 1970
);

create index transfer_of_project on transfer (project, created_at, id);

-- Whether deleted volumes are kept; a project that never chose has no row.
create table recycle_policy (
  project text not null primary key,
  is_on integer not null,
  threshold_days integer not null, -- younger volumes are destroyed at once
  keep_days integer not null
) without rowid;

-- A volume in the recycle bin; its own row is where it always was.
create table recycled (
  volume_id text not null primary key,
  status_before text not null, -- of its deletion
  pre_deleted_at integer not null, -- microseconds since 1970
  plan_delete_at integer not null
) without rowid;

create index recycled_until on recycled (plan_delete_at);
