-- Which of the optional columns of items and bills say something other than their default: bit n for the n-th name in
-- empty_columns().  A plant of a million items that leaves most of them empty is read in half the time without them.
-- A new column that plans or costs read is kept until it is named in both places.
CREATE FUNCTION bom_filled(l bom) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN l.per_qty <> 1 THEN 1 ELSE 0 END
     | CASE WHEN l.uom IS NOT NULL THEN 1 << 1 ELSE 0 END
     | CASE WHEN l.qty_fixed THEN 1 << 2 ELSE 0 END
     | CASE WHEN l.pieces <> 1 THEN 1 << 3 ELSE 0 END
     | CASE WHEN l.scrap_pct <> 0 THEN 1 << 4 ELSE 0 END
     | CASE WHEN l.kind <> 'component' THEN 1 << 5 ELSE 0 END
     | CASE WHEN l.cost_share_pct IS NOT NULL THEN 1 << 6 ELSE 0 END
     | CASE WHEN l.operation IS NOT NULL THEN 1 << 7 ELSE 0 END
     | CASE WHEN l.revision IS NOT NULL THEN 1 << 8 ELSE 0 END
     | CASE WHEN l.alternative IS NOT NULL THEN 1 << 9 ELSE 0 END
     | CASE WHEN l.alternative_priority <> 0 THEN 1 << 10 ELSE 0 END
     | CASE WHEN l.valid_from IS NOT NULL THEN 1 << 11 ELSE 0 END
     | CASE WHEN l.valid_to IS NOT NULL THEN 1 << 12 ELSE 0 END
     | CASE WHEN l.substitute_group IS NOT NULL THEN 1 << 13 ELSE 0 END
     | CASE WHEN l.substitute_priority <> 0 THEN 1 << 14 ELSE 0 END
     | CASE WHEN l.mix_pct IS NOT NULL THEN 1 << 15 ELSE 0 END
     | CASE WHEN l.lot_from <> 0 THEN 1 << 16 ELSE 0 END
     | CASE WHEN l.lot_to IS NOT NULL THEN 1 << 17 ELSE 0 END
     | CASE WHEN l.offset_days IS NOT NULL THEN 1 << 18 ELSE 0 END
     | CASE WHEN l.position IS NOT NULL THEN 1 << 19 ELSE 0 END;

CREATE FUNCTION item_filled(i item) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN i.name IS NOT NULL THEN 1 ELSE 0 END
     | CASE WHEN i.uom IS NOT NULL THEN 1 << 1 ELSE 0 END
     | CASE WHEN i.lead_time_per_unit_days <> 0 THEN 1 << 2 ELSE 0 END
     | CASE WHEN i.safety_stock <> 0 THEN 1 << 3 ELSE 0 END
     | CASE WHEN i.safety_days <> 0 THEN 1 << 4 ELSE 0 END
     | CASE WHEN i.lot_rule <> 'L4L' THEN 1 << 5 ELSE 0 END
     | CASE WHEN i.lot_qty IS NOT NULL THEN 1 << 6 ELSE 0 END
     | CASE WHEN i.lot_min IS NOT NULL THEN 1 << 7 ELSE 0 END
     | CASE WHEN i.lot_max IS NOT NULL THEN 1 << 8 ELSE 0 END
     | CASE WHEN i.lot_multiple IS NOT NULL THEN 1 << 9 ELSE 0 END
     | CASE WHEN i.lot_periods IS NOT NULL THEN 1 << 10 ELSE 0 END
     | CASE WHEN i.foq_mode <> 'multiple' THEN 1 << 11 ELSE 0 END
     | CASE WHEN i.reorder_point IS NOT NULL THEN 1 << 12 ELSE 0 END
     | CASE WHEN i.stock_min IS NOT NULL THEN 1 << 13 ELSE 0 END
     | CASE WHEN i.stock_max IS NOT NULL THEN 1 << 14 ELSE 0 END
     | CASE WHEN i.ppb_look <> 'none' THEN 1 << 15 ELSE 0 END
     | CASE WHEN i.costing_lot_qty <> 1 THEN 1 << 16 ELSE 0 END
     | CASE WHEN i.segment_policy <> 'collective' THEN 1 << 17 ELSE 0 END
     | CASE WHEN i.source_plant IS NOT NULL THEN 1 << 18 ELSE 0 END
     | CASE WHEN i.forecast_back_days <> 0 THEN 1 << 19 ELSE 0 END
     | CASE WHEN i.forecast_forward_days <> 0 THEN 1 << 20 ELSE 0 END
     | CASE WHEN i.order_cost IS NOT NULL THEN 1 << 21 ELSE 0 END
     | CASE WHEN i.holding_cost IS NOT NULL THEN 1 << 22 ELSE 0 END
     | CASE WHEN i.yield_pct <> 100 THEN 1 << 23 ELSE 0 END
     | CASE WHEN i.planning_fence_days <> 0 THEN 1 << 24 ELSE 0 END
     | CASE WHEN i.demand_fence_days <> 0 THEN 1 << 25 ELSE 0 END
     | CASE WHEN i.reschedule_days IS NOT NULL THEN 1 << 26 ELSE 0 END
     | CASE WHEN i.min_days <> 0 THEN 1 << 27 ELSE 0 END
     | CASE WHEN i.min_quantity <> 0 THEN 1 << 28 ELSE 0 END
     | CASE WHEN i.class IS NOT NULL THEN 1 << 29 ELSE 0 END;

CREATE INDEX bom_filled ON bom (plant_id, bom_filled(bom.*)) WHERE bom_filled(bom.*) <> 0;
CREATE INDEX item_filled ON item (plant_id, item_filled(item.*)) WHERE item_filled(item.*) <> 0;

-- Of the plant that the connection has set.  It steps from one number to the next in the index, of which a plant has a
-- few; as its owner, because below a policy an index is used only for comparisons that are marked leakproof.
CREATE FUNCTION empty_columns() RETURNS TABLE (file text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    WITH RECURSIVE plant AS (SELECT current_setting('millrace.plant_id') AS plant_id),
    line (filled) AS (
        (SELECT bom_filled(b) FROM bom b WHERE plant_id = (SELECT plant_id FROM plant) AND bom_filled(b) <> 0
         ORDER BY bom_filled(b) LIMIT 1)
        UNION ALL
        SELECT (SELECT bom_filled(b) FROM bom b WHERE plant_id = (SELECT plant_id FROM plant) AND bom_filled(b) <> 0
                AND bom_filled(b) > line.filled ORDER BY bom_filled(b) LIMIT 1)
        FROM line WHERE line.filled IS NOT NULL),
    master (filled) AS (
        (SELECT item_filled(i) FROM item i WHERE plant_id = (SELECT plant_id FROM plant) AND item_filled(i) <> 0
         ORDER BY item_filled(i) LIMIT 1)
        UNION ALL
        SELECT (SELECT item_filled(i) FROM item i WHERE plant_id = (SELECT plant_id FROM plant) AND item_filled(i) <> 0
                AND item_filled(i) > master.filled ORDER BY item_filled(i) LIMIT 1)
        FROM master WHERE master.filled IS NOT NULL)
    SELECT 'bom.csv', c.name FROM unnest(ARRAY[
        'per_qty', 'uom', 'qty_fixed', 'pieces', 'scrap_pct', 'kind', 'cost_share_pct', 'operation', 'revision',
        'alternative', 'alternative_priority', 'valid_from', 'valid_to', 'substitute_group', 'substitute_priority',
        'mix_pct', 'lot_from', 'lot_to', 'offset_days', 'position']) WITH ORDINALITY AS c (name, n)
    WHERE coalesce((SELECT bit_or(filled) FROM line), 0) & (1 << (c.n::integer - 1)) = 0
    UNION ALL
    SELECT 'items.csv', c.name FROM unnest(ARRAY[
        'name', 'uom', 'lead_time_per_unit_days', 'safety_stock', 'safety_days', 'lot_rule', 'lot_qty', 'lot_min',
        'lot_max', 'lot_multiple', 'lot_periods', 'foq_mode', 'reorder_point', 'stock_min', 'stock_max', 'ppb_look',
        'costing_lot_qty', 'segment_policy', 'source_plant', 'forecast_back_days', 'forecast_forward_days',
        'order_cost', 'holding_cost', 'yield_pct', 'planning_fence_days', 'demand_fence_days', 'reschedule_days',
        'min_days', 'min_quantity', 'class']) WITH ORDINALITY AS c (name, n)
    WHERE coalesce((SELECT bit_or(filled) FROM master), 0) & (1 << (c.n::integer - 1)) = 0;
END;
