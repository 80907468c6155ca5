#ifndef MILLRACE_BOM_BOM_SERVICE_H
#define MILLRACE_BOM_BOM_SERVICE_H

#include "common/io/feed.h"
#include "services/bom/master.h"

#include <pthread.h>

/* How far the mass change is that runs: its transaction shows nothing before it ends. */
struct mass_progress {
    pthread_mutex_t lock;
    char plant[TEXT_CODE_MAX + 1];
    char change[TEXT_CODE_MAX + 1];
    int64_t done;
    int64_t all;
    bool runs;
};

/* How far the last import is: the same. */
struct import_progress {
    pthread_mutex_t lock;
    struct uuid job; /* nil: none runs */
    int64_t done;
    int64_t all;
};

/* The workbook or Chinese file that is given part by part. */
struct export_kept {
    pthread_mutex_t lock;
    char plant[TEXT_CODE_MAX + 1];
    char file[TEXT_CODE_MAX + 1];
    bool chinese;
    char *bytes; /* NULL: none */
    size_t length;
};

/* What the service keeps between requests: rpc_request.service. */
struct bom_service {
    struct master_cache *cache;
    struct feed *doorbell;
    struct mass_progress progress;
    struct change_watch *watch;
    struct import_progress importing;
    struct export_kept exported;
};

#endif
