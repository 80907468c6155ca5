#include "common/ledger/act.h"

#include "common/io/clock.h"

static const struct sql_statement statements[] = {
    {.name = "act.insert",
     .text = "INSERT INTO act (plant_id, act_id, acted_by, device, address, method, status, object,"
             " before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, '')::jsonb,"
             " nullif($10, '')::jsonb || CASE $11::text WHEN '' THEN '{}'"
             " ELSE jsonb_build_object('set_anew', $11::text) END)",
     .params = "tuttttttttt",
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
                                       SQL_TEXT(or_empty(act->after)),
                                       SQL_TEXT(or_empty(act->anew))};
    return sql_run(sql, &statements[0], params, NULL, NULL, fault);
}

struct act_change act_change_of(struct act_of_object *of)
{
    struct act_change change = {.act = act_of_request(of->request),
                                .state = of->state,
                                .params = of->key,
                                .arena = of->arena};
    change.act.object = of->object;
    of->key[0] = (struct sql_value)SQL_TEXT(change.act.plant);
    of->key[1] = (struct sql_value)SQL_TEXT(of->object);
    return change;
}

static enum status read_state(struct sql *sql, const struct act_change *change, struct text *state,
                              struct fault *fault)
{
    struct sql_rows rows;
    *state = text_of("");
    if (!change->state)
        return STATUS_OK;
    enum status status = sql_run(sql, change->state, change->params, change->arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        *state = sql_at(&rows, 0, 0)->as.text;
    return status;
}

enum status act_begin(struct sql *sql, struct act_change *change, struct fault *fault)
{
    return read_state(sql, change, &change->act.before, fault);
}

enum status act_end(struct sql *sql, struct act_change *change, struct fault *fault)
{
    enum status status = read_state(sql, change, &change->act.after, fault);
    return status == STATUS_OK ? act_insert(sql, &change->act, fault) : status;
}

struct told {
    struct act_change *change;
    sql_work_fn *work;
    void *context;
};

static enum status tell(struct sql *sql, void *context, struct fault *fault)
{
    const struct told *told = context;
    enum status status = act_begin(sql, told->change, fault);
    if (status == STATUS_OK)
        status = told->work(sql, told->context, fault);
    return status == STATUS_OK ? act_end(sql, told->change, fault) : status;
}

enum status act_run(struct sql *sql, struct act_change *change, sql_work_fn *work, void *context,
                    struct fault *fault)
{
    struct told told = {change, work, context};
    return sql_transaction(sql, tell, &told, fault);
}
