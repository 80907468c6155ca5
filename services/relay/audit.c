#include "services/relay/audit.h"

#include "services/relay/audit_codec.h"

enum status handle_list_acts(struct rpc_request *request)
{
    struct act_query query;
    struct act_row *rows;
    size_t count;
    enum status status = decode_list_acts(request, &query);
    if (status != STATUS_OK)
        return status;
    size_t limit = query.limit++; /* one more tells whether there is a next page */
    status = store_acts(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_acts(request, rows, count, limit) : status;
}

enum status handle_get_audit_head(struct rpc_request *request)
{
    struct audit_head head;
    struct text plant = text_of(request->plant);
    struct fault *fault = &request->fault;
    enum status status =
        store_seal_head(request->sql, plant, false, request->arena, &head.head, fault);
    if (status == STATUS_OK)
        status = store_seal_totals(request->sql, plant, request->arena, head.sealed, fault);
    if (status == STATUS_OK)
        status = store_seal_waiting(request->sql, plant, SEAL_COUNT_MAX, request->arena,
                                    head.waiting, fault);
    return status == STATUS_OK ? encode_audit_head(request, &head) : status;
}

enum status handle_list_findings(struct rpc_request *request)
{
    struct verify_ask ask;
    struct verify_report report;
    enum status status = decode_list_findings(request, &ask);
    if (status == STATUS_OK)
        status = verify_slice(request->sql, &ask, request->arena, &report, &request->fault);
    return status == STATUS_OK ? encode_findings(request, &report) : status;
}
