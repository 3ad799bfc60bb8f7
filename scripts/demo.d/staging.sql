-- What somebody did by hand, late in the evening.
ALTER TABLE customers ALTER COLUMN name TYPE varchar(255);
DROP INDEX orders_status_idx;
ALTER TABLE products ADD COLUMN hotfix_note text;
