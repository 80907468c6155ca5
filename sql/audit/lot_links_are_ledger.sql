-- What orders took and brought of lots is what the ledger moved for them.
SELECT plant_id, order_kind, order_id, way, item, lot, k.qty, l.qty AS ledger
FROM lot_link k
FULL JOIN (SELECT plant_id, order_kind, order_id, item, lot,
                  CASE WHEN kind IN ('issue', 'return', 'shipment', 'customer_return') THEN 'in' ELSE 'out' END AS way,
                  sum(CASE WHEN kind IN ('issue', 'return', 'shipment', 'customer_return') THEN -qty ELSE qty END) AS qty
           FROM ledger_line
           WHERE lot <> '' AND order_id <> '' AND kind IN ('issue', 'return', 'shipment', 'customer_return', 'receipt',
                                                           'purchase_receipt', 'supplier_return')
           GROUP BY 1, 2, 3, 4, 5, 6) l USING (plant_id, order_kind, order_id, way, item, lot)
WHERE coalesce(k.qty, 0) <> coalesce(l.qty, 0);
