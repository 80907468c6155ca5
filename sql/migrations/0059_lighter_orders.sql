-- What an update of an order's component pays for its foreign keys (see 0054): both references are true by construction.
-- A component is made with its order, or later under the order's lock; its item was read for it, or checked by the import;
-- no service may delete an order or an item.  sql/audit/ledger_references.sql looks for breaches.
ALTER TABLE work_order_component
    DROP CONSTRAINT work_order_component_plant_id_work_order_fkey,
    DROP CONSTRAINT work_order_component_plant_id_item_fkey;
