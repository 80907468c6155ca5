#ifndef MILLRACE_INVENTORY_TRACE_RPC_H
#define MILLRACE_INVENTORY_TRACE_RPC_H

#include "common/io/rpc.h"

/* ListLotTrace and ListRecall: a trace is made once, then given page by page (trace_shelf.h). */
rpc_handler_fn trace_list;
rpc_handler_fn trace_recall;

#endif
