#ifndef MILLRACE_RELAY_AUDIT_H
#define MILLRACE_RELAY_AUDIT_H

#include "common/io/rpc.h"

/* The audit trail as it is asked for: the list, the head of the seals, and whether all is as it
 * was. */
enum status handle_list_acts(struct rpc_request *request);
enum status handle_get_audit_head(struct rpc_request *request);
enum status handle_list_findings(struct rpc_request *request);

#endif
