-- What Cinder's calls know of a volume. Times are microseconds since 1970, UTC.

alter table volume add column bootable integer not null default 0;

-- Which servers use a volume, as a compute service told it.
create table attachment (
  id text not null primary key,
  volume text not null,
  server text not null,
  host_name text not null, -- '': none was told
  device text not null, -- on the server, such as /dev/vdb
  mode text not null, -- rw or ro
  attached_at integer not null
) without rowid;

create index attachment_of_volume on attachment (volume, server);
