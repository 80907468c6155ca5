# Where everything is.  All state of one running Millrace lies under one root, var/ by default:
#   pg/          the PostgreSQL cluster        run/   pid files and, if the path is short, sockets
#   millrace.ini settings of every service     log/   one log a service (JSON lines) and PostgreSQL's
#   tls/, keys/  certificates and ticket keys  first-login, cli.token   secrets of the first user
# MILLRACE_VAR moves the root, MILLRACE_PORT the port, MILLRACE_BUILD the folder of the executables,
# so that several can run side by side.

SERVICES=(bom mrp production receipt cost inventory order relay gateway)

# The longest name that a socket gets beside its folder, and what sockaddr_un holds; rpc.dir has 80 bytes.
SOCKET_NAME_MAX=26
SOCKET_PATH_MAX=107

absolute_path() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
VAR=$(absolute_path "${MILLRACE_VAR:-$ROOT/var}")
BUILD=$(absolute_path "${MILLRACE_BUILD:-$ROOT/build}")
CONFIG=$VAR/millrace.ini
RUN=$VAR/run
LOG=$VAR/log
PG=$VAR/pg

# A socket's path has 107 bytes: a deep checkout keeps its sockets in a short folder of its own.
socket_folder()
{
    if [ $((${#RUN} + 1 + SOCKET_NAME_MAX)) -le "$SOCKET_PATH_MAX" ]; then
        printf '%s' "$RUN"
    else
        printf '/tmp/millrace-%s' "$(printf '%s' "$VAR" | sha256sum | cut -c1-12)"
    fi
}
SOCKETS=$(socket_folder)

# ini_value SECTION KEY: what the written settings say, empty when they do not.
ini_value()
{
    [ -r "$CONFIG" ] || return 0
    awk -v section="[$1]" -v key="$2" '
        /^\[/ { here = ($0 == section); next }
        here && index($0, key " = ") == 1 { print substr($0, length(key) + 4); exit }' "$CONFIG"
}

# The port once chosen stays until another is asked for.
PORT=${MILLRACE_PORT:-$(ini_value gateway port)}
PORT=${PORT:-8443}
URL=https://127.0.0.1:$PORT

# Instances of millrace-mrp beside the first are mrp-2, mrp-3 ...: MILLRACE_MRP_INSTANCES, or what was
# chosen last.
MRP_INSTANCES=${MILLRACE_MRP_INSTANCES:-$(ini_value millrace mrp.instances)}
MRP_INSTANCES=${MRP_INSTANCES:-1}
PROGRAMS=("${SERVICES[@]}")
for ((instance = 2; instance <= MRP_INSTANCES; instance++)); do SERVICES+=("mrp-$instance"); done

# MILLRACE_WIRE=curve: the services of this host talk by tcp and CURVE, as services of several hosts
# do, at ports from MILLRACE_WIRE_PORT; ipc: by sockets in a folder.  Or what was chosen last.
WIRE=${MILLRACE_WIRE:-$([ -z "$(ini_value millrace rpc.map)" ] || echo curve)}
WIRE=${WIRE:-ipc}

# MILLRACE_USERS=own: each service runs as a user of its own, millrace-NAME (ops/units makes them), reads
# only its own key and talks by CURVE, as a socket in a shared folder could be taken by another.  Words
# NAME=USER name others.  Empty: all as one (ops/lib/user.sh).  Or what was chosen last.
USERS=${MILLRACE_USERS-$(cat "$VAR/users" 2>/dev/null || true)}
[ -z "$USERS" ] || WIRE=curve
WIRE_PORT=${MILLRACE_WIRE_PORT:-$((PORT + 100))}

# service_program NAME: "mrp" of "mrp-2".
service_program() { printf '%s' "${1%%-[0-9]*}"; }

unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS PGSERVICE PGPASSFILE PGSSLMODE PGDATA
export LC_ALL=C
umask 022
