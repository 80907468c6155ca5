-- What an open work order still needs of stock, and every change of an order after its release.

-- Reserved: what the line still needs (required - issued + returned, not below 0) while its order is released, in
-- progress or held; 0 otherwise.  An item's reserved quantity is the sum over its lines.
ALTER TABLE work_order_component ADD COLUMN reserved_qty numeric(18,6) NOT NULL DEFAULT 0
    CONSTRAINT component_reserved_not_negative CHECK (reserved_qty >= 0);
UPDATE work_order_component c SET reserved_qty = greatest(0, c.required_qty - c.issued_qty + c.returned_qty)
FROM work_order w
WHERE w.plant_id = c.plant_id AND w.work_order = c.work_order AND w.state IN ('released', 'in_progress', 'held');
CREATE INDEX work_order_component_reserved ON work_order_component (plant_id, item)
    WHERE reserved_qty > 0;

-- Append-only: who changed what of an order, when and why; before and after as text.
CREATE TABLE work_order_change (
    plant_id     text NOT NULL,
    document     text NOT NULL,                -- one number for all rows of one command
    line         integer NOT NULL,
    work_order   text NOT NULL,
    what         text NOT NULL CHECK (what IN ('state', 'quantity', 'component', 'split')),
    order_line   integer NOT NULL DEFAULT 0,   -- of a component
    item         text NOT NULL DEFAULT '',
    before       text NOT NULL,                -- '' where there was nothing
    after        text NOT NULL,
    reason       text NOT NULL DEFAULT '',
    effective_on date NOT NULL,
    changed_by   text NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, document, line),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order
);
CREATE INDEX work_order_change_order ON work_order_change (plant_id, work_order, document, line);
