# Who runs PostgreSQL and the services: the caller; but when the caller is root, the ordinary user
# `postgres` of the Debian package, because PostgreSQL refuses root and a service has no need of it.

RUN_USER=$(id -un)
[ "$EUID" -ne 0 ] || RUN_USER=postgres
AS_RUN=()

# user_choose: sets RUN_USER and AS_RUN, the words in front of a command that make it run as
# RUN_USER.  A checkout under a folder that this user may not enter (0700) is made reachable by one
# capability, and only then; which of the two depends on what this root was left with.
user_choose()
{
    [ "$EUID" -eq 0 ] || return 0
    id "$RUN_USER" >/dev/null 2>&1 || die "user \"$RUN_USER\" does not exist; reinstall the package postgresql"
    local plain=(setpriv "--reuid=$RUN_USER" "--regid=$RUN_USER" --clear-groups) capability
    AS_RUN=("${plain[@]}" --inh-caps=-all)
    ! user_reaches || return 0
    for capability in dac_read_search dac_override; do
        AS_RUN=("${plain[@]}" "--inh-caps=+$capability" "--ambient-caps=+$capability")
        ! user_reaches || return 0
    done
    die "user \"$RUN_USER\" cannot enter \"$VAR\"" "use a checkout in a folder that others may enter, or set MILLRACE_VAR"
}

# service_user NAME: as whom it runs.
service_user()
{
    local word user=$RUN_USER
    for word in $USERS; do
        case $word in
        own) user=millrace-$(service_program "$1") ;;
        "$(service_program "$1")="*) user=${word#*=} ;;
        esac
    done
    printf '%s' "$user"
}

# users_check: services of their own users get no capability to pass through closed folders.
users_check()
{
    local name user
    [ -n "$USERS" ] || return 0
    [ "$EUID" -eq 0 ] || die "MILLRACE_USERS needs root"
    for name in "${PROGRAMS[@]}"; do
        user=$(service_user "$name")
        id "$user" >/dev/null 2>&1 || die "user \"$user\" does not exist" "make them all: ops/units"
        setpriv "--reuid=$user" --clear-groups --inh-caps=-all sh -c 'cd "$1" && cd "$2"' sh "$BUILD/bin" "$VAR" 2>/dev/null ||
            die "user \"$user\" cannot enter \"$BUILD/bin\" or \"$VAR\"" "use folders that others may enter: a checkout in /opt, MILLRACE_VAR"
    done
    printf '%s\n' "$USERS" >"$VAR/users"
}

# Tried, not asked: access(2), which `test -w` calls, leaves capabilities out of account.
user_reaches()
{
    "${AS_RUN[@]}" sh -c 'cd "$2" && cd "$1" && : >.reach && rm .reach' sh "$RUN" "$BUILD" 2>/dev/null
}

# as_run COMMAND...: the lock of the calling command is not inherited by what stays behind.
as_run() { (cd / && exec "${AS_RUN[@]}" "$@" 9>&-); }

# folder_make MODE FOLDER: owned by RUN_USER.
folder_make()
{
    mkdir -p "$2"
    chmod "$1" "$2"
    [ "$EUID" -ne 0 ] || chown "$RUN_USER": "$2"
}

# service_give NAME FILE: a secret of one service, for it alone.
service_give()
{
    chmod 0600 "$2"
    [ "$EUID" -ne 0 ] || chown "$(service_user "$1"):" "$2"
}

# file_give MODE FILE: the same for a file.
file_give()
{
    chmod "$1" "$2"
    [ "$EUID" -ne 0 ] || chown "$RUN_USER": "$2"
}
