#ifndef MILLRACE_GATEWAY_ADDRESS_H
#define MILLRACE_GATEWAY_ADDRESS_H

#include "services/gateway/gateway_http_core.h"

struct sockaddr;

/* Where a client is. */
struct address {
    char text[64];   /* without its port */
    uint64_t origin; /* what counts as one address: IPv4, or the network (/64) of IPv6, as who has
                        one of these has all of it */
};

void address_of(const struct sockaddr *peer, struct address *out);

/* Of a request that came from the proxy: what the proxy says last in X-Forwarded-For, as all before
   that may be the client's own words.  Left alone where it says no address. */
void address_forwarded(const struct http_head *head, struct address *address);

#endif
