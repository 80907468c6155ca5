-- What the ledger says about the past and about lots, kept with each posting so that asking does not grow dearer.
-- All three are sums of ledger_line, changed under the item's (lot_link: the order's) lock; sql/audit holds them to it.

-- What each day moved, by the day a posting is for.
CREATE TABLE stock_day (
    plant_id text NOT NULL,
    item     text NOT NULL,
    day      date NOT NULL,
    qty      numeric(18,6) NOT NULL,
    amount   numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, item, day),
    FOREIGN KEY (plant_id, item) REFERENCES stock_item
);

-- What was there at the end of each month that moved something.  A posting for an earlier month changes all later rows.
CREATE TABLE stock_period (
    plant_id text NOT NULL,
    item     text NOT NULL,
    month    date NOT NULL CHECK (extract(day FROM month) = 1),
    qty      numeric(18,6) NOT NULL,
    value    numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, item, month),
    FOREIGN KEY (plant_id, item) REFERENCES stock_item
);

-- Which order took how much of a lot (in: issues, shipments) and which brought it (out: receipts): two lots are linked
-- when one order took the one and brought the other.
CREATE TABLE lot_link (
    plant_id   text NOT NULL REFERENCES plant,
    order_kind text NOT NULL,
    order_id   text NOT NULL,
    way        text NOT NULL CHECK (way IN ('in', 'out')),
    item       text NOT NULL,
    lot        text NOT NULL,
    qty        numeric(18,6) NOT NULL,
    PRIMARY KEY (plant_id, order_kind, order_id, way, item, lot)
);
CREATE INDEX lot_link_lot ON lot_link (plant_id, item, lot, way);
CREATE INDEX ledger_line_lot ON ledger_line (plant_id, item, lot, posted_seq) WHERE lot <> '';

INSERT INTO stock_day (plant_id, item, day, qty, amount)
SELECT plant_id, item, effective_on, sum(qty), sum(amount) FROM ledger_line WHERE item IS NOT NULL
GROUP BY 1, 2, 3 HAVING sum(qty) <> 0 OR sum(amount) <> 0;

INSERT INTO stock_period (plant_id, item, month, qty, value)
SELECT plant_id, item, month, sum(qty) OVER upto, sum(amount) OVER upto
FROM (SELECT plant_id, item, date_trunc('month', day)::date AS month, sum(qty) AS qty, sum(amount) AS amount
      FROM stock_day GROUP BY 1, 2, 3) m
WINDOW upto AS (PARTITION BY plant_id, item ORDER BY month);

INSERT INTO lot_link (plant_id, order_kind, order_id, way, item, lot, qty)
SELECT plant_id, order_kind, order_id, CASE WHEN kind IN ('issue', 'return', 'shipment', 'customer_return') THEN 'in' ELSE 'out' END,
       item, lot, sum(CASE WHEN kind IN ('issue', 'return', 'shipment', 'customer_return') THEN -qty ELSE qty END)
FROM ledger_line
WHERE lot <> '' AND kind IN ('issue', 'return', 'shipment', 'customer_return', 'receipt', 'purchase_receipt', 'supplier_return')
GROUP BY 1, 2, 3, 4, 5, 6;
