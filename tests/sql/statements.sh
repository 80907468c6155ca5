#!/usr/bin/env bash
# ops/test: alone
# Does every statement of every service fit the tables?  A throw-away database gets sql/migrations, then each
# program of MILLRACE_BUILD (default build/dev) prepares its statements there and compares the types (--check-sql).
set -u
cd "$(dirname "$0")/../.."
build=${MILLRACE_BUILD:-build/dev}
if [ -z "${MILLRACE_TEST_CONNINFO:-}" ]; then
    exec env MILLRACE_BUILD="$build" bash tests/sql/with_cluster.sh "$0"
fi

for file in sql/migrations/[0-9]*.sql; do
    output=$(psql -X -q -v ON_ERROR_STOP=1 -1 -f "$file" "$MILLRACE_TEST_CONNINFO" 2>&1) ||
        { echo "statements: migration $file failed: $output"; echo 'statements: 0 passed, 1 failed'; exit 1; }
done

passed=0
failed=0
for program in "$build"/bin/millrace-*; do
    [ -x "$program" ] || continue
    if output=$(MILLRACE_SQL_CONNINFO=$MILLRACE_TEST_CONNINFO timeout 60 "$program" --check-sql 2>&1 </dev/null); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "statements: ${program##*/}: $output"
    fi
done
[ $((passed + failed)) -gt 0 ] || { echo "statements: no millrace-* in $build/bin"; failed=1; }
echo "statements: $passed passed, $failed failed"
[ $failed -eq 0 ]
