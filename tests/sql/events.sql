-- Rows of event_log that hold several events (0053), beside rows of one, as those before: the view tells the events one by
-- one, from every place on, and reads no more rows than it has to.  Prints nothing when all is well.  Not a *.sh: schema.sh
-- runs it.
BEGIN;
SET LOCAL client_min_messages TO warning;
INSERT INTO plant (plant_id) VALUES ('EVENTS'), ('ANOTHER');
-- 20,000 rows of one event, then 1,000 of 25, a kind for each row, and as many of another plant.
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body)
    SELECT p, n, 1, 'I' || n, convert_to('body ' || n, 'UTF8') FROM unnest(ARRAY['EVENTS', 'ANOTHER']) p, generate_series(1, 20000) n;
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, earlier_ids, earlier_bodies)
    SELECT p, last, 1 + r % 3, 'I' || last, convert_to('body ' || last, 'UTF8'), e.ids, e.bodies
    FROM unnest(ARRAY['EVENTS', 'ANOTHER']) p, generate_series(1, 1000) r CROSS JOIN LATERAL (SELECT 20000 + r * 25) l (last)
    CROSS JOIN LATERAL (SELECT array_agg('I' || n ORDER BY n), array_agg(convert_to('body ' || n, 'UTF8') ORDER BY n)
                        FROM generate_series(last - 24, last - 1) n) e (ids, bodies);
SET LOCAL millrace.plant_id TO 'EVENTS';

SELECT 'not one by one', count(*), min(event_seq), max(event_seq) FROM event WHERE plant_id = 'EVENTS'
HAVING count(*) <> 45000 OR count(DISTINCT event_seq) <> 45000 OR min(event_seq) <> 1 OR max(event_seq) <> 45000;
SELECT 'not as it was written', event_seq, object_id, body FROM event WHERE plant_id = 'EVENTS' AND (object_id <> 'I' || event_seq
    OR body <> convert_to('body ' || event_seq, 'UTF8') OR kind <> CASE WHEN event_seq <= 20000 THEN 1 ELSE 1 + ((event_seq + 24 - 20000) / 25) % 3 END)
    OR object_id IS NULL OR body IS NULL LIMIT 3;
-- From every place of some rows, in the middle of one too, and pages that end in the middle of one.
SELECT 'behind a place', place, told FROM generate_series(19990, 20110) place, LATERAL (
    SELECT string_agg(event_seq::text, ' ') AS told FROM (
        SELECT event_seq FROM event WHERE plant_id = 'EVENTS' AND row_seq > place AND event_seq > place
        ORDER BY row_seq, event_seq LIMIT 30) e) t
WHERE told IS DISTINCT FROM (SELECT string_agg(n::text, ' ') FROM generate_series(place + 1, place + 30) n) LIMIT 3;

-- As a service, while nothing is known of the table yet: the key finds the rows, and a page is enough.
CREATE FUNCTION pg_temp.rows_read(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT JSON) ' || statement INTO plan;
    IF plan::text !~ '"Index Name": "event_log_pkey"' THEN
        RAISE EXCEPTION 'the key is not used: %', plan;
    END IF;
    RETURN (SELECT max((m[1])::numeric) FROM regexp_matches(plan::text, '"event_log",.*?"Actual Rows": (\d+)', 'g') m);
END $$;
SET LOCAL ROLE millrace_gateway;
SET LOCAL enable_seqscan TO off;
SET LOCAL plan_cache_mode TO force_generic_plan;
PREPARE page (text, bigint, bigint) AS SELECT event_seq, kind, body FROM event WHERE plant_id = $1 AND row_seq > $2
    AND event_seq > $2 ORDER BY row_seq, event_seq LIMIT $3;
SELECT 'more rows than a page has', page, n FROM (VALUES ('EXECUTE page (''EVENTS'', 100, 500)', 600),
    ('EXECUTE page (''EVENTS'', 20010, 500)', 40), ('EXECUTE page (''EVENTS'', 20010, 1)', 5)) v (page, most),
    LATERAL pg_temp.rows_read(page) n WHERE n > most;
SELECT 'another plant''s', count(*) FROM event WHERE plant_id = 'ANOTHER' HAVING count(*) > 0;
RESET ROLE;

-- A row of as many bytes as a batch puts into one stays in its page, as it is.
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, earlier_ids, earlier_bodies)
    SELECT 'EVENTS', 46000, 1, 'I', 'x', array_agg('item ' || n), array_agg(decode(repeat('20', 80), 'hex')) FROM generate_series(1, 31) n;
SELECT 'packed, or out of line', pg_column_size(earlier_ids), pg_column_size(earlier_bodies) FROM event_log
WHERE plant_id = 'EVENTS' AND event_seq = 46000 AND pg_column_size(earlier_bodies) < 31 * 80;
ROLLBACK;
