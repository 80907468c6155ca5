#ifndef MILLRACE_BENCH_POST_BARE_H
#define MILLRACE_BENCH_POST_BARE_H

#include "common/base/arena.h"
#include "common/base/status.h"

/*
 * What bench_post is beside: the bare set statements of design/architecture.md section 5, as many
 * rows in the same tables (a row for each event too, where a batch of the service has fewer), and
 * no rule, lock or read.
 */
#define POST_ITEMS 10000 /* I00000 to I09999, each with a balance at MAIN */

/* Lines a second of one connection, in documents of `lines` (1 or 10), over some seconds.  Each
   batch takes a few MB of the arena. */
enum status post_bare_rate(const char *conninfo, size_t lines, struct arena *arena, int64_t *rate,
                           struct fault *fault) MUST_CHECK;

#endif
