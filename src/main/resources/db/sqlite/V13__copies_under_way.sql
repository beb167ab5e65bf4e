-- Of several nodes, the one that copies a volume for a snapshot: no other one serves the volume meanwhile.

create table copying (
  snapshot text not null primary key,
  volume text not null,
  node text not null,
  node_epoch integer not null
);

create index copying_of_volume on copying (volume);
