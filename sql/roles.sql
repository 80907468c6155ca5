-- What the services' role may do.  Run by ops/up in one transaction after the migrations, again
-- whenever this file or the list of migrations changes.
--
--   millrace_owner  owns every table, cannot log in; migrations run as it
--   millrace        every service logs in as it; owns nothing, alters nothing
--
-- Append-only tables get no UPDATE, DELETE or TRUNCATE: what was posted stays posted.

REVOKE ALL ON DATABASE millrace FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE millrace TO millrace;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO millrace_owner;
GRANT USAGE ON SCHEMA public TO millrace;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM millrace;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO millrace;
REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM millrace;

DO $$
DECLARE
    append_only constant text[] := ARRAY['ledger_line', 'event_log', 'fifo_take', 'work_order_change', 'order_change'];
    found text;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY (append_only)
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM millrace', found);
    END LOOP;
END $$;
