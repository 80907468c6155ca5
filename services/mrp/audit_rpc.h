#ifndef MILLRACE_MRP_AUDIT_RPC_H
#define MILLRACE_MRP_AUDIT_RPC_H

#include "common/io/rpc.h"

/* Mrp.AuditPlan: at once, whenever the last one was. */
enum status audit_plan(struct rpc_request *request);

#endif
