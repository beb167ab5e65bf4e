create table snapshot (
  id text collate "C" not null primary key,
  project text collate "C" not null,
  volume text collate "C" not null, -- its source
  name text collate "C" not null,
  description text collate "C", -- null: none was given
  size_gib bigint not null, -- of the volume at its instant
  volume_type text collate "C" not null, -- of the volume at its instant: also what the quota counts
  zone text collate "C" not null,
  status text collate "C" not null,
  metadata text collate "C" not null, -- a JSON object of strings
  tags text collate "C" not null, -- a JSON object of strings
  enterprise_project text collate "C" not null,
  instant_access bigint not null,
  incremental bigint not null,
  user_id text collate "C" not null,
  job text collate "C" not null, -- the job that explains the status
  created_at bigint not null, -- microseconds, as of a volume
  updated_at bigint -- null: never since its creation
);

create index snapshot_of_project on snapshot (project, created_at, id);
create index snapshot_of_volume on snapshot (volume);

alter table volume add column snapshot_id text collate "C"; -- what it was made of; null: of nothing
create index volume_of_snapshot on volume (snapshot_id) where snapshot_id is not null;
