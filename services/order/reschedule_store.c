#include "services/order/reschedule_store.h"

/* clang-format off */
enum { LOCK, SET, MOVE_COMPONENTS, NOTE };

static const struct sql_statement statements[] = {
    [LOCK] = {"reschedule.lock",
        "SELECT work_order, item, state, qty, received_qty, start_on, due_on FROM work_order"
        " WHERE plant_id = $1 AND work_order = $2 FOR NO KEY UPDATE", "tt", "tttqqdd"},
    [SET] = {"reschedule.set",
        "UPDATE work_order SET start_on = $3, due_on = $4 WHERE plant_id = $1 AND work_order = $2", "ttdd", ""},
    [MOVE_COMPONENTS] = {"reschedule.move_components",
        "UPDATE work_order_component SET due_on = due_on + $3 WHERE plant_id = $1 AND work_order = $2"
        " AND due_on IS NOT NULL", "ttn", ""},
    [NOTE] = {"reschedule.note",
        "INSERT INTO order_change (plant_id, event_seq, place, kind, order_id, what, before, after, reason, changed_by)"
        " SELECT a.plant_id, $2, t.n, 'work_order', $3, t.w, t.b::text, t.x::text, $4, $5 FROM plant_seq a,"
        " unnest($6::text[], $7::date[], $8::date[]) WITH ORDINALITY AS t (w, b, x, n)"
        " WHERE a.plant_id = $1 AND t.b <> t.x", "titttTDD", ""},
};
/* clang-format on */

const struct sql_schema reschedule_schema = {.statements = statements,
                                             .statement_count = COUNT_OF(statements)};

enum status store_work_days(struct command *command, struct text work_order, struct work_days *out,
                            struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(work_order)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[LOCK], params, command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "work_order",
                         "work order \"%.*s\" does not exist", (int)work_order.length,
                         work_order.bytes);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *out = (struct work_days){.work_order = v[0].as.text,
                              .item = v[1].as.text,
                              .state = v[2].as.text,
                              .qty = v[3].as.qty,
                              .received = v[4].as.qty,
                              .start = v[5].as.day,
                              .due = v[6].as.day};
    return STATUS_OK;
}

enum status store_set_work_days(struct command *command, const struct work_days *now,
                                const struct work_days *then, struct text reason,
                                struct fault *fault)
{
    const struct text what[] = {text_of("start_on"), text_of("due_on")};
    const date before[] = {now->start, now->due};
    const date after[] = {then->start, then->due};
    struct sql_value set[] = {SQL_TEXT(command->plant), SQL_TEXT(now->work_order),
                              SQL_DATE(then->start), SQL_DATE(then->due)};
    struct sql_value move[] = {SQL_TEXT(command->plant), SQL_TEXT(now->work_order),
                               SQL_INT(then->start - now->start)};
    struct sql_value note[] = {SQL_TEXT(command->plant),
                               SQL_INT(command->event_seq),
                               SQL_TEXT(now->work_order),
                               SQL_TEXT(reason.bytes ? reason : text_of("")),
                               SQL_TEXT(text_of(command->request->principal.name)),
                               SQL_LIST(what, COUNT_OF(what)),
                               SQL_LIST(before, COUNT_OF(before)),
                               SQL_LIST(after, COUNT_OF(after))};
    enum status status = sql_run(command->sql, &statements[SET], set, NULL, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(command->sql, &statements[MOVE_COMPONENTS], move, NULL, NULL, fault);
    return status == STATUS_OK ? sql_run(command->sql, &statements[NOTE], note, NULL, NULL, fault)
                               : status;
}
