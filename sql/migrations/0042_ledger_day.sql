-- The ledger by day, for reports as of a past one and figures of a period.  Days go up with the lines, so the least and
-- the greatest of each few pages are enough, and a posting does nothing for it.
CREATE INDEX ledger_line_day ON ledger_line USING brin (effective_on date_minmax_multi_ops)
    WITH (pages_per_range = 32, autosummarize = on);

-- A simulation writes what differs: the new row finds its place beside the old one and needs no entries of indexes.
ALTER TABLE cost_version_item SET (fillfactor = 70);
