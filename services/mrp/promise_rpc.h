#ifndef MILLRACE_MRP_PROMISE_RPC_H
#define MILLRACE_MRP_PROMISE_RPC_H

#include "common/io/rpc.h"

/* Promises on the lines of a sales order. */
rpc_handler_fn promise_order;

#endif
