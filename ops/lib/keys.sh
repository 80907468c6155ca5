# Secrets, each made once: a private certificate authority with the gateway's certificate, and the
# Ed25519 pair that signs tickets (private half for the gateway alone).  Every file is made beside
# its place and renamed, so an interrupted run leaves none half written.

CERTIFICATE_DAYS=825

keys_make()
{
    folder_make 0755 "$VAR/tls"
    folder_make 0700 "$VAR/keys"
    if [ ! -s "$VAR/tls/ca.pem" ] || [ ! -s "$VAR/tls/server.pem" ] || [ ! -s "$VAR/tls/server.key" ] ||
        ! openssl x509 -in "$VAR/tls/server.pem" -noout -checkend 604800 >/dev/null 2>&1; then
        step "making a certificate authority and the gateway's certificate in $VAR/tls"
        keys_quietly tls_make
    fi
    if [ ! -s "$VAR/keys/ticket.key" ] || [ ! -s "$VAR/keys/ticket.pub" ]; then
        keys_quietly ticket_make
    fi
}

# keys_wire: a CURVE pair a program, and the map of who listens where and takes whose calls.
keys_wire()
{
    local name keys=$VAR/keys
    [ "$WIRE" = curve ] || return 0
    for name in "${PROGRAMS[@]}"; do
        [ ! -s "$keys/$name.curve" ] || continue
        rm -f "$keys/$name.key"
        "$BUILD/bin/millrace-gateway" --create-key "$keys/$name.key" >"$keys/$name.curve.new" ||
            die "could not make the key of $name"
        file_give 0644 "$keys/$name.curve.new"
        mv "$keys/$name.curve.new" "$keys/$name.curve"
    done
    wire_map >"$keys/map.new"
    file_give 0644 "$keys/map.new"
    mv "$keys/map.new" "$keys/map"
}

# keys_give: each key is readable by the one service that needs it.
keys_give()
{
    local name
    [ -z "$USERS" ] || chmod 0711 "$VAR/keys" "$SOCKETS"
    service_give gateway "$VAR/tls/server.key"
    service_give gateway "$VAR/keys/ticket.key"
    [ "$WIRE" != curve ] || for name in "${PROGRAMS[@]}"; do service_give "$name" "$VAR/keys/$name.key"; done
}

wire_map()
{
    local name port=$WIRE_PORT ringing=
    printf '# name address public-key whose-clients (common/io/rpc_wire.h)\n'
    for name in "${SERVICES[@]}"; do
        if [ "$name" = gateway ]; then
            wire_row gateway gateway - -
        else
            wire_row "$name" "$name" "tcp://127.0.0.1:$port" gateway
            ringing+=,$name
        fi
        port=$((port + 1))
    done
    wire_row doorbell relay "tcp://127.0.0.1:$port" "${ringing#,}"
    wire_row events relay "tcp://127.0.0.1:$((port + 1))" gateway,mrp,order
}

# wire_row SOCKET PROGRAM ADDRESS ACCEPTED
wire_row() { printf '%s %s %s %s\n' "$1" "$3" "$(cat "$VAR/keys/$(service_program "$2").curve")" "$4"; }

keys_quietly()
{
    "$1" >"$LOG/openssl.log" 2>&1 && return 0
    last_lines "$LOG/openssl.log" 5
    die "openssl could not make the keys; all of it is in \"$LOG/openssl.log\""
}

# The authority's own key is thrown away once it has signed: nobody can make a second certificate
# that this machine's clients would trust.
tls_make()
{
    local tls=$VAR/tls made status=0
    made=$(mktemp -d "$tls/new.XXXXXX")
    tls_sign "$made" || status=$?
    if [ "$status" -eq 0 ]; then
        file_give 0600 "$made/server.key"
        file_give 0644 "$made/server.pem"
        file_give 0644 "$made/ca.pem"
        mv "$made/server.key" "$made/server.pem" "$made/ca.pem" "$tls/"
    fi
    rm -rf "$made"
    return "$status"
}

tls_sign()
{
    local made=$1 names
    names="DNS:localhost,DNS:$(uname -n),IP:127.0.0.1,IP:::1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$CERTIFICATE_DAYS" \
        -keyout "$made/ca.key" -out "$made/ca.pem" -subj "/CN=Millrace private CA" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign &&
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -keyout "$made/server.key" -out "$made/server.csr" -subj "/CN=millrace-gateway" &&
        printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$names" \
            >"$made/server.ext" &&
        openssl x509 -req -in "$made/server.csr" -CA "$made/ca.pem" -CAkey "$made/ca.key" \
            -CAcreateserial -days "$CERTIFICATE_DAYS" -extfile "$made/server.ext" -out "$made/server.pem"
}

ticket_make()
{
    local keys=$VAR/keys
    (umask 077 && openssl genpkey -algorithm ed25519 -out "$keys/ticket.key.new") &&
        openssl pkey -in "$keys/ticket.key.new" -pubout -out "$keys/ticket.pub.new" &&
        file_give 0600 "$keys/ticket.key.new" &&
        file_give 0644 "$keys/ticket.pub.new" &&
        mv "$keys/ticket.key.new" "$keys/ticket.key" &&
        mv "$keys/ticket.pub.new" "$keys/ticket.pub"
}
