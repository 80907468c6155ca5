# The first login and the command line's token, each made once with the gateway's own commands.

FIRST_LOGIN=admin

login_make()
{
    if [ ! -s "$VAR/first-login" ]; then
        login_first
    fi
    if [ ! -s "$VAR/cli.token" ]; then
        gateway_command --create-token ops-cli | private_file "$VAR/cli.token" ||
            die "the gateway could not make a token for the command line"
    fi
}

login_first()
{
    local password
    password=$(openssl rand -base64 15 | tr '+/' '-_')
    if gateway_command --create-user "$FIRST_LOGIN" --role administrator <<<"$password"; then
        printf 'login: %s\npassword: %s\n' "$FIRST_LOGIN" "$password" | private_file "$VAR/first-login"
        LOGIN_IS_NEW=1
    else
        die "the gateway could not make the first login \"$FIRST_LOGIN\""
    fi
}

gateway_command() { as_run "$BUILD/bin/millrace-gateway" --config "$CONFIG" "$@"; }

# private_file FILE: stdin, for the caller's eyes only; nothing is left when stdin is empty.
private_file()
{
    (umask 077 && cat >"$1.new")
    if [ ! -s "$1.new" ]; then
        rm -f "$1.new"
        return 1
    fi
    mv "$1.new" "$1"
}
