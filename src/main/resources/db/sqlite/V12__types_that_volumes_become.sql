-- The type that a volume is about to become: counted for the quotas of that type too, from the
-- acceptance of the change on. Null: it stays what it is.
alter table volume add column retype_to text;
