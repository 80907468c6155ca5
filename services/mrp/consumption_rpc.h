#ifndef MILLRACE_MRP_CONSUMPTION_RPC_H
#define MILLRACE_MRP_CONSUMPTION_RPC_H

#include "common/io/rpc.h"

/* Which order took how much of which forecast. */
rpc_handler_fn consumption_list;

#endif
