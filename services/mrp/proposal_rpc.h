#ifndef MILLRACE_MRP_PROPOSAL_RPC_H
#define MILLRACE_MRP_PROPOSAL_RPC_H

#include "common/io/rpc.h"

/* What messages propose for open orders, done. */
rpc_handler_fn proposal_apply;

#endif
