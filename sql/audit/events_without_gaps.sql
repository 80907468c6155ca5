-- event_seq counts from 1 to the plant's event_seq without a gap.
SELECT s.plant_id, s.event_seq, count(e.event_seq) AS events, max(e.event_seq) AS last
FROM plant_seq s LEFT JOIN event_log e USING (plant_id)
GROUP BY s.plant_id, s.event_seq
HAVING count(e.event_seq) <> s.event_seq OR coalesce(max(e.event_seq), 0) <> s.event_seq;
