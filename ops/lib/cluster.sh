# The private PostgreSQL cluster in $PG: on a unix socket only, never on a port.
#
# It is made in $PG.new and renamed when it is whole, so an interrupted initdb leaves nothing that
# looks like a cluster.  pg_hba.conf lets in by operating system user alone (peer); pg_ident.conf says as
# which roles: RUN_USER, as whom the services run, as those of sql/roles.sql; it and the caller, who look
# after the cluster, as postgres.

CLUSTER_SPACE_MIB=300
CLUSTER_STARTED=0
CLUSTER_IS_NEW=0
PG_BIN=$(postgres_bin)

cluster_prepare()
{
    PG_BIN=$(postgres_bin) # again: the packages may just have been installed
    if [ -e "$PG/global/pg_control" ] && [ -s "$PG/PG_VERSION" ]; then
        cluster_check_version
    else
        cluster_set_aside
        cluster_make
    fi
    cluster_settings
}

cluster_check_version()
{
    local version
    version=$(cat "$PG/PG_VERSION")
    PG_BIN=/usr/lib/postgresql/$version/bin
    [ -x "$PG_BIN/postgres" ] ||
        die "the cluster in \"$PG\" was made by PostgreSQL $version, which is not installed" \
            "install postgresql-$version, or ops/down --purge to begin anew"
}

# A folder without pg_control never was a cluster; it is moved away, not deleted, all the same.
cluster_set_aside()
{
    rm -rf "$PG.new"
    [ -e "$PG" ] || return 0
    local aside
    aside=$PG.broken-$(date +%Y%m%d-%H%M%S)
    mv "$PG" "$aside"
    step "\"$PG\" was a half-finished cluster: moved to \"$aside\", making a new one"
}

cluster_make()
{
    local log=$LOG/initdb.log
    space_check "$VAR" "$CLUSTER_SPACE_MIB" "the database"
    step "making a PostgreSQL cluster in $PG"
    folder_make 0700 "$PG.new"
    if ! as_run "$PG_BIN/initdb" -D "$PG.new" -U postgres -E UTF8 --locale=C --data-checksums \
        --auth=reject >"$log" 2>&1; then
        last_lines "$log" 5
        ! grep -q 'No space left' "$log" || die "the disk is full: could not make the cluster in \"$PG\""
        die "initdb failed; all of it is in \"$log\""
    fi
    mv "$PG.new" "$PG"
    CLUSTER_IS_NEW=1
    rm -f "$VAR/first-login" "$VAR/demo-logins" "$VAR/cli.token" # they were known to the cluster before
}

# A quarter of the machine's memory, 8 GiB at most: a plant of a million items has 0.6 GB of items, bills and their indexes,
# and a page that is not there is a read from the disk in the middle of a save; its plan has 4 GB, and where they had no
# room a third of the time of writing a new one went into moving pages in and out.
cluster_buffers_mib()
{
    awk '/^MemTotal:/ { mib = int($2 / 4096); print (mib < 128 ? 128 : (mib > 8192 ? 8192 : mib)) }' /proc/meminfo
}

# How long the log gets until a checkpoint: a tenth of what the disk has free, 2 to 8 GiB.  After a checkpoint the first
# change of each page writes it whole.  With 2 GiB the import of a million items and its first plan met ten of them, and
# the plan made anew behind it wrote most of its pages so.
cluster_log_mib() { cluster_disk_tenth_mib 2048 8192; }

# How much of the log is kept, to be used again.
cluster_log_kept_mib() { cluster_disk_tenth_mib 80 1024; }

# cluster_disk_tenth_mib LEAST MOST
cluster_disk_tenth_mib()
{
    df -Pm "$VAR" | awk -v least="$1" -v most="$2" \
        'NR == 2 { mib = int($4 / 10); print (mib < least ? least : (mib > most ? most : mib)) }'
}

# Settings are ours on every start: a cluster made by an older version of this script follows.
cluster_settings()
{
    local caller user service mode=0700
    caller=$(id -un)
    [ -z "$USERS" ] || mode=0777 # others knock too: peer authentication says who comes in as what
    cluster_file millrace.conf <<-CONF
	# Written by ops/up at every start.
	listen_addresses = ''
	unix_socket_directories = '$SOCKETS'
	unix_socket_permissions = $mode
	port = 5432
	cluster_name = 'millrace'
	max_connections = 100
	shared_buffers = $(cluster_buffers_mib)MB
	# A segment of the log that is not there yet is filled with zeros by whoever needs it, and all commits wait: 15 to 100 ms.
	# So many as this are used again, and are there from the beginning (cluster_fill_log).
	min_wal_size = $(cluster_log_kept_mib)MB
	max_wal_size = $(cluster_log_mib)MB
	# Compiling a statement takes longer than running it: a trial balance of a week 4.8 s with it, 1.4 without.
	jit = off
	# After a checkpoint the first change of a page writes it whole; a third less of it keeps commits short.
	wal_compression = lz4
	fsync = on
	full_page_writes = on
	timezone = 'UTC'
	log_timezone = 'UTC'
	log_line_prefix = '%m [%p] %u '
	CONF
    cluster_file pg_hba.conf <<-CONF
	# Written by ops/up at every start.
	local all all peer map=millrace
	CONF
    {
        echo '# Written by ops/up at every start.'
        for user in $(printf '%s\n' "$RUN_USER" "$caller" | sort -u); do
            printf 'millrace %s %s\n' "$user" postgres
            for service in "${PROGRAMS[@]}"; do printf 'millrace %s %s\n' "$user" "millrace_$service"; done
        done
        for service in "${PROGRAMS[@]}"; do
            user=$(service_user "$service")
            [ "$user" = "$RUN_USER" ] || printf 'millrace %s %s\n' "$user" "millrace_$service"
        done
    } | cluster_file pg_ident.conf
    grep -qx "include 'millrace.conf'" "$PG/postgresql.conf" ||
        echo "include 'millrace.conf'" >>"$PG/postgresql.conf"
}

cluster_file()
{
    cat >"$PG/$1.new"
    file_give 0600 "$PG/$1.new"
    mv "$PG/$1.new" "$PG/$1"
}

# cluster_pid: of the running postmaster of this very cluster, empty when there is none.  A pid file
# that outlived a crash may name a process that is now somebody else's.
cluster_pid()
{
    local pid
    [ -s "$PG/postmaster.pid" ] || return 0
    pid=$(head -n 1 "$PG/postmaster.pid")
    [ -r "/proc/$pid/cmdline" ] || return 0
    ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-D $PG " || printf '%s' "$pid"
}

cluster_start()
{
    local log=$LOG/postgresql.log size=0 pid
    pid=$(cluster_pid)
    if [ -n "$pid" ]; then
        kill -HUP "$pid" # a cluster that ran on reads the settings just written
        return 0
    fi
    if [ -e "$PG/postmaster.pid" ]; then
        step "PostgreSQL was not stopped properly: removing its stale pid file, it recovers by itself"
        rm -f "$PG/postmaster.pid" "$SOCKETS/.s.PGSQL.5432.lock"
    fi
    [ ! -f "$log" ] || size=$(stat -c %s "$log")
    if ! as_run "$PG_BIN/pg_ctl" -D "$PG" -l "$log" -w -t 60 start >"$LOG/pg_ctl.log" 2>&1; then
        tail -c "+$((size + 1))" "$log" >"$LOG/pg_ctl.log"
        last_lines "$LOG/pg_ctl.log" 8
        ! grep -q 'No space left' "$LOG/pg_ctl.log" || die "the disk is full: PostgreSQL cannot start in \"$PG\""
        die "PostgreSQL did not start; all of it is in \"$log\""
    fi
    CLUSTER_STARTED=1
    [ "$CLUSTER_IS_NEW" -eq 0 ] || cluster_fill_log
}

# A new cluster gets the segments of the log that one has which has worked: each is begun and left, and the checkpoint
# keeps them for use.  1.2 s; without it the first flood of postings waits for each of them.
cluster_fill_log()
{
    SQL_DATABASE=postgres sql >/dev/null <<-'SQL'
	SELECT pg_logical_emit_message(false, 'millrace', ''), pg_switch_wal()
	    FROM generate_series(1, (SELECT setting::integer FROM pg_settings WHERE name = 'min_wal_size')
	        / (SELECT setting::integer / 1048576 FROM pg_settings WHERE name = 'wal_segment_size') - 2);
	CHECKPOINT;
	SQL
}

# Connections of services that were stopped before are gone; what is left is cut off (fast).
cluster_stop()
{
    [ -n "$(cluster_pid)" ] || return 0
    as_run "$PG_BIN/pg_ctl" -D "$PG" -m fast -w -t 60 stop >/dev/null 2>&1 ||
        die "PostgreSQL (pid $(cluster_pid)) does not stop; see \"$LOG/postgresql.log\""
}

# sql ARGUMENT...: psql as the superuser of the private cluster.
sql()
{
    "$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$SOCKETS" -p 5432 -U postgres -d "${SQL_DATABASE:-millrace}" "$@"
}
