-- Indexes are four fifths of what the server does for a ledger line (12 us; the row and its checks 2).  Who asks for the
-- lines of an order, or for the takes of an order or a layer, asks for one value and sorts the few that there are: a hash
-- costs 1.1 us a line where the tree over plant, kind, order and number cost 3.5.  Not for documents: an opening has a
-- million lines under one number, and a hash walks through all of a value's pages for each that is added.
DROP INDEX ledger_line_order;
CREATE INDEX ledger_line_order ON ledger_line USING hash (order_id) WHERE order_id <> '';
DROP INDEX fifo_take_order;
CREATE INDEX fifo_take_order ON fifo_take USING hash (order_id) WHERE order_id <> '';
DROP INDEX fifo_take_layer;
CREATE INDEX fifo_take_layer ON fifo_take USING hash (layer);
