-- Attachments that begin with a reservation, and whose bytes Platter itself serves to a host.

alter table attachment add column status text collate "C" not null default 'attached'; -- reserved, attaching, attached, detaching
alter table attachment add column ticket text collate "C"; -- SHA-256, in hex, of the name that the bytes are served under; null: they are not
alter table attachment add column client text collate "C" not null default 'other'; -- what opens it on the host: qemu, libvirt, nbd-client
alter table attachment add column node text collate "C"; -- of several nodes the one that serves it now; null: nobody
alter table attachment add column node_epoch bigint;
alter table attachment add column served_gib bigint; -- the size that it serves

create unique index attachment_of_ticket on attachment (ticket);
create index attachment_of_node on attachment (node);
