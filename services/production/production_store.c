#include "services/production/production_store.h"

#include "common/ledger/act.h"
#include "common/ledger/post.h"

enum {
    BILL,
    ROUTING,
    RATES,
    FROZEN,
    ISSUED_FROM,
    ORDER,
    COMPONENTS,
    OPERATIONS,
    OUTPUTS,
    CHANGES,
    ORDERS,
    COMPLETED
};

static const struct sql_statement statements[] = {
    [COMPLETED] = {.name = "production.completed",
                   .text =
                       "SELECT work_order FROM work_order WHERE plant_id = $1 AND work_order > $2"
                       " AND state = 'completed' ORDER BY work_order LIMIT $3",
                   .params = "tti",
                   .columns = "t"},
    [BILL] =
        {.name = "production.bill",
         .text = "WITH RECURSIVE need (item) AS (SELECT unnest($2::text[]) UNION"
                 " SELECT b.component FROM need n"
                 " JOIN bom b ON b.plant_id = $1 AND b.parent = n.item"
                 " JOIN item i ON i.plant_id = $1 AND i.item = b.component"
                 " WHERE b.kind = 'phantom' OR i.type = 'phantom')"
                 " SELECT b.parent, b.component, b.qty, coalesce(b.per_qty, 1),"
                 " coalesce(b.pieces, 1), coalesce(b.scrap_pct, 0), b.mix_pct,"
                 " coalesce(b.lot_from, 0), b.lot_to,"
                 " CASE WHEN b.uom IS NULL OR b.uom = i.uom THEN 1 ELSE u.num END,"
                 " CASE WHEN b.uom IS NULL OR b.uom = i.uom THEN 1 ELSE coalesce(u.den, 0) END,"
                 " coalesce(b.qty_fixed, false), coalesce(b.kind = 'phantom', false)"
                 " OR i.type = 'phantom', b.operation, b.alternative, b.revision,"
                 " b.substitute_group, coalesce(b.alternative_priority, 0),"
                 " coalesce(b.substitute_priority, 0), b.valid_from,"
                 " coalesce(b.offset_days, 0), b.valid_to, coalesce(b.kind, 'component'),"
                 " b.cost_share_pct"
                 " FROM need n JOIN bom b ON b.plant_id = $1 AND b.parent = n.item"
                 " JOIN item i ON i.plant_id = $1 AND i.item = b.component"
                 " LEFT JOIN LATERAL (SELECT CASE WHEN t.\"from\" = b.uom THEN t.factor ELSE 1 END,"
                 " CASE WHEN t.\"from\" = b.uom THEN 1 ELSE t.factor END FROM unit t"
                 " WHERE t.plant_id = $1 AND b.uom IS DISTINCT FROM i.uom"
                 " AND ((t.\"from\" = b.uom AND t.\"to\" = i.uom)"
                 " OR (t.\"from\" = i.uom AND t.\"to\" = b.uom))"
                 " AND (t.item IS NULL OR t.item = b.component)"
                 " ORDER BY t.item NULLS LAST, t.\"from\" <> b.uom, t.row_no LIMIT 1)"
                 " AS u (num, den) ON true"
                 " ORDER BY b.parent, length(b.position), b.position, b.component, b.row_no",
         .params = "tT",
         .columns = "ttqqqqqqqqqbbttttnndndtq"},
    [ROUTING] =
        {.name = "production.routing",
         .text = "SELECT r.item, r.operation, r.work_center, r.alternative,"
                 " coalesce(r.alternative_priority, 0), coalesce(r.setup, 0), coalesce(r.run, 0),"
                 " coalesce(r.per_qty, 1), r.run_size, CASE r.time_unit WHEN 'min' THEN 60"
                 " WHEN 's' THEN 3600 ELSE 1 END, coalesce(w.efficiency_pct, 100),"
                 " coalesce(w.labor_rate, 0), coalesce(w.machine_rate, 0),"
                 " coalesce(w.overhead_rate, 0), coalesce(w.overhead_basis, 'hour'),"
                 " r.valid_from, r.valid_to, coalesce(r.parallel_group, ''),"
                 " coalesce(l.location, ''), coalesce(r.subcontract_price, 0),"
                 " coalesce(r.supplier, '') FROM routing r"
                 " JOIN work_center w ON w.plant_id = $1 AND w.work_center = r.work_center"
                 " LEFT JOIN location l ON l.plant_id = $1 AND l.work_center = r.work_center"
                 " AND l.active"
                 " WHERE r.plant_id = $1 AND r.item = ANY ($2) ORDER BY r.item, r.row_no",
         .params = "tT",
         .columns = "ttttnqqqqnqccctddttct"},
    [RATES] = {.name = "production.rates",
               .text = "SELECT work_center, coalesce(labor_rate, 0), coalesce(machine_rate, 0),"
                       " coalesce(overhead_rate, 0), coalesce(overhead_basis, 'hour')"
                       " FROM work_center WHERE plant_id = $1 AND work_center = ANY ($2)",
               .params = "tT",
               .columns = "tccct"},
    [FROZEN] = {.name = "production.frozen_outputs",
                .text = "SELECT work_order, line, item, kind = 'byproduct', qty, order_qty,"
                        " unit_cost FROM work_order_output WHERE plant_id = $1"
                        " AND work_order = ANY ($2) ORDER BY work_order, line",
                .params = "tT",
                .columns = "tntbqqc"},
    [ISSUED_FROM] = {.name = "production.issued_from",
                     .text = "SELECT order_id, item, location, lot FROM (SELECT DISTINCT ON"
                             " (order_id, item, lot) order_id, item, location, lot, posted_seq"
                             " FROM ledger_line WHERE plant_id = $1 AND order_kind = 'work_order'"
                             " AND order_id = ANY ($2) AND order_id <> '' AND kind = 'issue'"
                             " ORDER BY order_id, item, lot, posted_seq DESC) n"
                             " ORDER BY order_id, item, posted_seq DESC",
                     .params = "tT",
                     .columns = "tttt"},
    [ORDER] = {.name = "production.order",
               .text = "SELECT work_order, item, state, qty, received_qty, scrapped_qty, start_on,"
                       " due_on, kind FROM work_order WHERE plant_id = $1 AND work_order = $2",
               .params = "tt",
               .columns = "tttqqqddt"},
    [COMPONENTS] = {.name = "production.components",
                    .text = "SELECT line, item, required_qty, issued_qty, returned_qty,"
                            " reserved_qty, backflush, operation FROM work_order_component"
                            " WHERE plant_id = $1 AND work_order = $2 ORDER BY line",
                    .params = "tt",
                    .columns = "ntqqqqbt"},
    [OPERATIONS] = {.name = "production.operations",
                    .text = "SELECT operation, work_center, planned_hours, reported_hours,"
                            " good_qty, scrapped_qty, subcontract_price, supplier,"
                            " subcontract_amount, billed_qty, billed_amount"
                            " FROM work_order_operation"
                            " WHERE plant_id = $1 AND work_order = $2 ORDER BY line",
                    .params = "tt",
                    .columns = "ttqqqqctaqa"},
    [OUTPUTS] = {.name = "production.outputs",
                 .text = "SELECT o.item, o.kind,"
                         " round(o.qty * w.qty / o.order_qty, 6)::numeric(18,6)"
                         " FROM work_order_output o JOIN work_order w ON w.plant_id = $1"
                         " AND w.work_order = o.work_order WHERE o.plant_id = $1"
                         " AND o.work_order = $2 ORDER BY o.line",
                 .params = "tt",
                 .columns = "ttq"},
    [CHANGES] = {.name = "production.changes",
                 .text = "SELECT * FROM (SELECT document, what, order_line, item, before, after,"
                         " reason, changed_by, changed_at, line FROM work_order_change"
                         " WHERE plant_id = $1 AND work_order = $2"
                         " ORDER BY changed_at DESC, document DESC, line DESC LIMIT $3) AS c"
                         " ORDER BY changed_at, document, line",
                 .params = "tti",
                 .columns = "ttntttttzn"},
    [ORDERS] = {.name = "production.orders",
                .text = "SELECT work_order, item, state, qty, received_qty, scrapped_qty,"
                        " start_on, due_on, kind FROM work_order w WHERE plant_id = $1"
                        " AND ($2 = '' OR state = $2) AND work_order > $3"
                        " AND (cardinality($5::text[]) = 0 OR EXISTS (SELECT 1"
                        " FROM work_order_operation o WHERE o.plant_id = $1"
                        " AND o.work_order = w.work_order AND o.work_center = ANY ($5)"
                        " AND o.good_qty + o.scrapped_qty < w.qty)) ORDER BY work_order LIMIT $4",
                .params = "tttiT",
                .columns = "tttqqqddt"},
};

static const struct sql_schema *const parts[] = {&post_schema, &act_schema, NULL};

const struct sql_schema production_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

/* The next column of a row. */
struct reader {
    const struct sql_rows *rows;
    size_t row;
    size_t column;
};

static const struct sql_value *next(struct reader *at)
{
    return sql_at(at->rows, at->row, at->column++);
}

static struct text next_text(struct reader *at)
{
    const struct sql_value *value = next(at);
    return value->null ? (struct text){0} : value->as.text;
}

static struct qty next_qty(struct reader *at, struct qty none)
{
    const struct sql_value *value = next(at);
    return value->null ? none : value->as.qty;
}

static date next_date(struct reader *at, date none)
{
    const struct sql_value *value = next(at);
    return value->null ? none : value->as.day;
}

static void read_bill(struct reader *at, struct bill_row *row)
{
    struct bill_line *line = &row->line;
    line->parent = next_text(at);
    line->component = next_text(at);
    line->qty = next_qty(at, NO_QTY);
    line->per_qty = next_qty(at, NO_QTY);
    line->pieces = next_qty(at, NO_QTY);
    line->scrap_pct = next_qty(at, NO_QTY);
    line->mix_pct = next_qty(at, NO_QTY);
    line->lot_from = next_qty(at, NO_QTY);
    line->lot_to = next_qty(at, QTY_LAST);
    line->factor_num = next_qty(at, (struct qty){0});
    line->factor_den = next_qty(at, (struct qty){0});
    line->fixed = next(at)->as.boolean;
    line->phantom = next(at)->as.boolean;
    line->operation = next_text(at);
    line->alternative = next_text(at);
    line->revision = next_text(at);
    line->substitute_group = next_text(at);
    line->alternative_priority = next(at)->as.integer;
    line->substitute_priority = next(at)->as.integer;
    line->valid_from = next_date(at, DATE_FIRST);
    line->offset_days = next(at)->as.integer;
    row->valid_to = next_date(at, DATE_LAST);
    struct text kind = next_text(at);
    line->output = text_is(kind, "byproduct")   ? BILL_BYPRODUCT
                   : text_is(kind, "coproduct") ? BILL_COPRODUCT
                                                : BILL_TAKEN;
    line->cost_share_pct = next_qty(at, NO_QTY);
}

static void read_routing(struct reader *at, struct routing_row *row)
{
    struct routing_step *step = &row->step;
    step->item = next_text(at);
    step->operation = next_text(at);
    step->work_center = next_text(at);
    step->alternative = next_text(at);
    step->alternative_priority = next(at)->as.integer;
    step->setup = next_qty(at, NO_QTY);
    step->run = next_qty(at, NO_QTY);
    step->per_qty = next_qty(at, NO_QTY);
    step->run_size = next_qty(at, NO_QTY);
    step->units_an_hour = next(at)->as.integer;
    step->efficiency_pct = next_qty(at, NO_QTY);
    step->labor_rate = next(at)->as.unitcost;
    step->machine_rate = next(at)->as.unitcost;
    step->overhead_rate = next(at)->as.unitcost;
    step->overhead_basis = next_text(at);
    row->valid_from = next_date(at, DATE_FIRST);
    row->valid_to = next_date(at, DATE_LAST);
    step->parallel_group = next_text(at);
    step->line_side = next_text(at);
    step->subcontract_price = next(at)->as.unitcost;
    step->supplier = next_text(at);
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the answer of the database finds no room");
}

static struct sql_value texts(const struct text_list *list)
{
    return (struct sql_value){.as.array = {list->items, sizeof *list->items, list->count}};
}

enum status store_bills(struct sql *sql, const struct book *book, const struct text_list *items,
                        struct bill_rows *out, struct fault *fault)
{
    struct sql_rows rows[2];
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), texts(items)};

    enum status status = sql_queue(sql, &statements[BILL], params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &statements[ROUTING], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, book->arena, rows, COUNT_OF(rows), fault);
    if (status != STATUS_OK)
        return status;
    out->line_count = rows[0].count;
    out->step_count = rows[1].count;
    out->lines = arena_alloc(book->arena, rows[0].count + 1, sizeof *out->lines);
    out->steps = arena_alloc(book->arena, rows[1].count + 1, sizeof *out->steps);
    if (!out->lines || !out->steps)
        return no_room(fault);
    for (size_t i = 0; i < rows[0].count; i++)
        read_bill(&(struct reader){&rows[0], i, 0}, &out->lines[i]);
    for (size_t i = 0; i < rows[1].count; i++)
        read_routing(&(struct reader){&rows[1], i, 0}, &out->steps[i]);
    return STATUS_OK;
}

enum status store_rates(struct sql *sql, const struct book *book, const struct text_list *centers,
                        struct rework_master *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), texts(centers)};
    enum status status = sql_run(sql, &statements[RATES], params, book->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct center_rates *found = arena_alloc(book->arena, rows.count + 1, sizeof *found);
    if (!found)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        struct reader at = {&rows, i, 0};
        found[i].work_center = next_text(&at);
        found[i].labor = next(&at)->as.unitcost;
        found[i].machine = next(&at)->as.unitcost;
        found[i].overhead = next(&at)->as.unitcost;
        found[i].overhead_basis = next_text(&at);
    }
    *out = (struct rework_master){found, rows.count};
    return STATUS_OK;
}

enum status store_frozen(struct sql *sql, const struct book *book, const struct text_list *orders,
                         struct split_master *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), texts(orders)};
    enum status status = sql_run(sql, &statements[FROZEN], params, book->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct output_row *found = arena_alloc(book->arena, rows.count + 1, sizeof *found);
    if (!found)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        struct reader at = {&rows, i, 0};
        found[i].work_order = next_text(&at);
        found[i].output.line = next(&at)->as.integer;
        found[i].output.item = next_text(&at);
        found[i].output.byproduct = next(&at)->as.boolean;
        found[i].output.qty = next_qty(&at, NO_QTY);
        found[i].output.order_qty = next_qty(&at, NO_QTY);
        found[i].output.unit_cost = next(&at)->as.unitcost;
    }
    *out = (struct split_master){found, rows.count};
    return STATUS_OK;
}

enum status store_issued_from(struct sql *sql, const struct book *book,
                              const struct text_list *orders, struct return_master *out,
                              struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), texts(orders)};
    enum status status = sql_run(sql, &statements[ISSUED_FROM], params, book->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct issued_from *found = arena_alloc(book->arena, rows.count + 1, sizeof *found);
    if (!found)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        struct reader at = {&rows, i, 0};
        found[i].work_order = next_text(&at);
        found[i].item = next_text(&at);
        found[i].location = next_text(&at);
        found[i].lot = next_text(&at);
    }
    *out = (struct return_master){found, rows.count};
    return STATUS_OK;
}

static void read_order(struct reader *at, struct order_view *order)
{
    order->work_order = next_text(at);
    order->item = next_text(at);
    order->state = next_text(at);
    order->qty = next_qty(at, NO_QTY);
    order->received = next_qty(at, NO_QTY);
    order->scrapped = next_qty(at, NO_QTY);
    order->start_on = next_date(at, NO_DATE);
    order->due_on = next_date(at, NO_DATE);
    order->kind = next_text(at);
}

static enum status read_orders(const struct sql_rows *rows, struct arena *arena,
                               struct order_views *out, struct fault *fault)
{
    out->order_count = rows->count;
    out->orders = arena_alloc(arena, rows->count + 1, sizeof *out->orders);
    if (!out->orders)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++)
        read_order(&(struct reader){rows, i, 0}, &out->orders[i]);
    return STATUS_OK;
}

static enum status read_components(const struct sql_rows *rows, struct arena *arena,
                                   struct order_views *out, struct fault *fault)
{
    out->component_count = rows->count;
    out->components = arena_alloc(arena, rows->count + 1, sizeof *out->components);
    if (!out->components)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        out->components[i].line = next(&at)->as.integer;
        out->components[i].item = next_text(&at);
        out->components[i].required = next_qty(&at, NO_QTY);
        out->components[i].issued = next_qty(&at, NO_QTY);
        out->components[i].returned = next_qty(&at, NO_QTY);
        out->components[i].reserved = next_qty(&at, NO_QTY);
        out->components[i].backflush = next(&at)->as.boolean;
        out->components[i].operation = next_text(&at);
    }
    return STATUS_OK;
}

static enum status read_operations(const struct sql_rows *rows, struct arena *arena,
                                   struct order_views *out, struct fault *fault)
{
    out->operation_count = rows->count;
    out->operations = arena_alloc(arena, rows->count + 1, sizeof *out->operations);
    if (!out->operations)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        out->operations[i] =
            (struct operation_view){v[0].as.text, v[1].as.text,   v[2].as.qty,    v[3].as.qty,
                                    v[4].as.qty,  v[5].as.qty,    v[7].as.text,   v[6].as.unitcost,
                                    v[9].as.qty,  v[8].as.amount, v[10].as.amount};
    }
    return STATUS_OK;
}

static enum status read_outputs(const struct sql_rows *rows, struct arena *arena,
                                struct order_views *out, struct fault *fault)
{
    out->output_count = rows->count;
    out->outputs = arena_alloc(arena, rows->count + 1, sizeof *out->outputs);
    if (!out->outputs)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        out->outputs[i] = (struct output_view){v[0].as.text, v[1].as.text, v[2].as.qty};
    }
    return STATUS_OK;
}

static enum status read_changes(const struct sql_rows *rows, struct arena *arena,
                                struct order_views *out, struct fault *fault)
{
    out->change_count = rows->count;
    out->changes = arena_alloc(arena, rows->count + 1, sizeof *out->changes);
    if (!out->changes)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct change_view *change = &out->changes[i];
        change->document = next_text(&at);
        change->what = next_text(&at);
        change->line = next(&at)->as.integer;
        change->item = next_text(&at);
        change->before = next_text(&at);
        change->after = next_text(&at);
        change->reason = next_text(&at);
        change->changed_by = next_text(&at);
        change->changed_at_us = next(&at)->as.integer;
    }
    return STATUS_OK;
}

enum status store_order(struct sql *sql, const struct order_query *query, struct arena *arena,
                        struct order_views *out, struct fault *fault)
{
    static const size_t asked[] = {ORDER, COMPONENTS, OPERATIONS, OUTPUTS, CHANGES};
    struct sql_rows rows[COUNT_OF(asked)];
    enum status status = STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->work_order),
                                 SQL_INT(ORDER_CHANGES_MAX)};

    for (size_t i = 0; i < COUNT_OF(asked) && status == STATUS_OK; i++)
        status = sql_queue(sql, &statements[asked[i]], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, rows, COUNT_OF(rows), fault);
    if (status != STATUS_OK)
        return status;
    if (rows[0].count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "work_order",
                         "work order \"%.*s\" does not exist", (int)query->work_order.length,
                         query->work_order.bytes);
    status = read_orders(&rows[0], arena, out, fault);
    if (status == STATUS_OK)
        status = read_components(&rows[1], arena, out, fault);
    if (status == STATUS_OK)
        status = read_operations(&rows[2], arena, out, fault);
    if (status == STATUS_OK)
        status = read_outputs(&rows[3], arena, out, fault);
    return status == STATUS_OK ? read_changes(&rows[4], arena, out, fault) : status;
}

enum status store_orders(struct sql *sql, const struct order_query *query, struct arena *arena,
                         struct order_views *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->state),
                                 SQL_TEXT(query->after), SQL_INT(query->limit),
                                 SQL_LIST(query->centers, query->center_count)};
    enum status status = sql_run(sql, &statements[ORDERS], params, arena, &rows, fault);
    return status == STATUS_OK ? read_orders(&rows, arena, out, fault) : status;
}

enum status store_completed(struct sql *sql, const struct book *book,
                            const struct close_many *asked, struct completed_orders *out,
                            struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_TEXT(asked->after),
                                 SQL_INT((int64_t)asked->limit)};
    enum status status = sql_run(sql, &statements[COMPLETED], params, book->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct text *orders = arena_alloc(book->arena, rows.count + 1, sizeof *orders);
    if (!orders)
        return fault_set(fault, STATUS_LIMIT, "limit", "orders do not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        orders[i] = sql_at(&rows, i, 0)->as.text;
    *out = (struct completed_orders){orders, rows.count};
    return STATUS_OK;
}
