#ifndef MILLRACE_MRP_LOOK_RPC_H
#define MILLRACE_MRP_LOOK_RPC_H

#include "common/io/rpc.h"

/* Methods that answer from the plan in memory; request->service is the planner. */
rpc_handler_fn look_stock_requirements;
rpc_handler_fn look_planned_order;
rpc_handler_fn look_messages;
rpc_handler_fn look_pegging;
rpc_handler_fn look_load;
rpc_handler_fn look_promise;
rpc_handler_fn look_shortages;

#endif
