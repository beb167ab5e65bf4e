-- Of several nodes, the one that copies a volume for a snapshot: no other one serves the volume meanwhile.

create table copying (
  snapshot text collate "C" not null primary key,
  volume text collate "C" not null,
  node text collate "C" not null,
  node_epoch bigint not null
);

create index copying_of_volume on copying (volume);
