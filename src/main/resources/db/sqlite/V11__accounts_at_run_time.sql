-- Who was made at run time, beside those of the configuration. Times are milliseconds since 1970.

-- One row. Rises with each change of the tables below, so that every node sees when to read them.
create table account_version (
  version integer not null
);

insert into account_version (version) values (0);

create table account_domain (
  id text not null primary key,
  name text not null unique,
  created_at integer not null
) without rowid;

create table account_project (
  id text not null primary key,
  domain_id text not null, -- perhaps one of the configuration, as everywhere below
  name text not null,
  created_at integer not null,
  unique (domain_id, name)
) without rowid;

create table account_user (
  id text not null primary key,
  domain_id text not null,
  name text not null,
  password text not null, -- its hash, see auth.Password
  role text not null,
  enabled integer not null,
  generation integer not null, -- rises when tokens that were issued before shall end
  created_at integer not null,
  unique (domain_id, name)
) without rowid;

create table account_user_project (
  user_id text not null,
  project_id text not null,
  place integer not null, -- the first is the one meant when none is named
  primary key (user_id, project_id)
) without rowid;

create table access_key (
  access text not null primary key,
  user_id text not null,
  secret text not null, -- sealed, see account.Seal
  description text not null,
  enabled integer not null,
  expires_at integer, -- null: it stays good
  created_at integer not null
) without rowid;
