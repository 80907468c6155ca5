-- A plant with a ledger of ten million lines (cost_reports.py): :items items with :rounds lines of one piece each, :a_day a day on
-- days ten apart, and an order with 200 component lines, each issued ten times, and ten operations; all as the audit queries want it.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET max_parallel_maintenance_workers = 2;
INSERT INTO plant (plant_id, currency, horizon_days, master_seq) VALUES (:'plant', 'CNY', 365, 1);
INSERT INTO item (plant_id, item, type, valuation, unit_cost)
SELECT :'plant', 'I' || to_char(n, 'FM000000'), 'buy', 'average', 2 FROM generate_series(1, :items) n;
INSERT INTO item (plant_id, item, type, valuation, unit_cost)
SELECT :'plant', 'C' || to_char(n, 'FM000'), 'buy', 'average', 2 FROM generate_series(1, 200) n
UNION ALL VALUES (:'plant', 'P', 'make', 'standard', 400);
INSERT INTO stock_item (plant_id, item) SELECT plant_id, item FROM item WHERE plant_id = :'plant' ON CONFLICT DO NOTHING;
INSERT INTO work_order (plant_id, work_order, item, qty, start_on, due_on, state, good_qty, planned_cost, released_on, wip)
VALUES (:'plant', 'W1', 'P', 10, '2026-01-01', '2026-12-31', 'released', 10, 4000, '2026-01-01', 4000);
INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on, planned_cost, issued_qty, issued_amount)
SELECT :'plant', 'W1', n, 'C' || to_char(n, 'FM000'), 10, '2026-01-01', 2, 10, 20 FROM generate_series(1, 200) n;
INSERT INTO work_order_operation (plant_id, work_order, line, operation, work_center, planned_hours, labor_rate, machine_rate,
                                  overhead_rate, overhead_basis)
SELECT :'plant', 'W1', n, n * 10, 'M', 1, 40, 0, 0, 'hour' FROM generate_series(1, 10) n;

CREATE TEMPORARY TABLE taken_away AS
SELECT indexdef FROM pg_indexes WHERE tablename = 'ledger_line' AND indexname <> 'ledger_line_pkey';
SELECT 'DROP INDEX ' || indexname FROM pg_indexes WHERE tablename = 'ledger_line' AND indexname <> 'ledger_line_pkey' \gexec
ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_pkey;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason, effective_on,
                         posted_by)
SELECT :'plant', :items * k + n, 'AD-' || :items * k + n, 'adjustment', 'I' || to_char(n, 'FM000000'), 'MAIN', 1, 2, k + 1,
       2 * (k + 1), 'age', DATE '2026-01-01' + 10 * (k / :a_day), 'bench'
FROM generate_series(0, :rounds - 1) k, generate_series(1, :items) n;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason, effective_on,
                         posted_by)
SELECT :'plant', :rounds * :items + n, 'AC-' || n, 'adjustment', 'C' || to_char(n, 'FM000'), 'MAIN', 1000, 2000, 1000, 2000, 'age',
       '2026-01-01', 'bench' FROM generate_series(1, 200) n;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, wip, counted, on_hand, value, order_kind,
                         order_id, order_line, effective_on, posted_by)
SELECT :'plant', :rounds * :items + 200 * k + n, 'IS-' || 200 * k + n, 'issue', 'C' || to_char(n, 'FM000'), 'MAIN', -1, -2, 2, 1,
       1000 - k, 2000 - 2 * k, 'work_order', 'W1', n, '2026-01-01', 'bench' FROM generate_series(1, 10) k, generate_series(1, 200) n;
ALTER TABLE ledger_line ADD PRIMARY KEY (plant_id, posted_seq);
SELECT indexdef FROM taken_away \gexec

INSERT INTO stock_close (plant_id, item, day, qty, value)
SELECT :'plant', 'I' || to_char(n, 'FM000000'), DATE '2026-01-01' + 10 * d, :a_day * (d + 1), 2 * :a_day * (d + 1)
FROM generate_series(0, :rounds / :a_day - 2) d, generate_series(1, :items) n;
UPDATE stock_item SET on_hand = :rounds, value = 2 * :rounds, moved_on = DATE '2026-01-01' + 10 * (:rounds / :a_day - 1)
WHERE plant_id = :'plant' AND item LIKE 'I%';
UPDATE stock_item SET on_hand = 990, value = 1980, moved_on = '2026-01-01' WHERE plant_id = :'plant' AND item LIKE 'C%';
INSERT INTO stock_balance (plant_id, item, location, qty)
SELECT plant_id, item, 'MAIN', on_hand FROM stock_item WHERE plant_id = :'plant' AND on_hand <> 0;
INSERT INTO plant_seq (plant_id, line_seq, document_seq) VALUES (:'plant', :rounds * :items + 2200, :rounds * :items + 2200)
ON CONFLICT (plant_id) DO UPDATE SET line_seq = excluded.line_seq, document_seq = excluded.document_seq;
VACUUM (FREEZE, ANALYZE) ledger_line, stock_close, stock_item, stock_balance, item;
CHECKPOINT;
