-- A rejection is of quantity, day, supplier and price, no longer of all that a suggestion says: those of before are shown again.
COMMENT ON COLUMN planned_order_mark.rejected_hash IS 'digest of the quantity, day, supplier and price that were rejected';
UPDATE planned_order_mark SET rejected_hash = NULL, reason = '' WHERE rejected_hash IS NOT NULL;
