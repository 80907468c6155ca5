-- Every key is there once, and no posting was written twice: all lines of a document were written at one moment, under a
-- number that the plant has given.
SELECT plant_id, key::text AS what, count(*) AS times FROM posting_key GROUP BY 1, 2 HAVING count(*) > 1
UNION ALL
SELECT plant_id, document, count(DISTINCT posted_at) FROM ledger_line GROUP BY 1, 2 HAVING count(DISTINCT posted_at) > 1
UNION ALL
SELECT l.plant_id, l.document, 0
FROM ledger_line l JOIN plant_seq s USING (plant_id)
WHERE l.document ~ '^[A-Z]{2}-[0-9]{1,18}$' AND split_part(l.document, '-', 2)::bigint > s.document_seq;
