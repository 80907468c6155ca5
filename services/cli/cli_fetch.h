#ifndef MILLRACE_CLI_CLI_FETCH_H
#define MILLRACE_CLI_CLI_FETCH_H

#include "common/base/bytes.h"
#include "services/cli/cli_list.h"

/* A file that a method gives part by part: replies with `content` and `next`. */
struct cli_fetch {
    struct remote *remote;
    struct arena *arena; /* reset before each part */
    const char *method;
    const struct cli_member *asked;
    size_t asked_count;
};

/* `fetched` begins as {.max = CLI_FETCHED_MAX}; the caller releases it, also after a fault. */
#define CLI_FETCHED_MAX (4096 * MIB)
enum status cli_fetch(const struct cli_fetch *fetch, struct bytes *fetched,
                      struct fault *fault) MUST_CHECK;

#endif
