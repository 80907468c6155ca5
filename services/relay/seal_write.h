#ifndef MILLRACE_RELAY_SEAL_WRITE_H
#define MILLRACE_RELAY_SEAL_WRITE_H

#include "services/relay/seal_chain.h"

struct seal_work {
    struct sql *sql;
    struct arena *arena; /* reset for each transaction */
    struct text plant;
    int64_t settled_us; /* no transaction that began before this is under way */
};

/* Seals of SEAL_ROWS_MAX rows in one transaction: its parts that do not grow with the rows, the
   head's lock and the commit, then cost little a row. */
#define SEALS_AT_ONCE 10

/* Seals what waits in one stream until nothing is left.  *rows: how many were sealed.  INTERNAL:
   the chain does not end where the head says. */
enum status seal_stream(const struct seal_work *work, enum seal_stream stream, int64_t *rows,
                        struct fault *fault) MUST_CHECK;

#endif
