#!/bin/sh
# All C is as .clang-format says.
# usage: format.sh [ROOT].  Prints each breach; exit status 1 when there is any.
set -eu
cd "${1:-$(dirname "$0")/../..}"
find common services tests -name '*.[ch]' | sort | xargs -r clang-format --dry-run -Werror --style=file
