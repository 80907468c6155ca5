#include "services/mrp/keep_store.h"

/* clang-format off */
enum { KEPT_STATE, DROP_PLAN, KEEP_PLAN, KEEP_ORDERS, KEPT_PLANS, PLAN_CHANGES, WEEK_DUE, DROP_WEEKS };

#define WEEK_NAME "to_char(s.plan_start, '\"week-\"IYYY-\"W\"IW')"

static const struct sql_statement statements[] = {
    [KEPT_STATE] = {
        .name = "mrp.kept_state",
        .text = "SELECT jsonb_build_object('plan_version', plan_version, 'orders', orders, 'kept_by', kept_by)::text"
                " FROM kept_plan WHERE plant_id = $1 AND name = $2",
        .params = "tt", .columns = "t",
    },
    [DROP_PLAN] = {
        .name = "mrp.drop_kept_plan",
        .text = "DELETE FROM kept_plan WHERE plant_id = $1 AND name = $2 RETURNING name",
        .params = "tt", .columns = "t",
    },
    [KEEP_PLAN] = {
        .name = "mrp.keep_plan",
        .text = "INSERT INTO kept_plan (plant_id, name, plan_version, orders, kept_by)"
                " SELECT $1, $2, s.plan_version, (SELECT count(*) FROM planned_order o WHERE o.plant_id = $1"
                " AND o.accepted_seq IS NULL), $3 FROM plan_state s WHERE s.plant_id = $1"
                " AND (SELECT count(*) FROM kept_plan k WHERE k.plant_id = $1) < $4"
                " RETURNING name, plan_version, orders, kept_by, kept_at",
        .params = "ttti", .columns = "tintz",
    },
    [KEEP_ORDERS] = {
        .name = "mrp.keep_orders",
        .text = "INSERT INTO kept_plan_order (plant_id, name, planned_order_id, item, qty, start, due, supplier)"
                " SELECT plant_id, $2, planned_order_id, item, qty, start, due, supplier FROM planned_order"
                " WHERE plant_id = $1 AND accepted_seq IS NULL",
        .params = "tt", .columns = "",
    },
    [KEPT_PLANS] = {
        .name = "mrp.kept_plans",
        .text = "SELECT name, plan_version, orders, kept_by, kept_at FROM kept_plan WHERE plant_id = $1 ORDER BY name",
        .params = "t", .columns = "tintz",
    },
    [PLAN_CHANGES] = {
        .name = "mrp.plan_changes",
        .text = "SELECT coalesce(o.planned_order_id, k.planned_order_id), coalesce(o.item, k.item), o.qty, o.start,"
                " o.due, o.supplier, k.qty, k.start, k.due, k.supplier"
                " FROM (SELECT * FROM planned_order WHERE plant_id = $1 AND accepted_seq IS NULL"
                " AND planned_order_id > $3 AND ($4::text IS NULL OR item = $4)) o"
                " FULL JOIN (SELECT * FROM kept_plan_order WHERE plant_id = $1 AND name = $2"
                " AND planned_order_id > $3 AND ($4::text IS NULL OR item = $4)) k"
                " ON o.planned_order_id = k.planned_order_id"
                " WHERE o.planned_order_id IS NULL OR k.planned_order_id IS NULL"
                " OR (o.qty, o.start, o.due) IS DISTINCT FROM (k.qty, k.start, k.due)"
                " OR o.supplier IS DISTINCT FROM k.supplier"
                " ORDER BY 1 LIMIT $5",
        .params = "tttti", .columns = "ttqddtqddt",
    },
    [WEEK_DUE] = {
        .name = "mrp.week_due",
        .text = "SELECT s.plant_id, " WEEK_NAME " FROM plan_owner o JOIN plan_state s USING (plant_id)"
                " WHERE o.instance = $1 AND o.expires_at > now() AND NOT EXISTS (SELECT FROM kept_plan k"
                " WHERE k.plant_id = s.plant_id AND k.name = " WEEK_NAME ") ORDER BY s.plant_id LIMIT 1",
        .params = "n", .columns = "tt",
    },
    [DROP_WEEKS] = {
        .name = "mrp.drop_weeks",
        .text = "DELETE FROM kept_plan WHERE plant_id = $1 AND name ~ '^week-[0-9]{4}-W[0-9]{2}$' AND name NOT IN"
                " (SELECT k.name FROM kept_plan k WHERE k.plant_id = $1 AND k.name ~ '^week-[0-9]{4}-W[0-9]{2}$'"
                " ORDER BY k.name DESC LIMIT $2)",
        .params = "ti", .columns = "",
    },
};
/* clang-format on */

const struct sql_schema keep_schema = {.statements = statements,
                                       .statement_count = COUNT_OF(statements)};

struct keeping {
    struct text plant;
    struct text name;
    struct text by;
    struct arena *arena;
    struct kept *kept;
};

static struct kept kept_of(const struct sql_rows *rows, size_t row)
{
    return (struct kept){.name = sql_at(rows, row, 0)->as.text,
                         .plan_version = sql_at(rows, row, 1)->as.integer,
                         .orders = sql_at(rows, row, 2)->as.integer,
                         .by = sql_at(rows, row, 3)->as.text,
                         .at_us = sql_at(rows, row, 4)->as.integer};
}

static enum status keep_work(struct sql *sql, void *context, struct fault *fault)
{
    const struct keeping *keeping = context;
    struct sql_value named[] = {SQL_TEXT(keeping->plant), SQL_TEXT(keeping->name)};
    struct sql_value full[] = {SQL_TEXT(keeping->plant), SQL_TEXT(keeping->name),
                               SQL_TEXT(keeping->by), SQL_INT(KEPT_PLANS_MAX)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DROP_PLAN], named, keeping->arena, &rows, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[KEEP_PLAN], full, keeping->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_LIMIT, "name",
                         "there is no plan yet, or %d plans are kept already", KEPT_PLANS_MAX);
    *keeping->kept = kept_of(&rows, 0);
    return sql_run(sql, &statements[KEEP_ORDERS], named, keeping->arena, NULL, fault);
}

enum status store_keep_plan(struct sql *sql, struct text plant, struct text name, struct text by,
                            struct arena *arena, struct kept *kept, struct fault *fault)
{
    struct keeping keeping = {plant, name, by, arena, kept};
    return sql_transaction(sql, keep_work, &keeping, fault);
}

enum status store_keep_told(const struct rpc_request *request, struct text name, struct kept *kept,
                            struct fault *fault)
{
    struct act_of_object of = {request, &statements[KEPT_STATE], name, request->arena, {{0}}};
    struct act_change told = act_change_of(&of);
    struct keeping keeping = {told.act.plant, name, told.act.by, request->arena, kept};
    return act_run(request->sql, &told, keep_work, &keeping, fault);
}

enum status store_keep_week(struct sql *sql, int64_t instance, int64_t weeks, struct arena *arena,
                            struct text *plant, struct fault *fault)
{
    struct sql_value of[] = {SQL_INT(instance)};
    struct sql_rows rows;
    struct kept kept;
    *plant = (struct text){NULL, 0};
    enum status status = sql_run(sql, &statements[WEEK_DUE], of, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    *plant = sql_at(&rows, 0, 0)->as.text;
    struct sql_value others[] = {SQL_TEXT(*plant), SQL_INT(weeks - 1)};
    status = sql_run(sql, &statements[DROP_WEEKS], others, NULL, NULL, fault);
    return status == STATUS_OK ? store_keep_plan(sql, *plant, sql_at(&rows, 0, 1)->as.text,
                                                 text_of("planner"), arena, &kept, fault)
                               : status;
}

enum status store_kept_plans(struct sql *sql, struct text plant, struct arena *arena,
                             struct kept **list, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[KEPT_PLANS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *list = arena_alloc(arena, rows.count + 1, sizeof **list);
    if (!*list)
        return fault_set(fault, STATUS_LIMIT, "", "reply does not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        (*list)[i] = kept_of(&rows, i);
    *count = rows.count;
    return STATUS_OK;
}

static enum status drop_work(struct sql *sql, void *context, struct fault *fault)
{
    const struct keeping *keeping = context;
    struct sql_value params[] = {SQL_TEXT(keeping->plant), SQL_TEXT(keeping->name)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DROP_PLAN], params, keeping->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_NOT_FOUND, "name", "kept plan \"%.*s\" does not exist",
                           (int)keeping->name.length, keeping->name.bytes);
    return status;
}

enum status store_drop_told(const struct rpc_request *request, struct text name,
                            struct fault *fault)
{
    struct act_of_object of = {request, &statements[KEPT_STATE], name, request->arena, {{0}}};
    struct act_change told = act_change_of(&of);
    struct keeping keeping = {.plant = told.act.plant, .name = name, .arena = request->arena};
    return act_run(request->sql, &told, drop_work, &keeping, fault);
}

static struct qty qty_or_none(const struct sql_value *value)
{
    return value->null ? NO_QTY : value->as.qty;
}

static date day_or_none(const struct sql_value *value)
{
    return value->null ? NO_DATE : value->as.day;
}

static struct text text_or_none(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

static struct plan_change_row change_of(const struct sql_value *v)
{
    return (struct plan_change_row){.planned_order_id = v[0].as.text,
                                    .item = v[1].as.text,
                                    .qty = qty_or_none(&v[2]),
                                    .start = day_or_none(&v[3]),
                                    .due = day_or_none(&v[4]),
                                    .supplier = text_or_none(&v[5]),
                                    .old_qty = qty_or_none(&v[6]),
                                    .old_start = day_or_none(&v[7]),
                                    .old_due = day_or_none(&v[8]),
                                    .old_supplier = text_or_none(&v[9])};
}

static enum status check_name(struct sql *sql, const struct plan_change_query *query,
                              struct arena *arena, struct fault *fault)
{
    struct kept *plans;
    size_t count;
    bool known = false;
    enum status status = store_kept_plans(sql, query->plant, arena, &plans, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        known = known || text_equal(plans[i].name, query->name);
    if (status == STATUS_OK && !known)
        status = fault_set(fault, STATUS_NOT_FOUND, "name", "kept plan \"%.*s\" does not exist",
                           (int)query->name.length, query->name.bytes);
    return status;
}

enum status store_plan_changes(struct sql *sql, const struct plan_change_query *query,
                               struct arena *arena, struct plan_change_row **list, size_t *count,
                               struct fault *fault)
{
    struct sql_value item = {.null = query->item.bytes == NULL, .as.text = query->item};
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->name),
                                 SQL_TEXT(query->after), item, SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = check_name(sql, query, arena, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[PLAN_CHANGES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *list = arena_alloc(arena, rows.count + 1, sizeof **list);
    if (!*list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        (*list)[i] = change_of(sql_at(&rows, i, 0));
    *count = rows.count;
    return STATUS_OK;
}
