#!/bin/sh
# Every header compiles alone, with the flags of the build (tables of macros, *.tbl.h, are no headers).
# usage: headers.sh [ROOT].  Reads compile_commands.json of MILLRACE_BUILD.
set -eu
cd "${1:-$(dirname "$0")/../..}"
build=${MILLRACE_BUILD:-build/asan-ubsan}
[ -f "$build/compile_commands.json" ] || { echo "headers: \"$build\" is not configured"; exit 1; }
flags=$(python3 - "$build/compile_commands.json" <<'PY'
import json, shlex, sys
for entry in json.load(open(sys.argv[1])):
    if entry["file"].endswith("/common/io/sql.c"):  # the door with the widest view
        words = shlex.split(entry["command"])
        keep = [w for w in words if w[:2] in ("-W", "-D", "-I", "-f") or w.startswith("-std")]
        keep += [x for pair in zip(words, words[1:]) if pair[0] == "-isystem" for x in pair]
        print(" ".join(keep))
        break
else:
    sys.exit("headers: the build has no common/io/sql.c")
PY
)
fail=0
for header in $(find common services tests -name '*.h' ! -name '*.tbl.h' | sort); do
    # shellcheck disable=SC2086
    gcc $flags -I. -isystem "$build/generated" -fsyntax-only -x c -include "$header" /dev/null ||
        { echo "headers: $header does not compile alone"; fail=1; }
done
exit $fail
