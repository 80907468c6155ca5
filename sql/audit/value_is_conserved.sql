-- What moves between stock, work in process and variance adds up to nothing: no value is made or lost inside the plant.
-- (Purchases, shipments, adjustments, openings and labour come from or go to the outside.)
SELECT plant_id, posted_seq, kind, amount, wip, variance
FROM ledger_line
WHERE kind IN ('issue', 'return', 'receipt', 'scrap', 'settlement', 'correction') AND amount + wip + variance <> 0
UNION ALL
-- What only moves has no value of its own, and what leaves one place comes to another.
SELECT plant_id, min(posted_seq), kind, sum(amount), sum(wip), sum(qty)
FROM ledger_line
WHERE kind IN ('transfer', 'status')
GROUP BY plant_id, document, kind, item, lot
HAVING sum(amount) <> 0 OR sum(wip) <> 0 OR sum(variance) <> 0 OR sum(qty) <> 0
UNION ALL
-- What comes from outside and goes there does not pass through orders.
SELECT plant_id, posted_seq, kind, amount, wip, variance
FROM ledger_line
WHERE kind IN ('purchase_receipt', 'supplier_return', 'shipment', 'customer_return', 'adjustment', 'opening', 'count') AND wip <> 0;
