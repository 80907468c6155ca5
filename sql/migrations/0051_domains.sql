-- What a single column may hold is a domain's to say, in the tables that each batch of postings writes.  A CHECK of a table
-- is read anew from its text by every statement that writes a row, whatever it writes: a fifth of the work of a batch of
-- one.  A domain's is kept, and asked only where the column is written.  What compares columns stays a CHECK of its table.
-- No table is written anew: a domain gets its CHECK after the columns have their type, and finds it kept.

CREATE DOMAIN qty_not_negative AS numeric(18,6);        -- a percentage too
CREATE DOMAIN qty_above_zero AS numeric(18,6);
CREATE DOMAIN amount_not_negative AS numeric(18,4);
CREATE DOMAIN ledger_kind AS text;
CREATE DOMAIN stock_status AS text;
CREATE DOMAIN work_order_kind AS text;
CREATE DOMAIN work_order_state AS text;

ALTER TABLE plant_seq
    DROP CONSTRAINT plant_seq_approve_above_check,
    DROP CONSTRAINT plant_seq_purchase_approve_above_check,
    DROP CONSTRAINT plant_seq_invoice_tolerance_pct_check,
    DROP CONSTRAINT plant_seq_invoice_tolerance_amount_check,
    DROP CONSTRAINT plant_seq_variance_alarm_pct_check,
    DROP CONSTRAINT plant_seq_variance_alarm_amount_check,
    ALTER approve_above TYPE amount_not_negative,
    ALTER purchase_approve_above TYPE amount_not_negative,
    ALTER invoice_tolerance_pct TYPE qty_not_negative,
    ALTER invoice_tolerance_amount TYPE amount_not_negative,
    ALTER variance_alarm_pct TYPE qty_not_negative,
    ALTER variance_alarm_amount TYPE amount_not_negative;

ALTER TABLE stock_item
    DROP CONSTRAINT stock_item_over_issue_pct_check,
    DROP CONSTRAINT stock_item_over_issue_qty_check,
    DROP CONSTRAINT stock_item_over_receipt_pct_check,
    ALTER over_issue_pct TYPE qty_not_negative,
    ALTER over_issue_qty TYPE qty_not_negative,
    ALTER over_receipt_pct TYPE qty_not_negative;

ALTER TABLE stock_balance
    DROP CONSTRAINT stock_balance_status_check,
    ALTER status TYPE stock_status;

ALTER TABLE ledger_line
    DROP CONSTRAINT ledger_line_kind_check,
    ALTER kind TYPE ledger_kind;

ALTER TABLE work_order
    DROP CONSTRAINT work_order_kind_check,
    DROP CONSTRAINT work_order_state_check,
    DROP CONSTRAINT work_order_qty_check,
    DROP CONSTRAINT work_order_received_not_negative,
    DROP CONSTRAINT work_order_scrapped_not_negative,
    ALTER kind TYPE work_order_kind,
    ALTER state TYPE work_order_state,
    ALTER qty TYPE qty_above_zero,
    ALTER received_qty TYPE qty_not_negative,
    ALTER scrapped_qty TYPE qty_not_negative;

ALTER TABLE work_order_component
    DROP CONSTRAINT component_issued_not_negative,
    DROP CONSTRAINT work_order_component_required_qty_check,
    ALTER issued_qty TYPE qty_not_negative,
    ALTER required_qty TYPE qty_not_negative;

ALTER TABLE work_order_operation
    DROP CONSTRAINT operation_good_not_negative,
    DROP CONSTRAINT operation_scrapped_not_negative,
    DROP CONSTRAINT operation_subcontract_not_negative,
    ALTER good_qty TYPE qty_not_negative,
    ALTER scrapped_qty TYPE qty_not_negative,
    ALTER subcontract_amount TYPE amount_not_negative;

ALTER DOMAIN qty_not_negative ADD CHECK (VALUE >= 0);
ALTER DOMAIN qty_above_zero ADD CHECK (VALUE > 0);
ALTER DOMAIN amount_not_negative ADD CHECK (VALUE >= 0);
ALTER DOMAIN ledger_kind ADD CHECK (VALUE IN ('issue', 'return', 'receipt', 'scrap', 'operation', 'settlement',
    'purchase_receipt', 'shipment', 'adjustment', 'opening', 'correction', 'transfer', 'status', 'supplier_return',
    'customer_return', 'count', 'invoice', 'late_cost', 'revaluation'));
ALTER DOMAIN stock_status ADD CHECK (VALUE IN ('available', 'inspection', 'blocked', 'in_transit'));
ALTER DOMAIN work_order_kind ADD CHECK (VALUE IN ('make', 'rework', 'unbuild'));
ALTER DOMAIN work_order_state ADD CHECK (VALUE IN ('firm', 'released', 'in_progress', 'completed', 'closed', 'held',
    'cancelled'));
