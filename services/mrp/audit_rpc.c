#include "services/mrp/audit_rpc.h"

#include "services/mrp/audit_codec.h"

enum status audit_plan(struct rpc_request *request)
{
    struct audit_result result;
    enum status status =
        audit_run(request->sql, text_of(request->plant), request->arena, &result, &request->fault);
    return status == STATUS_OK ? encode_audit(request, &result) : status;
}
