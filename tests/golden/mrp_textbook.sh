#!/bin/sh
# The published examples of ../shared/cases through `millrace plan`.
set -eu
cd "$(dirname "$0")/../.."
cases=../shared/cases
if [ ! -f "$cases/check_case.py" ]; then
    echo "SKIP: $cases is missing: the textbook cases were not checked"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
exec python3 "$cases/check_case.py" "${MILLRACE_BUILD:-build}/bin/millrace" "$cases"/textbook/*.json
