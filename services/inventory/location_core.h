#ifndef MILLRACE_INVENTORY_LOCATION_CORE_H
#define MILLRACE_INVENTORY_LOCATION_CORE_H

#include "services/inventory/inventory_core.h"

/* Which places the plant has.  A location is never forgotten: not active, nothing new goes there.
 */
struct location_command {
    const struct location_row *rows;
    size_t count;
};

enum status location_wants(const struct location_command *command, struct book *book,
                           struct fault *fault) MUST_CHECK;
/* INVALID when a location is no code, is named twice, or its name is too long; NOT_FOUND for row
 *stray, whose work centre the plant does not have; none where that is behind the last row. */
enum status location_decide(const struct location_command *command, const size_t *stray,
                            struct book *book, struct fault *fault) MUST_CHECK;

#endif
