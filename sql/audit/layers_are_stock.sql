-- The cost layers of an item valued FIFO or LOT sum to its stock and its value; of LOT each lot's to the lot's balances.
SELECT s.plant_id, s.item, '' AS lot, s.on_hand, s.value, coalesce(l.qty, 0) AS layers, coalesce(l.amount, 0) AS amount
FROM stock_item s
JOIN item i USING (plant_id, item)
LEFT JOIN (SELECT plant_id, item, sum(qty_left) AS qty, sum(amount_left) AS amount FROM fifo_layer GROUP BY 1, 2) l
    USING (plant_id, item)
WHERE i.valuation IN ('fifo', 'lot') AND (s.on_hand <> coalesce(l.qty, 0) OR s.value <> coalesce(l.amount, 0))
UNION ALL
SELECT b.plant_id, b.item, b.lot, b.qty, 0, coalesce(l.qty, 0), 0
FROM (SELECT plant_id, item, lot, sum(qty) AS qty FROM stock_balance GROUP BY 1, 2, 3) b
JOIN item i USING (plant_id, item)
LEFT JOIN (SELECT plant_id, item, lot, sum(qty_left) AS qty FROM fifo_layer GROUP BY 1, 2, 3) l USING (plant_id, item, lot)
WHERE i.valuation = 'lot' AND b.qty <> coalesce(l.qty, 0);
