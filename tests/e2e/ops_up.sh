#!/usr/bin/env bash
# ops/test: alone release
# ops/up, down and status on state roots of their own: the fresh start, the second start, and every
# fault with its own message, nothing broken and a rerun that repairs.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
export MILLRACE_VAR=$root/var/ops-test MILLRACE_BUILD=${MILLRACE_BUILD:-$root/build}
MILLRACE_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MILLRACE_PORT
var=$MILLRACE_VAR
out=$(mktemp)
passed=0
failed=0
skipped=0

pass() { passed=$((passed + 1)); }
fail()
{
    failed=$((failed + 1))
    echo "ops_up: $1"
    sed 's/^/    | /' "$out"
}
skip()
{
    skipped=$((skipped + 1))
    echo "ops_up: skipped: $1"
}

# claim NAME COMMAND...
claim()
{
    local name=$1
    shift
    if "$@"; then pass; else fail "$name"; fi
}

# ends STATUS TEXT COMMAND...: the command ends with STATUS and says TEXT.
ends()
{
    local want=$1 text=$2 status=0
    shift 2
    "$@" >"$out" 2>&1 </dev/null || status=$?
    if [ "$status" -ne "$want" ]; then
        fail "exit status $status instead of $want: $*"
    elif ! grep -qF -- "$text" "$out"; then
        fail "not said: $text"
    else
        pass
    fi
}

says_not() { ! grep -qF -- "$1" "$out"; }
ready() { curl -sf --max-time 5 --cacert "$var/tls/ca.pem" -o /dev/null "https://127.0.0.1:$MILLRACE_PORT/readyz"; }
pid_of() { cat "$var/run/$1.pid"; }
nothing_runs() { ! pgrep -f -- "$var/millrace.ini|-D $var/pg( |\$)" >/dev/null; }

clean()
{
    "$root/ops/down" --purge >/dev/null 2>&1
    rm -rf "$var" "$out"
}
trap clean EXIT
"$root/ops/down" --purge >/dev/null 2>&1

fresh_and_second()
{
    ends 0 'First login' "$root/ops/up"
    claim 'ready after up' ready
    claim 'the log of a new cluster has segments to use' [ "$("$root/ops/sql" -c 'SELECT count(*) > 2 FROM pg_ls_waldir()
        WHERE name > pg_walfile_name(pg_current_wal_lsn())')" = t ]
    claim 'first-login is private' [ "$(stat -c %a "$var/first-login")" = 600 ]
    claim 'the password is a long one' grep -qE '^password: .{16,}' "$var/first-login"
    claim 'cli.token is private' [ "$(stat -c %a "$var/cli.token")" = 600 ]
    claim 'the gateway key is private' [ "$(stat -c %a "$var/keys/ticket.key")" = 600 ]
    claim 'the TLS key is private' [ "$(stat -c %a "$var/tls/server.key")" = 600 ]
    claim 'sockets are in a 0750 folder' [ "$(stat -c %a "$var/run")" = 750 ]
    local began=$EPOCHREALTIME before
    before=$(cat "$var"/run/*.pid)
    ends 0 'services are ready' "$root/ops/up"
    claim 'the second up takes under 5 s' python3 -c "import sys; sys.exit($EPOCHREALTIME - $began >= 5)"
    claim 'the second up does not show the password' says_not 'password:'
    claim 'the second up starts nothing' [ "$before" = "$(cat "$var"/run/*.pid)" ]
    ends 0 'relay' "$root/ops/status"
}

dead_service()
{
    "$root/ops/service" kill cost
    ends 1 'cost' "$root/ops/status"
    claim 'status names the dead service' grep -qE '^cost +- +down' "$out"
    ends 0 'cost is not running: its pid file was stale' "$root/ops/up"
    "$root/ops/service" stop receipt
    sleep 60 &
    local other=$!
    echo "$other" >"$var/run/receipt.pid" # a number that is somebody else's by now
    ends 0 'receipt is not running: its pid file was stale' "$root/ops/up"
    claim 'the process of the stale number lives on' kill -0 "$other"
    kill "$other"
    ends 0 'services are ready' "$root/ops/up"
}

killed_database()
{
    kill -KILL "$(head -n 1 "$var/pg/postmaster.pid")"
    sleep 0.5
    ends 0 'PostgreSQL was not stopped properly' "$root/ops/up"
    claim 'ready after a killed database' ready
}

migrations()
{
    local sql=("$root/ops/sql" -c)
    "${sql[@]}" "UPDATE schema_migration SET checksum = 'other' || checksum WHERE version = 1"
    ends 1 'was changed after it was applied' "$root/ops/up"
    claim 'a refused migration leaves the services alone' ready
    "${sql[@]}" "UPDATE schema_migration SET checksum = substr(checksum, 6) WHERE version = 1"
    "${sql[@]}" "INSERT INTO schema_migration VALUES (9999, '9999_future.sql', 'x')"
    ends 1 '9999_future.sql' "$root/ops/up"
    "${sql[@]}" "DELETE FROM schema_migration WHERE version = 9999"
    ends 0 'services are ready' "$root/ops/up"
}

stop_and_port()
{
    ends 0 'down' "$root/ops/down"
    claim 'nothing runs after down' nothing_runs
    ends 0 'down' "$root/ops/down"
    ends 1 'gateway' "$root/ops/status"
    python3 -m http.server --bind 127.0.0.1 "$MILLRACE_PORT" >/dev/null 2>&1 &
    local holder=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$MILLRACE_PORT") 2>/dev/null; do sleep 0.05; done
    ends 1 "port $MILLRACE_PORT of 127.0.0.1 is taken" "$root/ops/up"
    claim 'a taken port leaves nothing running' nothing_runs
    kill "$holder"
    wait "$holder" 2>/dev/null
    ends 0 'services are ready' "$root/ops/up"
    claim 'the login was made once' says_not 'password:'
    "$root/ops/down" >/dev/null
}

half_cluster()
{
    rm -rf "$var/pg/global" # initdb writes pg_control last
    mkdir -p "$var/pg.new/base" # and this is what an interrupted one leaves
    ends 0 'was a half-finished cluster' "$root/ops/up"
    claim 'a new cluster has a new login' grep -qF 'password:' "$out"
    claim 'the half cluster was kept aside' compgen -G "$var/pg.broken-*" >/dev/null
    claim 'ready on the new cluster' ready
}

# A service that refuses its settings: what this run started is stopped again, the others stay.
broken_program()
{
    "$root/ops/service" stop order
    ends 1 'order ended while starting' env MILLRACE_LOG_LEVEL=nonsense "$root/ops/up"
    claim 'the other services stay' kill -0 "$(pid_of relay)"
    ends 0 'services are ready' "$root/ops/up"
    "$root/ops/down" >/dev/null
}

full_disk()
{
    local small
    small=$(mktemp -d)
    if [ "$EUID" -ne 0 ] || ! mount -t tmpfs -o size=100m millrace-test "$small" 2>/dev/null; then
        rmdir "$small"
        skip 'a full disk: needs root and mount'
        return
    fi
    chmod 755 "$small"
    ends 1 'not enough space for the database' env "MILLRACE_VAR=$small/var" "$root/ops/up"
    claim 'a full disk leaves no half cluster' [ ! -e "$small/var/pg" ]
    head -c 90M /dev/zero >"$small/filler"
    ends 1 'not enough space for logs and settings' env "MILLRACE_VAR=$small/var" "$root/ops/up"
    rm "$small/filler"
    mount -o remount,size=600m "$small"
    ends 0 'services are ready' env "MILLRACE_VAR=$small/var" "$root/ops/up"
    MILLRACE_VAR=$small/var "$root/ops/down" >/dev/null
    umount "$small"
    rmdir "$small"
}

deep_path()
{
    local deep
    deep=$var/$(printf 'a-deep-folder/%.0s' {1..8})var
    mkdir -p "$(dirname "$deep")"
    ends 0 'services are ready' env "MILLRACE_VAR=$deep" "$root/ops/up"
    ends 0 'removed' env "MILLRACE_VAR=$deep" "$root/ops/down" --purge
}

missing_package()
{
    if [ "$EUID" -ne 0 ] || ! id nobody >/dev/null 2>&1; then
        skip 'a missing package: needs root, to run as somebody who is not'
        return
    fi
    local copy
    copy=$(mktemp -d)
    chmod 755 "$copy"
    cp -r "$root/ops" "$copy/ops"
    echo 'millrace-no-such-package up' >>"$copy/ops/packages.txt"
    ends 2 'apt-get install -y --no-install-recommends millrace-no-such-package' \
        setpriv --reuid=nobody --regid=nogroup --clear-groups env -u MILLRACE_VAR -u MILLRACE_BUILD bash "$copy/ops/up"
    rm -rf "$copy"
}

ends 2 'usage' "$root/ops/up" --unknown
ends 2 'usage' "$root/ops/down" --unknown
fresh_and_second
dead_service
killed_database
migrations
stop_and_port
half_cluster
broken_program
full_disk
deep_path
missing_package

if [ "$skipped" -gt 0 ]; then
    echo "ops_up: $passed passed, $failed failed, $skipped skipped"
else
    echo "ops_up: $passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
