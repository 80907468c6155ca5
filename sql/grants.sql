-- What each service may do, by table and column.  Made from the statements of the services by
-- `tests/sql/grants.py --write` after a change of one; a test fails when it is not what they need.
--
-- A list of columns that is missing means all of them.  A row is locked by whoever may update a column
-- of it: UPDATE (plant_id) is the right to lock and, as keys are referred to, to nothing else.

-- bom
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_bom;
GRANT SELECT, INSERT, UPDATE (component, qty, valid_to), DELETE ON bom TO millrace_bom;
GRANT SELECT, INSERT, UPDATE ON bom_gate TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON calendar TO millrace_bom;
GRANT SELECT, INSERT (author, change_id, effective_on, plant_id, state, stock_of, title), UPDATE (approver,
    change_seq, effective_on, state, stock_of, title) ON engineering_change TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON engineering_change_line TO millrace_bom;
GRANT SELECT, INSERT (action, change_id, done_by, note, plant_id, step) ON engineering_change_step TO millrace_bom;
GRANT INSERT ON event_log TO millrace_bom;
GRANT INSERT (amount_left, item, layer, lot, plant_id, qty_left, received, remains) ON fifo_layer TO millrace_bom;
GRANT SELECT (customer, days, due, item, plant_id, qty, reference, segment), INSERT ON forecast TO millrace_bom;
GRANT SELECT, INSERT, UPDATE (content), DELETE ON import_chunk TO millrace_bom;
GRANT SELECT (job, plant_id, reply), INSERT (job, plant_id, started_by), UPDATE (reply) ON import_job TO millrace_bom;
GRANT SELECT, INSERT, UPDATE (abc, active, allow_negative, class, costing_lot_qty, decimals, demand_fence_days,
    foq_mode, forecast_back_days, forecast_forward_days, holding_cost, lead_time_days, lead_time_per_unit_days,
    lot_max, lot_min, lot_multiple, lot_periods, lot_qty, lot_rule, min_days, min_quantity, name, order_cost,
    planning_fence_days, ppb_look, reorder_point, reschedule_days, safety_days, safety_stock, segment_policy,
    shelf_life_days, source_plant, stock_max, stock_min, template, tracking, type, unit_cost, uom, valuation,
    yield_pct) ON item TO millrace_bom;
GRANT SELECT (amount, effective_on, item, lot, plant_id, posted_seq, qty), INSERT (amount, document, document_lines,
    effective_on, item, kind, location, lot, on_hand, plant_id, posted_by, posted_seq, qty, segment, status, value)
    ON ledger_line TO millrace_bom;
GRANT INSERT (location, plant_id) ON location TO millrace_bom;
GRANT SELECT (expires_on, item, lot, plant_id), INSERT ON lot TO millrace_bom;
GRANT SELECT, INSERT (bill_count, change_id, change_seq, done_by, line_count, plant_id, rule), UPDATE (undone_seq) ON
    mass_change TO millrace_bom;
GRANT SELECT, INSERT ON mass_change_line TO millrace_bom;
GRANT SELECT, INSERT (change_id, change_seq, changed_by, file, new_row, object, old_row, place, plant_id, row_no) ON
    master_change TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON order_cost TO millrace_bom;
GRANT SELECT (due, item, operation, plant_id, qty, reference, segment), INSERT ON other_component TO millrace_bom;
GRANT SELECT (due, firm, item, kind, plant_id, qty, reference, segment, start), INSERT ON other_supply TO
    millrace_bom;
GRANT SELECT, INSERT, UPDATE (class, contact, currency, email, kind, name, payment_days, phone, tax_id) ON partner TO
    millrace_bom;
GRANT SELECT (due, item, planned_order_id, plant_id, qty, start) ON planned_order TO millrace_bom;
GRANT SELECT, INSERT, UPDATE (calendar, horizon_days, master_seq, name, plan_start, reschedule_days, time_zone) ON
    plant TO millrace_bom;
GRANT SELECT (approve_above, event_seq, invoice_tolerance_amount, invoice_tolerance_pct, line_seq, plant_id,
    purchase_approve_above, unplanned_issue, variance_alarm_amount, variance_alarm_pct), INSERT (plant_id), UPDATE
    (document_seq, event_seq, line_seq) ON plant_seq TO millrace_bom;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_bom;
GRANT SELECT (plant_id, purchase_order, source_plant, state), INSERT (plant_id, purchase_order, supplier) ON
    purchase_order TO millrace_bom;
GRANT SELECT (due, item, line, plant_id, purchase_order, qty, received_qty, segment), INSERT (due, item, line,
    plant_id, price, purchase_order, qty, segment) ON purchase_order_line TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON rate TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON routing TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON safety_stock TO millrace_bom;
GRANT SELECT (customer, plant_id, sales_order, state), INSERT (customer, plant_id, sales_order) ON sales_order TO
    millrace_bom;
GRANT SELECT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_before, shipped_qty),
    INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_before) ON
    sales_order_line TO millrace_bom;
GRANT SELECT (item, location, lot, owner, plant_id, qty, segment, status), INSERT (item, location, lot,
    may_be_negative, plant_id, qty, segment, status) ON stock_balance TO millrace_bom;
GRANT SELECT (item, on_hand, plant_id, value), INSERT (item, last_cost, on_hand, plant_id, value), UPDATE (moved_on)
    ON stock_item TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON supplier TO millrace_bom;
GRANT SELECT, INSERT, DELETE ON unit TO millrace_bom;
GRANT SELECT, INSERT, UPDATE (calendar, efficiency_pct, hours_per_day, labor_rate, machine_rate, name,
    overhead_basis, overhead_rate) ON work_center TO millrace_bom;
GRANT SELECT (due_on, good_qty, item, plant_id, qty, received_qty, scrapped_qty, segment, start_on, state,
    work_order), INSERT (due_on, good_qty, item, planned_cost, plant_id, qty, released_on, segment, start_on, state,
    work_order) ON work_order TO millrace_bom;
GRANT SELECT (due_on, issued_qty, item, operation, plant_id, required_qty, returned_qty, segment, work_order), INSERT
    (due_on, item, line, operation, planned_cost, plant_id, required_qty, reserved_qty, reserves, segment,
    work_order) ON work_order_component TO millrace_bom;
GRANT INSERT ON bom TO millrace_bom_copy;
GRANT INSERT ON calendar TO millrace_bom_copy;
GRANT INSERT ON item TO millrace_bom_copy;
GRANT INSERT ON order_cost TO millrace_bom_copy;
GRANT INSERT ON partner TO millrace_bom_copy;
GRANT INSERT ON rate TO millrace_bom_copy;
GRANT INSERT ON routing TO millrace_bom_copy;
GRANT INSERT ON safety_stock TO millrace_bom_copy;
GRANT INSERT ON supplier TO millrace_bom_copy;
GRANT INSERT ON unit TO millrace_bom_copy;
GRANT INSERT ON work_center TO millrace_bom_copy;

-- mrp
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_mrp;
GRANT SELECT ON bom TO millrace_mrp;
GRANT SELECT ON calendar TO millrace_mrp;
GRANT SELECT (body, event_seq, kind, plant_id, row_seq) ON event TO millrace_mrp;
GRANT SELECT, INSERT ON event_log TO millrace_mrp;
GRANT SELECT (customer, days, due, item, plant_id, qty, reference, segment) ON forecast TO millrace_mrp;
GRANT SELECT ON item TO millrace_mrp;
GRANT SELECT, INSERT (kept_by, name, orders, plan_version, plant_id), DELETE ON kept_plan TO millrace_mrp;
GRANT SELECT, INSERT ON kept_plan_order TO millrace_mrp;
GRANT SELECT (expires_on, item, lot, plant_id) ON lot TO millrace_mrp;
GRANT SELECT ON order_cost TO millrace_mrp;
GRANT SELECT (due, item, operation, plant_id, qty, reference, segment) ON other_component TO millrace_mrp;
GRANT SELECT (due, firm, item, kind, plant_id, qty, reference, segment, start) ON other_supply TO millrace_mrp;
GRANT SELECT ON partner TO millrace_mrp;
GRANT SELECT, INSERT, UPDATE (audited_at, differences, event_seq, first, row_count) ON plan_audit TO millrace_mrp;
GRANT SELECT, INSERT, UPDATE (digest, written) ON plan_item TO millrace_mrp;
GRANT SELECT, INSERT, UPDATE (action, cause, date, message, qty, reference, segment), DELETE ON plan_message TO
    millrace_mrp;
GRANT SELECT, INSERT, UPDATE (epoch, expires_at, instance) ON plan_owner TO millrace_mrp;
GRANT SELECT, INSERT (event_seq, plan_start, plan_version, plant_id), UPDATE (event_seq, plan_start, plan_version,
    planned_at) ON plan_state TO millrace_mrp;
GRANT SELECT, INSERT (content_hash, due, flags, item, level, need, order_by, past_due_days, planned_order_id,
    plant_id, price, purchase_qty, purchase_uom, qty, segment, start, start_qty, supplier, type), UPDATE
    (accepted_seq, content_hash, due, flags, item, level, need, order_by, past_due_days, price, purchase_qty,
    purchase_uom, qty, segment, start, start_qty, supplier, type), DELETE ON planned_order TO millrace_mrp;
GRANT SELECT (marked_by, note, planned_order_id, plant_id, reason, rejected_hash), INSERT (marked_by, note,
    planned_order_id, plant_id, reason, rejected_hash), UPDATE (marked_at, marked_by, note, reason, rejected_hash) ON
    planned_order_mark TO millrace_mrp;
GRANT SELECT (calendar, currency, date_style, horizon_days, name, plan_start, plant_id, reschedule_days, time_zone)
    ON plant TO millrace_mrp;
GRANT SELECT (event_seq, line_seq, plant_id), UPDATE (event_seq) ON plant_seq TO millrace_mrp;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_mrp;
GRANT SELECT, INSERT, UPDATE ON promise_gate TO millrace_mrp;
GRANT SELECT (plant_id, purchase_order, source_plant, state, version) ON purchase_order TO millrace_mrp;
GRANT SELECT (due, item, line, plant_id, purchase_order, qty, received_qty, segment) ON purchase_order_line TO
    millrace_mrp;
GRANT SELECT ON rate TO millrace_mrp;
GRANT SELECT ON routing TO millrace_mrp;
GRANT SELECT ON safety_stock TO millrace_mrp;
GRANT SELECT (created_at, customer, plant_id, sales_order, state) ON sales_order TO millrace_mrp;
GRANT SELECT (due, item, line, plant_id, price, priority, promise_limit, promised_on, qty, sales_order, segment,
    shipped_before, shipped_qty), UPDATE (promise_limit, promised_by, promised_on) ON sales_order_line TO
    millrace_mrp;
GRANT SELECT, INSERT (made_by, name, note, plan_version, plant_id, shared), UPDATE (applied_at, applied_by,
    apply_key, note, plan_version, shared, steps, version), DELETE ON simulation TO millrace_mrp;
GRANT SELECT, INSERT, DELETE ON simulation_change TO millrace_mrp;
GRANT SELECT (item, location, lot, owner, plant_id, qty, segment, status) ON stock_balance TO millrace_mrp;
GRANT SELECT ON supplier TO millrace_mrp;
GRANT SELECT ON unit TO millrace_mrp;
GRANT SELECT ON work_center TO millrace_mrp;
GRANT SELECT (due_on, good_qty, item, plant_id, qty, received_qty, scrapped_qty, segment, start_on, state,
    work_order) ON work_order TO millrace_mrp;
GRANT SELECT (due_on, issued_qty, item, operation, plant_id, required_qty, returned_qty, segment, work_order) ON
    work_order_component TO millrace_mrp;

-- production
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_production;
GRANT SELECT (alternative, alternative_priority, component, cost_share_pct, kind, lot_from, lot_to, mix_pct,
    offset_days, operation, parent, per_qty, pieces, plant_id, "position", qty, qty_fixed, revision, row_no,
    scrap_pct, substitute_group, substitute_priority, uom, valid_from, valid_to) ON bom TO millrace_production;
GRANT INSERT ON event_log TO millrace_production;
GRANT SELECT, INSERT, UPDATE (amount_left, qty_left, remains) ON fifo_layer TO millrace_production;
GRANT SELECT, INSERT ON fifo_take TO millrace_production;
GRANT SELECT (allow_negative, decimals, item, plant_id, shelf_life_days, tracking, type, unit_cost, uom, valuation)
    ON item TO millrace_production;
GRANT INSERT (amount, depth, effective_on, item, layer, pieces, plant_id, posted_seq, source, work_order) ON
    late_cost TO millrace_production;
GRANT SELECT (effective_on, item, kind, location, lot, order_id, order_kind, plant_id, posted_seq, qty), INSERT ON
    ledger_line TO millrace_production;
GRANT SELECT (active, location, plant_id, work_center) ON location TO millrace_production;
GRANT SELECT, INSERT ON lot TO millrace_production;
GRANT SELECT, INSERT, UPDATE (qty) ON lot_link TO millrace_production;
GRANT SELECT (accepted_seq, due, item, need, planned_order_id, plant_id, price, purchase_qty, qty, segment, start,
    start_qty, supplier, type), UPDATE (accepted_seq) ON planned_order TO millrace_production;
GRANT SELECT (main_location, plant_id, time_zone) ON plant TO millrace_production;
GRANT SELECT (approve_above, document_seq, event_seq, line_seq, open_from, plant_id, unplanned_issue), UPDATE
    (approve_above, document_seq, event_seq, line_seq, unplanned_issue) ON plant_seq TO millrace_production;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_production;
GRANT SELECT (plant_id, purchase_order, source_plant, state, supplier), INSERT (approve_above, made_by, plant_id,
    purchase_order, source_plant, state, supplier, value), UPDATE (plant_id) ON purchase_order TO millrace_production;
GRANT SELECT, INSERT (due, item, line, plant_id, price, purchase_order, qty, received_qty, segment), UPDATE
    (invoiced_qty, received_qty) ON purchase_order_line TO millrace_production;
GRANT SELECT (alternative, alternative_priority, item, operation, parallel_group, per_qty, plant_id, row_no, run,
    run_size, setup, subcontract_price, supplier, time_unit, valid_from, valid_to, work_center) ON routing TO
    millrace_production;
GRANT SELECT (customer, plant_id, sales_order, state, to_plant), INSERT (customer, made_by, plant_id, sales_order,
    state, to_plant), UPDATE (plant_id) ON sales_order TO millrace_production;
GRANT SELECT, INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_qty), UPDATE
    (shipped_qty) ON sales_order_line TO millrace_production;
GRANT SELECT, INSERT (item, location, lot, owner, plant_id, segment, status), UPDATE (frozen_by, may_be_negative,
    qty) ON stock_balance TO millrace_production;
GRANT SELECT, INSERT, UPDATE (qty, value) ON stock_close TO millrace_production;
GRANT SELECT, INSERT (approve_above, book_seq, created_by, document, effective_on, frozen, kind, location, plant_id,
    reason, state, to_location, value), UPDATE (decided_at, decided_by, state, value) ON stock_document TO
    millrace_production;
GRANT SELECT, INSERT, UPDATE (counted_at, done, qty) ON stock_document_line TO millrace_production;
GRANT SELECT, UPDATE (backflush, inspect, last_cost, moved_on, on_hand, over_issue_pct, over_issue_qty,
    over_receipt_pct, value) ON stock_item TO millrace_production;
GRANT SELECT (factor, "from", item, plant_id, row_no, "to") ON unit TO millrace_production;
GRANT SELECT (efficiency_pct, labor_rate, machine_rate, overhead_basis, overhead_rate, plant_id, work_center) ON
    work_center TO millrace_production;
GRANT SELECT, INSERT (due_on, good_qty, item, kind, plant_id, qty, segment, start_on, state, work_order), UPDATE
    (closed_on, good_qty, planned_cost, qty, received_qty, released_on, scrapped_qty, state, wip) ON work_order TO
    millrace_production;
GRANT SELECT (after, before, changed_at, changed_by, document, item, line, order_line, plant_id, reason, what,
    work_order), INSERT (after, before, changed_by, document, effective_on, item, line, order_line, plant_id, reason,
    what, work_order) ON work_order_change TO millrace_production;
GRANT SELECT, INSERT, UPDATE (issued_amount, issued_qty, required_qty, reserved_qty, reserves, returned_qty) ON
    work_order_component TO millrace_production;
GRANT SELECT, INSERT (good_qty, labor_amount, labor_rate, line, machine_amount, machine_rate, operation,
    overhead_amount, overhead_basis, overhead_rate, parallel_group, planned_hours, plant_id, reported_hours,
    scrapped_qty, subcontract_amount, subcontract_price, supplier, work_center, work_order), UPDATE (billed_amount,
    billed_qty, good_qty, labor_amount, machine_amount, overhead_amount, reported_hours, scrapped_qty,
    subcontract_amount) ON work_order_operation TO millrace_production;
GRANT SELECT, INSERT ON work_order_output TO millrace_production;
GRANT INSERT (amount, item, layer, order_id, order_line, posted_seq, qty) ON fifo_take TO millrace_production_copy;
GRANT INSERT (amount, counted, document, document_lines, effective_on, item, kind, location, lot, on_hand, operation,
    order_id, order_kind, order_line, owner, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_production_copy;
GRANT INSERT (asked_by, device, field, key, message, method, object, reply, request_hash, status) ON posting_key TO
    millrace_production_copy;

-- receipt
GRANT INSERT ON event_log TO millrace_receipt;
GRANT SELECT, INSERT, UPDATE (amount_left, qty_left, remains) ON fifo_layer TO millrace_receipt;
GRANT SELECT, INSERT ON fifo_take TO millrace_receipt;
GRANT SELECT (allow_negative, decimals, item, plant_id, shelf_life_days, tracking, type, unit_cost, uom, valuation)
    ON item TO millrace_receipt;
GRANT INSERT (amount, depth, effective_on, item, layer, pieces, plant_id, posted_seq, source, work_order) ON
    late_cost TO millrace_receipt;
GRANT SELECT (effective_on, item, kind, order_id, order_kind, order_line, plant_id, posted_seq, qty), INSERT ON
    ledger_line TO millrace_receipt;
GRANT SELECT (active, location, plant_id) ON location TO millrace_receipt;
GRANT SELECT, INSERT ON lot TO millrace_receipt;
GRANT SELECT, INSERT, UPDATE (qty) ON lot_link TO millrace_receipt;
GRANT SELECT (accepted_seq, due, item, need, planned_order_id, plant_id, price, purchase_qty, qty, segment, start,
    start_qty, supplier, type), UPDATE (accepted_seq) ON planned_order TO millrace_receipt;
GRANT SELECT (main_location, plant_id, time_zone) ON plant TO millrace_receipt;
GRANT SELECT (approve_above, document_seq, event_seq, line_seq, open_from, plant_id, unplanned_issue), UPDATE
    (approve_above, document_seq, event_seq, line_seq, unplanned_issue) ON plant_seq TO millrace_receipt;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_receipt;
GRANT SELECT (plant_id, purchase_order, source_plant, state, supplier), INSERT (approve_above, made_by, plant_id,
    purchase_order, source_plant, state, supplier, value), UPDATE (plant_id) ON purchase_order TO millrace_receipt;
GRANT SELECT, INSERT (due, item, line, plant_id, price, purchase_order, qty, received_qty, segment), UPDATE
    (invoiced_qty, received_qty) ON purchase_order_line TO millrace_receipt;
GRANT SELECT (customer, plant_id, sales_order, state, to_plant), INSERT (customer, made_by, plant_id, sales_order,
    state, to_plant), UPDATE (plant_id) ON sales_order TO millrace_receipt;
GRANT SELECT, INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_qty), UPDATE
    (shipped_qty) ON sales_order_line TO millrace_receipt;
GRANT SELECT, INSERT (item, location, lot, owner, plant_id, segment, status), UPDATE (frozen_by, may_be_negative,
    qty) ON stock_balance TO millrace_receipt;
GRANT SELECT, INSERT, UPDATE (qty, value) ON stock_close TO millrace_receipt;
GRANT SELECT, INSERT (approve_above, book_seq, created_by, document, effective_on, frozen, kind, location, plant_id,
    reason, state, to_location, value), UPDATE (decided_at, decided_by, state, value) ON stock_document TO
    millrace_receipt;
GRANT SELECT, INSERT, UPDATE (counted_at, done, qty) ON stock_document_line TO millrace_receipt;
GRANT SELECT, UPDATE (backflush, inspect, last_cost, moved_on, on_hand, over_issue_pct, over_issue_qty,
    over_receipt_pct, value) ON stock_item TO millrace_receipt;
GRANT SELECT, INSERT (due_on, good_qty, item, kind, plant_id, qty, segment, start_on, state, work_order), UPDATE
    (closed_on, good_qty, planned_cost, qty, received_qty, released_on, scrapped_qty, state, wip) ON work_order TO
    millrace_receipt;
GRANT INSERT (after, before, changed_by, document, effective_on, item, line, order_line, plant_id, reason, what,
    work_order) ON work_order_change TO millrace_receipt;
GRANT SELECT, INSERT, UPDATE (issued_amount, issued_qty, required_qty, reserved_qty, reserves, returned_qty) ON
    work_order_component TO millrace_receipt;
GRANT SELECT, INSERT (good_qty, labor_amount, labor_rate, line, machine_amount, machine_rate, operation,
    overhead_amount, overhead_basis, overhead_rate, parallel_group, planned_hours, plant_id, reported_hours,
    scrapped_qty, subcontract_amount, subcontract_price, supplier, work_center, work_order), UPDATE (billed_amount,
    billed_qty, good_qty, labor_amount, machine_amount, overhead_amount, reported_hours, scrapped_qty,
    subcontract_amount) ON work_order_operation TO millrace_receipt;
GRANT SELECT (item, line, order_qty, plant_id, qty, unit_cost, work_order), INSERT ON work_order_output TO
    millrace_receipt;
GRANT INSERT (amount, item, layer, order_id, order_line, posted_seq, qty) ON fifo_take TO millrace_receipt_copy;
GRANT INSERT (amount, counted, document, document_lines, effective_on, item, kind, location, lot, on_hand, operation,
    order_id, order_kind, order_line, owner, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_receipt_copy;
GRANT INSERT (asked_by, device, field, key, message, method, object, reply, request_hash, status) ON posting_key TO
    millrace_receipt_copy;

-- cost
GRANT SELECT, INSERT, UPDATE (account), DELETE ON account TO millrace_cost;
GRANT SELECT, INSERT (closed_by, closing, month, plant_id, stock, wip), UPDATE (reopen_asked_by, reopened_at,
    reopened_by) ON accounting_month TO millrace_cost;
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_cost;
GRANT SELECT ON bom TO millrace_cost;
GRANT SELECT, INSERT, UPDATE ON bom_gate TO millrace_cost;
GRANT SELECT ON calendar TO millrace_cost;
GRANT SELECT (changed_by, cost_version, costed_on, effective_on, frozen_by, made_by, marked_on, note, plant_id,
    prices, reached, release_no, released_by, reverted_by, revision, state), INSERT (changed_by, cost_version,
    costed_on, effective_on, frozen_by, made_by, marked_on, note, plant_id, prices, reached, release_no, released_by,
    reverted_by, revision, state), UPDATE (changed_by, costed_on, effective_on, frozen_by, marked_on, note, prices,
    reached, release_no, released_by, reverted_by, revision, state) ON cost_version TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (value), DELETE ON cost_version_fact TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (labor, lower_levels, machine, material, overhead, subcontract, this_level, total),
    DELETE ON cost_version_item TO millrace_cost;
GRANT INSERT ON event_log TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (amount_left, qty_left, remains) ON fifo_layer TO millrace_cost;
GRANT SELECT, INSERT ON fifo_take TO millrace_cost;
GRANT SELECT (customer, days, due, item, plant_id, qty, reference, segment) ON forecast TO millrace_cost;
GRANT SELECT (amount, basis, blocked_for, decided_by, effective_on, entered_by, invoice, kind, number, plant_id,
    reversal, reversed_by, state, supplier), INSERT (amount, basis, blocked_for, effective_on, entered_by, invoice,
    kind, number, plant_id, state, supplier), UPDATE (decided_by, effective_on, reversal, reversed_by, state) ON
    invoice TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (amount, qty) ON invoice_line TO millrace_cost;
GRANT SELECT, UPDATE (unit_cost) ON item TO millrace_cost;
GRANT SELECT (before, cost, cost_version, item, plant_id, posted_seq, release_no, reverted), INSERT (before, cost,
    cost_version, effective_on, item, plant_id, posted_seq, release_no), UPDATE (reverted) ON item_standard TO
    millrace_cost;
GRANT SELECT, INSERT (amount, depth, effective_on, item, layer, pieces, plant_id, posted_seq, source, work_order),
    UPDATE (done, followed) ON late_cost TO millrace_cost;
GRANT SELECT (amount, counted, document, effective_on, item, kind, lot, on_hand, operation, order_id, order_kind,
    order_line, plant_id, posted_seq, qty, reason, reverses, value, variance, wip), INSERT ON ledger_line TO
    millrace_cost;
GRANT SELECT (active, location, plant_id) ON location TO millrace_cost;
GRANT SELECT, INSERT ON lot TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (qty) ON lot_link TO millrace_cost;
GRANT INSERT (change_seq, changed_by, file, new_row, object, old_row, place, plant_id) ON master_change TO
    millrace_cost;
GRANT SELECT ON order_cost TO millrace_cost;
GRANT SELECT, INSERT ON order_variance TO millrace_cost;
GRANT SELECT (due, item, operation, plant_id, qty, reference, segment) ON other_component TO millrace_cost;
GRANT SELECT (due, firm, item, kind, plant_id, qty, reference, segment, start) ON other_supply TO millrace_cost;
GRANT SELECT ON partner TO millrace_cost;
GRANT SELECT, INSERT ON payable TO millrace_cost;
GRANT SELECT (accepted_seq, due, item, need, planned_order_id, plant_id, price, purchase_qty, qty, segment, start,
    start_qty, supplier, type), UPDATE (accepted_seq) ON planned_order TO millrace_cost;
GRANT SELECT (calendar, currency, date_style, horizon_days, main_location, name, plan_start, plant_id,
    reschedule_days, time_zone), UPDATE (master_seq) ON plant TO millrace_cost;
GRANT SELECT (approve_above, document_seq, event_seq, invoice_tolerance_amount, invoice_tolerance_pct, line_seq,
    open_from, plant_id, unplanned_issue, variance_alarm_amount, variance_alarm_pct), UPDATE (approve_above,
    document_seq, event_seq, invoice_tolerance_amount, invoice_tolerance_pct, line_seq, open_from, unplanned_issue,
    variance_alarm_amount, variance_alarm_pct) ON plant_seq TO millrace_cost;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_cost;
GRANT SELECT (plant_id, purchase_order, source_plant, state, supplier), INSERT (approve_above, made_by, plant_id,
    purchase_order, source_plant, state, supplier, value), UPDATE (plant_id) ON purchase_order TO millrace_cost;
GRANT SELECT, INSERT (due, item, line, plant_id, price, purchase_order, qty, received_qty, segment), UPDATE
    (invoiced_qty, received_qty) ON purchase_order_line TO millrace_cost;
GRANT SELECT ON rate TO millrace_cost;
GRANT SELECT ON routing TO millrace_cost;
GRANT SELECT ON safety_stock TO millrace_cost;
GRANT SELECT (customer, plant_id, sales_order, state, to_plant), INSERT (customer, made_by, plant_id, sales_order,
    state, to_plant), UPDATE (plant_id) ON sales_order TO millrace_cost;
GRANT SELECT, INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_qty), UPDATE
    (shipped_qty) ON sales_order_line TO millrace_cost;
GRANT SELECT, INSERT (item, location, lot, owner, plant_id, segment, status), UPDATE (frozen_by, may_be_negative,
    qty) ON stock_balance TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (qty, value) ON stock_close TO millrace_cost;
GRANT SELECT, INSERT (approve_above, book_seq, created_by, document, effective_on, frozen, kind, location, plant_id,
    reason, state, to_location, value), UPDATE (decided_at, decided_by, state, value) ON stock_document TO
    millrace_cost;
GRANT SELECT, INSERT, UPDATE (counted_at, done, qty) ON stock_document_line TO millrace_cost;
GRANT SELECT, UPDATE (backflush, inspect, last_cost, moved_on, on_hand, over_issue_pct, over_issue_qty,
    over_receipt_pct, value) ON stock_item TO millrace_cost;
GRANT SELECT ON supplier TO millrace_cost;
GRANT SELECT ON unit TO millrace_cost;
GRANT SELECT (note, noted_by, plant_id, posted_seq, raised_at, standard, variance, work_order), INSERT (plant_id,
    posted_seq, standard, variance, work_order), UPDATE (note, noted_at, noted_by) ON variance_alarm TO millrace_cost;
GRANT SELECT ON work_center TO millrace_cost;
GRANT SELECT, INSERT (due_on, good_qty, item, kind, plant_id, qty, segment, start_on, state, work_order), UPDATE
    (closed_on, good_qty, planned_cost, qty, received_qty, released_on, scrapped_qty, state, wip) ON work_order TO
    millrace_cost;
GRANT INSERT (after, before, changed_by, document, effective_on, item, line, order_line, plant_id, reason, what,
    work_order) ON work_order_change TO millrace_cost;
GRANT SELECT, INSERT, UPDATE (issued_amount, issued_qty, required_qty, reserved_qty, reserves, returned_qty) ON
    work_order_component TO millrace_cost;
GRANT SELECT, INSERT (good_qty, labor_amount, labor_rate, line, machine_amount, machine_rate, operation,
    overhead_amount, overhead_basis, overhead_rate, parallel_group, planned_hours, plant_id, reported_hours,
    scrapped_qty, subcontract_amount, subcontract_price, supplier, work_center, work_order), UPDATE (billed_amount,
    billed_qty, good_qty, labor_amount, machine_amount, overhead_amount, reported_hours, scrapped_qty,
    subcontract_amount) ON work_order_operation TO millrace_cost;
GRANT INSERT ON work_order_output TO millrace_cost;
GRANT INSERT ON cost_version_item TO millrace_cost_copy;
GRANT INSERT (amount, item, layer, order_id, order_line, posted_seq, qty) ON fifo_take TO millrace_cost_copy;
GRANT INSERT (amount, counted, document, document_lines, effective_on, item, kind, location, lot, on_hand, operation,
    order_id, order_kind, order_line, owner, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_cost_copy;
GRANT INSERT (asked_by, device, field, key, message, method, object, reply, request_hash, status) ON posting_key TO
    millrace_cost_copy;

-- inventory
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_inventory;
GRANT SELECT (active, badge, login) ON app_user TO millrace_inventory;
GRANT INSERT ON event_log TO millrace_inventory;
GRANT SELECT, INSERT, UPDATE (amount_left, qty_left, remains) ON fifo_layer TO millrace_inventory;
GRANT SELECT, INSERT ON fifo_take TO millrace_inventory;
GRANT SELECT (allow_negative, decimals, item, name, plant_id, shelf_life_days, tracking, type, unit_cost, uom,
    valuation) ON item TO millrace_inventory;
GRANT INSERT (amount, depth, effective_on, item, layer, pieces, plant_id, posted_seq, source, work_order) ON
    late_cost TO millrace_inventory;
GRANT SELECT, INSERT ON ledger_line TO millrace_inventory;
GRANT SELECT, INSERT, UPDATE (active, name, work_center) ON location TO millrace_inventory;
GRANT SELECT, INSERT ON lot TO millrace_inventory;
GRANT SELECT, INSERT, UPDATE (qty) ON lot_link TO millrace_inventory;
GRANT SELECT (accepted_seq, due, item, need, planned_order_id, plant_id, price, purchase_qty, qty, segment, start,
    start_qty, supplier, type), UPDATE (accepted_seq) ON planned_order TO millrace_inventory;
GRANT SELECT (main_location, plant_id, time_zone) ON plant TO millrace_inventory;
GRANT SELECT (approve_above, document_seq, event_seq, line_seq, open_from, plant_id, unplanned_issue), UPDATE
    (approve_above, document_seq, event_seq, line_seq, unplanned_issue) ON plant_seq TO millrace_inventory;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_inventory;
GRANT SELECT (plant_id, purchase_order, source_plant, state, supplier), INSERT (approve_above, made_by, plant_id,
    purchase_order, source_plant, state, supplier, value), UPDATE (plant_id) ON purchase_order TO millrace_inventory;
GRANT SELECT, INSERT (due, item, line, plant_id, price, purchase_order, qty, received_qty, segment), UPDATE
    (invoiced_qty, received_qty) ON purchase_order_line TO millrace_inventory;
GRANT SELECT (customer, plant_id, sales_order, state, to_plant), INSERT (customer, made_by, plant_id, sales_order,
    state, to_plant), UPDATE (plant_id) ON sales_order TO millrace_inventory;
GRANT SELECT, INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_qty), UPDATE
    (shipped_qty) ON sales_order_line TO millrace_inventory;
GRANT SELECT, INSERT (item, location, lot, owner, plant_id, segment, status), UPDATE (frozen_by, may_be_negative,
    qty) ON stock_balance TO millrace_inventory;
GRANT SELECT, INSERT, UPDATE (qty, value) ON stock_close TO millrace_inventory;
GRANT SELECT, INSERT (approve_above, book_seq, created_by, document, effective_on, frozen, kind, location, plant_id,
    reason, state, to_location, value), UPDATE (decided_at, decided_by, state, value) ON stock_document TO
    millrace_inventory;
GRANT SELECT, INSERT, UPDATE (counted_at, done, qty) ON stock_document_line TO millrace_inventory;
GRANT SELECT, UPDATE (backflush, inspect, last_cost, moved_on, on_hand, over_issue_pct, over_issue_qty,
    over_receipt_pct, value) ON stock_item TO millrace_inventory;
GRANT SELECT (login, plant) ON user_role TO millrace_inventory;
GRANT SELECT (plant_id, work_center) ON work_center TO millrace_inventory;
GRANT SELECT, INSERT (due_on, good_qty, item, kind, plant_id, qty, segment, start_on, state, work_order), UPDATE
    (closed_on, good_qty, planned_cost, qty, received_qty, released_on, scrapped_qty, state, wip) ON work_order TO
    millrace_inventory;
GRANT INSERT (after, before, changed_by, document, effective_on, item, line, order_line, plant_id, reason, what,
    work_order) ON work_order_change TO millrace_inventory;
GRANT SELECT, INSERT, UPDATE (issued_amount, issued_qty, required_qty, reserved_qty, reserves, returned_qty) ON
    work_order_component TO millrace_inventory;
GRANT SELECT, INSERT (good_qty, labor_amount, labor_rate, line, machine_amount, machine_rate, operation,
    overhead_amount, overhead_basis, overhead_rate, parallel_group, planned_hours, plant_id, reported_hours,
    scrapped_qty, subcontract_amount, subcontract_price, supplier, work_center, work_order), UPDATE (billed_amount,
    billed_qty, good_qty, labor_amount, machine_amount, overhead_amount, reported_hours, scrapped_qty,
    subcontract_amount) ON work_order_operation TO millrace_inventory;
GRANT INSERT ON work_order_output TO millrace_inventory;
GRANT INSERT (amount, item, layer, order_id, order_line, posted_seq, qty) ON fifo_take TO millrace_inventory_copy;
GRANT INSERT (amount, counted, document, document_lines, effective_on, item, kind, location, lot, on_hand, operation,
    order_id, order_kind, order_line, owner, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_inventory_copy;
GRANT INSERT (asked_by, device, field, key, message, method, object, reply, request_hash, status) ON posting_key TO
    millrace_inventory_copy;

-- order
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_order;
GRANT SELECT (event_seq, kind, object_id, plant_id, row_seq) ON event TO millrace_order;
GRANT SELECT, INSERT ON event_log TO millrace_order;
GRANT SELECT, INSERT, UPDATE (amount_left, qty_left, remains) ON fifo_layer TO millrace_order;
GRANT SELECT, INSERT ON fifo_take TO millrace_order;
GRANT SELECT, INSERT, UPDATE (customer, days, due, item, qty, reference, segment), DELETE ON forecast TO
    millrace_order;
GRANT SELECT (active, allow_negative, decimals, item, lead_time_days, plant_id, shelf_life_days, source_plant,
    tracking, type, unit_cost, uom, valuation, yield_pct) ON item TO millrace_order;
GRANT INSERT (amount, depth, effective_on, item, layer, pieces, plant_id, posted_seq, source, work_order) ON
    late_cost TO millrace_order;
GRANT SELECT (effective_on, item, kind, order_id, order_kind, plant_id, posted_seq, qty), INSERT ON ledger_line TO
    millrace_order;
GRANT SELECT (active, location, plant_id) ON location TO millrace_order;
GRANT SELECT, INSERT ON lot TO millrace_order;
GRANT SELECT, INSERT, UPDATE (qty) ON lot_link TO millrace_order;
GRANT SELECT, INSERT (after, before, changed_by, event_seq, kind, line, order_id, place, plant_id, reason, what) ON
    order_change TO millrace_order;
GRANT SELECT (accepted_seq, due, item, need, planned_order_id, plant_id, price, purchase_qty, qty, segment, start,
    start_qty, supplier, type), UPDATE (accepted_seq) ON planned_order TO millrace_order;
GRANT SELECT (main_location, plan_start, plant_id, time_zone) ON plant TO millrace_order;
GRANT SELECT (approve_above, document_seq, event_seq, line_seq, open_from, plant_id, purchase_approve_above,
    unplanned_issue), UPDATE (approve_above, document_seq, event_seq, line_seq, purchase_approve_above,
    unplanned_issue) ON plant_seq TO millrace_order;
GRANT SELECT (asked_by, device, field, key, message, plant_id, reply, request_hash, status), INSERT (asked_by,
    device, field, key, message, method, object, plant_id, reply, request_hash, status) ON posting_key TO
    millrace_order;
GRANT SELECT, INSERT (approve_above, made_by, plant_id, purchase_order, source_plant, state, supplier, value), UPDATE
    (approve_above, approved_by, made_by, state, value, version) ON purchase_order TO millrace_order;
GRANT SELECT, INSERT (due, item, line, plant_id, price, purchase_order, qty, received_qty, segment), UPDATE (due,
    invoiced_qty, price, qty, received_qty) ON purchase_order_line TO millrace_order;
GRANT SELECT, INSERT (customer, made_by, plant_id, sales_order, state, to_plant), UPDATE (made_by, state, version) ON
    sales_order TO millrace_order;
GRANT SELECT, INSERT (due, item, line, plant_id, price, priority, qty, sales_order, segment, shipped_qty), UPDATE
    (due, price, priority, promise_limit, promised_by, promised_on, qty, shipped_qty) ON sales_order_line TO
    millrace_order;
GRANT SELECT, INSERT (item, location, lot, owner, plant_id, segment, status), UPDATE (frozen_by, may_be_negative,
    qty) ON stock_balance TO millrace_order;
GRANT SELECT, INSERT, UPDATE (qty, value) ON stock_close TO millrace_order;
GRANT SELECT, INSERT (approve_above, book_seq, created_by, document, effective_on, frozen, kind, location, plant_id,
    reason, state, to_location, value), UPDATE (decided_at, decided_by, state, value) ON stock_document TO
    millrace_order;
GRANT SELECT, INSERT, UPDATE (counted_at, done, qty) ON stock_document_line TO millrace_order;
GRANT SELECT, UPDATE (backflush, inspect, last_cost, moved_on, on_hand, over_issue_pct, over_issue_qty,
    over_receipt_pct, value) ON stock_item TO millrace_order;
GRANT SELECT, INSERT, UPDATE (event_seq) ON transfer_cursor TO millrace_order;
GRANT SELECT, INSERT (due_on, good_qty, item, kind, plant_id, qty, segment, start_on, state, work_order), UPDATE
    (closed_on, due_on, good_qty, planned_cost, qty, received_qty, released_on, scrapped_qty, start_on, state, wip)
    ON work_order TO millrace_order;
GRANT INSERT (after, before, changed_by, document, effective_on, item, line, order_line, plant_id, reason, what,
    work_order) ON work_order_change TO millrace_order;
GRANT SELECT, INSERT, UPDATE (due_on, issued_amount, issued_qty, required_qty, reserved_qty, reserves, returned_qty)
    ON work_order_component TO millrace_order;
GRANT SELECT, INSERT (good_qty, labor_amount, labor_rate, line, machine_amount, machine_rate, operation,
    overhead_amount, overhead_basis, overhead_rate, parallel_group, planned_hours, plant_id, reported_hours,
    scrapped_qty, subcontract_amount, subcontract_price, supplier, work_center, work_order), UPDATE (billed_amount,
    billed_qty, good_qty, labor_amount, machine_amount, overhead_amount, reported_hours, scrapped_qty,
    subcontract_amount) ON work_order_operation TO millrace_order;
GRANT INSERT ON work_order_output TO millrace_order;
GRANT INSERT (amount, item, layer, order_id, order_line, posted_seq, qty) ON fifo_take TO millrace_order_copy;
GRANT INSERT (amount, counted, document, document_lines, effective_on, item, kind, location, lot, on_hand, operation,
    order_id, order_kind, order_line, owner, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_order_copy;
GRANT INSERT (asked_by, device, field, key, message, method, object, reply, request_hash, status) ON posting_key TO
    millrace_order_copy;

-- relay
GRANT SELECT, INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_relay;
GRANT SELECT, INSERT (plant_id), UPDATE (hash, row_count, seal_no, sealed_at) ON audit_head TO millrace_relay;
GRANT SELECT, INSERT ON audit_seal TO millrace_relay;
GRANT SELECT ON engineering_change_step TO millrace_relay;
GRANT SELECT (body, event_seq, plant_id, row_seq) ON event TO millrace_relay;
GRANT SELECT, INSERT ON event_log TO millrace_relay;
GRANT SELECT (amount, counted, document, effective_on, item, kind, location, lot, on_hand, operation, order_id,
    order_kind, order_line, owner, plant_id, posted_at, posted_by, posted_seq, qty, reason, reverses, segment,
    status, value, variance, wip) ON ledger_line TO millrace_relay;
GRANT SELECT ON master_change TO millrace_relay;
GRANT SELECT ON order_change TO millrace_relay;
GRANT SELECT (plant_id) ON plant TO millrace_relay;
GRANT SELECT (event_seq, line_seq, plant_id), UPDATE (event_seq) ON plant_seq TO millrace_relay;
GRANT SELECT, INSERT (asked_by, device, field, key, message, method, object, plant_id, reply, request_hash, status)
    ON posting_key TO millrace_relay;
GRANT SELECT, INSERT, UPDATE (published_seq) ON relay_state TO millrace_relay;
GRANT SELECT (active, allow_private, cursor_seq, failures, kinds, last_error, made_by, next_at, plant_id, secret,
    tries, url, webhook), INSERT (allow_private, cursor_seq, kinds, made_by, plant_id, secret, tries, url, webhook),
    UPDATE (active, cursor_seq, failures, last_error, next_at), DELETE ON webhook TO millrace_relay;
GRANT SELECT, INSERT (error, event_seq, plant_id, webhook), UPDATE (dead_at, error, redeliver_at), DELETE ON
    webhook_dead TO millrace_relay;
GRANT SELECT ON work_order_change TO millrace_relay;

-- gateway
GRANT INSERT (act_id, acted_by, address, after, before, device, method, object, plant_id, status) ON act TO
    millrace_gateway;
GRANT SELECT, INSERT (expires_at, login, name, token_hash, token_id), UPDATE (revoked_at) ON api_token TO
    millrace_gateway;
GRANT SELECT (active, badge, login, password_hash, pin_failures, pin_hash), INSERT (active, login, password_hash),
    UPDATE (active, badge, password_hash, pin_failures, pin_hash) ON app_user TO millrace_gateway;
GRANT SELECT, INSERT (device_hash, device_id, enrolled_by, name, plant, work_centers), UPDATE (revoked_at) ON device
    TO millrace_gateway;
GRANT SELECT (body, event_seq, kind, plant_id, row_seq) ON event TO millrace_gateway;
GRANT SELECT ON event_log TO millrace_gateway;
GRANT SELECT (currency, name, plant_id, time_zone) ON plant TO millrace_gateway;
GRANT SELECT (event_seq, plant_id) ON plant_seq TO millrace_gateway;
GRANT SELECT, INSERT, UPDATE (view), DELETE ON saved_view TO millrace_gateway;
GRANT SELECT (by_badge, confirmed_at, device_id, expires_at, login, seen_at, session_hash), INSERT (by_badge,
    confirmed_at, device_id, expires_at, login, session_hash), UPDATE (confirmed_at, seen_at), DELETE ON session TO
    millrace_gateway;
GRANT SELECT, INSERT ON token_role TO millrace_gateway;
GRANT SELECT, INSERT, DELETE ON user_role TO millrace_gateway;
