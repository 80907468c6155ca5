-- Every line of the ledger lands somewhere in the middle of this index.  With the item first, each step down to its
-- place compares one text instead of two.
DROP INDEX ledger_line_item;
CREATE INDEX ledger_line_item ON ledger_line (item, plant_id, posted_seq);
