-- how far the step under way was, as its node told it last
alter table job add column percent integer;
alter table job add column progress_time integer; -- milliseconds since 1970

-- the key of a call that starts no job goes by its age
alter table idempotency add column since integer; -- milliseconds since 1970; null: it goes with its job
create index idempotency_since on idempotency (since) where since is not null;
