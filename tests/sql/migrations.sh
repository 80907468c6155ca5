#!/usr/bin/env bash
# ops/test: release
# The migration runner: order, one transaction a file, refusal of changed, doubled and unknown files.
# usage: migrations.sh, with MILLRACE_VAR of a running Millrace (it works in a database of its own).
set -euo pipefail
lib=$(dirname "$0")/../../ops/lib
. "$lib/say.sh"
. "$lib/paths.sh"
. "$lib/packages.sh"
. "$lib/user.sh"
. "$lib/cluster.sh"
. "$lib/migrate.sh"
SQL_DATABASE=migrations_test
passed=0
failed=0
folder=$(mktemp -d)

drop() { SQL_DATABASE=postgres sql -c "DROP DATABASE IF EXISTS migrations_test" 2>/dev/null; }
finish()
{
    rm -rf "$folder"
    drop
}
trap finish EXIT

check()
{
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "migrations: $1: \"$2\" instead of \"$3\""
    fi
}

# run: the last line of what the runner says, and its exit status.
run()
{
    local status=0 output
    output=$( (migrate_folder "$folder") 2>&1 >/dev/null) || status=$?
    printf '%s %s' "$status" "$(tail -n 1 <<<"$output" | sed 's/^[^:]*: //')"
}
versions() { sql -c "SELECT coalesce(string_agg(version::text, ',' ORDER BY version), 'none') FROM schema_migration"; }
tables() { sql -c "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'made_%'"; }

drop
SQL_DATABASE=postgres sql -c 'CREATE DATABASE migrations_test OWNER millrace_owner TEMPLATE template0'
check 'an empty folder' "$(run)" '0 '
echo 'CREATE TABLE made_one (a int PRIMARY KEY); INSERT INTO made_one VALUES (1);' >"$folder/0001_one.sql"
echo 'ALTER TABLE made_one ADD b int;' >"$folder/0002_two.sql"
check 'two files' "$(run)" '0 '
check 'both are recorded' "$(versions)" 1,2
check 'the owner is not the superuser' "$(sql -c "SELECT tableowner FROM pg_tables WHERE tablename = 'made_one'")" millrace_owner
check 'again' "$(run)" '0 '
check 'again does nothing' "$(sql -c 'SELECT count(*) FROM made_one')" 1

printf 'CREATE TABLE made_half (a int PRIMARY KEY);\nSELECT 1 / 0;\n' >"$folder/0003_three.sql"
check 'a file with an error' "$(run)" '1 migration "0003_three.sql" failed and was rolled back'
check 'nothing of it stays' "$(tables) $(versions)" '1 1,2'
echo 'CREATE TABLE made_whole (a int PRIMARY KEY);' >"$folder/0003_three.sql"
check 'the mended file' "$(run) $(versions)" '0  1,2,3'

echo '-- a second thought' >>"$folder/0001_one.sql"
check 'a changed file' "$(run)" '1 put the change into a new migration; a database without real data can begin anew: ops/down --purge'
sed -i '$d' "$folder/0001_one.sql"
check 'changed back' "$(run)" '0 '
cp "$folder/0003_three.sql" "$folder/0003_double.sql"
check 'a number twice' "$(run | sed 's/:.*//')" '1 two migrations have the number 0003'
rm "$folder"/0003_*
check 'a database newer than the code' "$(run)" \
    '1 the database has migration "0003_three.sql", which this checkout does not have: use newer code'

say "migrations: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
