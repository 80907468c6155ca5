#ifndef MILLRACE_CLI_CLI_PLAN_H
#define MILLRACE_CLI_CLI_PLAN_H

#include "common/base/arena.h"
#include "common/base/crew.h"
#include "services/mrp/pegging_core.h"

/* The plan of a folder; one that does not say when its plan starts is planned from today.  Returns
   CLI_DONE or the exit status after saying why; plant_free(plant) in either case. */
int cli_plan_folder(const char *from, const struct crew *crew, struct arena *arena,
                    struct plant **plant, struct plan **plan) MUST_CHECK;

#define CLI_PLAN_BYTES_MAX ((size_t)16384 * MIB)

/* Outputs of `millrace plan` that are not written item by item.  Each returns an exit status. */
int cli_write_load(const struct plan *plan, const char *folder) MUST_CHECK;

/* The shortages of the days 0 .. days - 1, with what they hit.  pegging is made where it is NULL.
 */
struct cli_shortages {
    const struct plan *plan;
    const struct crew *crew;
    struct arena *arena;
    struct pegging *pegging;
    int32_t days;
};

int cli_write_shortages(const struct cli_shortages *shortages, const char *folder) MUST_CHECK;

/* What changed from one plan to the other. */
int cli_write_differences(const struct plan *before, const struct plan *after, struct arena *arena,
                          const char *folder) MUST_CHECK;

#endif
