/*
 * Every setting: one row each, and this is the only list.  Parsing, checks, defaults, `--help` and
 * the names of environment variables come from it.
 *
 * `section` is the process whose setting it is; rows of "millrace" belong to every process and may
 * be set for one of them alone in its own section.
 *
 *     kind TEXT: min..max is the length in bytes; INT: the value; BOOL: true or false;
 *     LEVEL: debug, info, warning or error
 *
 *     section, name, kind, default, min, max, help
 */
CONF("millrace", "sql.conninfo", TEXT, "", 0, 2000, "PostgreSQL connection string (libpq)")
CONF("millrace", "rpc.dir", TEXT, "var/run", 1, 80, "folder of the ipc sockets, mode 0750")
CONF("millrace", "rpc.map", TEXT, "", 0, 1024,
     "file of the sockets of all hosts with addresses and public keys, empty for one host")
CONF("millrace", "rpc.key", TEXT, "", 0, 1024,
     "file of this process's secret key (CURVE), where a socket of it is tcp")
CONF("millrace", "rpc.workers", INT, "2", 1, 64, "worker threads, each with a database connection")
CONF("millrace", "rpc.queue", INT, "1000", 1, 65536,
     "requests that may wait before BUSY is answered")
CONF("millrace", "rpc.timeout_ms", INT, "10000", 10, 600000, "a request older than this is refused")
CONF("millrace", "rpc.instance", INT, "1", 1, 8, "number of this process among its service's")
CONF("millrace", "mrp.instances", INT, "1", 1, 8,
     "instances of millrace-mrp, over which the plants are spread")
CONF("millrace", "ticket.public_key", TEXT, "", 0, 1024,
     "file of the gateway's public key (Ed25519)")
CONF("millrace", "log.level", LEVEL, "info", 0, 0, "least level that is logged")

CONF("gateway", "listen", TEXT, "127.0.0.1", 1, 64, "address to listen at")
CONF("gateway", "port", INT, "8443", 1, 65535, "HTTPS port")
CONF("gateway", "tls.certificate", TEXT, "", 0, 1024, "file of the certificate chain (PEM)")
CONF("gateway", "tls.key", TEXT, "", 0, 1024, "file of the private key of the certificate (PEM)")
CONF("gateway", "ticket.private_key", TEXT, "", 0, 1024,
     "file of the key that signs tickets (Ed25519)")
CONF("gateway", "header_bytes", INT, "16384", 1024, 1048576, "largest HTTP header")
CONF("gateway", "body_bytes", INT, "16777216", 1024, 1073741824, "largest HTTP body")
CONF("gateway", "header_timeout_s", INT, "10", 1, 600, "time to send the header")
CONF("gateway", "body_timeout_s", INT, "60", 1, 3600, "time to send the body")
CONF("gateway", "connections", INT, "4000", 1, 60000, "clients at once; more are closed")
CONF(
    "gateway", "proxy", TEXT, "", 0, 45,
    "address of the proxy in front: what it says last in X-Forwarded-For is the client's; empty: nobody is believed")
CONF("gateway", "connections_per_address", INT, "1000", 1, 60000,
     "clients at once from one IPv4 address or IPv6 network (/64); more are closed")
CONF("gateway", "bodies_bytes", INT, "268435456", 1048576, 4294967296,
     "memory for HTTP bodies that are on their way; more are answered BUSY")
CONF("gateway", "tls.client_ca", TEXT, "", 0, 1024,
     "file of the authorities of terminals' certificates (PEM), empty for none; a terminal then "
     "needs the certificate that names it")
CONF("gateway", "tls.client_crl", TEXT, "", 0, 1024,
     "file of revoked certificates (CRL, PEM) of each of these authorities, empty for none")
CONF("gateway", "tls.client_required", BOOL, "false", 0, 0,
     "nobody gets in without a certificate, not only terminals")
CONF("gateway", "pages", TEXT, "", 0, 1024, "folder of the static pages, empty for none")

CONF("cli", "url", TEXT, "https://127.0.0.1:8443", 1, 1024, "address of the gateway")
CONF("cli", "tls.ca", TEXT, "", 0, 1024,
     "file of the certificate authority (PEM), empty for the system's")
CONF("cli", "token_file", TEXT, "", 0, 1024, "file of the API token")

CONF("mrp", "poll_ms", INT, "1000", 10, 600000,
     "how often the event log is looked at without a hint")
CONF("mrp", "audit_minutes", INT, "60", 0, 10080,
     "how often a plan is compared with one made anew, 0: only when asked")
CONF("mrp", "keep_weeks", INT, "0", 0, 52,
     "the first plan of each week is kept as week-2026-W47 by itself, so many weeks; 0: none is")
CONF("relay", "private_targets", BOOL, "false", 0, 0,
     "webhooks may go to private addresses, and over http, where they ask for it")
CONF("relay", "webhook.tls.ca", TEXT, "", 0, 1024,
     "file of the certificate authorities of webhook targets (PEM), empty for the system's")
CONF("relay", "seal_ms", INT, "2000", 100, 600000, "how often the audit trail is sealed")
CONF("relay", "seal_alarm_s", INT, "300", 10, 86400,
     "the alarm millrace_audit_alarm goes on when a row waits longer for its seal")
CONF("relay", "poll_ms", INT, "1000", 10, 600000,
     "how often the event log is looked at without a doorbell")

CONF("cli", "url", TEXT, "https://127.0.0.1:8443", 1, 1024, "address of the gateway")
CONF("cli", "tls.ca", TEXT, "", 0, 1024,
     "file of the authority that signed the gateway's certificate (PEM), empty for the system's")
CONF("cli", "token_file", TEXT, "", 0, 1024, "file of the API token")
CONF("cli", "plant", TEXT, "", 0, 64, "plant of a command that names none")
