-- What a day moved and what was there at a month's end are sums of the ledger.
SELECT plant_id, item, day, d.qty, d.amount, l.qty AS ledger_qty, l.amount AS ledger_amount
FROM stock_day d
FULL JOIN (SELECT plant_id, item, effective_on AS day, sum(qty) AS qty, sum(amount) AS amount FROM ledger_line
           WHERE item IS NOT NULL GROUP BY 1, 2, 3) l USING (plant_id, item, day)
WHERE coalesce(d.qty, 0) <> coalesce(l.qty, 0) OR coalesce(d.amount, 0) <> coalesce(l.amount, 0)
UNION ALL
SELECT plant_id, item, month, p.qty, p.value, d.qty, d.amount
FROM stock_period p
CROSS JOIN LATERAL (SELECT coalesce(sum(d.qty), 0) AS qty, coalesce(sum(d.amount), 0) AS amount FROM stock_day d
                    WHERE d.plant_id = p.plant_id AND d.item = p.item AND d.day < p.month + interval '1 month') d
WHERE p.qty <> d.qty OR p.value <> d.amount;
