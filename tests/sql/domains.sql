-- What a column of a posting's tables may hold is a domain's to say (0051): each is asked here for what it must refuse;
-- and so are the CHECKs of the columns that indexes look at (0059).
-- One row a column that takes it; everything is rolled back.  Not a *.sh: schema.sh runs it.
BEGIN;
CREATE TEMP TABLE breach (place text) ON COMMIT DROP;
DO $$
DECLARE
    tried record;
    found text;
BEGIN
    INSERT INTO plant (plant_id) VALUES ('DOMAINS');
    INSERT INTO plant_seq (plant_id) VALUES ('DOMAINS');
    INSERT INTO item (plant_id, item, type) VALUES ('DOMAINS', 'A', 'make');
    INSERT INTO stock_item (plant_id, item) VALUES ('DOMAINS', 'A');
    INSERT INTO stock_balance (plant_id, item, location) VALUES ('DOMAINS', 'A', 'MAIN');
    INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, effective_on,
                             posted_by) VALUES ('DOMAINS', 1, 'OB-1', 'opening', 'A', 'MAIN', 1, 1, 1, 1, '2026-01-31', 'ann');
    INSERT INTO work_order (plant_id, work_order, item, qty, good_qty, start_on, due_on, state)
        VALUES ('DOMAINS', 'WO-1', 'A', 1, 1, '2026-01-31', '2026-01-31', 'firm');
    INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on)
        VALUES ('DOMAINS', 'WO-1', 1, 'A', 1, '2026-01-31');
    INSERT INTO fifo_layer (plant_id, item, layer, received, qty_left, remains, amount_left)
        VALUES ('DOMAINS', 'A', 1, 1, 1, true, 1);
    INSERT INTO work_order_operation (plant_id, work_order, line, operation, work_center, planned_hours, labor_rate,
                                      machine_rate, overhead_rate, overhead_basis)
        VALUES ('DOMAINS', 'WO-1', 1, '10', 'WC', 1, 0, 0, 0, 'labor');
    FOR tried IN SELECT * FROM (VALUES
        ('plant_seq', 'amount_not_negative_check', 'approve_above = -0.0001'),
        ('plant_seq', 'amount_not_negative_check', 'purchase_approve_above = -1'),
        ('plant_seq', 'qty_not_negative_check', 'invoice_tolerance_pct = -1'),
        ('plant_seq', 'amount_not_negative_check', 'invoice_tolerance_amount = -1'),
        ('plant_seq', 'qty_not_negative_check', 'variance_alarm_pct = -1'),
        ('plant_seq', 'amount_not_negative_check', 'variance_alarm_amount = -1'),
        ('stock_item', 'qty_not_negative_check', 'over_issue_pct = -1'),
        ('stock_item', 'qty_not_negative_check', 'over_issue_qty = -0.000001'),
        ('stock_item', 'qty_not_negative_check', 'over_receipt_pct = -1'),
        ('stock_balance', 'stock_status_check', 'status = ''lost'''),
        ('ledger_line', 'ledger_kind_check', 'kind = ''gift'''),
        ('work_order', 'work_order_kind_check', 'kind = ''gift'''),
        ('work_order', 'work_order_state_check', 'state = ''lost'''),
        ('work_order', 'qty_above_zero_check', 'qty = 0'),
        ('work_order', 'qty_not_negative_check', 'received_qty = -1'),
        ('work_order', 'qty_not_negative_check', 'scrapped_qty = -1'),
        ('work_order_component', 'qty_not_negative_check', 'required_qty = -1'),
        ('work_order_component', 'qty_not_negative_check', 'issued_qty = -1'),
        ('work_order_component', 'component_reserves_what_is_reserved', 'reserves = true'),
        ('work_order_component', 'component_reserves_what_is_reserved', 'reserved_qty = 1'),
        ('fifo_layer', 'layer_remains_while_something_is_left', 'remains = false'),
        ('fifo_layer', 'layer_remains_while_something_is_left', 'qty_left = 0'),
        ('work_order_operation', 'qty_not_negative_check', 'good_qty = -1'),
        ('work_order_operation', 'qty_not_negative_check', 'scrapped_qty = -1'),
        ('work_order_operation', 'amount_not_negative_check', 'subcontract_amount = -1')) AS v (place, rule, change)
    LOOP
        found := 'is not refused';
        BEGIN
            EXECUTE format('UPDATE %I SET %s WHERE plant_id = ''DOMAINS''', tried.place, tried.change);
        EXCEPTION WHEN check_violation THEN
            GET STACKED DIAGNOSTICS found = CONSTRAINT_NAME;
        END;
        IF found <> tried.rule THEN
            INSERT INTO breach VALUES (format('%s: %s: %s', tried.place, tried.change, found));
        END IF;
    END LOOP;
END $$;
SELECT * FROM breach;
ROLLBACK;
