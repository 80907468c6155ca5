#ifndef MILLRACE_MRP_KEEP_RPC_H
#define MILLRACE_MRP_KEEP_RPC_H

#include "common/io/rpc.h"

/* Plans put aside, and what changed since.  Keeping again under a name replaces what it kept. */
rpc_handler_fn keep_plan;
rpc_handler_fn keep_list;
rpc_handler_fn keep_drop;
rpc_handler_fn keep_changes;

#endif
