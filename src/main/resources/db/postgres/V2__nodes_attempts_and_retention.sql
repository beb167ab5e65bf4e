-- Several nodes, attempts, cancel and retry, retention. Times of jobs are milliseconds since 1970.

alter table node add column beat bigint not null default 0; -- rises while the node lives
alter table node add column stopped bigint not null default 0; -- 1: it left by itself
alter table node add column folder text collate "C"; -- the data folder that it locks; null: not known
alter table node add column slot bigint not null default 0; -- of the job numbers it makes
alter table node add column lease_millis bigint not null default 0; -- for others to see

create unique index node_slot on node (slot);

alter table job add column asked_by text collate "C" not null default ''; -- who asked for it, for humans
alter table job add column started_time bigint; -- null: no step has begun
alter table job add column deadline bigint not null default 0; -- no attempt begins after it
alter table job add column sign_time bigint; -- the last sign of life; null: none since acceptance
alter table job add column attempts bigint not null default 0; -- of the step under way, that failed
alter table job add column cancelled_by text collate "C"; -- null: nobody asked to cancel it
alter table job add column retry_of text collate "C"; -- the job whose failed part it does again; null: none

create index job_stuck on job (number) where state >= 'stuck' and state < 'stucl';
drop index job_unfinished;
create index job_owned on job (owner, epoch, number) where end_time is null;
create index job_cancelled on job (number) where cancelled_by is not null and end_time is null;

-- What happened to a job beyond the usual: attempts that failed, undoing, cancel, new owners.
create table job_event (
  job bigint not null, -- number of the job
  seq bigint not null, -- from 1
  at bigint not null,
  kind text collate "C" not null,
  step text collate "C", -- null: not about a step
  note text collate "C" not null,
  primary key (job, seq)
);

create index idempotency_of_job on idempotency (job);

-- What is left of a job that was collected.
create table tombstone (
  number bigint not null primary key,
  id text collate "C" not null,
  project text collate "C" not null,
  type text collate "C" not null,
  status text collate "C" not null, -- SUCCESS or FAIL
  end_time bigint not null,
  removed_time bigint not null
);

-- What all nodes share besides the rows above.
create table setting (
  name text collate "C" not null primary key,
  value text collate "C" not null
);
