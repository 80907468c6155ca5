-- Operations that a subcontractor does: what each piece that enters costs by the plan, and what was charged so far.
ALTER TABLE work_order_operation ADD COLUMN subcontract_price numeric(18,6) NOT NULL DEFAULT 0;  -- frozen at release
ALTER TABLE work_order_operation ADD COLUMN subcontract_amount numeric(18,4) NOT NULL DEFAULT 0
    CONSTRAINT operation_subcontract_not_negative CHECK (subcontract_amount >= 0);
