#ifndef MILLRACE_BOM_BOM_SERVICE_H
#define MILLRACE_BOM_BOM_SERVICE_H

#include "common/io/feed.h"
#include "services/bom/master.h"

/* What the service keeps between requests: rpc_request.service. */
struct bom_service {
    struct master_cache *cache;
    struct feed *doorbell;
};

#endif
