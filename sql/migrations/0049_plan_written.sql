-- What was written of an item, as numbers: a plan made anew says which of its rows differ without reading them back.
-- NULL: not known, as of items with segments.  Its numbers do not compress.
ALTER TABLE plan_item ADD COLUMN written bytea;
ALTER TABLE plan_item ALTER COLUMN written SET STORAGE EXTERNAL;
