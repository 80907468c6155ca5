#ifndef MILLRACE_GATEWAY_PAGE_H
#define MILLRACE_GATEWAY_PAGE_H

#include "services/gateway/gateway_node.h"

/* GET /status: how the services are, and where the API is described, in Chinese or English as the
   browser asks.  One file without script; its style is allowed by its hash. */
void page_reply(struct exchange *exchange, const struct node_sweep *sweep);

#endif
