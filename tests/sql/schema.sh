#!/usr/bin/env bash
# ops/test: release
# The schema of the running test database: rules of the catalogue, what the services' roles may not do,
# audit queries without a row.  And that the catalogue's rules see a breach of each.
# usage: schema.sh, with MILLRACE_VAR of a running Millrace.
set -euo pipefail
lib=$(dirname "$0")/../../ops/lib
. "$lib/say.sh"
. "$lib/paths.sh"
. "$lib/packages.sh"
. "$lib/user.sh"
. "$lib/cluster.sh"
passed=0
failed=0

# check NAME OUTPUT: passes when there is no output.
check()
{
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'schema: %s\n%s\n' "$1" "$2"
    fi
}

# rows ARGUMENT...: what a query returns, and what went wrong with it.
rows() { sql -F ' | ' "$@" 2>&1 || echo "psql failed"; }

# refused NAME SQL: no service's role may.
refused()
{
    local output service allowed=''
    for service in "${PROGRAMS[@]}"; do
        if output=$("$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$SOCKETS" -p 5432 -U "millrace_$service" -d millrace -c "$2" 2>&1) ||
            ! grep -qE 'permission denied|must be owner' <<<"$output"; then
            allowed="$allowed role millrace_$service was allowed: $2 ($output)"
        fi
    done
    check "$1" "$allowed"
}

check 'rules of the catalogue' "$(rows -f "$ROOT/tests/sql/catalogue.sql")"

check 'a second person, past services and grants' "$(rows -f "$ROOT/tests/sql/two_persons.sql")"

check 'what a domain refuses' "$(rows -f "$ROOT/tests/sql/domains.sql")"
check 'events of rows that hold several' "$(rows -f "$ROOT/tests/sql/events.sql")"
check 'columns that no row fills' "$(rows -f "$ROOT/tests/sql/empty_columns.sql")"

for table in ledger_line event_log; do
    refused "update of $table" "UPDATE $table SET plant_id = plant_id"
    refused "delete of $table" "DELETE FROM $table"
    refused "truncate of $table" "TRUNCATE $table"
done
refused 'drop of a table' 'DROP TABLE ledger_line'
refused 'a new table' 'CREATE TABLE public.planted (plant_id text PRIMARY KEY)'
refused 'a change of migrations' 'DELETE FROM schema_migration'

audits=0
for file in "$ROOT"/sql/audit/*.sql; do
    [ -e "$file" ] || continue
    audits=$((audits + 1))
    check "audit ${file##*/}" "$(rows -f "$file")"
done

# every rule sees its breach
SQL_DATABASE=postgres sql -c 'DROP DATABASE IF EXISTS catalogue_breaches' 2>/dev/null
SQL_DATABASE=postgres sql -c 'CREATE DATABASE catalogue_breaches OWNER millrace_owner TEMPLATE template0'
SQL_DATABASE=catalogue_breaches sql -c 'SET client_min_messages = warning' -f "$ROOT/tests/sql/catalogue_breaches.sql"
seen=$(SQL_DATABASE=catalogue_breaches rows -f "$ROOT/tests/sql/catalogue.sql")
SQL_DATABASE=postgres sql -c 'DROP DATABASE catalogue_breaches'
while IFS= read -r rule; do
    if grep -qF "$rule | " <<<"$seen"; then check "$rule" ''; else check 'a rule of the catalogue' "its breach was not seen: $rule"; fi
done < <(sed -n "s/^SELECT '\(\([^']\|''\)*\)'.*/\1/p" "$ROOT/tests/sql/catalogue.sql" | sed "s/''/'/g" | sort -u)

[ "$audits" -gt 0 ] || check 'audit queries' 'there is none in sql/audit'
say "schema: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
