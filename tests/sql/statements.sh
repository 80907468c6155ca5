#!/usr/bin/env bash
# ops/test: alone
# Does every statement of every service fit the tables?  Each program of MILLRACE_BUILD (default build/dev)
# prepares its statements in a throw-away database, compares the types, and asks as the service's role
# whether it may run them (--check-sql).
set -u
cd "$(dirname "$0")/../.."
build=${MILLRACE_BUILD:-build/dev}
if [ -z "${MILLRACE_TEST_CONNINFO:-}" ]; then
    exec env MILLRACE_BUILD="$build" bash tests/sql/with_cluster.sh "$0"
fi

passed=0
failed=0
for program in "$build"/bin/millrace-*; do
    [ -x "$program" ] || continue
    role=millrace_${program##*/millrace-}
    if output=$(MILLRACE_SQL_CONNINFO=${MILLRACE_TEST_CONNINFO/user=postgres/user=$role} timeout 60 "$program" --check-sql 2>&1 </dev/null); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "statements: ${program##*/}: $output"
    fi
done
[ $((passed + failed)) -gt 0 ] || { echo "statements: no millrace-* in $build/bin"; failed=1; }
echo "statements: $passed passed, $failed failed"
[ $failed -eq 0 ]
