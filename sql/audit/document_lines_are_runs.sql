-- document_lines tiles the ledger: a line that counts some begins a document's run of so many, the others of it count none.
WITH tiles AS (
    SELECT plant_id, posted_seq, document, document_lines, lag(document) OVER each AS document_before,
           row_number() OVER each AS lines, sum(document_lines) OVER each AS covered, lead(posted_seq) OVER each IS NULL AS is_last
    FROM ledger_line
    WINDOW each AS (PARTITION BY plant_id ORDER BY posted_seq)
)
SELECT plant_id, posted_seq, document, document_lines, lines, covered
FROM tiles
WHERE document_lines < 0
   OR (document_lines > 0) <> (covered - document_lines = lines - 1)
   OR (document_lines = 0 AND document IS DISTINCT FROM document_before)
   OR (is_last AND covered <> lines);
