-- The plan lives on: what changed is read and written item by item.

CREATE INDEX sales_order_line_item ON sales_order_line (plant_id, item);
CREATE INDEX purchase_order_line_item ON purchase_order_line (plant_id, item);
CREATE INDEX work_order_item ON work_order (plant_id, item);
CREATE INDEX forecast_item ON forecast (plant_id, item);
CREATE INDEX other_supply_item ON other_supply (plant_id, item);
CREATE INDEX other_component_item ON other_component (plant_id, item);
CREATE INDEX planned_order_accepted ON planned_order (plant_id, item) WHERE accepted_seq IS NOT NULL;

-- Messages of an item by its own count; the next plan writes them all again.
DELETE FROM plan_message;
ALTER TABLE plan_message DROP CONSTRAINT plan_message_pkey;
ALTER TABLE plan_message RENAME COLUMN row_no TO message_no;
ALTER TABLE plan_message ADD PRIMARY KEY (plant_id, item, message_no);

-- A digest of an item's suggestions and messages as they were written last: a plan made anew, with the same facts but
-- for a few, compares these and reads nothing else back.
CREATE TABLE plan_item (
    plant_id text NOT NULL,
    item     text NOT NULL,
    digest   bigint NOT NULL,
    PRIMARY KEY (plant_id, item),
    FOREIGN KEY (plant_id, item) REFERENCES item
);
