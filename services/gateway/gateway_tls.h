#ifndef MILLRACE_GATEWAY_TLS_H
#define MILLRACE_GATEWAY_TLS_H

#include "services/gateway/gateway_server.h"

/*
 * TLS 1.2 or newer with the configured certificate and key, read now: at start, and again on SIGHUP
 * when they were renewed.  New connections get the new certificate, those that are open go on.
 * INVALID with the setting as its field when a file cannot be used; what was there stays.
 *
 * With tls.client_ca a client may show a certificate (with tls.client_required: must): one that is
 * not of that authority, has expired or is on the list of tls.client_crl ends the handshake.
 */
enum status tls_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
/* The common name of the certificate that the client has shown, "" for none. */
struct ssl_st;
void tls_certificate(struct ssl_st *ssl, char *name, size_t size);

void tls_close(struct gateway *gateway);

#endif
