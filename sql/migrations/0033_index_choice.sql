-- On a new plant the planner, which knows nothing of the tables yet, takes an index that begins with plant_id to be as
-- good as the primary key for any key of the table, and reads the whole plant by it for each row, for as long as the
-- connection keeps the plan.  An index that begins with what it is for cannot be mistaken.
DROP INDEX work_order_component_item;
CREATE INDEX work_order_component_item ON work_order_component (item, plant_id);
DROP INDEX work_order_component_reserved;
CREATE INDEX work_order_component_reserved ON work_order_component (item, plant_id) WHERE reserves;
DROP INDEX lot_link_lot;
CREATE INDEX lot_link_lot ON lot_link (lot, item, way, plant_id);
