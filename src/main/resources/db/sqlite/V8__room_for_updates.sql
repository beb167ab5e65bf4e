-- Nothing: SQLite changes a row in its place.
select 1;
