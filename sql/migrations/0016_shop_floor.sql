-- What the floor reports by pieces, what bills take by themselves, what orders bring beside their product.

ALTER TABLE work_order ADD COLUMN kind text NOT NULL DEFAULT 'make' CHECK (kind IN ('make', 'rework', 'unbuild'));

-- Taken by itself with the report of its operation, or the receipt; from the line-side stock of the work centre if it has one.
ALTER TABLE work_order_component ADD COLUMN backflush boolean NOT NULL DEFAULT false;
ALTER TABLE work_order_component ADD COLUMN line_side text NOT NULL DEFAULT '';

ALTER TABLE work_order_operation ADD COLUMN parallel_group text NOT NULL DEFAULT '';
ALTER TABLE work_order_operation ADD COLUMN good_qty numeric(18,6) NOT NULL DEFAULT 0
    CONSTRAINT operation_good_not_negative CHECK (good_qty >= 0);
ALTER TABLE work_order_operation ADD COLUMN scrapped_qty numeric(18,6) NOT NULL DEFAULT 0
    CONSTRAINT operation_scrapped_not_negative CHECK (scrapped_qty >= 0);

-- The item's own rules; NULL: the common ones.
ALTER TABLE stock_item ADD COLUMN backflush boolean NOT NULL DEFAULT false;
ALTER TABLE stock_item ADD COLUMN over_issue_pct numeric(18,6) CHECK (over_issue_pct >= 0);
ALTER TABLE stock_item ADD COLUMN over_issue_qty numeric(18,6) CHECK (over_issue_qty >= 0);
ALTER TABLE stock_item ADD COLUMN over_receipt_pct numeric(18,6) CHECK (over_receipt_pct >= 0);

-- Co- and by-products, frozen at release.
CREATE TABLE work_order_output (
    plant_id   text NOT NULL,
    work_order text NOT NULL,
    line       integer NOT NULL,
    item       text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('coproduct', 'byproduct')),
    qty        numeric(18,6) NOT NULL,
    unit_cost  numeric(18,6) NOT NULL,          -- at which it leaves the order's work in process
    PRIMARY KEY (plant_id, work_order, line),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order,
    FOREIGN KEY (plant_id, item) REFERENCES item
);
