#!/usr/bin/env bash
# ops/test: alone
# The C programs of this folder (test_*.c), each with a throw-away cluster of its own.
# MILLRACE_BUILD: whose programs, default build/dev.
set -u
cd "$(dirname "$0")/../.."
build=${MILLRACE_BUILD:-build/dev}
passed=0
failed=0
for source in tests/sql/test_*.c; do
    name=$(basename "$source" .c)
    output=$(bash tests/sql/with_cluster.sh timeout 120 "$build/bin/$name" 2>&1 </dev/null)
    status=$?
    counts=$(sed -nE 's/^.*: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' <<<"$output" | tail -n 1)
    if [ -z "$counts" ]; then
        echo "$name: exit status $status: $output"
        failed=$((failed + 1))
        continue
    fi
    [ $status -eq 0 ] || echo "$output"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
done
echo "programs: $passed passed, $failed failed"
[ $failed -eq 0 ]
