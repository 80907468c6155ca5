#ifndef MILLRACE_MRP_AUDIT_CODEC_H
#define MILLRACE_MRP_AUDIT_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/audit.h"

enum status encode_audit(struct rpc_request *request, const struct audit_result *result) MUST_CHECK;

#endif
