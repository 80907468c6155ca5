-- Rows of the plan are written over in place: with room left in a page an update stays in it and touches no index.  It
-- counts for pages filled from now on.
ALTER TABLE planned_order SET (fillfactor = 70);
ALTER TABLE plan_message SET (fillfactor = 70);
ALTER TABLE plan_item SET (fillfactor = 70);

-- The planner writes them of items that it has just read, and items are never deleted.  To ask for the item of each row
-- again, and to lock and so to write that item's row, was a third of what a plan's difference cost.
ALTER TABLE planned_order DROP CONSTRAINT planned_order_plant_id_item_fkey;
ALTER TABLE plan_message DROP CONSTRAINT plan_message_plant_id_item_fkey;
ALTER TABLE plan_item DROP CONSTRAINT plan_item_plant_id_item_fkey;
