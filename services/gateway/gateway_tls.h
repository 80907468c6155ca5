#ifndef MILLRACE_GATEWAY_TLS_H
#define MILLRACE_GATEWAY_TLS_H

#include "services/gateway/gateway_server.h"

/*
 * TLS 1.2 or newer with the configured certificate and key, read now: at start, and again on SIGHUP
 * when they were renewed.  New connections get the new certificate, those that are open go on.
 * INVALID with field "tls.certificate" or "tls.key" when a file cannot be used; what was there
 * stays.
 */
enum status tls_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
void tls_close(struct gateway *gateway);

#endif
