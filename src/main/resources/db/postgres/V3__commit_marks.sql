-- The last transaction that each session of a server committed: so it is found out, when the line was
-- cut, whether a commit went through. The number of a transaction does not tell: a server that was
-- killed gives a number again that it had given to a transaction it lost.

create table commit_mark (
  session text collate "C" not null primary key,
  last bigint not null, -- how many transactions it had committed
  at timestamptz not null default now()
) with (fillfactor = 10);
