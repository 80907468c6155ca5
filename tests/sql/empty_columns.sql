-- Which columns no row of a plant fills: of each column of items and bills, filled in one row, it is told, and that no
-- other is.  Prints nothing when all is well.  Not a *.sh: schema.sh runs it.
BEGIN;
SET LOCAL client_min_messages TO warning;
INSERT INTO plant (plant_id) VALUES ('EMPTY COLUMNS'), ('ANOTHER');
-- A says nothing, B writes the defaults out; another plant fills what it likes.
INSERT INTO item (plant_id, item, type) VALUES ('EMPTY COLUMNS', 'A', 'make');
INSERT INTO item (plant_id, item, type, lead_time_per_unit_days, safety_stock, safety_days, lot_rule, foq_mode, ppb_look,
    costing_lot_qty, segment_policy, forecast_back_days, forecast_forward_days, yield_pct, planning_fence_days,
    demand_fence_days, min_days, min_quantity)
VALUES ('EMPTY COLUMNS', 'B', 'make', 0, 0, 0, 'L4L', 'multiple', 'none', 1, 'collective', 0, 0, 100, 0, 0, 0, 0);
INSERT INTO item (plant_id, item, type, class, lot_qty) VALUES ('ANOTHER', 'A', 'make', 'wire', 5);
INSERT INTO bom (plant_id, row_no, parent, component, qty) VALUES ('EMPTY COLUMNS', 1, 'A', 'B', 2);
INSERT INTO bom (plant_id, row_no, parent, component, qty, per_qty, qty_fixed, pieces, scrap_pct, kind,
    alternative_priority, substitute_priority, lot_from)
VALUES ('EMPTY COLUMNS', 2, 'A', 'B', 3, 1, false, 1, 0, 'component', 0, 0, 0);
SET LOCAL millrace.plant_id TO 'EMPTY COLUMNS';
CREATE TEMPORARY TABLE optional ON COMMIT DROP AS
    SELECT e.file, e.name, c.table_name, CASE c.data_type WHEN 'text' THEN 'x' WHEN 'date' THEN '2030-01-01'
           WHEN 'boolean' THEN 'true' ELSE '7' END AS value
    FROM empty_columns() e
    JOIN information_schema.columns c ON c.column_name = e.name
         AND c.table_name = CASE e.file WHEN 'items.csv' THEN 'item' WHEN 'bom.csv' THEN 'bom' END;
SELECT 'empty at first: ' || count(*) FROM optional HAVING count(*) <> 50;
DO $$
DECLARE
    one record;
    told text;
BEGIN
    FOR one IN SELECT * FROM optional LOOP
        EXECUTE format('UPDATE %I SET %I = %L WHERE plant_id = ''EMPTY COLUMNS'' AND ctid = (SELECT max(ctid) FROM %1$I'
                       ' WHERE plant_id = ''EMPTY COLUMNS'')', one.table_name, one.name, one.value);
        UPDATE item SET reschedule_days = 1 WHERE plant_id = 'EMPTY COLUMNS' AND item = 'A'; -- in another row
        SELECT string_agg(x.name, ' ' ORDER BY x.name) INTO told
        FROM (SELECT file, name FROM optional EXCEPT SELECT * FROM empty_columns()) x;
        IF told <> (SELECT string_agg(DISTINCT x, ' ' ORDER BY x) FROM unnest(ARRAY[one.name, 'reschedule_days']) x) THEN
            RAISE EXCEPTION 'filled are % and reschedule_days, told is %', one.name, told;
        END IF;
        EXECUTE format('UPDATE %I SET %I = NULL WHERE plant_id = ''EMPTY COLUMNS''', one.table_name, one.name);
        UPDATE item SET reschedule_days = NULL WHERE plant_id = 'EMPTY COLUMNS';
    END LOOP;
END $$;
ROLLBACK;
