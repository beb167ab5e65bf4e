-- A volume's status moves right after it was made: its new row finds room beside the old one, so that
-- no index has to be told.
alter table volume set (fillfactor = 50);
