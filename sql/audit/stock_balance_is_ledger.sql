-- A balance is the sum of the ledger lines of its key; a key of the ledger without a balance sums to zero.
SELECT plant_id, item, location, lot, status, segment, owner, b.qty AS balance, l.qty AS ledger
FROM stock_balance b
FULL JOIN (SELECT plant_id, item, location, lot, status, segment, owner, sum(qty) AS qty FROM ledger_line
           WHERE item IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7) l
    USING (plant_id, item, location, lot, status, segment, owner)
WHERE coalesce(b.qty, 0) <> coalesce(l.qty, 0);
