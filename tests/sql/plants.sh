#!/usr/bin/env bash
# ops/test: alone
# Plants are apart: as the role of every service, bound to one plant, every table is asked for the rows of another,
# and told to take, change and give up such rows.
set -u
cd "$(dirname "$0")/../.."
if [ -z "${MILLRACE_TEST_CONNINFO:-}" ]; then
    exec bash tests/sql/with_cluster.sh "$0"
fi
passed=0
failed=0
as() { psql -X -q -A -t -v ON_ERROR_STOP=1 "${MILLRACE_TEST_CONNINFO/user=postgres/user=$1}" -c "SET millrace.plant_id = 'HERE'" -c "$2" 2>&1; }
root() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$MILLRACE_TEST_CONNINFO" "$@"; }

# check NAME GOT WANTED
check()
{
    if [[ $2 == $3 ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "plants: $1: \"$2\" instead of \"$3\""; fi
}

# moves ROLE: tells each table whose row went to another plant.
moves()
{
    local table
    echo 'SET client_min_messages = notice; DO $$ BEGIN'
    for table in $tables; do
        [ "$table $1" = "plan_owner millrace_mrp" ] || echo "BEGIN UPDATE $table SET plant_id = 'ELSE';
            RAISE NOTICE '$table lets a row go'; EXCEPTION WHEN insufficient_privilege THEN NULL; END;"
    done
    echo 'END $$'
}

# A row of each plant in every table, as far as its constraints let: the superuser leaves them out.
root <<'SQL' || exit 1
SET session_replication_role = replica;
DO $$
DECLARE
    t record;
    p text;
BEGIN
    EXECUTE (SELECT string_agg(format('ALTER DOMAIN %s DROP CONSTRAINT %I;', contypid::regtype, conname), '')
             FROM pg_constraint WHERE contypid <> 0 AND connamespace = 'public'::regnamespace);
    FOR t IN SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'plant_id'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE (SELECT coalesce(string_agg(format('ALTER TABLE %I DROP CONSTRAINT %I;', t.relname, conname), ''), 'SELECT 1')
                 FROM pg_constraint WHERE conrelid = t.oid AND contype = 'c' AND conname <> 'copied_of_plant');
        FOREACH p IN ARRAY ARRAY['HERE', 'THERE'] LOOP
            EXECUTE (SELECT format('INSERT INTO %I (%s) VALUES (%s)', t.relname, string_agg(quote_ident(attname), ', '),
                string_agg(CASE WHEN attname = 'plant_id' THEN quote_literal(p)
                    WHEN typcategory = 'S' THEN '''x''' WHEN atttypid = 'uuid'::regtype THEN quote_literal(gen_random_uuid())
                    WHEN atttypid = 'bytea'::regtype THEN '''x''' WHEN atttypid = 'jsonb'::regtype THEN '''{}'''
                    WHEN atttypid = 'boolean'::regtype THEN 'true' WHEN atttypid IN ('date'::regtype, 'timestamptz'::regtype) THEN '''2026-01-01'''
                    WHEN format_type(atttypid, NULL) LIKE '%[]' THEN '''{}''' ELSE '1' END, ', '))
                FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
                WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
        END LOOP;
    END LOOP;
END $$;
SQL

over=$(root -c "SELECT tablename || ' ' || unnest(roles) FROM pg_policies WHERE policyname LIKE '%over_plants'")
tables=$(root -c "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'plant_id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1")
[ -n "$tables" ] || check 'tables of plants' none some
# A view shows what its tables show to who asks: "view table" for each.
views=$(root -c "SELECT DISTINCT view_name || ' ' || table_name FROM information_schema.view_table_usage WHERE view_schema = 'public'")
[ -n "$views" ] || check 'views of plants' none some
for service in bom mrp production receipt cost inventory order relay gateway; do
    role=millrace_$service
    # What it may see and do is not what is asked here: it gets every right, and still only its plant.
    root -c "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $role"
    statements=''
    for table in $tables; do
        grep -qx "$table $role" <<<"$over" ||
            statements+="SELECT '$table shows ' || count(*) FROM $table WHERE plant_id = 'THERE' HAVING count(*) > 0;"
        [ "$table $role" = "plan_owner millrace_mrp" ] ||
            statements+="WITH d AS (DELETE FROM $table WHERE plant_id = 'THERE' RETURNING 1) SELECT '$table gives up ' || count(*) FROM d HAVING count(*) > 0;
                WITH u AS (UPDATE $table SET plant_id = plant_id WHERE plant_id = 'THERE' RETURNING 1) SELECT '$table changes ' || count(*) FROM u HAVING count(*) > 0;"
        statements+="SELECT '$table hides its own' WHERE NOT EXISTS (SELECT FROM $table WHERE plant_id = 'HERE');"
    done
    while read -r view table; do
        grep -qx "$table $role" <<<"$over" ||
            statements+="SELECT '$view shows ' || count(*) FROM $view WHERE plant_id = 'THERE' HAVING count(*) > 0;"
        statements+="SELECT '$view hides its own' WHERE NOT EXISTS (SELECT FROM $view WHERE plant_id = 'HERE');"
    done <<<"$views"
    check "$role reads and changes" "$(as "$role" "$statements")" ''
    check "$role moves rows" "$(as "$role" "$(moves "$role")")" ''
    check "$role inserts" "$(as "$role" "INSERT INTO plant (plant_id) VALUES ('ELSE')")" '*row-level security policy*'
    root -c "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM $role"
done
# copied ROLE PLANT [NAMED]: tells each table into which the copying role may put a row of the plant, and else the constraint
# that was in the way, or that it has no right.  NAMED: the plant is named also where the role may not.
copied()
{
    echo "SET ROLE $1; SET client_min_messages = notice; DO \$\$ DECLARE c text; BEGIN"
    root <<SQL
SELECT format('BEGIN INSERT INTO %I (%s) VALUES (%s); RAISE NOTICE ''into %I'';
    EXCEPTION WHEN insufficient_privilege THEN RAISE NOTICE ''no right'';
        WHEN integrity_constraint_violation THEN GET STACKED DIAGNOSTICS c = CONSTRAINT_NAME; RAISE NOTICE ''%%'', c; END;',
    c.relname, string_agg(quote_ident(attname), ', '),
    string_agg(CASE WHEN attname = 'plant_id' THEN quote_literal('$2') WHEN atttypid = 'uuid'::regtype THEN quote_literal(gen_random_uuid())
        WHEN atttypid IN ('date'::regtype, 'timestamptz'::regtype) THEN '''2027-01-01''' WHEN atttypid = 'jsonb'::regtype THEN '''{}'''
        WHEN atttypid = 'boolean'::regtype THEN 'true' WHEN format_type(atttypid, NULL) LIKE '%[]' THEN '''{}''' ELSE '''2''' END, ', '),
    c.relname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND (has_column_privilege('$1', c.oid, attnum, 'INSERT')
        OR '${3:-}' <> '' AND attname = 'plant_id' AND has_any_column_privilege('$1', c.oid, 'INSERT'))
GROUP BY c.relname;
SQL
    echo 'END $$'
}

for service in bom production receipt cost inventory order; do
    role=millrace_${service}_copy
    told=$(as "millrace_$service" "$(copied "$role" THERE named)" | sort -u)
    check "$role copies rows of another plant" "$(grep -vxE 'NOTICE:  (copied_of_plant|no right)' <<<"$told")" ''
    check "$role is refused" "$told" 'NOTICE:*'
    told=$(as "millrace_$service" "$(copied "$role" HERE)")
    check "$role copies rows of its own" "$told" '*into *'
    check "$role and its own plant" "${told//*copied_of_plant*/refused}" '*into *'
done
for table in ledger_line posting_key fifo_take; do
    check "$table: rows without a plant are the session's" "$(root -c "SELECT count(*) FILTER (WHERE plant_id = 'HERE') > 1,
        count(*) FILTER (WHERE plant_id <> 'HERE') FROM $table")" 't|1'
done
check 'without a plant nothing is copied' "$(psql -X -q -A -t "${MILLRACE_TEST_CONNINFO/user=postgres/user=millrace_inventory}" -c \
    "SET ROLE millrace_inventory_copy; INSERT INTO fifo_take (posted_seq, layer, item, qty, amount) VALUES (9, 1, '', 1, 1)" 2>&1)" '*millrace.plant_id*'
root -c "GRANT SELECT ON ledger_line TO millrace_production"
check 'without a plant nothing is seen' "$(psql -X -q -A -t "${MILLRACE_TEST_CONNINFO/user=postgres/user=millrace_production}" -c 'SELECT count(*) FROM ledger_line' 2>&1)" 0
echo "plants: $passed passed, $failed failed"
[ $failed -eq 0 ]
