#include "services/mrp/mark_store.h"

/* clang-format off */
enum { MARK_STATE, NOTE_ORDER, REJECT_ORDER, RESTORE_ORDER, SEEN_ORDER };

static const struct sql_statement statements[] = {
    [MARK_STATE] = {
        .name = "mrp.mark_state",
        .text = "SELECT jsonb_build_object('note', note, 'rejected', rejected_hash IS NOT NULL, 'reason', reason)::text"
                " FROM planned_order_mark WHERE plant_id = $1 AND planned_order_id = $2 FOR NO KEY UPDATE",
        .params = "tt", .columns = "t",
    },
    [NOTE_ORDER] = {
        .name = "mrp.note_order",
        .text = "INSERT INTO planned_order_mark AS m (plant_id, planned_order_id, note, marked_by)"
                " SELECT $1, o.planned_order_id, $3, $4 FROM planned_order o"
                " WHERE o.plant_id = $1 AND o.planned_order_id = $2"
                " ON CONFLICT (plant_id, planned_order_id) DO UPDATE SET note = excluded.note,"
                " marked_by = excluded.marked_by, marked_at = now() RETURNING planned_order_id",
        .params = "tttt", .columns = "t",
    },
    [REJECT_ORDER] = {
        .name = "mrp.reject_order",
        .text = "INSERT INTO planned_order_mark AS m (plant_id, planned_order_id, rejected_hash, reason, marked_by)"
                " SELECT $1, o.planned_order_id, " REJECTED_FACTS ", $3, $4 FROM planned_order o"
                " WHERE o.plant_id = $1 AND o.planned_order_id = $2 AND o.qty = $5 AND o.due = $6"
                " AND o.accepted_seq IS NULL"
                " ON CONFLICT (plant_id, planned_order_id) DO UPDATE SET rejected_hash = excluded.rejected_hash,"
                " reason = excluded.reason, marked_by = excluded.marked_by, marked_at = now()"
                " RETURNING planned_order_id",
        .params = "ttttqd", .columns = "t",
    },
    [RESTORE_ORDER] = {
        .name = "mrp.restore_order",
        .text = "UPDATE planned_order_mark SET rejected_hash = NULL, reason = '', marked_by = $3, marked_at = now()"
                " WHERE plant_id = $1 AND planned_order_id = $2",
        .params = "ttt", .columns = "",
    },
    [SEEN_ORDER] = {
        .name = "mrp.seen_order",
        .text = "SELECT qty, due, accepted_seq IS NOT NULL FROM planned_order"
                " WHERE plant_id = $1 AND planned_order_id = $2",
        .params = "tt", .columns = "qdb",
    },
};
/* clang-format on */

const struct sql_schema mark_schema = {.statements = statements,
                                       .statement_count = COUNT_OF(statements)};

/* Why nothing was done. */
static enum status explain(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(mark->plant), SQL_TEXT(mark->planned_order_id)};
    struct sql_rows rows;
    char quantity[QTY_TEXT_MAX];
    char due[DATE_TEXT_MAX];
    enum status status = sql_run(sql, &statements[SEEN_ORDER], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    const int length = (int)mark->planned_order_id.length;
    const char *id = mark->planned_order_id.bytes;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "planned_order_id",
                         "planned order \"%.*s\" does not exist", length, id);
    if (sql_at(&rows, 0, 2)->as.boolean)
        return fault_set(fault, STATUS_STATE_CONFLICT, "planned_order_id",
                         "planned order \"%.*s\" was accepted already", length, id);
    qty_format(sql_at(&rows, 0, 0)->as.qty, quantity);
    date_format(sql_at(&rows, 0, 1)->as.day, due);
    return fault_set(fault, STATUS_STATE_CONFLICT, "planned_order_id",
                     "planned order \"%.*s\" has changed: it is now %s due on %s", length, id,
                     quantity, due);
}

enum status store_note_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(mark->plant), SQL_TEXT(mark->planned_order_id),
                                 SQL_TEXT(mark->words), SQL_TEXT(mark->by)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[NOTE_ORDER], params, arena, &rows, fault);
    return status == STATUS_OK && rows.count == 0 ? explain(sql, mark, arena, fault) : status;
}

enum status store_reject_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                               struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(mark->plant), SQL_TEXT(mark->planned_order_id),
                                 SQL_TEXT(mark->words), SQL_TEXT(mark->by),
                                 SQL_QTY(mark->qty),    SQL_DATE(mark->due)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[REJECT_ORDER], params, arena, &rows, fault);
    return status == STATUS_OK && rows.count == 0 ? explain(sql, mark, arena, fault) : status;
}

enum status store_restore_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                                struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(mark->plant), SQL_TEXT(mark->planned_order_id),
                                 SQL_TEXT(mark->by)};
    return sql_run(sql, &statements[RESTORE_ORDER], params, arena, NULL, fault);
}

enum status store_mark_told(const struct rpc_request *request, const struct order_mark *mark,
                            sql_work_fn *work, void *context, struct fault *fault)
{
    struct act_of_object of = {
        request, &statements[MARK_STATE], mark->planned_order_id, request->arena, {{0}}};
    struct act_change told = act_change_of(&of);
    return act_run(request->sql, &told, work, context, fault);
}
