-- The days of a work order change as terms of other orders do.
ALTER TABLE order_change DROP CONSTRAINT order_change_kind_check,
    ADD CONSTRAINT order_change_kind_check CHECK (kind IN ('purchase_order', 'sales_order', 'work_order', 'forecast'));
