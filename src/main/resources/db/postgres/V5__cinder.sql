-- What Cinder's calls know of a volume. Times are microseconds since 1970, UTC.

alter table volume add column bootable bigint not null default 0;

-- Which servers use a volume, as a compute service told it.
create table attachment (
  id text collate "C" not null primary key,
  volume text collate "C" not null,
  server text collate "C" not null,
  host_name text collate "C" not null, -- '': none was told
  device text collate "C" not null, -- on the server, such as /dev/vdb
  mode text collate "C" not null, -- rw or ro
  attached_at bigint not null
);

create index attachment_of_volume on attachment (volume, server);
