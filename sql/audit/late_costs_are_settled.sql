-- What was left in cost of sales to be followed is what its line left there, and nobody was served more of it than there is.
SELECT c.plant_id, c.posted_seq, c.item, c.amount, l.variance
FROM late_cost c LEFT JOIN ledger_line l USING (plant_id, posted_seq)
WHERE l.variance IS DISTINCT FROM c.amount OR l.item IS DISTINCT FROM c.item
UNION ALL
-- A step moves no stock, and an order's holds its share or passes it on.
SELECT plant_id, posted_seq, item, amount, qty
FROM ledger_line
WHERE kind IN ('invoice', 'late_cost') AND (qty <> 0 OR (kind = 'late_cost' AND amount <> 0) OR (kind = 'invoice' AND wip <> 0
    AND order_kind <> 'work_order')); -- an operation's holds what its bill differs by
