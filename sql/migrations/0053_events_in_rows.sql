-- A row of event_log may hold several events of one kind and one commit: its own, the last of them, and those before it,
-- numbered event_seq - n to event_seq - 1.  A batch of postings writes one row instead of one for each item, and who follows
-- reads one.  A row that is behind a place by its event_seq holds something behind that place, so the key finds them all.
-- Both arrays are as long, or NULL where the row holds its own event alone, as all did before.
ALTER TABLE event_log
    ADD COLUMN earlier_ids text[],
    ADD COLUMN earlier_bodies bytea[];

-- Such a row has at most some 3,000 bytes, and is kept as it is: neither compressed nor out of line.
ALTER TABLE event_log SET (toast_tuple_target = 4096);

-- The events one by one.  Who reads those behind a place asks for row_seq (which the key finds) and event_seq both, and
-- orders by both.
CREATE VIEW event WITH (security_invoker = true) AS
SELECT l.plant_id, l.event_seq AS row_seq, l.event_seq - n.behind AS event_seq, l.kind,
       CASE WHEN n.behind = 0 THEN l.object_id ELSE l.earlier_ids[cardinality(l.earlier_ids) + 1 - n.behind] END AS object_id,
       CASE WHEN n.behind = 0 THEN l.body ELSE l.earlier_bodies[cardinality(l.earlier_bodies) + 1 - n.behind] END AS body,
       l.committed_at
FROM event_log l CROSS JOIN LATERAL generate_series(coalesce(cardinality(l.earlier_ids), 0), 0, -1) AS n (behind);
