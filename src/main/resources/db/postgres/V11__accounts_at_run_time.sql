-- Who was made at run time, beside those of the configuration. Times are milliseconds since 1970.

-- One row. Rises with each change of the tables below, so that every node sees when to read them.
create table account_version (
  version bigint not null
);

insert into account_version (version) values (0);

create table account_domain (
  id text collate "C" not null primary key,
  name text collate "C" not null unique,
  created_at bigint not null
);

create table account_project (
  id text collate "C" not null primary key,
  domain_id text collate "C" not null, -- perhaps one of the configuration, as everywhere below
  name text collate "C" not null,
  created_at bigint not null,
  unique (domain_id, name)
);

create table account_user (
  id text collate "C" not null primary key,
  domain_id text collate "C" not null,
  name text collate "C" not null,
  password text collate "C" not null, -- its hash, see auth.Password
  role text collate "C" not null,
  enabled bigint not null,
  generation bigint not null, -- rises when tokens that were issued before shall end
  created_at bigint not null,
  unique (domain_id, name)
);

create table account_user_project (
  user_id text collate "C" not null,
  project_id text collate "C" not null,
  place bigint not null, -- the first is the one meant when none is named
  primary key (user_id, project_id)
);

create table access_key (
  access text collate "C" not null primary key,
  user_id text collate "C" not null,
  secret text collate "C" not null, -- sealed, see account.Seal
  description text collate "C" not null,
  enabled bigint not null,
  expires_at bigint, -- null: it stays good
  created_at bigint not null
);
