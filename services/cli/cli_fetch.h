#ifndef MILLRACE_CLI_CLI_FETCH_H
#define MILLRACE_CLI_CLI_FETCH_H

#include "services/cli/cli_list.h"

/* A file that a method gives part by part: replies with `content` and `next`. */
struct cli_fetch {
    struct remote *remote;
    struct arena *arena; /* reset before each part */
    const char *method;
    const struct cli_member *asked;
    size_t asked_count;
};

struct cli_fetched {
    char *bytes; /* free() when done, also after a fault */
    size_t length;
    size_t size;
};

enum status cli_fetch(const struct cli_fetch *fetch, struct cli_fetched *fetched,
                      struct fault *fault) MUST_CHECK;

#endif
