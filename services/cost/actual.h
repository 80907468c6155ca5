#ifndef MILLRACE_COST_ACTUAL_H
#define MILLRACE_COST_ACTUAL_H

#include "common/io/rpc.h"
#include "services/cost/actual_core.h"

/* Cost.GetActualCost: what an order, or a lot of its product, really cost, down the levels. */
rpc_handler_fn handle_get_actual_cost;

#define ACTUAL_PAGE_MAX 1000

struct actual_query {
    struct text work_order; /* bytes NULL: of a lot */
    struct text item;
    struct text lot;
    uint32_t levels;
    size_t after; /* nodes before it were given */
    size_t limit;
};

enum status decode_actual(struct rpc_request *request, struct actual_query *query) MUST_CHECK;
enum status encode_actual(struct rpc_request *request, const struct actual_query *query,
                          const struct actual_tree *tree) MUST_CHECK;

#endif
