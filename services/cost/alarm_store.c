#include "services/cost/alarm_store.h"

/* clang-format off */
enum { LIMITS_STATE, SET_LIMITS, RAISE, LIST, NOTE };

static const struct sql_statement statements[] = {
    [LIMITS_STATE] = {
        .name = "alarm.limits_state",
        .text = "SELECT jsonb_build_object('percent', variance_alarm_pct, 'amount', variance_alarm_amount)::text"
                " FROM plant_seq WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "t",
    },
    [SET_LIMITS] = {
        .name = "alarm.set_limits",
        .text = "UPDATE plant_seq SET variance_alarm_pct = $2::numeric, variance_alarm_amount = $3::numeric"
                " WHERE plant_id = $1",
        .params = "tqa", .columns = "",
    },
    [RAISE] = {
        .name = "alarm.raise",
        .text = "INSERT INTO variance_alarm (plant_id, posted_seq, work_order, variance, standard)"
                " SELECT $1, t.a, t.b, t.c, t.d FROM plant_seq s, unnest($2::bigint[], $3::text[], $4::numeric[],"
                " $5::numeric[]) AS t (a, b, c, d) WHERE s.plant_id = $1 AND (abs(t.c) > s.variance_alarm_amount"
                " OR abs(t.c) * 100 > t.d * s.variance_alarm_pct) ON CONFLICT DO NOTHING",
        .params = "tITAA", .columns = "",
    },
    [LIST] = {
        .name = "alarm.list",
        .text = "SELECT a.posted_seq, a.work_order, w.item, l.effective_on, a.variance, a.standard, a.raised_at, a.noted_by,"
                " a.note FROM variance_alarm a JOIN work_order w ON w.plant_id = $1 AND w.work_order = a.work_order"
                " JOIN ledger_line l ON l.plant_id = $1 AND l.posted_seq = a.posted_seq"
                " WHERE a.plant_id = $1 AND a.posted_seq > $2 AND ($3 OR a.noted_by IS NULL) AND NOT EXISTS (SELECT"
                " FROM ledger_line r WHERE r.plant_id = $1 AND r.reverses = a.posted_seq) ORDER BY a.posted_seq LIMIT $4",
        .params = "tibi", .columns = "ittdaaztt",
    },
    [NOTE] = {
        .name = "alarm.note",
        .text = "UPDATE variance_alarm SET noted_by = $3, note = $4, noted_at = now() WHERE plant_id = $1 AND work_order = $2"
                " AND noted_by IS NULL",
        .params = "tttt", .columns = "",
    },
};
/* clang-format on */

const struct sql_schema alarm_schema = {.statements = statements,
                                        .statement_count = COUNT_OF(statements)};

enum status store_raise_alarms(struct sql *sql, struct text plant,
                               const struct settled_row *settled, size_t count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(settled, count, posted_seq),
                                 SQL_ARRAY(settled, count, settled.order.work_order),
                                 SQL_ARRAY(settled, count, settled.variance),
                                 SQL_ARRAY(settled, count, settled.order.credits)};
    return count > 0 ? sql_run(sql, &statements[RAISE], params, NULL, NULL, fault) : STATUS_OK;
}

enum status store_set_alarm(struct command *command, const struct alarm_limits *limits,
                            struct fault *fault)
{
    const struct sql_value params[] = {
        SQL_TEXT(command->plant),
        {.null = !qty_given(limits->pct), .as.qty = limits->pct},
        {.null = limits->amount.e4 == NO_LIMIT.e4, .as.amount = limits->amount}};
    const struct command_change change = {text_of("variance alarm"), &statements[LIMITS_STATE],
                                          params, &statements[SET_LIMITS], params};
    return command_change(command, &change, fault);
}

enum status store_alarms(struct sql *sql, struct text plant, const struct alarm_query *query,
                         struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(query->after), SQL_BOOL(query->noted),
                                 SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}

enum status store_note_alarm(struct sql *sql, struct text plant, const struct alarm_note *note,
                             struct arena *arena, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(note->work_order), SQL_TEXT(note->by),
                                 SQL_TEXT(note->note)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[NOTE], params, arena, &rows, fault);
    *count = status == STATUS_OK ? rows.count : 0;
    return status;
}
