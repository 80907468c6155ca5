#ifndef MILLRACE_GATEWAY_ASSET_H
#define MILLRACE_GATEWAY_ASSET_H

#include "services/gateway/gateway_server.h"

/* The files of the pages (services/gateway/web), packed with gzip when the gateway was built. */
struct asset {
    const char *path; /* "/assets/office-1A2B.js" */
    const char *type;
    const char *etag; /* with its quotation marks */
    const unsigned char *bytes;
    size_t length;
    bool forever; /* its name changes with its content */
};

extern const struct asset assets[];
extern const size_t asset_count; /* 0: built without pages */

/* NULL: no such file. */
const struct asset *asset_find(struct text path);

/* Answers with the file, or that the client's own is the newest. */
void asset_reply(struct exchange *exchange, const struct asset *asset);

#endif
