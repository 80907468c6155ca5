-- What was there at the end of a day that moved an item is the sum of the ledger's lines for it and before; the latest
-- such day is the item's own row.
SELECT plant_id, item, day, c.qty, c.value, l.qty AS ledger_qty, l.value AS ledger_value
FROM (SELECT plant_id, item, day, qty, value FROM stock_close
      UNION ALL SELECT plant_id, item, moved_on, on_hand, value FROM stock_item WHERE moved_on IS NOT NULL) c
FULL JOIN (SELECT plant_id, item, day, sum(qty) OVER upto AS qty, sum(amount) OVER upto AS value
           FROM (SELECT plant_id, item, effective_on AS day, sum(qty) AS qty, sum(amount) AS amount FROM ledger_line
                 WHERE item IS NOT NULL GROUP BY 1, 2, 3) d
           WINDOW upto AS (PARTITION BY plant_id, item ORDER BY day)) l USING (plant_id, item, day)
WHERE c.qty IS DISTINCT FROM l.qty OR c.value IS DISTINCT FROM l.value;
