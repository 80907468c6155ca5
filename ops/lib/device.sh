# The authority of terminals' certificates: its key, what it signed and its list of revoked
# certificates, in var/tls/devices (0700).  The gateway reads tls/devices.pem and tls/devices.crl.

DEVICES=$VAR/tls/devices
DEVICE_DAYS=365

device_openssl() { openssl "$@" >>"$LOG/openssl.log" 2>&1 || die "openssl failed; see \"$LOG/openssl.log\""; }

device_ca() { (cd "$DEVICES" && device_openssl ca -config ca.cnf -batch -notext "$@"); }

device_authority()
{
    mkdir -p "$DEVICES/issued"
    chmod 0700 "$DEVICES"
    : >"$DEVICES/index.txt"
    echo 01 >"$DEVICES/crlnumber"
    device_settings >"$DEVICES/ca.cnf"
    (umask 077 && device_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -keyout "$DEVICES/ca.key" -out "$DEVICES/ca.pem" -subj "/CN=Millrace terminals" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign)
    device_publish
}

device_settings()
{
    cat <<-SETTINGS
	[ca]
	default_ca = here
	[here]
	database = index.txt
	crlnumber = crlnumber
	new_certs_dir = issued
	certificate = ca.pem
	private_key = ca.key
	default_md = sha256
	default_days = $DEVICE_DAYS
	default_crl_days = 3650
	rand_serial = yes
	unique_subject = no
	policy = named
	x509_extensions = client
	[named]
	commonName = supplied
	[client]
	basicConstraints = critical,CA:FALSE
	keyUsage = critical,digitalSignature
	extendedKeyUsage = clientAuth
	SETTINGS
}

# device_publish: what the gateway is to know; it reads the files again on SIGHUP.
device_publish()
{
    local pid
    device_ca -gencrl -out crl.new
    install -m 0644 "$DEVICES/ca.pem" "$VAR/tls/devices.pem.new"
    install -m 0644 "$DEVICES/crl.new" "$VAR/tls/devices.crl.new"
    mv "$VAR/tls/devices.pem.new" "$VAR/tls/devices.pem"
    mv "$VAR/tls/devices.crl.new" "$VAR/tls/devices.crl"
    rm -f "$DEVICES/crl.new"
    pid=$(service_pid gateway)
    [ -z "$pid" ] || kill -HUP "$pid"
}

device_sign()
{
    local at=$DEVICES/$1
    (umask 077 && openssl rand -hex 12 >"$at.password" &&
        device_openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$at.key" -out "$at.csr" -subj "/CN=$1") &&
        device_ca -in "$1.csr" -out "$1.pem.new" &&
        (umask 077 && device_openssl pkcs12 -export -inkey "$at.key" -in "$at.pem.new" -out "$at.p12" -passout "file:$at.password") &&
        rm -f "$at.csr" && mv "$at.pem.new" "$at.pem"
}

device_revoke()
{
    device_ca -revoke "$1.pem"
    rm -f "$DEVICES/$1".{pem,key,p12,password}
    device_publish
}
