#include "services/mrp/keep_rpc.h"

#include "services/mrp/keep_codec.h"

enum status keep_plan(struct rpc_request *request)
{
    struct text name;
    struct kept kept;
    enum status status = decode_keep_plan(request, &name);
    if (status == STATUS_OK)
        status = store_keep_told(request, name, &kept, &request->fault);
    return status == STATUS_OK ? encode_kept(request, &kept) : status;
}

enum status keep_list(struct rpc_request *request)
{
    struct kept *plans;
    size_t count;
    enum status status = store_kept_plans(request->sql, text_of(request->plant), request->arena,
                                          &plans, &count, &request->fault);
    return status == STATUS_OK ? encode_kept_plans(request, plans, count) : status;
}

enum status keep_drop(struct rpc_request *request)
{
    struct text name;
    enum status status = decode_drop_plan(request, &name);
    if (status == STATUS_OK)
        status = store_drop_told(request, name, &request->fault);
    return status == STATUS_OK ? encode_kept(request, &(struct kept){.name = name}) : status;
}

enum status keep_changes(struct rpc_request *request)
{
    struct plan_change_query query;
    struct plan_change_row *rows;
    size_t count;
    enum status status = decode_plan_changes(request, &query);
    if (status == STATUS_OK)
        status = store_plan_changes(request->sql, &query, request->arena, &rows, &count,
                                    &request->fault);
    return status == STATUS_OK ? encode_plan_changes(request, rows, count, count == query.limit)
                               : status;
}
