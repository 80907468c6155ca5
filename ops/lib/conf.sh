# Writes $CONFIG; services started before its last change are started again (ops/lib/service.sh).

conf_write()
{
    conf_text >"$CONFIG.new"
    if cmp -s "$CONFIG.new" "$CONFIG"; then
        rm -f "$CONFIG.new"
    else
        file_give 0644 "$CONFIG.new"
        mv "$CONFIG.new" "$CONFIG"
    fi
}

# conf_key PROGRAM: where its key is, when it needs one.
conf_key() { [ "$WIRE" != curve ] || printf 'rpc.key = %s' "$VAR/keys/$1.key"; }
conf_map() { [ "$WIRE" != curve ] || printf 'rpc.map = %s' "$VAR/keys/map"; }

# conf_devices: terminals have certificates once there is an authority of them (ops/device-cert).
conf_devices()
{
    [ ! -s "$VAR/tls/devices.pem" ] ||
        printf 'tls.client_ca = %s\ntls.client_crl = %s' "$VAR/tls/devices.pem" "$VAR/tls/devices.crl"
}

# conf_conninfo [SERVICE]: each signs in as the role of its own (sql/roles.sql).
conf_conninfo() { printf 'host=%s port=5432 dbname=millrace%s' "$SOCKETS" "${1:+ user=millrace_$1}"; }

# conf_services: sections of the programs that have no other setting.
conf_services()
{
    local program
    for program in "${PROGRAMS[@]}"; do
        [ "$program" = gateway ] ||
            printf '\n[%s]\nsql.conninfo = %s\n%s\n' "$program" "$(conf_conninfo "$program")" "$(conf_key "$program")"
    done
}

conf_text()
{
    cat <<-CONF
	; Written by ops/up.  \`millrace-gateway --help\` explains every setting; MILLRACE_SQL_CONNINFO
	; in the environment wins over sql.conninfo here, and so for all of them.
	[millrace]
	sql.conninfo = $(conf_conninfo)
	rpc.dir = $SOCKETS
	ticket.public_key = $VAR/keys/ticket.pub
	mrp.instances = $MRP_INSTANCES
	log.level = info
	$(conf_map)

	[gateway]
	sql.conninfo = $(conf_conninfo gateway)
	listen = 127.0.0.1
	port = $PORT
	tls.certificate = $VAR/tls/server.pem
	tls.key = $VAR/tls/server.key
	ticket.private_key = $VAR/keys/ticket.key
	$(conf_key gateway)
	$(conf_devices)

	[cli]
	url = $URL
	tls.ca = $VAR/tls/ca.pem
	token_file = $VAR/cli.token
	CONF
    conf_services
}
