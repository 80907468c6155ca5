#ifndef MILLRACE_GATEWAY_DOCS_H
#define MILLRACE_GATEWAY_DOCS_H

#include "services/gateway/gateway_server.h"

/*
 * GET /docs: the same as /openapi.json for people to read: every method with its roles, an example
 * of its request and its reply, and every error code under its own anchor (the `type` of a problem
 * leads there).  Made once, when first asked for; no script, nothing from elsewhere.
 */
#define DOCS_BYTES_MAX (2 * MIB)

void docs_reply(struct exchange *exchange);

#endif
