#include "common/ledger/act.h"

#include "common/io/clock.h"

static const struct sql_statement statements[] = {
    {.name = "act.insert",
     .text = "INSERT INTO act (plant_id, act_id, acted_by, device, address, method, status, object,"
             " before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, '')::jsonb,"
             " nullif($10, '')::jsonb)",
     .params = "tutttttttt",
     .columns = ""},
};

const struct sql_schema act_schema = {.statements = statements,
                                      .statement_count = COUNT_OF(statements)};

struct act act_of_request(const struct rpc_request *request)
{
    return (struct act){.plant = text_of(request->plant),
                        .by = text_of(request->principal.name),
                        .device = text_of(request->principal.device),
                        .method = text_of(request->method)};
}

static struct text or_empty(struct text text)
{
    return text.bytes ? text : text_of("");
}

enum status act_insert(struct sql *sql, const struct act *act, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(act->plant),
                                       SQL_UUID(clock_uuid()),
                                       SQL_TEXT(or_empty(act->by)),
                                       SQL_TEXT(or_empty(act->device)),
                                       SQL_TEXT(or_empty(act->address)),
                                       SQL_TEXT(act->method),
                                       SQL_TEXT(text_of(status_name(act->status))),
                                       SQL_TEXT(or_empty(act->object)),
                                       SQL_TEXT(or_empty(act->before)),
                                       SQL_TEXT(or_empty(act->after))};
    return sql_run(sql, &statements[0], params, NULL, NULL, fault);
}
