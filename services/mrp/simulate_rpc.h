#ifndef MILLRACE_MRP_SIMULATE_RPC_H
#define MILLRACE_MRP_SIMULATE_RPC_H

#include "common/io/rpc.h"

/* What if: plans a plant with some changes, beside the plan in memory. */
rpc_handler_fn simulate_get;

#endif
