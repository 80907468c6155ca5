-- A posted bill owes what it says, one that was taken back or never released nothing, and each line of payables has its line
-- of the ledger.
SELECT i.plant_id, i.invoice, i.state, i.amount, coalesce(p.amount, 0) AS payable
FROM invoice i
LEFT JOIN (SELECT plant_id, invoice, sum(amount) AS amount FROM payable GROUP BY 1, 2) p USING (plant_id, invoice)
WHERE coalesce(p.amount, 0) <> CASE i.state WHEN 'posted' THEN i.amount ELSE 0 END
UNION ALL
SELECT p.plant_id, p.invoice, coalesce(l.kind, 'no line'), p.amount, 0
FROM payable p LEFT JOIN ledger_line l USING (plant_id, posted_seq)
WHERE l.kind IS DISTINCT FROM 'invoice';
