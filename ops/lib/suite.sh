# Running suites of tests and adding them up.
#
# A test program prints a closing line `NAME: N passed, N failed[, N skipped]` and exits with 0 when
# nothing failed.  A program that ends otherwise, or prints no such line, counts as one failure.
#
# Programs that nothing hinders run LANES at a time; a lane is a process of its own, so what it counts
# goes through a file, and what it says is said at once when its program has ended.

LANES=2 # as many as the cores that the time limit is meant for
PASSED=0
FAILED=0
SKIPPED=0
TIMES=() # "suite seconds budget passed failed skipped" of each
TEST_LOG=$ROOT/var/test-log
TALLY=$TEST_LOG/tally   # a line of counts each test
FAULTS=$TEST_LOG/faults # what was said of each that failed, for the end

# suite NAME BUDGET_SECONDS FUNCTION [WORD...]
suite()
{
    local name=$1 budget=$2 began passed=$PASSED failed=$FAILED skipped=$SKIPPED
    shift 2
    say "" "== $name"
    began=$(now_us)
    "$@"
    lanes_end
    add_up
    TIMES+=("$name $(seconds_since "$began") $budget $((PASSED - passed)) $((FAILED - failed)) $((SKIPPED - skipped))")
}

count() { echo "$1 $2 $3" >>"$TALLY"; }

# add_up: what was counted until now.
add_up()
{
    # shellcheck disable=SC2046
    set -- $(awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$TALLY")
    PASSED=$1 FAILED=$2 SKIPPED=$3
}

# in_lane COMMAND...: runs beside what follows, as soon as a lane is free.
in_lane()
{
    while [ "$(jobs -rp | wc -l)" -ge "$LANES" ]; do wait -n || true; done
    "$@" &
}

lanes_end() { wait || true; }

# fails TEXT LOG: says that a test failed and the end of its log, here and once more at the very end.
fails()
{
    local text
    text=$(say "FAIL  $1"; show_log "$2")
    echo "$text"
    echo "$text" >>"$FAULTS"
}

# program NAME LIMIT_SECONDS BUILD COMMAND...: runs one test program in the environment of a build and
# counts what its closing line says.
program()
{
    local name=$1 limit=$2 build=$3 log=$TEST_LOG/${1//\//_}.log status=0 began
    shift 3
    began=$(now_us)
    in_build "$build" timeout --kill-after=10 "$limit" "$@" >"$log" 2>&1 9>&- </dev/null || status=$?
    local counts
    counts=$(sed -nE 's/^(.*[^0-9])?([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\2 \3 \5/p' "$log" | tail -n 1)
    judge "$name" "$status" "$log" "$limit" "$(seconds_since "$began")" ${counts:-none}
}

# judge NAME STATUS LOG LIMIT SECONDS PASSED FAILED [SKIPPED]
judge()
{
    local name=$1 status=$2 log=$3 limit=$4 seconds=$5
    shift 5
    if [ "$1" = none ] || { [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; }; then
        count "${1/none/0}" 1 "${3:-0}"
        fails "$name: $(ended "$status" "$limit")" "$log"
    else
        count "$1" "$2" "${3:-0}"
        if [ "$2" -eq 0 ]; then
            say "ok    $name: $1 passed${3:+, $3 skipped}  (${seconds} s)"
            [ "${3:-0}" -eq 0 ] || grep -i 'skip' "$log" | grep -v ' passed, ' | head -n 3 | sed "s|^|        $name: |"
        else
            fails "$name: $1 passed, $2 failed  (${seconds} s)" "$log"
        fi
    fi
}

ended()
{
    case $1 in
    0) echo "ended without a closing line \"N passed, N failed\"" ;;
    124 | 137) echo "not done within $2 s" ;;
    *) echo "exit status $1" ;;
    esac
}

# show_log LOG: what it says of a failure, wherever that stands, and its end.
show_log()
{
    { head -n -20 "$1" | grep -iE '^(not ok|failed)|assert' | head -n 20; tail -n 20 "$1"; } | sed 's/^/    | /'
}

# claim NAME COMMAND...: one test that passes when the command does.
claim()
{
    local name=$1 log=$TEST_LOG/${1//\//_}.log
    shift
    if "$@" >"$log" 2>&1 9>&- </dev/null; then
        count 1 0 0
        say "ok    $name"
    else
        count 0 1 0
        fails "$name" "$log"
    fi
}

# marked FILE WORD: the file says `# ops/test: WORD` (`// ops/test:` in C) among its first lines.
marked() { head -n 15 "$1" | grep -qE "^(#|//|--) *ops/test:.*\\b$2\\b"; }

# summary: each suite's time against its budget, then the sum as the last line.
summary()
{
    local row
    [ ! -s "$FAULTS" ] || { say "" "== what failed"; head -c 20000 "$FAULTS"; }
    say "" "$(printf '%-14s %9s %9s %8s %8s %8s' SUITE SECONDS BUDGET PASSED FAILED SKIPPED)"
    for row in "${TIMES[@]}"; do
        # shellcheck disable=SC2086
        set -- $row
        printf '%-14s %9s %9s %8s %8s %8s%s\n' "$@" "$(over "$2" "$3")"
    done
    say "" "in $(seconds_since "$OPS_BEGAN") s"
    if [ "$SKIPPED" -gt 0 ]; then
        say "$PASSED passed, $FAILED failed, $SKIPPED skipped"
    else
        say "$PASSED passed, $FAILED failed"
    fi
    [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}

over() { [ "${1%.*}" -lt "$2" ] || printf '  over budget'; }
