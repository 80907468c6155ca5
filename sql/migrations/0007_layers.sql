-- Cost layers of items valued FIFO or LOT.

-- What is left of a receipt, or, below zero, owed by an issue.  A cache of fifo_take and the ledger, changed under the
-- item's lock: the layers of an item sum to its stock_item.
CREATE TABLE fifo_layer (
    plant_id    text NOT NULL,
    item        text NOT NULL,
    layer       bigint NOT NULL,                 -- posted_seq of the line that made it: the order of layers
    lot         text NOT NULL DEFAULT '',
    order_id    text NOT NULL DEFAULT '',        -- the work order that it was received from
    received    numeric(18,6) NOT NULL,
    qty_left    numeric(18,6) NOT NULL,
    amount_left numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, item, layer),
    FOREIGN KEY (plant_id, item) REFERENCES stock_item
);
CREATE INDEX fifo_layer_left ON fifo_layer (plant_id, item, layer) WHERE qty_left <> 0;

-- Append-only: what a line took from a layer, or, below zero, gave back to it.
CREATE TABLE fifo_take (
    plant_id   text NOT NULL,
    posted_seq bigint NOT NULL,
    layer      bigint NOT NULL,
    item       text NOT NULL,
    qty        numeric(18,6) NOT NULL,
    amount     numeric(18,4) NOT NULL,
    order_id   text NOT NULL DEFAULT '',         -- the work order that it was taken for
    order_line integer NOT NULL DEFAULT 0,
    PRIMARY KEY (plant_id, posted_seq, layer),
    FOREIGN KEY (plant_id, item, layer) REFERENCES fifo_layer,
    FOREIGN KEY (plant_id, posted_seq) REFERENCES ledger_line
);
CREATE INDEX fifo_take_order ON fifo_take (plant_id, order_id, order_line, posted_seq) WHERE order_id <> '';

