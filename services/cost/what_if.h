#ifndef MILLRACE_COST_WHAT_IF_H
#define MILLRACE_COST_WHAT_IF_H

#include "common/io/rpc.h"
#include "services/cost/what_if_core.h"

/* Cost.GetWhatIf: a component's price or a work centre's rates, and the effect on every end item.
 */
rpc_handler_fn handle_get_what_if;

#define WHAT_IF_PAGE_MAX 1000

struct what_if_query {
    struct assumption *assumptions;
    size_t count;
    bool all; /* not the end items only */
    struct text after;
    size_t limit;
};

enum status decode_what_if(struct rpc_request *request, struct what_if_query *query) MUST_CHECK;
enum status encode_what_if(struct rpc_request *request, const struct what_if_query *query,
                           const struct plant *plant, const struct cost_effects *made) MUST_CHECK;

#endif
