#include "services/mrp/promise_store.h"

/* clang-format off */
enum { STATE, LINES, MAKE_GATE, LOCK_GATE, OTHERS, SET };

#define REFERENCE "s.sales_order || CASE WHEN s.line = 1 THEN '' ELSE '/' || s.line END"

static const struct sql_statement statements[] = {
    [STATE] = {"promise.state", "SELECT state FROM sales_order WHERE plant_id = $1 AND sales_order = $2", "tt", "t"},
    [LINES] = {"promise.lines",
        "SELECT s.line, s.item, " REFERENCE ", coalesce(s.segment, ''), s.qty - s.shipped_qty, s.due, s.promised_on,"
        " s.promise_limit FROM sales_order_line s WHERE s.plant_id = $1 AND s.sales_order = $2"
        " AND s.qty > s.shipped_qty ORDER BY s.line", "tt", "ntttqddt"},
    [MAKE_GATE] = {"promise.make_gate",
        "INSERT INTO promise_gate (plant_id) VALUES ($1) ON CONFLICT DO NOTHING", "t", ""},
    [LOCK_GATE] = {"promise.lock_gate",
        "SELECT plant_id FROM promise_gate WHERE plant_id = $1 FOR NO KEY UPDATE", "t", "t"},
    [OTHERS] = {"promise.others",
        "SELECT " REFERENCE ", s.promised_on FROM sales_order_line s JOIN sales_order o USING (plant_id, sales_order)"
        " JOIN sales_order mine ON mine.plant_id = $1 AND mine.sales_order = $2"
        " WHERE s.plant_id = $1 AND s.qty > s.shipped_qty AND o.state = 'open' AND o.sales_order <> $2"
        " AND (s.promised_on <> s.due OR s.promised_on IS NULL"
        " AND (o.created_at, o.sales_order) > (mine.created_at, mine.sales_order))", "tt", "td"},
    [SET] = {"promise.set",
        "UPDATE sales_order_line x SET promised_on = t.d, promise_limit = t.w,"
        " promised_by = CASE WHEN t.d IS NULL THEN NULL ELSE $3 END"
        " FROM unnest($4::bigint[], $5::date[], $6::text[]) AS t (l, d, w)"
        " WHERE x.plant_id = $1 AND x.sales_order = $2 AND x.line = t.l", "tttIDT", ""},
};
/* clang-format on */

const struct sql_schema promise_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements)};

static enum status check_order(struct text sales_order, const struct sql_rows *state,
                               const struct sql_rows *lines, struct fault *fault)
{
    const int length = (int)sales_order.length;
    const char *name = sales_order.bytes;
    if (state->count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "sales_order",
                         "sales order \"%.*s\" does not exist", length, name);
    const struct text is = sql_at(state, 0, 0)->as.text;
    if (!text_is(is, "open"))
        return fault_set(fault, STATUS_STATE_CONFLICT, "sales_order",
                         "sales order \"%.*s\" is %.*s", length, name, (int)is.length, is.bytes);
    if (lines->count == 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "sales_order",
                         "sales order \"%.*s\" is shipped", length, name);
    if (lines->count > PROMISE_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "sales_order",
                         "sales order \"%.*s\" has more than %d open lines", length, name,
                         PROMISE_LINES_MAX);
    return STATUS_OK;
}

enum status store_promise_lines(struct sql *sql, struct text plant, struct text sales_order,
                                struct arena *arena, struct promise_line **lines, size_t *count,
                                struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(sales_order)};
    struct sql_rows state;
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[STATE], params, arena, &state, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[LINES], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = check_order(sales_order, &state, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count;
    *lines = arena_alloc(arena, rows.count, sizeof **lines);
    if (!*lines)
        return fault_set(fault, STATUS_LIMIT, "sales_order", "order does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        (*lines)[i] = (struct promise_line){.line = v[0].as.integer,
                                            .item = v[1].as.text,
                                            .reference = v[2].as.text,
                                            .segment = v[3].as.text,
                                            .qty = v[4].as.qty,
                                            .due = v[5].as.day,
                                            .promised = v[6].null ? NO_DATE : v[6].as.day,
                                            .limit = v[7].as.text};
    }
    return STATUS_OK;
}

enum status store_promise_gate(struct command *command, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant)};
    struct sql_rows rows;
    enum status status = sql_run(command->sql, &statements[MAKE_GATE], params, NULL, NULL, fault);
    return status == STATUS_OK
               ? sql_run(command->sql, &statements[LOCK_GATE], params, command->arena, &rows, fault)
               : status;
}

enum status store_promise_others(struct command *command, struct text sales_order,
                                 struct promise_other **others, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(sales_order)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[OTHERS], params, command->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count;
    *others = arena_alloc(command->arena, rows.count + 1, sizeof **others);
    if (!*others)
        return fault_set(fault, STATUS_LIMIT, "sales_order", "promise does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *day = sql_at(&rows, i, 1);
        (*others)[i] =
            (struct promise_other){sql_at(&rows, i, 0)->as.text, day->null ? NO_DATE : day->as.day};
    }
    return STATUS_OK;
}

enum status store_promise_set(struct command *command, struct text sales_order,
                              const struct promise_line *lines, size_t count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant),
                                 SQL_TEXT(sales_order),
                                 SQL_TEXT(text_of(command->request->principal.name)),
                                 SQL_ARRAY(lines, count, line),
                                 SQL_ARRAY(lines, count, promised),
                                 SQL_ARRAY(lines, count, limit)};
    return sql_run(command->sql, &statements[SET], params, NULL, NULL, fault);
}
