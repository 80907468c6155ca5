-- Co- and by-products are frozen for the quantity that was released; of what the order is for now they are due in
-- proportion (a split, a merge, another quantity).
ALTER TABLE work_order_output ADD COLUMN order_qty numeric(18,6) NOT NULL DEFAULT 1;
UPDATE work_order_output o SET order_qty = w.qty FROM work_order w
WHERE w.plant_id = o.plant_id AND w.work_order = o.work_order;
