-- Pieces and hours that a work order counts are at least what the ledger counted (what was there before the import of an
-- order is in no line), and its amounts are exactly the ledger's.
SELECT w.plant_id, w.work_order, 0 AS line, 'pieces' AS what
FROM work_order w
JOIN (SELECT plant_id, order_id AS work_order,
             coalesce(sum(counted) FILTER (WHERE kind = 'receipt'), 0) AS received,
             coalesce(sum(counted) FILTER (WHERE kind = 'scrap'), 0) AS scrapped
      FROM ledger_line WHERE order_kind = 'work_order' GROUP BY 1, 2) l USING (plant_id, work_order)
WHERE w.received_qty < l.received OR w.scrapped_qty < l.scrapped
UNION ALL
SELECT c.plant_id, c.work_order, c.line, 'component'
FROM work_order_component c
JOIN (SELECT plant_id, order_id AS work_order, order_line AS line,
             coalesce(sum(counted) FILTER (WHERE kind = 'issue'), 0) AS issued,
             coalesce(sum(counted) FILTER (WHERE kind = 'return'), 0) AS returned,
             sum(wip) AS amount
      FROM ledger_line WHERE order_kind = 'work_order' AND kind IN ('issue', 'return', 'late_cost') GROUP BY 1, 2, 3) l
    USING (plant_id, work_order, line)
WHERE c.issued_qty < l.issued OR c.returned_qty < l.returned OR c.issued_amount <> l.amount
UNION ALL
SELECT o.plant_id, o.work_order, o.line, 'operation'
FROM work_order_operation o
JOIN (SELECT plant_id, order_id AS work_order, order_line AS line,
             coalesce(sum(counted) FILTER (WHERE kind = 'operation' AND reason <> 'good'), 0) AS hours,
             coalesce(sum(counted) FILTER (WHERE kind = 'operation' AND reason = 'good'), 0) AS good,
             coalesce(sum(counted) FILTER (WHERE kind = 'scrap'), 0) AS scrapped,
             coalesce(sum(wip) FILTER (WHERE kind IN ('operation', 'invoice')), 0) AS amount
      FROM ledger_line WHERE order_kind = 'work_order' AND operation <> ''
        AND kind IN ('operation', 'scrap', 'invoice')
      GROUP BY 1, 2, 3) l
    USING (plant_id, work_order, line)
WHERE o.reported_hours <> l.hours OR o.good_qty <> l.good OR o.scrapped_qty <> l.scrapped
   OR o.labor_amount + o.machine_amount + o.overhead_amount + o.subcontract_amount <> l.amount
UNION ALL
-- What subcontractors have billed is in the lines of their bills.
SELECT o.plant_id, o.work_order, o.line, 'billed'
FROM work_order_operation o
LEFT JOIN (SELECT l.plant_id, l.order_id AS work_order, l.order_line AS line, sum(l.counted) AS pieces, sum(p.amount) AS amount
           FROM ledger_line l JOIN payable p USING (plant_id, posted_seq)
           WHERE l.order_kind = 'work_order' AND l.kind = 'invoice' GROUP BY 1, 2, 3) b USING (plant_id, work_order, line)
WHERE o.billed_qty <> coalesce(b.pieces, 0) OR o.billed_amount <> coalesce(b.amount, 0);
