-- posted_seq counts from 1 to the plant's line_seq without a gap.
SELECT s.plant_id, s.line_seq, count(l.posted_seq) AS lines, max(l.posted_seq) AS last
FROM plant_seq s LEFT JOIN ledger_line l USING (plant_id)
GROUP BY s.plant_id, s.line_seq
HAVING count(l.posted_seq) <> s.line_seq OR coalesce(max(l.posted_seq), 0) <> s.line_seq;
