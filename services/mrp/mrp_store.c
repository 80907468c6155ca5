#include "services/mrp/mrp_store.h"

#include "common/plant/plant_facts_store.h"
#include "common/plant/plant_store.h"
#include "services/mrp/audit_store.h"
#include "services/mrp/keep_store.h"
#include "services/mrp/mark_store.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/owner_store.h"
#include "services/mrp/plan_write_store.h"
#include "services/mrp/plan_written_store.h"
#include "services/mrp/promise_store.h"
#include "services/mrp/proposal_store.h"
#include "services/mrp/simulation_store.h"

/* clang-format off */
enum {
    PLAN_STATE, PLANTS_TO_PLAN, LIST_ORDERS, LIST_MESSAGES, STANDING, NEWS,
    FORECAST_NEWS, ITEMS_OF, PLAN_SIDE
};

static const struct sql_statement statements[] = {
    [PLAN_STATE] = {
        .name = "mrp.plan_state",
        .text = "SELECT coalesce(s.plan_version, 0), coalesce(s.event_seq, 0),"
                " coalesce(s.plan_start, '1970-01-01'::date), s.planned_at,"
                " (SELECT count(*) FROM planned_order o WHERE o.plant_id = $1),"
                " (SELECT count(*) FROM plan_message m WHERE m.plant_id = $1)"
                " FROM plant p LEFT JOIN plan_state s USING (plant_id) WHERE p.plant_id = $1",
        .params = "t", .columns = "iidzii",
    },
    [PLANTS_TO_PLAN] = {
        .name = "mrp.plants_to_plan",
        .text = "SELECT p.plant_id FROM plant p JOIN plant_seq q USING (plant_id)"
                " LEFT JOIN plan_state s USING (plant_id)"
                " WHERE $1 OR s.plan_version IS NULL"
                " OR s.plan_start <> coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date)"
                /* not EXISTS: it is estimated to find a row at once, and scans the whole log when there is none */
                " OR (q.event_seq > s.event_seq AND (SELECT e.event_seq FROM event_log e"
                " WHERE e.plant_id = p.plant_id AND e.event_seq > s.event_seq AND e.kind <> 6"
                " ORDER BY e.event_seq LIMIT 1) IS NOT NULL)"
                " ORDER BY p.plant_id",
        .params = "b", .columns = "t",
    },
    [LIST_ORDERS] = {
        .name = "mrp.list_orders",
        .text = "SELECT " PLANNED_ORDER_COLUMNS ", m.note, m.reason, m.marked_by"
                " FROM planned_order o LEFT JOIN planned_order_mark m USING (plant_id, planned_order_id)"
                " WHERE o.plant_id = $1 AND planned_order_id > $2"
                " AND ($3::text IS NULL OR item = $3) AND ($4::text IS NULL OR type = $4)"
                " AND ($7::text IS NULL OR supplier = $7)"
                " AND ($8::date IS NULL OR coalesce(order_by, start) <= $8)"
                " AND $6 = coalesce(m.rejected_hash = " REJECTED_FACTS ", false)"
                " AND accepted_seq IS NULL ORDER BY planned_order_id LIMIT $5",
        .params = "ttttibtd", .columns = "tttqqdddntqtcdtntittt",
    },
    [LIST_MESSAGES] = {
        .name = "mrp.list_messages",
        .text = "SELECT row_no, item, segment, message, date, qty, reference, cause, action"
                " FROM (SELECT *, row_number() OVER (ORDER BY item, message_no)::integer AS row_no"
                " FROM plan_message WHERE plant_id = $1) m WHERE plant_id = $1 AND row_no > $2"
                " AND ($3::text IS NULL OR item = $3) ORDER BY row_no LIMIT $4",
        .params = "tnti", .columns = "ntttdqttt",
    },
    /* The log grows between two statistics: it is not to be read whole because it was small, nor by several processes because
       a third of it might be new: to start them takes 20 ms.  Planning the questions behind this one anew for each step took
       as long as answering them. */
    [STANDING] = {
        .name = "mrp.standing",
        .text = "SELECT q.event_seq, coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date)"
                " FROM plant_seq q JOIN plant p USING (plant_id) WHERE q.plant_id = $1"
                " AND set_config('enable_seqscan', 'off', true) = 'off'"
                " AND set_config('max_parallel_workers_per_gather', '0', true) = '0'"
                " AND set_config('plan_cache_mode', 'force_generic_plan', true) <> ''",
        .params = "t", .columns = "id",
    },
    [NEWS] = {
        .name = "mrp.news",
        /* Not by the view, which takes four times as long.  Of a row that begins before the place all is told: no harm. */
        .text = "SELECT kind, object_id FROM (SELECT kind, unnest(array_append(earlier_ids, object_id)) AS object_id"
                " FROM event_log WHERE plant_id = $1 AND event_seq > $2 AND kind <> 6 AND kind <> 8) e"
                " GROUP BY kind, object_id",
        .params = "ti", .columns = "nt",
    },
    [FORECAST_NEWS] = {
        .name = "mrp.forecast_news",
        .text = "SELECT body FROM event WHERE plant_id = $1 AND row_seq > $2 AND event_seq > $2 AND kind = 8",
        .params = "ti", .columns = "x",
    },
    [ITEMS_OF] = {
        .name = "mrp.items_of",
        .text = "SELECT item FROM work_order WHERE plant_id = $1 AND work_order = ANY ($2)"
                " UNION SELECT item FROM work_order_component WHERE plant_id = $1 AND work_order = ANY ($2)"
                " UNION SELECT item FROM purchase_order_line WHERE plant_id = $1 AND purchase_order = ANY ($3)"
                " UNION SELECT item FROM sales_order_line WHERE plant_id = $1 AND sales_order = ANY ($4)",
        .params = "tTTT", .columns = "t",
    },
    [PLAN_SIDE] = {
        .name = "mrp.plan_side",
        .text = "SELECT jsonb_build_object('plan_version', plan_version, 'event_seq', event_seq, 'plan_start', plan_start)::text"
                " FROM plan_state WHERE plant_id = $1",
        .params = "t", .columns = "t",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {
    &plant_schema,       &mark_schema,       &keep_schema,         &owner_schema,
    &simulation_schema,  &proposal_schema,   &promise_schema,      &audit_schema,
    &plant_facts_schema, &plan_write_schema, &plan_written_schema, NULL};

const struct sql_schema mrp_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

struct act_of_object store_plan_told(const struct rpc_request *request)
{
    return (struct act_of_object){
        request, &statements[PLAN_SIDE], text_of("plan"), request->arena, {{0}}};
}

enum status store_plan_state(struct sql *sql, struct text plant, struct arena *arena,
                             struct plan_state *state, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLAN_STATE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *state = (struct plan_state){
        .plan_version = sql_at(&rows, 0, 0)->as.integer,
        .event_seq = sql_at(&rows, 0, 1)->as.integer,
        .plan_start = sql_at(&rows, 0, 2)->as.day,
        .planned_at_us = sql_at(&rows, 0, 3)->null ? 0 : sql_at(&rows, 0, 3)->as.integer,
        .planned_orders = sql_at(&rows, 0, 4)->as.integer,
        .messages = sql_at(&rows, 0, 5)->as.integer,
    };
    return STATUS_OK;
}

enum status store_plants_to_plan(struct sql *sql, bool every, struct arena *arena,
                                 struct text **plants, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_BOOL(every)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANTS_TO_PLAN], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct text *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "too many plants");
    for (size_t i = 0; i < rows.count; i++)
        list[i] = sql_at(&rows, i, 0)->as.text;
    *plants = list;
    *count = rows.count;
    return STATUS_OK;
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

static struct text or_null(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

static enum status texts_of(const struct sql_rows *rows, struct arena *arena, struct text **texts,
                            size_t *count, struct fault *fault)
{
    *texts = arena_alloc(arena, rows->count + 1, sizeof **texts);
    *count = rows->count;
    for (size_t i = 0; *texts && i < rows->count; i++)
        (*texts)[i] = or_null(sql_at(rows, i, 0));
    return *texts ? STATUS_OK : no_room(fault);
}

static enum status fill_news(const struct sql_rows *objects, const struct sql_rows *forecasts,
                             struct arena *arena, struct plant_news *news, struct fault *fault)
{
    enum status status = STATUS_OK;
    news->count = objects->count + forecasts->count;
    news->events = arena_alloc(arena, news->count + 1, sizeof *news->events);
    if (!news->events)
        return no_room(fault);
    for (size_t i = 0; i < objects->count; i++)
        news->events[i] =
            (struct plant_event){sql_at(objects, i, 0)->as.integer, sql_at(objects, i, 1)->as.text};
    for (size_t i = 0; i < forecasts->count && status == STATUS_OK; i++) {
        struct plant_event *event = &news->events[objects->count + i];
        event->kind = NEWS_FORECAST;
        status =
            decode_forecast_item(sql_at(forecasts, i, 0)->as.text, arena, &event->object, fault);
    }
    return status;
}

enum status store_news(struct sql *sql, struct text plant, int64_t after, struct arena *arena,
                       struct plant_news *news, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after)};
    struct sql_rows rows[3];
    enum status status = sql_queue(sql, &statements[STANDING], params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &statements[NEWS], params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &statements[FORECAST_NEWS], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, rows, COUNT_OF(rows), fault);
    if (status != STATUS_OK)
        return status;
    if (rows[0].count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *news = (struct plant_news){.event_seq = sql_at(&rows[0], 0, 0)->as.integer,
                                .today = sql_at(&rows[0], 0, 1)->as.day};
    return fill_news(&rows[1], &rows[2], arena, news, fault);
}

enum status store_items_of(struct sql *sql, struct text plant, const struct order_names *names,
                           struct arena *arena, struct text **items, size_t *count,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_LIST(names->work_orders, names->work_order_count),
                                 SQL_LIST(names->purchases, names->purchase_count),
                                 SQL_LIST(names->sales, names->sale_count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ITEMS_OF], params, arena, &rows, fault);
    return status == STATUS_OK ? texts_of(&rows, arena, items, count, fault) : status;
}

static struct planned_order planned_order_of(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
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
        .supplier = or_null(&v[9]),
        .purchase_qty = v[10].null ? NO_QTY : v[10].as.qty,
        .purchase_uom = or_null(&v[11]),
        .price = v[12].null ? NO_COST : v[12].as.unitcost,
        .order_by = v[13].null ? NO_DATE : v[13].as.day,
        .segment = v[14].as.text,
        .level = v[15].as.integer,
        .flags = v[16].as.text,
        .content_hash = v[17].as.integer,
        .note = or_null(&v[18]),
        .reason = or_null(&v[19]),
        .marked_by = or_null(&v[20]),
    };
}

/* A filter that was not given is NULL in the statement. */
static struct sql_value filter(struct text text)
{
    return (struct sql_value){.null = text.bytes == NULL, .as.text = text};
}

enum status store_list_planned_orders(struct sql *sql, const struct planned_order_query *query,
                                      struct arena *arena, struct planned_order **orders,
                                      size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= MRP_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant),
                                 SQL_TEXT(query->after),
                                 filter(query->item),
                                 filter(query->type),
                                 SQL_INT((int64_t)query->limit),
                                 SQL_BOOL(query->rejected),
                                 filter(query->supplier),
                                 {.null = !date_given(query->until), .as.day = query->until}};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_ORDERS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct planned_order *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        list[i] = planned_order_of(&rows, i);
    *orders = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_list_messages(struct sql *sql, const struct message_query *query,
                                struct arena *arena, struct planner_message **messages,
                                size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= MRP_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_INT(query->after), filter(query->item),
                                 SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_MESSAGES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct planner_message *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct planner_message){
            .row_no = v[0].as.integer,
            .item = v[1].as.text,
            .segment = v[2].as.text,
            .message = v[3].as.text,
            .day = v[4].as.day,
            .qty = v[5].as.qty,
            .reference = or_null(&v[6]),
            .cause = or_null(&v[7]),
            .action = or_null(&v[8]),
        };
    }
    *messages = list;
    *count = rows.count;
    return STATUS_OK;
}
