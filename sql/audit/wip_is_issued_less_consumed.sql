-- Work in process by what went in and out, without the lines' own word for it: worked hours and what bills of subcontractors
-- differed by, and issued less returned,
-- what issues below zero cost more, late costs, less received, less scrapped, less settled, each at what it moved between stock and variances.
SELECT w.plant_id, w.work_order, w.wip, l.worked, l.issued, l.late, l.returned, l.corrected, l.received, l.scrapped, l.settled
FROM work_order w
JOIN (SELECT plant_id, order_id AS work_order,
             coalesce(sum(wip) FILTER (WHERE kind IN ('operation', 'invoice')), 0) AS worked,
             coalesce(-sum(amount + variance) FILTER (WHERE kind = 'issue'), 0) AS issued,
             coalesce(sum(amount + variance) FILTER (WHERE kind = 'return'), 0) AS returned,
             coalesce(-sum(amount + variance) FILTER (WHERE kind = 'correction'), 0) AS corrected,
             coalesce(sum(wip) FILTER (WHERE kind = 'late_cost'), 0) AS late,
             coalesce(sum(amount + variance) FILTER (WHERE kind = 'receipt'), 0) AS received,
             coalesce(sum(amount + variance) FILTER (WHERE kind = 'scrap'), 0) AS scrapped,
             coalesce(sum(amount + variance) FILTER (WHERE kind = 'settlement'), 0) AS settled
      FROM ledger_line WHERE order_kind = 'work_order' GROUP BY 1, 2) l USING (plant_id, work_order)
WHERE w.wip <> l.worked + l.issued - l.returned + l.corrected + l.late - l.received - l.scrapped - l.settled;
