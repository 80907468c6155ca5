-- event_seq counts from 1 to the plant's event_seq without a gap: each row's first event follows the last one of the row before.
SELECT s.plant_id, s.event_seq, sum(e.events) AS events, max(e.event_seq) AS last
FROM plant_seq s LEFT JOIN (
    SELECT plant_id, event_seq, 1 + coalesce(cardinality(earlier_ids), 0) AS events,
           coalesce(cardinality(earlier_bodies), 0) <> coalesce(cardinality(earlier_ids), 0) AS uneven,
           lag(event_seq, 1, 0::bigint) OVER (PARTITION BY plant_id ORDER BY event_seq) AS before
    FROM event_log) e USING (plant_id)
GROUP BY s.plant_id, s.event_seq
HAVING coalesce(max(e.event_seq), 0) <> s.event_seq OR bool_or(e.uneven OR e.event_seq - e.events <> e.before);
