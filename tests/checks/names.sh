#!/bin/sh
# No junk drawers, no typedef of structs, guards that say where the header is.
# usage: names.sh [ROOT].  Prints each breach; exit status 1 when there is any.
set -eu
cd "${1:-$(dirname "$0")/../..}"
found=$(mktemp)
trap 'rm -f "$found"' EXIT

find common services tests ops \( -name __pycache__ -o -name node_modules \) -prune -o \
    \( -iname '*util*' -o -iname '*helper*' -o -iname '*misc*' -o -iname 'common.*' -o -iname 'stuff*' \) -print |
    sed 's/^/junk drawer: /' >>"$found"
grep -rnE --include='*.[ch]' '^[[:space:]]*typedef[[:space:]]+(struct|union|enum)\b' common services tests |
    grep -vE '_fn\(' | # a function type may return an enum
    sed 's/^/typedef of a struct: /' >>"$found" || true
find common services tests -name '*.h' ! -name '*.tbl.h' | sort | while read -r header; do
    file=$(basename "$header" .h | tr 'a-z-' 'A-Z_')
    grep -qxE "#ifndef MILLRACE_([A-Z0-9]+_)*${file}_H" "$header" || echo "$header:1: include guard is not MILLRACE_.._${file}_H"
done >>"$found"

[ ! -s "$found" ] || { sed 's/^/names: /' "$found"; exit 1; }
