-- Several nodes, attempts, cancel and retry, retention. Times of jobs are milliseconds since 1970.

alter table node add column beat integer not null default 0; -- rises while the node lives
alter table node add column stopped integer not null default 0; -- 1: it left by itself
alter table node add column folder text; -- the data folder that it locks; null: not known
alter table node add column slot integer not null default 0; -- of the job numbers it makes
alter table node add column lease_millis integer not null default 0; -- for others to see

alter table job add column asked_by text not null default ''; -- who asked for it, for humans
alter table job add column started_time integer; -- null: no step has begun
alter table job add column deadline integer not null default 0; -- no attempt begins after it
alter table job add column sign_time integer; -- the last sign of life; null: none since acceptance
alter table job add column attempts integer not null default 0; -- of the step under way, that failed
alter table job add column cancelled_by text; -- null: nobody asked to cancel it
alter table job add column retry_of text; -- the job whose failed part it does again; null: none

create index job_stuck on job (number) where state >= 'stuck' and state < 'stucl';
drop index job_unfinished;
create index job_owned on job (owner, epoch, number) where end_time is null;
create index job_cancelled on job (number) where cancelled_by is not null and end_time is null;

-- What happened to a job beyond the usual: attempts that failed, undoing, cancel, new owners.
create table job_event (
  job integer not null, -- number of the job
  seq integer not null, -- from 1
  at integer not null,
  kind text not null,
  step text, -- null: not about a step
  note text not null,
  primary key (job, seq)
) without rowid;

create index idempotency_of_job on idempotency (job);

-- What is left of a job that was collected.
create table tombstone (
  number integer not null primary key,
  id text not null,
  project text not null,
  type text not null,
  status text not null, -- SUCCESS or FAIL
  end_time integer not null,
  removed_time integer not null
);

-- What all nodes share besides the rows above.
create table setting (
  name text not null primary key,
  value text not null
) without rowid;
