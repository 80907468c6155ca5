-- The past of an item costs a posting of today nothing.
--
-- stock_item knows the latest day that a line of the item is for; what it shows is that day's end.  A line for a later
-- day leaves the end of the day before behind, as a row here: one row an item and day that moved it, written once.  Only
-- a line for an earlier day changes such rows, those of its day and later.
ALTER TABLE stock_item ADD COLUMN moved_on date; -- NULL: nothing ever moved

CREATE TABLE stock_close (
    plant_id text NOT NULL,
    item     text NOT NULL,
    day      date NOT NULL,                      -- before the item's moved_on
    qty      numeric(18,6) NOT NULL,             -- there when it ended: the sum of all lines for it and before
    value    numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, item, day)
);

INSERT INTO stock_close (plant_id, item, day, qty, value)
SELECT plant_id, item, day, sum(qty) OVER upto, sum(amount) OVER upto
FROM (SELECT plant_id, item, effective_on AS day, sum(qty) AS qty, sum(amount) AS amount FROM ledger_line
      WHERE item IS NOT NULL GROUP BY 1, 2, 3) d
WINDOW upto AS (PARTITION BY plant_id, item ORDER BY day);
UPDATE stock_item s SET moved_on = c.day
FROM (SELECT plant_id, item, max(day) AS day FROM stock_close GROUP BY 1, 2) c
WHERE c.plant_id = s.plant_id AND c.item = s.item;
DELETE FROM stock_close c USING stock_item s
WHERE s.plant_id = c.plant_id AND s.item = c.item AND s.moved_on = c.day;

DROP TABLE stock_period;
DROP TABLE stock_day;

-- An index on a condition makes every change of what the condition looks at a change of the index, also where the
-- condition holds before and after.  A column that only says whether it holds changes when it does.
ALTER TABLE work_order_component ADD COLUMN reserves boolean NOT NULL GENERATED ALWAYS AS (reserved_qty > 0) STORED;
DROP INDEX work_order_component_reserved;
CREATE INDEX work_order_component_reserved ON work_order_component (plant_id, item) WHERE reserves;

ALTER TABLE fifo_layer ADD COLUMN remains boolean NOT NULL GENERATED ALWAYS AS (qty_left <> 0) STORED;
DROP INDEX fifo_layer_left;
CREATE INDEX fifo_layer_left ON fifo_layer (plant_id, item, layer) WHERE remains;
ALTER TABLE fifo_layer SET (fillfactor = 70);
