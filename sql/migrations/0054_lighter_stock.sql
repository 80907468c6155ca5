-- What an update of an item's stock, or of a balance, pays for its foreign key to item: a trigger that fetches the row it
-- has just changed once more, to find that neither plant nor item changed.  As for the tables in 0009_posting_speed.sql the
-- reference is true by construction: a stock_item is made with its item, a balance under the lock of the stock_item, no
-- service may delete an item.  sql/audit/ledger_references.sql looks for breaches.
ALTER TABLE stock_item DROP CONSTRAINT stock_item_plant_id_item_fkey;
ALTER TABLE stock_balance DROP CONSTRAINT stock_balance_plant_id_item_fkey;
