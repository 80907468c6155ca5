#include "services/mrp/audit_store.h"

#include <string.h>

#define PAGE_ROWS 5000

/* clang-format off */
enum { PLACE, SIZE, ORDERS, ORDER, MESSAGES, QUIET, PUT, LAST, DUE };

#define COLUMNS \
    "SELECT " PLANNED_ORDER_COLUMNS " FROM planned_order WHERE plant_id = $1 AND "

static const struct sql_statement statements[] = {
    [PLACE] = {
        .name = "audit.place",
        .text = "SELECT event_seq, plan_start FROM plan_state WHERE plant_id = $1",
        .params = "t", .columns = "id",
    },
    [SIZE] = {
        .name = "audit.size",
        .text = "SELECT (SELECT count(*) FROM planned_order WHERE plant_id = $1),"
                " (SELECT count(*) FROM plan_message WHERE plant_id = $1)",
        .params = "t", .columns = "ii",
    },
    [ORDERS] = {
        .name = "audit.orders",
        .text = COLUMNS "planned_order_id > $2 ORDER BY planned_order_id LIMIT $3",
        .params = "tti", .columns = "tttqqdddntqtcdtnti",
    },
    [ORDER] = {
        .name = "audit.order",
        .text = COLUMNS "planned_order_id = $2",
        .params = "tt", .columns = "tttqqdddntqtcdtnti",
    },
    [MESSAGES] = {
        .name = "audit.messages",
        .text = "SELECT message_no, item, segment, message, date, qty, reference, cause, action"
                " FROM plan_message WHERE plant_id = $1 AND (item, message_no) > ($2, $3)"
                " ORDER BY item, message_no LIMIT $4",
        .params = "ttni", .columns = "ntttdqttt",
    },
    [QUIET] = { /* both places are ends of transactions, and so of rows */
        .name = "audit.quiet",
        .text = "SELECT (SELECT e.event_seq FROM event_log e WHERE e.plant_id = $1 AND e.event_seq > $2"
                " AND e.event_seq <= $3 AND e.kind <> 6 ORDER BY e.event_seq LIMIT 1) IS NULL",
        .params = "tii", .columns = "b",
    },
    [PUT] = {
        .name = "audit.put",
        .text = "INSERT INTO plan_audit AS a (plant_id, audited_at, event_seq, row_count, differences, first)"
                " VALUES ($1, now(), $2, $3, $4, $5) ON CONFLICT (plant_id) DO UPDATE"
                " SET audited_at = excluded.audited_at, event_seq = excluded.event_seq,"
                " row_count = excluded.row_count, differences = excluded.differences, first = excluded.first",
        .params = "tiiit", .columns = "",
    },
    [LAST] = {
        .name = "audit.last",
        .text = "SELECT audited_at, event_seq, row_count, differences, first FROM plan_audit WHERE plant_id = $1",
        .params = "t", .columns = "ziiit",
    },
    [DUE] = {
        .name = "audit.due",
        .text = "SELECT o.plant_id FROM plan_owner o JOIN plan_state s USING (plant_id)"
                " LEFT JOIN plan_audit a USING (plant_id) WHERE o.instance = $1 AND o.expires_at > now()"
                " AND coalesce(a.audited_at, now() - $3::bigint * interval '1 s')"
                " < now() - $2::bigint * interval '1 minute' ORDER BY a.audited_at, o.plant_id LIMIT 1",
        .params = "nii", .columns = "t",
    },
};
/* clang-format on */

const struct sql_schema audit_schema = {.statements = statements,
                                        .statement_count = COUNT_OF(statements)};

static struct planned_order order_of(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
    const struct text none = {NULL, 0};
    return (struct planned_order){
        .planned_order_id = v[0].as.text,
        .item = v[1].as.text,
        .type = v[2].as.text,
        .qty = v[3].as.qty,
        .start_qty = v[4].as.qty,
        .start = v[5].as.day,
        .due = v[6].as.day,
        .need = v[7].as.day,
        .past_due_days = v[8].as.integer,
        .supplier = v[9].null ? none : v[9].as.text,
        .purchase_qty = v[10].null ? NO_QTY : v[10].as.qty,
        .purchase_uom = v[11].null ? none : v[11].as.text,
        .price = v[12].null ? NO_COST : v[12].as.unitcost,
        .order_by = v[13].null ? NO_DATE : v[13].as.day,
        .segment = v[14].as.text,
        .level = v[15].as.integer,
        .flags = v[16].as.text,
        .content_hash = v[17].as.integer,
    };
}

static struct planner_message message_of(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
    const struct text none = {NULL, 0};
    return (struct planner_message){
        .row_no = v[0].as.integer,
        .item = v[1].as.text,
        .segment = v[2].as.text,
        .message = v[3].as.text,
        .day = v[4].as.day,
        .qty = v[5].as.qty,
        .reference = v[6].null ? none : v[6].as.text,
        .cause = v[7].null ? none : v[7].as.text,
        .action = v[8].null ? none : v[8].as.text,
    };
}

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

/* Pages have memory of their own, one at a time. */
static enum status read_orders(struct sql *sql, struct text plant,
                               const struct audit_reader *reader, struct arena *arena,
                               struct fault *fault)
{
    char after[2 * TEXT_CODE_MAX + 32] = "";
    struct sql_rows rows = {.count = PAGE_ROWS};
    while (rows.count == PAGE_ROWS) {
        struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(text_of(after)), SQL_INT(PAGE_ROWS)};
        arena_reset(arena);
        enum status status = sql_run(sql, &statements[ORDERS], params, arena, &rows, fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < rows.count; i++) {
            const struct planned_order order = order_of(&rows, i);
            if (!reader->order(reader->context, &order))
                return full(fault);
            ASSERT(order.planned_order_id.length < sizeof after);
            memcpy(after, order.planned_order_id.bytes, order.planned_order_id.length);
            after[order.planned_order_id.length] = '\0';
        }
    }
    return STATUS_OK;
}

static enum status read_messages(struct sql *sql, struct text plant,
                                 const struct audit_reader *reader, struct arena *arena,
                                 struct fault *fault)
{
    char item[TEXT_CODE_MAX + 1] = "";
    int64_t after = 0;
    struct sql_rows rows = {.count = PAGE_ROWS};
    while (rows.count == PAGE_ROWS) {
        struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(text_of(item)), SQL_INT(after),
                                     SQL_INT(PAGE_ROWS)};
        arena_reset(arena);
        enum status status = sql_run(sql, &statements[MESSAGES], params, arena, &rows, fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < rows.count; i++) {
            const struct planner_message message = message_of(&rows, i);
            if (!reader->message(reader->context, &message))
                return full(fault);
            ASSERT(message.item.length < sizeof item);
            memcpy(item, message.item.bytes, message.item.length);
            item[message.item.length] = '\0';
            after = message.row_no;
        }
    }
    return STATUS_OK;
}

enum status audit_place(struct sql *sql, struct text plant, struct arena *arena,
                        struct audit_place *place, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLACE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" has no plan yet",
                         (int)plant.length, plant.bytes);
    place->event_seq = sql_at(&rows, 0, 0)->as.integer;
    place->plan_start = sql_at(&rows, 0, 1)->as.day;
    return STATUS_OK;
}

static enum status read_size(struct sql *sql, struct text plant, const struct audit_reader *reader,
                             struct arena *arena, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[SIZE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    return reader->begin(reader->context, sql_at(&rows, 0, 0)->as.integer,
                         sql_at(&rows, 0, 1)->as.integer)
               ? STATUS_OK
               : full(fault);
}

enum status audit_read(struct sql *sql, struct text plant, const struct audit_reader *reader,
                       struct arena *arena, struct audit_place *place, struct fault *fault)
{
    enum status status = sql_begin_snapshot(sql, fault);
    if (status == STATUS_OK)
        status = audit_place(sql, plant, arena, place, fault);
    if (status == STATUS_OK)
        status = read_size(sql, plant, reader, arena, fault);
    if (status == STATUS_OK)
        status = read_orders(sql, plant, reader, arena, fault);
    if (status == STATUS_OK)
        status = read_messages(sql, plant, reader, arena, fault);
    sql_rollback(sql); /* it only read */
    return status;
}

enum status audit_order(struct sql *sql, struct text plant, struct text planned_order_id,
                        struct arena *arena, struct planned_order *row, bool *there,
                        struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(planned_order_id)};
    struct sql_rows rows = {0};
    enum status status = sql_run(sql, &statements[ORDER], params, arena, &rows, fault);
    *there = rows.count == 1;
    if (*there)
        *row = order_of(&rows, 0);
    return status;
}

enum status audit_quiet(struct sql *sql, struct text plant, int64_t after, int64_t upto,
                        bool *quiet, struct arena *arena, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after), SQL_INT(upto)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[QUIET], params, arena, &rows, fault);
    *quiet = status == STATUS_OK && sql_at(&rows, 0, 0)->as.boolean;
    return status;
}

enum status audit_put(struct sql *sql, struct text plant, const struct audit_note *note,
                      struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(note->event_seq),
                                 SQL_INT(note->row_count), SQL_INT(note->differences),
                                 SQL_TEXT(note->first)};
    return sql_run(sql, &statements[PUT], params, NULL, NULL, fault);
}

enum status audit_last(struct sql *sql, struct text plant, struct arena *arena,
                       struct audit_note *note, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    *note = (struct audit_note){.first = text_of("")};
    enum status status = sql_run(sql, &statements[LAST], params, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *note = (struct audit_note){.audited_at_us = v[0].as.integer,
                                .event_seq = v[1].as.integer,
                                .row_count = v[2].as.integer,
                                .differences = v[3].as.integer,
                                .first = v[4].as.text};
    return STATUS_OK;
}

enum status audit_due(struct sql *sql, int64_t instance, int64_t minutes, int64_t up_s,
                      struct arena *arena, struct text *plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_INT(instance), SQL_INT(minutes), SQL_INT(up_s)};
    struct sql_rows rows = {0};
    enum status status = sql_run(sql, &statements[DUE], params, arena, &rows, fault);
    *plant = status == STATUS_OK && rows.count == 1 ? sql_at(&rows, 0, 0)->as.text
                                                    : (struct text){NULL, 0};
    return status;
}
