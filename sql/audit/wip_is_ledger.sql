-- Work in process of a work order is the sum of its ledger lines, and zero once it is closed.
SELECT plant_id, w.work_order, w.state, w.wip, l.wip AS ledger_wip
FROM work_order w
LEFT JOIN (SELECT plant_id, order_id AS work_order, sum(wip) AS wip FROM ledger_line
           WHERE order_kind = 'work_order' GROUP BY 1, 2) l USING (plant_id, work_order)
WHERE w.wip <> coalesce(l.wip, 0) OR (w.state = 'closed' AND w.wip <> 0);
