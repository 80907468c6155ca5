#ifndef MILLRACE_MRP_SIMULATION_RPC_H
#define MILLRACE_MRP_SIMULATION_RPC_H

#include "services/mrp/simulation_codec.h"

/* What-ifs that are kept under a name, shared, discarded and applied. */
rpc_handler_fn simulation_save;
rpc_handler_fn simulation_list;
rpc_handler_fn simulation_discard;
rpc_handler_fn simulation_apply;

/* A kept one with what moved on since it was saved, for the caller who may see it. */
struct kept_simulation {
    struct simulation row;
    struct simulation_shown shown;
    struct step_state states[SIMULATION_STEPS];
};
enum status simulation_load(struct rpc_request *request, struct text name,
                            struct kept_simulation *out) MUST_CHECK;

#endif
