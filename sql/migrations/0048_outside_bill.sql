-- A bill's line may name an operation that a subcontractor does, in the place of a purchase order's line: matched with the
-- price frozen at release, with the pieces reported, and with what was charged for them and not billed.
ALTER TABLE work_order_operation ADD COLUMN supplier text NOT NULL DEFAULT '';               -- who does it, frozen at release; '' anybody
ALTER TABLE work_order_operation ADD COLUMN billed_qty numeric(18,6) NOT NULL DEFAULT 0;     -- cache: sum of ledger_line.counted of bills
ALTER TABLE work_order_operation ADD COLUMN billed_amount numeric(18,4) NOT NULL DEFAULT 0;  -- cache: sum of payable.amount of these

ALTER TABLE invoice_line ALTER COLUMN purchase_order DROP NOT NULL;
ALTER TABLE invoice_line ADD COLUMN work_order text;  -- then order_line is the operation's
ALTER TABLE invoice_line ADD CONSTRAINT invoice_line_has_one_order CHECK ((purchase_order IS NULL) <> (work_order IS NULL));
ALTER TABLE invoice_line ADD FOREIGN KEY (plant_id, work_order, order_line) REFERENCES work_order_operation;
