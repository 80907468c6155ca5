-- A second plant beside the ledger's (ledger_reports.py): :items items with ten lines on ten days each, and an order with
-- 200 component lines, each issued ten times, and ten operations; all as the audit queries want it.
SET synchronous_commit = off;
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
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason, effective_on,
                         posted_by)
SELECT :'plant', :items * k + n, 'AD-' || :items * k + n, 'adjustment', 'I' || to_char(n, 'FM000000'), 'MAIN', 1, 2, k + 1,
       2 * (k + 1), 'age', DATE '2026-01-01' + 20 * k, 'bench' FROM generate_series(0, 9) k, generate_series(1, :items) n;
INSERT INTO stock_close (plant_id, item, day, qty, value)
SELECT :'plant', 'I' || to_char(n, 'FM000000'), DATE '2026-01-01' + 20 * k, k + 1, 2 * (k + 1)
FROM generate_series(0, 8) k, generate_series(1, :items) n;
UPDATE stock_item SET on_hand = 10, value = 20, moved_on = '2026-06-30' WHERE plant_id = :'plant' AND item LIKE 'I%';
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason, effective_on,
                         posted_by)
SELECT :'plant', 10 * :items + n, 'AC-' || n, 'adjustment', 'C' || to_char(n, 'FM000'), 'MAIN', 1000, 2000, 1000, 2000, 'age',
       '2026-01-01', 'bench' FROM generate_series(1, 200) n;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, wip, counted, on_hand, value, order_kind,
                         order_id, order_line, effective_on, posted_by)
SELECT :'plant', 10 * :items + 200 * k + n, 'IS-' || 200 * k + n, 'issue', 'C' || to_char(n, 'FM000'), 'MAIN', -1, -2, 2, 1,
       1000 - k, 2000 - 2 * k, 'work_order', 'W1', n, '2026-01-01', 'bench' FROM generate_series(1, 10) k, generate_series(1, 200) n;
UPDATE stock_item SET on_hand = 990, value = 1980, moved_on = '2026-01-01' WHERE plant_id = :'plant' AND item LIKE 'C%';
INSERT INTO stock_balance (plant_id, item, location, qty)
SELECT plant_id, item, 'MAIN', on_hand FROM stock_item WHERE plant_id = :'plant' AND on_hand <> 0;
INSERT INTO plant_seq (plant_id, line_seq, document_seq) VALUES (:'plant', 10 * :items + 2200, 10 * :items + 2200)
ON CONFLICT (plant_id) DO UPDATE SET line_seq = excluded.line_seq, document_seq = excluded.document_seq;
VACUUM ANALYZE;
