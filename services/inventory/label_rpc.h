#ifndef MILLRACE_INVENTORY_LABEL_RPC_H
#define MILLRACE_INVENTORY_LABEL_RPC_H

#include "common/io/rpc.h"

/* The methods PrintLabels and PrintPicks. */
enum status label_print(struct rpc_request *request);
enum status label_print_picks(struct rpc_request *request);

#endif
