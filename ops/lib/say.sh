# What the ops commands print.  Progress goes to stdout, errors to stderr as `ops/up: message`.
# Exit status of every command: 0 done, 1 could not be done, 2 something must be installed or
# called differently first.

# say LINE...
say() { printf '%s\n' "$@"; }

# step TEXT: a line of progress with the seconds since the command began.
step() { printf '%5.1fs  %s\n' "$(seconds_since "$OPS_BEGAN")" "$*"; }

# die TEXT...: one line each, then exit 1.
die() { complain "$@"; exit 1; }

usage_error() { complain "$@"; exit 2; }

complain()
{
    local line
    for line in "$@"; do
        printf '%s: %s\n' "$OPS_COMMAND" "$line" >&2
    done
}

now_us() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# seconds_since MICROSECONDS: with one decimal, for people only.
seconds_since()
{
    local tenths=$((($(now_us) - $1) / 100000))
    printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# last_lines FILE COUNT: the end of a log, indented, for an error message.
last_lines() { [ ! -s "$1" ] || tail -n "$2" "$1" | sed 's/^/    /' >&2; }

OPS_COMMAND=ops/$(basename "$0")
OPS_BEGAN=$(now_us)
