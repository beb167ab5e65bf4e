-- Tags of resources whose own row has none; those of a volume are in its row.
create table tag (
  kind text not null, -- such as snapshot
  resource text not null, -- its id
  key text not null,
  value text not null,
  project text not null,
  primary key (kind, resource, key)
) without rowid;

create index tag_of_project on tag (project, kind);

alter table quota_usage add column max_use integer; -- the project's own limit; null: the default
