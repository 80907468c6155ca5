-- A plant with a ledger of :lines lines, made by set SQL so that every audit query holds (ledger.py).  What 10,000 items
-- had at first, then rounds of one piece each; and a lot that was cut up into :wide lots, each passed on through nine
-- orders of its own, all brought together by a tenth: ten levels of :wide links, seen from either end.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET max_parallel_maintenance_workers = 2;

-- The traced lots, in orders that cost nothing: line is the place of a line in the ledger of this part.
CREATE TEMPORARY TABLE moved AS
SELECT row_number() OVER (ORDER BY step, n, way) AS line, *
FROM (SELECT 0 AS step, 0 AS n, 'out' AS way, 'purchase' AS kind, '' AS order_id, 'T00' AS item, 'T00-0' AS lot, :wide AS qty,
             :wide AS on_hand
      UNION ALL
      SELECT s, n, 'in', 'issue', 'W' || s || '-' || n, 'T0' || s - 1, CASE s WHEN 1 THEN 'T00-0' ELSE 'T0' || s - 1 || '-' || n END, -1,
             :wide - n
      FROM generate_series(1, 9) s, generate_series(1, :wide) n
      UNION ALL
      SELECT s, n, 'out', 'receipt', 'W' || s || '-' || n, 'T0' || s, 'T0' || s || '-' || n, 1, n
      FROM generate_series(1, 9) s, generate_series(1, :wide) n
      UNION ALL
      SELECT 10, n, 'in', 'issue', 'W10', 'T09', 'T09-' || n, -1, :wide - n FROM generate_series(1, :wide) n
      UNION ALL
      SELECT 11, 1, 'out', 'receipt', 'W10', 'T10', 'T10-0', :wide, :wide) m;
SELECT count(*) AS traced, (:lines - count(*)) / 10000 AS rounds FROM moved \gset

CREATE TEMPORARY TABLE taken_away AS
SELECT indexdef FROM pg_indexes WHERE tablename = 'ledger_line' AND indexname <> 'ledger_line_pkey';
SELECT 'DROP INDEX ' || indexname FROM pg_indexes WHERE tablename = 'ledger_line' AND indexname <> 'ledger_line_pkey' \gexec
ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_pkey;

INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason,
                         effective_on, posted_by)
SELECT :'plant', 10000 * n + i + 1, 'AD-' || 10000 * n + i, 'adjustment', 'I' || to_char(i, 'FM00000'), 'MAIN',
       CASE n WHEN 0 THEN 1000 ELSE 1 END, CASE n WHEN 0 THEN 2000 ELSE 2 END, 1000 + n, 2000 + 2 * n, 'age',
       DATE '2026-01-01' + (n / 4)::integer, 'bench'
FROM generate_series(0, :rounds - 1) n, generate_series(0, 9999) i;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, lot, qty, amount, counted, on_hand, value,
                         order_kind, order_id, order_line, reason, effective_on, posted_by)
SELECT :'plant', 10000 * :rounds + line, 'AD-' || 10000 * :rounds + line, CASE kind WHEN 'purchase' THEN 'adjustment' ELSE kind END,
       item, 'MAIN', lot, qty, 0, abs(qty), on_hand, 0, CASE order_id WHEN '' THEN '' ELSE 'work_order' END, order_id,
       CASE kind WHEN 'issue' THEN 1 ELSE 0 END, '', DATE '2026-01-01', 'bench' FROM moved;
ALTER TABLE ledger_line ADD PRIMARY KEY (plant_id, posted_seq);
SELECT indexdef FROM taken_away \gexec

INSERT INTO stock_close (plant_id, item, day, qty, value)
SELECT :'plant', 'I' || to_char(i, 'FM00000'), DATE '2026-01-01' + d, 1003 + 4 * d, 2006 + 8 * d
FROM generate_series(0, (:rounds - 1) / 4 - 1) d, generate_series(0, 9999) i;
UPDATE stock_item SET on_hand = 999 + :rounds, value = 1998 + 2 * :rounds, moved_on = DATE '2026-01-01' + ((:rounds - 1) / 4)::integer
WHERE plant_id = :'plant' AND item LIKE 'I%';
UPDATE stock_item SET on_hand = CASE item WHEN 'T10' THEN :wide ELSE 0 END, moved_on = DATE '2026-01-01'
WHERE plant_id = :'plant' AND item LIKE 'T%';
INSERT INTO stock_balance (plant_id, item, location, qty)
SELECT plant_id, item, 'MAIN', on_hand FROM stock_item WHERE plant_id = :'plant' AND item LIKE 'I%';
INSERT INTO stock_balance (plant_id, item, location, lot, qty) VALUES (:'plant', 'T10', 'MAIN', 'T10-0', :wide);
INSERT INTO lot (plant_id, item, lot, created_on)
SELECT DISTINCT :'plant', item, lot, DATE '2026-01-01' FROM moved;
INSERT INTO work_order (plant_id, work_order, item, qty, start_on, due_on, state, good_qty, received_qty, released_on, closed_on)
SELECT :'plant', order_id, item, qty, '2026-01-01', '2026-01-02', 'closed', qty, qty, '2026-01-01', '2026-01-02'
FROM moved WHERE kind = 'receipt';
INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on, issued_qty)
SELECT :'plant', order_id, 1, item, -sum(qty), '2026-01-01', -sum(qty) FROM moved WHERE kind = 'issue' GROUP BY order_id, item;
INSERT INTO lot_link (plant_id, order_kind, order_id, way, item, lot, qty)
SELECT :'plant', 'work_order', order_id, way, item, lot, abs(qty) FROM moved WHERE order_id <> '';
UPDATE plant_seq SET line_seq = 10000 * :rounds + :traced, document_seq = 10000 * :rounds + :traced WHERE plant_id = :'plant';
VACUUM (FREEZE, ANALYZE);
CHECKPOINT;
