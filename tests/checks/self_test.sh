#!/usr/bin/env bash
# Every check fails on a breach: each is planted alone into a copy of the tree, and the check must
# then name the file.  usage: self_test.sh.  Prints the closing line that ops/test adds up.
set -euo pipefail
cd "$(dirname "$0")/../.."
checks=$PWD/tests/checks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# The tree without its breaches: only what the checks read.
mkdir "$work/tree"
tar -cf - --exclude=__pycache__ common services tests ops sql proto cmake .clang-format 2>/dev/null | tar -xf - -C "$work/tree"

result()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "self_test: $2"
    fi
}

# breach CHECK FILE SAID: stdin becomes FILE; CHECK must fail and say SAID; afterwards FILE is gone.
# A file that exists already is kept and gets the text added.
breach()
{
    local check=$1 file=$work/tree/$2 said=$3 output status=0 missing=0
    mkdir -p "$(dirname "$file")"
    if [ -e "$file" ]; then cp "$file" "$work/kept"; else rm -f "$work/kept"; fi
    cat >>"$file"
    output=$("$checks/$check" "$work/tree" 2>&1) || status=$?
    grep -qF -- "$said" <<<"$output" || missing=1
    [ "$status" -ne 0 ] && [ "$missing" -eq 0 ]
    result $? "$check did not see: $said (in $2)"
    rm -f "$file"
    if [ -e "$work/kept" ]; then mv "$work/kept" "$file"; fi
}

# one CHECK FILE SAID LINE...: breach with the lines as text.
one()
{
    local check=$1 file=$2 said=$3
    shift 3
    breach "$check" "$file" "$said" < <(printf '%s\n' "$@")
}
set +e

# who includes whom
one layering.sh common/base/planted.h base '#include "common/io/sql.h"'
one layering.sh common/plant/planted.c plant '#include "common/io/log.h"'
one layering.sh common/plant/planted_store.c plant_store '#include "common/ledger/ledger.h"'
one layering.sh common/bom/planted.c bom '#include "common/ledger/ledger.h"'
one layering.sh common/wire/planted.c wire '#include "common/io/log.h"'
one layering.sh common/io/planted.c io '#include "common/plant/plant.h"'
one layering.sh common/ledger/planted_core.c ledger '#include "common/io/sql.h"'
one layering.sh services/mrp/planted_core.c core '#include "common/io/clock.h"'
one layering.sh services/mrp/planted_core.c 'sees a store' '#include "common/plant/plant_store.h"'
one layering.sh services/mrp/planted_store.c store '#include "common/io/rpc.h"'
one layering.sh services/mrp/planted_rpc.c service '#include "services/cost/cost_core.h"'
one layering.sh services/cli/planted.c service '#include "services/cost/cost_store.h"'
one layering.sh common/io/planted.c service '#include "services/cost/cost_core.h"'
one layering.sh services/mrp/planted_store.c 'libpq outside' '#include <libpq-fe.h>'
one layering.sh services/mrp/planted_rpc.c 'zmq outside' '#include <zmq.h>'
one layering.sh services/mrp/planted_rpc.c 'libevent outside' '#include <event2/event.h>'
one layering.sh services/mrp/planted_rpc.c 'protobuf outside' '#include "proto/mrp.pb-c.h"'
one layering.sh services/cost/planted_rpc.c 'openssl outside' '#include <openssl/evp.h>'

# names
one names.sh common/base/string_util.c 'junk drawer' ''
one names.sh services/mrp/mrp_helpers.h 'junk drawer' ''
one names.sh services/mrp/planted.c 'typedef of a struct' 'typedef struct plan plan_t;'
one names.sh services/mrp/planted.h 'include guard' '#ifndef PLANTED_H' '#define PLANTED_H' '#endif'

# size
breach size.py services/mrp/planted.c 'a function of 72 lines' < <(
    printf 'void planted(void)\n{\n'
    for _ in $(seq 69); do echo '    work();'; done
    echo '}'
)
breach size.py services/mrp/planted.h '801 lines' < <(seq 801)

# numbers
one float.py services/cost/planted.c ':1: double' 'static double rate;'
one float.py common/base/planted.c ':1: 0.5' 'int half = (int)(x * 0.5);'

# SQL
one sql.py services/mrp/planted_rpc.c 'outside a store' 'sql = "SELECT 1 FROM plant";'
one sql.py services/mrp/planted_store.c 'SQL built by snprintf' 'snprintf(s, n, "SELECT %s FROM plant", c);'
one sql.py services/mrp/planted_store.c 'SQL built by strcat' 'strcat(s, "DELETE FROM plant");'
one sql.py services/mrp/planted_store.c 'FOR UPDATE' '"SELECT a FROM b WHERE plant_id = $1 FOR UPDATE"'
one sql.py sql/migrations/9999_planted.sql 'advisory' 'SELECT pg_advisory_lock(1);'
one sql.py sql/migrations/9999_planted.sql 'serial' 'CREATE TABLE x (' '    id bigserial PRIMARY KEY);'

# what is not done: all rules for C in one go, a line each
cat >"$work/tree/services/gateway/planted.c" <<'PLANTED'
x = system("ls");
x = rand();
x = EVP_MD5();
x = memcmp(a, secret, 32);
x = fopen(path, "r");
x = http_header(head, "X-Forwarded-For");
x = "Server: millrace";
x = "mr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
PLANTED
[ "$("$checks/absent.py" "$work/tree" | grep -c 'planted\.c:')" -eq 8 ]
result $? "absent.py did not see each of 8 things that are not done"
rm "$work/tree/services/gateway/planted.c"
one absent.py services/gateway/web/src/planted.tsx 'page or program of text' '<p dangerouslySetInnerHTML={x} />'
one absent.py services/gateway/web/src/planted.ts 'another site' "fetch('https://example.org/')"
one absent.py services/gateway/web/src/planted.ts 'the place' 'navigator.geolocation'

# format
one format.sh services/mrp/planted.c 'code should be clang-formatted' 'int   planted ( void ) ;'

# headers: a header that leans on what others include before it
MILLRACE_BUILD=${MILLRACE_BUILD:-$PWD/build/asan-ubsan}
case $MILLRACE_BUILD in /*) ;; *) MILLRACE_BUILD=$PWD/$MILLRACE_BUILD ;; esac
export MILLRACE_BUILD
one headers.sh common/base/planted.h 'planted.h does not compile alone' \
    '#ifndef MILLRACE_BASE_PLANTED_H' '#define MILLRACE_BASE_PLANTED_H' 'extern uint32_t planted_count;' '#endif'

# purity: a core that looks at the clock
mkdir -p "$work/build/lib"
echo '#include <time.h>
long planted(void);
long planted(void) { return (long)time(0); }' | gcc -c -x c -o "$work/planted.o" -
ar rcs "$work/build/lib/libplanted_core.a" "$work/planted.o"
output=$(MILLRACE_BUILD=$work/build "$checks/purity.sh" 2>&1)
[ $? -ne 0 ] && grep -q 'libplanted_core.a calls: time' <<<"$output"
result $? "purity.sh did not see a call of time()"

echo "self_test: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
