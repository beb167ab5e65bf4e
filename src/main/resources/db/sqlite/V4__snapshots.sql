create table snapshot (
  id text not null primary key,
  project text not null,
  volume text not null, -- its source
  name text not null,
  description text, -- null: none was given
  size_gib integer not null, -- of the volume at its instant
  volume_type text not null, -- of the volume at its instant: also what the quota counts
  zone text not null,
  status text not null,
  metadata text not null, -- a JSON object of strings
  tags text not null, -- a JSON object of strings
  enterprise_project text not null,
  instant_access integer not null,
  incremental integer not null,
  user_id text not null,
  job text not null, -- the job that explains the status
  created_at integer not null, -- microseconds, as of a volume
  updated_at integer -- null: never since its creation
);

create index snapshot_of_project on snapshot (project, created_at, id);
create index snapshot_of_volume on snapshot (volume);

alter table volume add column snapshot_id text; -- what it was made of; null: of nothing
create index volume_of_snapshot on volume (snapshot_id) where snapshot_id is not null;
