-- Nothing: SQLite has no line that could be cut in a commit, so it keeps no marks of them.
select 1;
