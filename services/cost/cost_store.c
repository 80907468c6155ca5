#include "services/cost/cost_store.h"

#include "common/ledger/post.h"
#include "common/plant/plant_store.h"
#include "services/cost/actual_store.h"
#include "services/cost/alarm_store.h"
#include "services/cost/books_store.h"
#include "services/cost/figures_store.h"
#include "services/cost/invoice_store.h"
#include "services/cost/material_store.h"
#include "services/cost/report_store.h"
#include "services/cost/version_store.h"

/* clang-format off */
enum { ORDER, COMPONENTS, OPERATIONS, LIST_WIP };

static const struct sql_statement statements[] = {
    [ORDER] = {
        .name = "cost.order",
        .text = "SELECT w.item, w.state, p.currency, w.qty, w.good_qty, w.received_qty,"
                " w.scrapped_qty, w.planned_cost,"
                " coalesce(sum(l.wip) FILTER (WHERE l.kind NOT IN ('receipt', 'settlement')), 0)::numeric(18,4),"
                " coalesce(-sum(l.wip) FILTER (WHERE l.kind IN ('receipt', 'settlement')), 0)::numeric(18,4)"
                " FROM work_order w JOIN plant p USING (plant_id)"
                " LEFT JOIN ledger_line l ON l.plant_id = $1 AND l.order_kind = 'work_order'"
                " AND l.order_id = $2 AND l.order_id <> ''"
                " WHERE w.plant_id = $1 AND w.work_order = $2 GROUP BY w.plant_id, w.work_order, p.plant_id",
        .params = "tt", .columns = "tttqqqqaaa",
    },
    [COMPONENTS] = {
        .name = "cost.components",
        .text = "SELECT item, operation, required_qty, issued_qty - returned_qty, planned_cost,"
                " issued_amount FROM work_order_component WHERE plant_id = $1 AND work_order = $2"
                " ORDER BY line",
        .params = "tt", .columns = "ttqqca",
    },
    [OPERATIONS] = {
        .name = "cost.operations",
        .text = "SELECT operation, planned_hours, reported_hours, labor_rate, machine_rate,"
                " overhead_rate, overhead_basis, labor_amount, machine_amount, overhead_amount,"
                " subcontract_price, subcontract_amount,"
                " (good_qty + scrapped_qty)::numeric(18,6)"
                " FROM work_order_operation WHERE plant_id = $1 AND work_order = $2 ORDER BY line",
        .params = "tt", .columns = "tqqccctaaacaq",
    },
    [LIST_WIP] = {
        .name = "cost.list_wip",
        .text = "SELECT work_order, item, state, wip FROM work_order WHERE plant_id = $1"
                " AND work_order > $2 AND wip <> 0 ORDER BY work_order LIMIT $3",
        .params = "tti", .columns = "ttta",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&plant_schema,
                                                 &material_schema,
                                                 &figures_schema,
                                                 &books_schema,
                                                 &invoice_schema,
                                                 &report_schema,
                                                 &version_schema,
                                                 &actual_schema,
                                                 &alarm_schema,
                                                 &post_schema,
                                                 NULL};

const struct sql_schema cost_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

static struct text or_null(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "report does not fit in memory");
}

static enum status read_components(struct sql *sql, const struct sql_value *params,
                                   struct arena *arena, struct cost_order *order,
                                   struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[COMPONENTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct cost_component *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] =
            (struct cost_component){v[0].as.text,     or_null(&v[1]), v[2].as.qty, v[3].as.qty,
                                    v[4].as.unitcost, v[5].as.amount, {NULL, 0},   {0}};
    }
    order->components = list;
    order->component_count = rows.count;
    return STATUS_OK;
}

uint8_t cost_basis_of(struct text text)
{
    static const char *const names[] = {[OVERHEAD_HOUR] = "hour",
                                        [OVERHEAD_LABOR] = "labor",
                                        [OVERHEAD_MATERIAL] = "material",
                                        [OVERHEAD_UNIT] = "unit"};
    for (uint8_t i = 0; i < COUNT_OF(names); i++) {
        if (text_is(text, names[i]))
            return i;
    }
    return OVERHEAD_HOUR;
}

static enum status read_operations(struct sql *sql, const struct sql_value *params,
                                   struct arena *arena, struct cost_order *order,
                                   struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[OPERATIONS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct cost_operation *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct cost_operation){
            .operation = v[0].as.text,
            .planned_hours = v[1].as.qty,
            .reported_hours = v[2].as.qty,
            .rates = {v[3].as.unitcost, v[4].as.unitcost, v[5].as.unitcost},
            .overhead_basis = cost_basis_of(v[6].as.text),
            .subcontract_price = v[10].as.unitcost,
            .pieces = v[12].as.qty,
            .actual = {v[7].as.amount, v[8].as.amount, v[9].as.amount, v[11].as.amount},
        };
    }
    order->operations = list;
    order->operation_count = rows.count;
    return STATUS_OK;
}

enum status store_cost_order(struct sql *sql, struct text plant, struct text work_order,
                             struct arena *arena, struct cost_order *order, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(work_order)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ORDER], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "work_order",
                         "work order \"%.*s\" does not exist", (int)work_order.length,
                         work_order.bytes);
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *order = (struct cost_order){
        .work_order = work_order,
        .item = v[0].as.text,
        .state = v[1].as.text,
        .currency = v[2].as.text,
        .quantity = v[3].as.qty,
        .good = v[4].as.qty,
        .received = v[5].as.qty,
        .scrapped = v[6].as.qty,
        .planned = v[7].as.amount,
        .debits = v[8].as.amount,
        .credits = v[9].as.amount,
    };
    status = read_components(sql, params, arena, order, fault);
    return status == STATUS_OK ? read_operations(sql, params, arena, order, fault) : status;
}

enum status store_list_wip(struct sql *sql, const struct wip_query *query, struct arena *arena,
                           struct wip_row **out, size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= WIP_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_WIP], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct wip_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct wip_row){v[0].as.text, v[1].as.text, v[2].as.text, v[3].as.amount};
    }
    *out = list;
    *count = rows.count;
    return STATUS_OK;
}
