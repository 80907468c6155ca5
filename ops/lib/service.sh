# Starting, stopping and looking at the services.  A service is ours when the process of its pid
# file was started with our --config: a pid alone may be somebody else's by now.

STOP_SECONDS=15
HEALTHY_SECONDS=${MILLRACE_HEALTHY_SECONDS:-30}
DESCRIPTORS=65536 # an ipc listener aborts the process at the limit: far above what can connect
STARTED=()

# service_pid NAME: empty when it does not run.
service_pid()
{
    local pid file=$RUN/$1.pid
    [ -s "$file" ] || return 0
    pid=$(cat "$file")
    [ -r "/proc/$pid/cmdline" ] || return 0
    ! tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "/millrace-$(service_program "$1") --config $CONFIG " ||
        printf '%s' "$pid"
}

# service_outdated NAME PID: the program was built again, or the settings changed, since it started.
service_outdated()
{
    [ "$(readlink "/proc/$2/exe")" != "$BUILD/bin/millrace-$(service_program "$1")" ] || [ "$CONFIG" -nt "$RUN/$1.pid" ]
}

service_start()
{
    local name=$1 program log=$LOG/$1.log user words=("${AS_RUN[@]}")
    user=$(service_user "$1")
    [ "$user" = "$RUN_USER" ] || words=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --inh-caps=-all --no-new-privs)
    program=$BUILD/bin/millrace-$(service_program "$1")
    [ -x "$program" ] || die "\"$program\" does not exist"
    [ "$EUID" -ne 0 ] || chmod go+rx "$program"
    [ ! -e "$RUN/$name.pid" ] || step "$name is not running: its pid file was stale"
    touch "$log"
    file_give 0640 "$log"
    (
        cd /
        [ "$name" = "$(service_program "$name")" ] || export MILLRACE_RPC_INSTANCE=${name##*-}
        ulimit -n "$DESCRIPTORS" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
        exec setsid "${words[@]}" "$program" --config "$CONFIG" </dev/null >>"$log" 2>&1 9>&-
    ) &
    echo $! >"$RUN/$name.pid.new"
    mv "$RUN/$name.pid.new" "$RUN/$name.pid"
    STARTED+=("$name")
}

# strays_stop: instances that are not wanted any more.
strays_stop()
{
    local file name strays=()
    for file in "$RUN"/*-[0-9].pid; do
        name=$(basename "$file" .pid)
        [[ ! -e $file || " ${SERVICES[*]} " == *" $name "* ]] || strays+=("$name")
    done
    [ "${#strays[@]}" -eq 0 ] || services_stop "${strays[@]}"
}

# services_start: what is not running, or is outdated.
services_start()
{
    local name pid stale=()
    strays_stop
    for name in "${SERVICES[@]}"; do
        pid=$(service_pid "$name")
        [ -z "$pid" ] || ! service_outdated "$name" "$pid" || stale+=("$name")
    done
    if [ "${#stale[@]}" -gt 0 ]; then
        step "starting again after a change: ${stale[*]}"
        services_stop "${stale[@]}"
    fi
    for name in "${SERVICES[@]}"; do
        [ -n "$(service_pid "$name")" ] || service_start "$name"
    done
}

# services_stop NAME...: SIGTERM to all (they drain), then wait; who does not end is killed.
services_stop()
{
    local name pid deadline
    for name in "$@"; do
        pid=$(service_pid "$name")
        [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || true
    done
    deadline=$(($(now_us) + STOP_SECONDS * 1000000))
    for name in "$@"; do
        while [ -n "$(service_pid "$name")" ] && [ "$(now_us)" -lt "$deadline" ]; do sleep 0.05; done
        pid=$(service_pid "$name")
        if [ -n "$pid" ]; then
            complain "$name (pid $pid) did not end within ${STOP_SECONDS} s of SIGTERM: killed"
            kill -KILL "$pid" 2>/dev/null || true
            while [ -n "$(service_pid "$name")" ]; do sleep 0.02; done
        fi
        rm -f "$RUN/$name.pid"
    done
}

# port_check: before anything is started.  Our own gateway on the port is what we want.
port_check()
{
    [ -z "$(service_pid gateway)" ] || [ "$(gateway_port)" != "$PORT" ] || return 0
    port_taken "$PORT" || return 0
    local holder
    holder=$(command -v ss >/dev/null && ss -Hltnp "sport = :$PORT" 2>/dev/null |
        sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1 (pid \2)/p' | head -n 1) || true
    die "port $PORT of 127.0.0.1 is taken$holder" \
        "stop what listens there, or choose another: MILLRACE_PORT=9443 $OPS_COMMAND"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: one that nobody listens on now, for tests and benchmarks.
free_port()
{
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

gateway_port() { ini_value gateway port; }

# https PATH: a request to the gateway, trusting our own authority only.
https() { curl -sS --max-time 5 --cacert "$VAR/tls/ca.pem" "$URL$1" 2>/dev/null; }

# not_ready: what the gateway's /readyz says in words.
not_ready()
{
    https /readyz | python3 -c '
import json, sys
try:
    rows = [row for row in json.load(sys.stdin)["services"] if not row.get("ready")]
    print(", ".join(row["service"] + " (waits for " + row.get("waiting_for", "nothing it says") + ")" for row in rows))
except (ValueError, KeyError, TypeError):
    print("the gateway does not answer")'
}

# services_wait: until the gateway says that all are ready, or one of them ended, or time is up.
services_wait()
{
    local name deadline
    deadline=$(($(now_us) + HEALTHY_SECONDS * 1000000))
    while :; do
        for name in "${SERVICES[@]}"; do
            [ -n "$(service_pid "$name")" ] || service_ended "$name"
        done
        ! curl -sf --max-time 5 --cacert "$VAR/tls/ca.pem" -o /dev/null "$URL/readyz" 2>/dev/null || return 0
        [ "$(now_us)" -lt "$deadline" ] || break
        sleep 0.1
    done
    die "not ready after $HEALTHY_SECONDS s: $(not_ready)" "see the logs in \"$LOG\""
}

service_ended()
{
    last_lines "$LOG/$1.log" 5
    ! grep -q 'No space left' <(tail -n 5 "$LOG/$1.log") || die "the disk is full: $1 ended while starting"
    die "$1 ended while starting; its log is \"$LOG/$1.log\""
}

# up_undo: leaves the machine as it was found; installed as a trap of EXIT while starting.
up_undo()
{
    trap - EXIT
    [ "${#STARTED[@]}" -eq 0 ] || services_stop "${STARTED[@]}"
    [ "$CLUSTER_STARTED" -eq 0 ] || (cluster_stop) || true
}
