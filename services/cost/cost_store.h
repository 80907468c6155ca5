#ifndef MILLRACE_COST_STORE_H
#define MILLRACE_COST_STORE_H

#include "common/io/sql.h"
#include "services/cost/order_cost_core.h"

/* All SQL of the cost service, which only reads: the plant's facts (common/plant/plant_store.h is a
   part of the schema), orders and the ledger. */
extern const struct sql_schema cost_schema;

/* enum overhead_basis of its word. */
uint8_t cost_basis_of(struct text text);

/* NOT_FOUND: no such order. */
enum status store_cost_order(struct sql *sql, struct text plant, struct text work_order,
                             struct arena *arena, struct cost_order *order,
                             struct fault *fault) MUST_CHECK;

#define WIP_PAGE_MAX 500

struct wip_row {
    struct text work_order;
    struct text item;
    struct text state;
    struct amount wip;
};

/* Orders whose work in process is not zero, ascending. */
struct wip_query {
    struct text plant;
    struct text after;
    size_t limit;
};

enum status store_list_wip(struct sql *sql, const struct wip_query *query, struct arena *arena,
                           struct wip_row **rows, size_t *count, struct fault *fault) MUST_CHECK;

#endif
