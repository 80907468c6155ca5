-- Quantity and value of an item are the sums of its ledger lines.
SELECT plant_id, item, i.on_hand, i.value, l.qty AS ledger_qty, l.amount AS ledger_amount
FROM stock_item i
LEFT JOIN (SELECT plant_id, item, sum(qty) AS qty, sum(amount) AS amount FROM ledger_line GROUP BY 1, 2) l USING (plant_id, item)
WHERE i.on_hand <> coalesce(l.qty, 0) OR i.value <> coalesce(l.amount, 0);
