-- Tags of resources whose own row has none; those of a volume are in its row.
create table tag (
  kind text collate "C" not null, -- such as snapshot
  resource text collate "C" not null, -- its id
  key text collate "C" not null,
  value text collate "C" not null,
  project text collate "C" not null,
  primary key (kind, resource, key)
);

create index tag_of_project on tag (project, kind);

alter table quota_usage add column max_use bigint; -- the project's own limit; null: the default
