#include "services/cost/material.h"

#include "common/base/decimal.h"

bool material_utilisation(struct qty theoretical, struct qty actual, struct qty *pct)
{
    int128 all = (int128)100 * QTY_SCALE;
    return actual.micro > 0 &&
           int128_narrow(div_half_away(theoretical.micro * all, actual.micro), &pct->micro);
}

enum status handle_list_material_use(struct rpc_request *request)
{
    struct material_query query;
    struct material_row *rows;
    size_t count;
    enum status status = decode_material_use(request, &query);
    if (status == STATUS_OK)
        status =
            material_load(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_material_use(request, rows, count, count == query.limit)
                               : status;
}
