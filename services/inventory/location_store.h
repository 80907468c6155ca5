#ifndef MILLRACE_INVENTORY_LOCATION_STORE_H
#define MILLRACE_INVENTORY_LOCATION_STORE_H

#include "common/ledger/act.h"
#include "services/inventory/location_core.h"

/* The plant's locations. */
struct location_query {
    struct text plant;
    struct text after; /* "" from the first */
    size_t limit;
};

extern const struct sql_schema location_schema;

/* Rows of location, name, work centre and whether it is active. */
enum status store_locations(struct sql *sql, const struct location_query *query,
                            struct arena *arena, struct sql_rows *rows,
                            struct fault *fault) MUST_CHECK;

/* The first row with a work centre that the plant does not have; command->count where all have. */
enum status store_stray_location(struct sql *sql, struct text plant,
                                 const struct location_command *command, struct arena *arena,
                                 size_t *stray, struct fault *fault) MUST_CHECK;

/* Each with its act. */
enum status store_set_locations(struct sql *sql, const struct rpc_request *asked,
                                const struct location_command *command, struct arena *arena,
                                struct fault *fault) MUST_CHECK;

#endif
