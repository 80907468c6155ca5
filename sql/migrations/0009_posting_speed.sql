-- What a batch of postings pays for each row.
--
-- The tables that every posting appends to have no foreign keys: checking them row by row costs more than writing the
-- rows.  Their references are true by construction: a poster holds the lock of the stock_item and reads the plant_seq of
-- every line it writes, and neither is ever deleted; sql/audit/ledger_references.sql looks for breaches.
ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_plant_id_fkey, DROP CONSTRAINT ledger_line_plant_id_item_fkey;
ALTER TABLE posting_key DROP CONSTRAINT posting_key_plant_id_fkey;
ALTER TABLE event_log DROP CONSTRAINT event_log_plant_id_fkey;
ALTER TABLE fifo_take DROP CONSTRAINT fifo_take_plant_id_item_layer_fkey, DROP CONSTRAINT fifo_take_plant_id_posted_seq_fkey;
ALTER TABLE fifo_layer DROP CONSTRAINT fifo_layer_plant_id_item_fkey;

-- Rows that are updated over and over find room for their next version on their own page: no index is touched.
ALTER TABLE plant_seq SET (fillfactor = 10);
ALTER TABLE stock_item SET (fillfactor = 50);
ALTER TABLE stock_balance SET (fillfactor = 50);
ALTER TABLE work_order SET (fillfactor = 70);
ALTER TABLE work_order_component SET (fillfactor = 70);

-- Lines that name an order only.  A statement that looks for an order says order_id <> '' too, or finds no index.
DROP INDEX ledger_line_order;
CREATE INDEX ledger_line_order ON ledger_line (plant_id, order_kind, order_id, posted_seq) WHERE order_id <> '';
