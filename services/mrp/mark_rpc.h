#ifndef MILLRACE_MRP_MARK_RPC_H
#define MILLRACE_MRP_MARK_RPC_H

#include "common/io/rpc.h"

/* Notes on suggestions, and rejections.  Repeating one says the same again, whatever its key. */
rpc_handler_fn mark_note;
rpc_handler_fn mark_reject;
rpc_handler_fn mark_restore;

#endif
