#!/usr/bin/env bash
# ops/test: long
# Each service as a user of its own (MILLRACE_USERS): all get ready, none reads another's key or logs in as another's role, and
# the units for it are sound.  In a root of its own, as users that every Debian has.  Skipped where the caller is not root.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
passed=0
failed=0
said() { echo "own_users: $passed passed, $failed failed${1:-}"; [ "$failed" -eq 0 ]; exit; }
claim()
{
    local name=$1
    shift
    if "$@" >"$out" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED  $name"; sed 's/^/        /' "$out" | tail -20; fi
}
fails() { ! "$@"; }

[ "$(id -u)" -eq 0 ] || { echo 'SKIPPED: other users need root'; said ', 1 skipped'; }
users=(bom=daemon mrp=bin production=sys receipt=games cost=man inventory=lp order=mail relay=news gateway=uucp)
bin=${MILLRACE_BUILD:-$root/build}/bin
setpriv --reuid=daemon --clear-groups --inh-caps=-all sh -c 'cd "$1"' sh "$bin" 2>/dev/null ||
    { echo "SKIPPED: other users cannot enter $bin"; said ', 1 skipped'; }
var=$(mktemp -d /tmp/millrace-users-XXXXXX)
chmod 0755 "$var"
out=$var/said
export MILLRACE_VAR=$var MILLRACE_USERS="${users[*]}"
unset MILLRACE_CONFIG MILLRACE_SQL_CONNINFO MILLRACE_WIRE
MILLRACE_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MILLRACE_PORT
trap '"$root/ops/down" --purge >/dev/null 2>&1; rm -rf "$var"' EXIT

as() { local user=$1; shift; (cd / && setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --inh-caps=-all "$@"); }
runs_as() { [ "$(stat -c %U "/proc/$(cat "$var/run/$1.pid")")" = "$2" ]; }
logs_in() { as "$1" psql -X -q -h "$var/run" -U "$2" -d millrace -c 'SELECT 1'; }

claim 'ops/up' "$root/ops/up"
for word in "${users[@]}"; do
    name=${word%=*} user=${word#*=}
    claim "$name runs as $user" runs_as "$name" "$user"
    claim "$name reads its key" as "$user" cat "$var/keys/$name.key"
    claim "$name logs in as its role" logs_in "$user" "millrace_$name"
    for other in "${users[@]}"; do
        [ "$other" != "$word" ] || continue
        claim "$name does not read the key of ${other%=*}" fails as "$user" cat "$var/keys/${other%=*}.key"
    done
    claim "$name does not log in as the superuser" fails logs_in "$user" postgres
    [ "$name" = gateway ] || for secret in keys/ticket.key tls/server.key first-login cli.token; do
        claim "$name does not read $secret" fails as "$user" cat "$var/$secret"
    done
done
claim 'bom does not log in as gateway' fails logs_in daemon millrace_gateway
claim 'gateway does not log in as cost' fails logs_in uucp millrace_cost
claim 'a call through two users' env MILLRACE_CONFIG="$var/millrace.ini" "$bin/millrace" call Access.WhoAmI
claim 'the choice stays' env -u MILLRACE_USERS "$root/ops/up"
claim 'bom still runs as daemon' runs_as bom daemon
claim 'units' "$root/ops/units" "$var/units"
! command -v systemd-analyze >/dev/null || claim 'units are sound' fails sh -c 'systemd-analyze verify "$1"/*.service "$1"/*.target 2>&1 | grep .' sh "$var/units"
said
