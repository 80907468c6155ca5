-- The rules of the schema (architecture.md sections 7 and 8) on the catalogue of the database it is
-- run in.  One row a breach: rule, where.  No row: the schema may be distributed by plant.
--
-- A table that holds no plant data says "reference:" in its comment.

WITH app_table AS (
    SELECT c.oid, c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') LIKE 'reference:%' AS is_reference
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_migration'
), app_index AS (
    SELECT t.relname, t.is_reference, i.indexrelid::regclass::text AS index_name, i.indisprimary,
           (SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = i.indkey[0]) AS first_column
    FROM pg_index i JOIN app_table t ON t.oid = i.indrelid
    WHERE i.indisunique
), service AS (
    SELECT * FROM pg_roles WHERE rolname LIKE 'millrace\_%' AND rolname <> 'millrace_owner' AND rolname NOT LIKE '%\_copy'
), foreign_key AS (
    SELECT s.relname, k.conname, s.is_reference AS from_reference, d.is_reference AS to_reference,
           (SELECT attname FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]) AS from_first,
           (SELECT attname FROM pg_attribute WHERE attrelid = k.confrelid AND attnum = k.confkey[1]) AS to_first
    FROM pg_constraint k JOIN app_table s ON s.oid = k.conrelid JOIN app_table d ON d.oid = k.confrelid
    WHERE k.contype = 'f'
)
SELECT 'primary key is missing' AS rule, relname::text AS place FROM app_table t
WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
UNION ALL
SELECT 'plant_id is not first in the primary key', relname || ' ' || index_name FROM app_index
WHERE indisprimary AND NOT is_reference AND first_column IS DISTINCT FROM 'plant_id'
UNION ALL
SELECT 'plant_id is not first in a unique key', relname || ' ' || index_name FROM app_index
WHERE NOT indisprimary AND NOT is_reference AND first_column IS DISTINCT FROM 'plant_id'
UNION ALL
SELECT 'plant_id is not first in a foreign key', relname || ' ' || conname FROM foreign_key
WHERE NOT from_reference AND NOT to_reference AND (from_first <> 'plant_id' OR to_first <> 'plant_id')
UNION ALL
SELECT 'a reference table refers to plant data', relname || ' ' || conname FROM foreign_key
WHERE from_reference AND NOT to_reference
UNION ALL
SELECT 'a trigger', relname || ' ' || tgname FROM pg_trigger JOIN app_table t ON t.oid = tgrelid
WHERE NOT tgisinternal
UNION ALL
SELECT 'a rule', relname || ' ' || rulename FROM pg_rewrite JOIN app_table t ON t.oid = ev_class
UNION ALL
SELECT 'a sequence (serial)', relname::text FROM pg_class
WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'an identity column', relname || '.' || attname FROM pg_attribute JOIN app_table t ON t.oid = attrelid
WHERE attnum > 0 AND attidentity <> ''
UNION ALL
SELECT 'a deferrable constraint', relname || ' ' || conname FROM pg_constraint JOIN app_table t ON t.oid = conrelid
WHERE condeferrable
UNION ALL
SELECT 'a type that is not exact', relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
FROM pg_attribute JOIN app_table t ON t.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND atttypid IN ('real'::regtype, 'double precision'::regtype, 'money'::regtype)
UNION ALL
SELECT 'a time without its zone', relname || '.' || attname FROM pg_attribute JOIN app_table t ON t.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND atttypid = 'timestamp'::regtype
UNION ALL
SELECT 'a table that its owner role does not own', relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relowner <> 'millrace_owner'::regrole
UNION ALL
SELECT 'plants are not apart (row-level security)', t.relname FROM app_table t JOIN pg_class c ON c.oid = t.oid
WHERE NOT t.is_reference AND NOT (c.relrowsecurity AND EXISTS (
    SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'of_plant' AND p.polcmd = '*' AND p.polroles = '{0}'))
UNION ALL
SELECT 'a view that does not ask as who reads it', relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
UNION ALL
SELECT 'an append-only table that services may change', t.relname || ' ' || p.privilege
FROM app_table t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p(privilege)
WHERE t.relname IN ('ledger_line', 'event_log', 'fifo_take', 'posting_key', 'act', 'audit_seal', 'master_change', 'order_change', 'work_order_change',
                    'engineering_change_step') AND EXISTS (
    SELECT FROM service s WHERE has_table_privilege(s.oid, t.oid, p.privilege)
        OR p.privilege = 'UPDATE' AND has_any_column_privilege(s.oid, t.oid, p.privilege))
UNION ALL
SELECT 'a service''s role may use what it should not', rolname::text FROM service
WHERE rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication
    OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = service.oid AND m.roleid::regrole::text <> service.rolname || '_copy')
    OR has_schema_privilege(service.oid, 'public', 'CREATE') OR has_database_privilege(service.oid, current_database(), 'CREATE')
ORDER BY 1, 2;
