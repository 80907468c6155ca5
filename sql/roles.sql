-- Who may do what in the database.  Run by ops/up in one transaction after the migrations, again
-- whenever this file, grants.sql or the list of migrations changes.
--
--   millrace_owner      owns every table, cannot log in; migrations run as it
--   millrace_<service>  one a service; owns nothing, alters nothing, is a member of nothing, and has
--                       what its statements need (grants.sql, made from them) and no more
--   millrace_<service>_copy  what that service becomes for a COPY into tables, which PostgreSQL does
--                       not do under row-level security: exempt from it, and may insert and no more;
--                       a constraint of those tables holds it to the plant instead
--
-- Row-level security: every table of plants shows a service the rows of the plant that its session has
-- as millrace.plant_id (common/io/sql.h sets it), and takes none of another.  What goes over plants has
-- a policy of its own at the end of this file.  The owner is not bound by it: migrations see all.
--
-- Append-only tables stay append-only by that: no statement changes what was posted, so no service
-- may.  tests/sql/grants.py and catalogue.sql hold it.

SET LOCAL client_min_messages = warning;

DO $$
DECLARE
    services constant text[] := ARRAY['bom', 'mrp', 'production', 'receipt', 'cost', 'inventory', 'order', 'relay',
                                      'gateway'];
    service text;
    plant_table record;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'millrace') THEN -- the one role of all services, once
        DROP OWNED BY millrace;
        DROP ROLE millrace;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'millrace_owner') THEN
        CREATE ROLE millrace_owner NOLOGIN;
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT ALL ON SCHEMA public TO millrace_owner;
    FOREACH service IN ARRAY services LOOP
        service := 'millrace_' || service;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', service);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service || '_copy') THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', service || '_copy');
        END IF;
        EXECUTE format('ALTER ROLE %I NOINHERIT', service);
        EXECUTE format('ALTER ROLE %I BYPASSRLS', service || '_copy');
        EXECUTE format('GRANT %I TO %I', service || '_copy', service);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I, %I', service, service || '_copy');
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I, %I', service, service || '_copy');
    END LOOP;
    FOR plant_table IN SELECT tablename AS name, policyname AS policy FROM pg_policies WHERE schemaname = 'public'
    LOOP
        EXECUTE format('DROP POLICY %I ON %I', plant_table.policy, plant_table.name);
    END LOOP;
    FOR plant_table IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'plant_id'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', plant_table.name);
        EXECUTE format('CREATE POLICY of_plant ON %s USING (plant_id = current_setting(''millrace.plant_id'', true))',
                       plant_table.name);
    END LOOP;
END $$;

\ir grants.sql

-- What the copying roles insert is of the plant of the session too: where they may not name the plant it is so by default
-- (0052), elsewhere a CHECK holds them to it.  Not checked again of whoever else writes: they are under row-level security,
-- or own the database.
DO $$
DECLARE
    copied regclass;
BEGIN
    FOR copied IN SELECT DISTINCT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'plant_id'
        JOIN pg_roles r ON r.rolname LIKE 'millrace\_%\_copy' AND has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT')
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = 'copied_of_plant')
    LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT copied_of_plant CHECK (current_user NOT LIKE ''millrace\_%%\_copy'''
                       ' OR plant_id = current_setting(''millrace.plant_id'')) NOT VALID', copied);
    END LOOP;
END $$;

-- over_plants: what a service has to see of all plants to know which one to look after next.

CREATE POLICY relay_over_plants ON plant FOR SELECT TO millrace_relay USING (true);          -- whose events to publish
CREATE POLICY relay_over_plants ON plant_seq FOR SELECT TO millrace_relay USING (true);
CREATE POLICY relay_over_plants ON relay_state FOR SELECT TO millrace_relay USING (true);
CREATE POLICY relay_over_plants ON webhook FOR SELECT TO millrace_relay USING (true);        -- which one is due
CREATE POLICY relay_over_plants ON webhook_dead FOR SELECT TO millrace_relay USING (true);
CREATE POLICY gateway_over_plants ON plant FOR SELECT TO millrace_gateway USING (true);      -- the list to choose from
CREATE POLICY order_over_plants ON plant_seq FOR SELECT TO millrace_order USING (true);      -- transfers to bring over
CREATE POLICY order_over_plants ON transfer_cursor FOR SELECT TO millrace_order USING (true);
CREATE POLICY bom_over_plants ON engineering_change FOR SELECT TO millrace_bom USING (true); -- changes that wait for stock
CREATE POLICY mrp_over_plants ON plant FOR SELECT TO millrace_mrp USING (true);              -- plants to share out
CREATE POLICY mrp_over_plants ON plant_seq FOR SELECT TO millrace_mrp USING (true);          -- plans that are behind
CREATE POLICY mrp_over_plants ON event_log FOR SELECT TO millrace_mrp USING (true);
CREATE POLICY mrp_over_plants ON plan_owner TO millrace_mrp USING (true);
CREATE POLICY mrp_over_plants ON plan_state FOR SELECT TO millrace_mrp USING (true);         -- audits that are due
CREATE POLICY mrp_over_plants ON plan_audit FOR SELECT TO millrace_mrp USING (true);
