-- The end of a job changes no index: unfinished jobs are found from a number on that each node keeps,
-- stuck ones by a column of their own.

alter table node add column unfinished_from integer default 0; -- none of its jobs below is unfinished; null: none at all
alter table node add column claims integer not null default 0; -- how often jobs of other nodes came to it

alter table job add column stuck integer; -- 1: its undo failed, and nobody has put that right; null: no

update job set stuck = 1 where state >= 'stuck' and state < 'stucl';

drop index job_stuck;
create index job_stuck on job (number) where stuck is not null;
drop index job_owned;
drop index job_cancelled;
create index job_cancelled on job (number) where cancelled_by is not null;
