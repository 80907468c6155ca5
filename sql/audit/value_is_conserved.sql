-- What moves between stock, work in process and variance adds up to nothing: no value is made or lost inside the plant.
-- (Purchases, shipments, adjustments, openings and labour come from or go to the outside.)
SELECT plant_id, posted_seq, kind, amount, wip, variance
FROM ledger_line
WHERE kind IN ('issue', 'return', 'receipt', 'scrap', 'settlement', 'correction') AND amount + wip + variance <> 0;
