-- What lies in transit is what transfers that were sent have not signed for.
SELECT plant_id, item, location, lot, b.qty AS balance, d.qty AS documents
FROM (SELECT plant_id, item, location, lot, segment, sum(qty) AS qty FROM stock_balance WHERE status = 'in_transit'
      GROUP BY 1, 2, 3, 4, 5) b
FULL JOIN (SELECT l.plant_id, l.item, d.to_location AS location, l.lot, l.segment, sum(l.qty - l.done) AS qty
           FROM stock_document d JOIN stock_document_line l USING (plant_id, document)
           WHERE d.kind = 'transfer' AND d.state = 'sent' GROUP BY 1, 2, 3, 4, 5) d
    USING (plant_id, item, location, lot, segment)
WHERE coalesce(b.qty, 0) <> coalesce(d.qty, 0);
