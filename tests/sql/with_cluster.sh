#!/usr/bin/env bash
# bash tests/sql/with_cluster.sh COMMAND [ARG...]: runs the command with MILLRACE_TEST_CONNINFO naming a
# database with sql/migrations and sql/roles.sql applied, in a PostgreSQL cluster that is made for it and thrown away after
# it.  Ends as the command ends.
#
# The cluster has collation C, as ours; it listens only in its own folder; it does not sync, so it says
# nothing about speed.  PGBIN: folder of the programs.  MILLRACE_KEEP_CLUSTER=1 shows the server's log
# when the command fails.  Not executable: ops/test would take it for a test.
set -u
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARG...]" >&2; exit 2; }
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
[ -x "$bin/initdb" ] || { echo "with_cluster.sh: no PostgreSQL server programs in \"$bin\"" >&2; exit 77; }

home=$(mktemp -d "${TMPDIR:-/tmp}/millrace-pg-XXXXXX")
if [ "$(id -u)" = 0 ]; then # initdb refuses root
    chown postgres "$home"
    as() { (cd "$home" && runuser -u postgres -- "$@"); }
else
    as() { "$@"; }
fi
finish() {
    status=$?
    as "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1
    [ -z "${MILLRACE_KEEP_CLUSTER:-}" ] || [ $status = 0 ] || cat "$home/log" >&2
    rm -rf "$home"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

as "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$home/initdb.log" 2>&1 ||
    { cat "$home/initdb.log" >&2; exit 1; }
as tee -a "$home/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
fsync = off
shared_buffers = 32MB
max_connections = 60
deadlock_timeout = 200ms
timezone = 'UTC'
CONF
as "$bin/pg_ctl" -D "$home/data" -l "$home/log" -w -t 30 start >/dev/null || { cat "$home/log" >&2; exit 1; }
as "$bin/createdb" -h "$home" -U postgres millrace_test || exit 1
export MILLRACE_TEST_CONNINFO="host=$home user=postgres dbname=millrace_test"
for file in "$(dirname "$0")"/../../sql/migrations/[0-9]*.sql; do
    psql -X -q -v ON_ERROR_STOP=1 -1 -f "$file" "$MILLRACE_TEST_CONNINFO" >&2 || exit 1
done
psql -X -q -v ON_ERROR_STOP=1 -1 -f "$(dirname "$0")/../../sql/roles.sql" "$MILLRACE_TEST_CONNINFO" >&2 || exit 1
"$@"
