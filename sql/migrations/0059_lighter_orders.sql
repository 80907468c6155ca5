-- What an update of an order's component pays for its foreign keys (see 0054): both references are true by construction.
-- A component is made with its order, or later under the order's lock; its item was read for it, or checked by the import;
-- no service may delete an order or an item.  sql/audit/ledger_references.sql looks for breaches.
ALTER TABLE work_order_component
    DROP CONSTRAINT work_order_component_plant_id_work_order_fkey,
    DROP CONSTRAINT work_order_component_plant_id_item_fkey;

-- Whether a component reserves and a layer remains is written with the quantity that it follows from, and held to it by a
-- CHECK.  For a generated column each row is taken apart and formed a second time.
ALTER TABLE work_order_component
    ALTER reserves DROP EXPRESSION,
    ALTER reserves SET DEFAULT false,
    ADD CONSTRAINT component_reserves_what_is_reserved CHECK (reserves = (reserved_qty > 0));
ALTER TABLE fifo_layer
    ALTER remains DROP EXPRESSION,
    ADD CONSTRAINT layer_remains_while_something_is_left CHECK (remains = (qty_left <> 0));

-- What a batch sends for each row of a work order that it has loaded (see 0055).
CREATE TYPE post_work_order AS (
    place tid, work_order text, state text, received_qty numeric(18,6), scrapped_qty numeric(18,6), planned_cost numeric(18,4),
    wip numeric(18,4), released_on date, closed_on date, qty numeric(18,6), good_qty numeric(18,6));

-- What a batch adds to what orders took and brought of lots: a row a key.
CREATE TYPE post_link AS (order_kind text, order_id text, way text, item text, lot text, qty numeric(18,6));

-- A link is made with lines of its plant (see 0009): sql/audit/lot_links_are_ledger.sql finds one that has none.  It is
-- raised with each issue and return, and finds room for its next version on its own page.
ALTER TABLE lot_link DROP CONSTRAINT lot_link_plant_id_fkey;
ALTER TABLE lot_link SET (fillfactor = 70);

-- Quantities and amounts arrive as what their columns hold: else each is brought to the column's precision once more, by a
-- function, when it is there.
ALTER TYPE post_component
    ALTER ATTRIBUTE issued_qty TYPE numeric(18,6), ALTER ATTRIBUTE returned_qty TYPE numeric(18,6),
    ALTER ATTRIBUTE issued_amount TYPE numeric(18,4), ALTER ATTRIBUTE required_qty TYPE numeric(18,6),
    ALTER ATTRIBUTE reserved_qty TYPE numeric(18,6);
ALTER TYPE post_layer ALTER ATTRIBUTE qty_left TYPE numeric(18,6), ALTER ATTRIBUTE amount_left TYPE numeric(18,4);
ALTER TYPE post_balance ALTER ATTRIBUTE qty TYPE numeric(18,6);
ALTER TYPE post_item
    ALTER ATTRIBUTE on_hand TYPE numeric(18,6), ALTER ATTRIBUTE value TYPE numeric(18,4),
    ALTER ATTRIBUTE last_cost TYPE numeric(18,6);
