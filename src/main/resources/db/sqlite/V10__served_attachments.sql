-- Attachments that begin with a reservation, and whose bytes Platter itself serves to a host.

alter table attachment add column status text not null default 'attached'; -- reserved, attaching, attached, detaching
alter table attachment add column ticket text; -- SHA-256, in hex, of the name that the bytes are served under; null: they are not
alter table attachment add column client text not null default 'other'; -- what opens it on the host: qemu, libvirt, nbd-client
alter table attachment add column node text; -- of several nodes the one that serves it now; null: nobody
alter table attachment add column node_epoch integer;
alter table attachment add column served_gib integer; -- the size that it serves

create unique index attachment_of_ticket on attachment (ticket);
create index attachment_of_node on attachment (node);
