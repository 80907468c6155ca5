# Installs what is missing, from the list in ops/packages.txt.

POSTGRES_OLDEST=15

# postgres_bin: the folder of the newest server on this machine, empty when none is new enough.
postgres_bin()
{
    local folder best='' version
    for folder in /usr/lib/postgresql/*/bin; do
        version=${folder#/usr/lib/postgresql/}
        version=${version%/bin}
        [ -x "$folder/initdb" ] && [ "$version" -ge "$POSTGRES_OLDEST" ] || continue
        [ -n "$best" ] && [ "$version" -lt "${best%%:*}" ] || best=$version:$folder
    done
    printf '%s' "${best#*:}"
}

# package_elsewhere NAME: its program is here although Debian did not bring it.
package_elsewhere()
{
    case $1 in
    nodejs) command -v node >/dev/null ;;
    npm | chromium) command -v "$1" >/dev/null ;;
    *) return 1 ;;
    esac
}

# packages_missing WHEN...: names of the listed packages that are not installed, one a line.
packages_missing()
{
    local wanted name
    wanted=$(awk -v when=" $* " '!/^#/ && NF == 2 && index(when, " " $2 " ") { print $1 }' \
        "$ROOT/ops/packages.txt")
    # shellcheck disable=SC2086  # names of packages hold no blanks
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
        awk -v wanted="$wanted" '
            $2 == "installed" { have[$1] = 1 }
            END { n = split(wanted, list, "\n"); for (i = 1; i <= n; i++) if (!have[list[i]]) print list[i] }' |
        while read -r name; do package_elsewhere "$name" || echo "$name"; done
    [ -n "$(postgres_bin)" ] || echo postgresql
}

# packages_install WHEN...: nothing to do is the usual case and costs one dpkg-query.
packages_install()
{
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        usage_error "this is not a Debian system; the packages of ops/packages.txt must be installed by hand"
    local missing root_do=()
    missing=$(packages_missing "$@" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if [ "$EUID" -ne 0 ]; then
        if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            usage_error "missing packages; run this as root, then $OPS_COMMAND again:" \
                "  apt-get update && apt-get install -y --no-install-recommends $missing"
        fi
        root_do=(sudo)
    fi
    step "installing $missing"
    apt_install "$missing"
}

# What root runs.  Debian's postgresql would make and start a cluster of its own on port 5432, which
# nobody asked for: a drop-in of postgresql-common says no while the package goes in.  A machine that
# has a server already never gets here with that package.
APT_SCRIPT='
folder=/etc/postgresql-common/createcluster.d
drop_in=$folder/millrace-no-main-cluster.conf
made=
case " $* " in
*" postgresql "*)
    [ -d "$folder" ] || made=1
    trap "rm -f $drop_in; [ -z \"$made\" ] || rmdir $folder 2>/dev/null || true" EXIT
    mkdir -p "$folder"
    echo "create_main_cluster = false" >"$drop_in"
    ;;
esac
export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -y -q --no-install-recommends "$@"'

# apt_install "NAMES": reads root_do of its caller.
apt_install()
{
    local log
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! "${root_do[@]}" sh -c "$APT_SCRIPT" apt $1 >"$log" 2>&1; then
        last_lines "$log" 8
        rm -f "$log"
        die "could not install: $1" "by hand: apt-get update && apt-get install -y --no-install-recommends $1"
    fi
    rm -f "$log"
}
