-- What order lines count as received, shipped and issued is what the ledger moved for them (lines that the
-- ledger never touched came in counted, with an import).
SELECT plant_id, 'purchase_order' AS kind, purchase_order AS order_id, line, received_qty AS counted, l.qty AS ledger
FROM purchase_order_line
JOIN (SELECT plant_id, order_id AS purchase_order, order_line AS line, sum(qty) AS qty FROM ledger_line
      WHERE order_kind = 'purchase_order' GROUP BY 1, 2, 3) l USING (plant_id, purchase_order, line)
WHERE received_qty < l.qty
UNION ALL
SELECT plant_id, 'invoiced', purchase_order, line, invoiced_qty, coalesce(l.counted, 0)
FROM purchase_order_line
LEFT JOIN (SELECT plant_id, order_id AS purchase_order, order_line AS line, sum(counted) AS counted FROM ledger_line
           WHERE kind = 'invoice' GROUP BY 1, 2, 3) l USING (plant_id, purchase_order, line)
WHERE invoiced_qty <> coalesce(l.counted, 0)
UNION ALL
SELECT plant_id, 'sales_order', sales_order, line, shipped_qty, -l.qty
FROM sales_order_line
JOIN (SELECT plant_id, order_id AS sales_order, order_line AS line, sum(qty) AS qty FROM ledger_line
      WHERE order_kind = 'sales_order' GROUP BY 1, 2, 3) l USING (plant_id, sales_order, line)
WHERE shipped_qty < -l.qty
UNION ALL
SELECT plant_id, 'work_order', work_order, line, issued_qty - returned_qty, -l.qty
FROM work_order_component
JOIN (SELECT plant_id, order_id AS work_order, order_line AS line, sum(qty) AS qty FROM ledger_line
      WHERE order_kind = 'work_order' AND kind IN ('issue', 'return') GROUP BY 1, 2, 3) l USING (plant_id, work_order, line)
WHERE issued_qty - returned_qty < -l.qty;
