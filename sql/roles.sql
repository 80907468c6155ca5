-- Who may do what in the database.  Run by ops/up in one transaction after the migrations, again
-- whenever this file, grants.sql or the list of migrations changes.
--
--   millrace_owner      owns every table, cannot log in; migrations run as it
--   millrace_<service>  one a service; owns nothing, alters nothing, is a member of nothing, and has
--                       what its statements need (grants.sql, made from them) and no more
--
-- Append-only tables stay append-only by that: no statement changes what was posted, so no service
-- may.  tests/sql/grants.py and catalogue.sql hold it.

DO $$
DECLARE
    services constant text[] := ARRAY['bom', 'mrp', 'production', 'receipt', 'cost', 'inventory', 'order', 'relay',
                                      'gateway'];
    service text;
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
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', service);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', service);
    END LOOP;
END $$;

\ir grants.sql
