#ifndef MILLRACE_COST_ACTUAL_STORE_H
#define MILLRACE_COST_ACTUAL_STORE_H

#include "common/io/sql.h"
#include "services/cost/actual_core.h"

extern const struct sql_schema actual_schema;

/* Adds what the orders cost to the tree; those that do not exist are passed over. */
enum status store_actual_orders(struct sql *sql, struct text plant, const struct text *orders,
                                size_t count, struct actual_tree *tree,
                                struct fault *fault) MUST_CHECK;

/* The work orders that have brought pieces of the lot, and how many. */
struct actual_origin {
    struct text work_order;
    struct qty qty;
};

enum status store_lot_origins(struct sql *sql, struct text plant, struct text item, struct text lot,
                              struct arena *arena, struct actual_origin **out, size_t *count,
                              struct fault *fault) MUST_CHECK;

#endif
