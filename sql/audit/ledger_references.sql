-- What 0009_posting_speed.sql, 0054_lighter_stock.sql and 0059_lighter_orders.sql leave to the posters: every line, take,
-- layer, balance, stock_item and component of a work order names what exists.
SELECT l.plant_id, l.posted_seq AS number, 'line' AS what
FROM ledger_line l LEFT JOIN stock_item s USING (plant_id, item)
WHERE l.item IS NOT NULL AND s.item IS NULL
UNION ALL
SELECT t.plant_id, t.posted_seq, 'take'
FROM fifo_take t
LEFT JOIN fifo_layer f USING (plant_id, item, layer)
LEFT JOIN ledger_line l ON l.plant_id = t.plant_id AND l.posted_seq = t.posted_seq
WHERE f.layer IS NULL OR l.posted_seq IS NULL
UNION ALL
SELECT f.plant_id, f.layer, 'layer'
FROM fifo_layer f LEFT JOIN ledger_line l ON l.plant_id = f.plant_id AND l.posted_seq = f.layer
WHERE l.posted_seq IS NULL
UNION ALL
SELECT s.plant_id, 0, 'stock_item ' || s.item
FROM stock_item s LEFT JOIN item i USING (plant_id, item)
WHERE i.item IS NULL
UNION ALL
SELECT b.plant_id, 0, 'balance of ' || b.item
FROM stock_balance b LEFT JOIN stock_item s USING (plant_id, item)
WHERE s.item IS NULL
UNION ALL
SELECT c.plant_id, c.line, 'component of ' || c.work_order
FROM work_order_component c
LEFT JOIN work_order w USING (plant_id, work_order)
LEFT JOIN item i ON i.plant_id = c.plant_id AND i.item = c.item
WHERE w.work_order IS NULL OR i.item IS NULL;
