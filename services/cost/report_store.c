#include "services/cost/report_store.h"

/* clang-format off */
enum {
    WIP_NOW, WIP_AS_OF, STOCK_VALUE, PRICE_HISTORY, MARGIN, STOCK_CURVE, LATE_COSTS, MONTHS, CLASSES, CENTER_KINDS,
    CENTER_OPERATIONS
};

/* Settlements and bills of products that are not at standard go to cost of sales (journal_core.c). */
#define NOT_AT_STANDARD "coalesce(i.valuation, 'standard') <> 'standard'"

static const struct sql_statement statements[] = {
    [WIP_NOW] = {
        .name = "report.wip_now",
        .text = "SELECT work_order, item, state, wip FROM work_order WHERE plant_id = $1 AND wip <> 0"
                " ORDER BY work_order LIMIT $2",
        .params = "ti", .columns = "ttta",
    },
    [WIP_AS_OF] = {
        .name = "report.wip_as_of",
        /* what is in process now without what came later: old days cost more, the last ones next to nothing */
        .text = "SELECT w.work_order, w.item, w.state, l.wip FROM (SELECT u.work_order, sum(u.wip)::numeric(18,4) AS wip"
                " FROM (SELECT work_order, wip FROM work_order WHERE plant_id = $1 AND wip <> 0 UNION ALL"
                " SELECT order_id, -wip FROM ledger_line WHERE plant_id = $1 AND order_kind = 'work_order'"
                " AND order_id <> '' AND effective_on > $3) AS u GROUP BY u.work_order HAVING sum(u.wip) <> 0) AS l"
                " JOIN work_order w ON w.plant_id = $1 AND w.work_order = l.work_order ORDER BY w.work_order LIMIT $2",
        .params = "tid", .columns = "ttta",
    },
    [STOCK_VALUE] = {
        .name = "report.stock_value",
        .text = "SELECT v.item, i.name, i.class, v.qty, v.value FROM (SELECT s.item,"
                " CASE WHEN s.moved_on <= $3 THEN s.on_hand ELSE coalesce(c.qty, 0) END AS qty,"
                " CASE WHEN s.moved_on <= $3 THEN s.value ELSE coalesce(c.value, 0) END AS value"
                " FROM stock_item s LEFT JOIN LATERAL (SELECT c.qty, c.value FROM stock_close c"
                " WHERE c.plant_id = $1 AND c.item = s.item AND c.day <= $3 ORDER BY c.day DESC LIMIT 1) c"
                " ON s.moved_on > $3 WHERE s.plant_id = $1 AND s.item BETWEEN $4 AND $5) v"
                " JOIN item i ON i.plant_id = $1 AND i.item = v.item"
                " WHERE v.qty <> 0 OR v.value <> 0 ORDER BY v.item LIMIT $2",
        .params = "tidtt", .columns = "tttqa",
    },
    [PRICE_HISTORY] = {
        .name = "report.price_history",
        /* what a receipt or a bill brought, what it cost, and what a piece in stock costs after it */
        .text = "SELECT l.item, l.effective_on, l.posted_seq, l.document, l.kind, l.order_id,"
                " coalesce(b.supplier, o.supplier, ''), coalesce(b.qty, l.qty),"
                " coalesce(b.amount, l.amount + l.variance)::numeric(18,4),"
                " (coalesce(b.amount, l.amount + l.variance) / nullif(coalesce(b.qty, l.qty), 0))::numeric(18,6),"
                " (l.value / nullif(l.on_hand, 0))::numeric(18,6) FROM ledger_line l"
                " LEFT JOIN LATERAL (SELECT p.qty, p.amount, n.supplier FROM payable p JOIN invoice n"
                " ON n.plant_id = $1 AND n.invoice = p.invoice WHERE p.plant_id = $1"
                " AND p.posted_seq = l.posted_seq) b ON l.kind = 'invoice'"
                " LEFT JOIN purchase_order o ON o.plant_id = $1 AND o.purchase_order = l.order_id"
                " AND l.order_kind = 'purchase_order' WHERE l.plant_id = $1 AND l.item BETWEEN $5 AND $6"
                " AND l.effective_on BETWEEN $3 AND $4 AND (l.kind IN ('purchase_receipt', 'supplier_return', 'receipt',"
                " 'opening', 'invoice', 'revaluation') OR l.amount <> 0 AND l.kind IN ('settlement', 'late_cost'))"
                " ORDER BY l.item, l.posted_seq LIMIT $2",
        .params = "tiddtt", .columns = "tdittttqacc",
    },
    [MARGIN] = {
        .name = "report.margin",
        /* cost of sales that no line of a sales order has, by its item: bills and settlements that came late */
        .text = "SELECT m.sales_order, m.line, m.customer, m.item, m.kind, m.shipped, m.revenue, m.cost,"
                " (m.revenue - m.cost)::numeric(18,4), ((m.revenue - m.cost) * 100 / nullif(m.revenue, 0))::numeric(18,2)::numeric(18,6)"
                " FROM (SELECT s.sales_order, s.line, coalesce(h.customer, '') AS customer, s.item,"
                " 'shipment' AS kind, l.shipped, (l.shipped * s.price)::numeric(18,4) AS revenue, l.cost FROM"
                " (SELECT order_id, order_line, -sum(qty)::numeric(18,6) AS shipped,"
                " -sum(amount + wip + variance)::numeric(18,4) AS cost FROM ledger_line WHERE plant_id = $1"
                " AND kind IN ('shipment', 'customer_return') AND item BETWEEN $5 AND $6"
                " AND effective_on BETWEEN $3 AND $4 GROUP BY order_id, order_line) AS l JOIN sales_order_line s"
                " ON s.plant_id = $1 AND s.sales_order = l.order_id AND s.line = l.order_line JOIN sales_order h"
                " ON h.plant_id = $1 AND h.sales_order = s.sales_order UNION ALL"
                " SELECT '', 0, '', l.item, l.kind, 0, 0, sum(CASE l.kind WHEN 'late_cost'"
                " THEN -l.amount - l.wip - l.variance ELSE l.variance END)::numeric(18,4) FROM ledger_line l LEFT JOIN item i"
                " ON i.plant_id = $1 AND i.item = l.item WHERE l.plant_id = $1 AND l.item BETWEEN $5 AND $6"
                " AND l.effective_on BETWEEN $3 AND $4 AND (l.kind = 'late_cost' OR l.kind IN ('settlement', 'invoice')"
                " AND " NOT_AT_STANDARD ") GROUP BY l.item, l.kind HAVING sum(CASE l.kind WHEN 'late_cost'"
                " THEN -l.amount - l.wip - l.variance ELSE l.variance END) <> 0) AS m"
                " ORDER BY m.sales_order, m.line, m.item, m.kind LIMIT $2",
        .params = "tiddtt", .columns = "tntttqaaac",
    },
    [STOCK_CURVE] = {
        .name = "report.stock_curve",
        /* what each item's end of day adds to the one before (0017_stock_close.sql), and all of them up to then */
        .text = "SELECT d.day, d.change, d.value FROM (SELECT e.day, sum(e.change)::numeric(18,4) AS change,"
                " (sum(sum(e.change)) OVER (ORDER BY e.day))::numeric(18,4) AS value FROM (SELECT day,"
                " value - coalesce(lag(value) OVER (PARTITION BY item ORDER BY day), 0) AS change FROM"
                " (SELECT item, day, value FROM stock_close WHERE plant_id = $1 AND item BETWEEN $5 AND $6 UNION ALL"
                " SELECT item, moved_on, value FROM stock_item WHERE plant_id = $1 AND item BETWEEN $5 AND $6"
                " AND moved_on IS NOT NULL) AS ends) AS e GROUP BY e.day) AS d WHERE d.day BETWEEN $3 AND $4"
                " ORDER BY d.day LIMIT $2",
        .params = "tiddtt", .columns = "daa",
    },
    [LATE_COSTS] = {
        .name = "report.late_costs",
        /* what was moved from cost of sales and where to; then what still waits to be followed */
        .text = "SELECT * FROM (SELECT l.posted_seq, l.effective_on, l.document, l.reason, l.item, l.order_id,"
                " l.amount, l.wip, l.variance, 0::numeric(18,4) AS waiting FROM ledger_line l WHERE l.plant_id = $1"
                " AND l.kind = 'late_cost' AND l.effective_on BETWEEN $3 AND $4 UNION ALL"
                " SELECT c.posted_seq, c.effective_on, '', c.source, c.item, c.work_order, 0, 0, 0, c.amount"
                " FROM late_cost c WHERE c.plant_id = $1 AND NOT c.done AND c.effective_on BETWEEN $3 AND $4) AS t"
                " ORDER BY t.posted_seq DESC, t.waiting LIMIT $2",
        .params = "tidd", .columns = "idttttaaaa",
    },
    [MONTHS] = {
        .name = "report.months",
        .text = "SELECT m.month::date, CASE WHEN m.month::date >= s.open_from THEN 'open' WHEN a.reopen_asked_by IS NOT NULL"
                " THEN 'reopening' ELSE 'closed' END, a.closed_by, a.closed_at::date, a.reopen_asked_by, a.stock, a.wip"
                " FROM plant_seq s JOIN plant p ON p.plant_id = s.plant_id CROSS JOIN LATERAL (SELECT"
                " (now() AT TIME ZONE p.time_zone)::date AS today) n CROSS JOIN LATERAL generate_series(date_trunc('month',"
                " least(n.today, (SELECT min(day) FROM stock_close WHERE plant_id = $1), (SELECT min(moved_on) FROM stock_item"
                " WHERE plant_id = $1), (SELECT min(month) FROM accounting_month WHERE plant_id = $1))::timestamp),"
                " date_trunc('month', n.today::timestamp), interval '1 month') AS m (month) LEFT JOIN LATERAL"
                " (SELECT * FROM accounting_month c WHERE c.plant_id = $1 AND c.month = m.month::date"
                " AND c.month < s.open_from ORDER BY c.closing DESC LIMIT 1) a ON a.reopened_by IS NULL"
                " WHERE s.plant_id = $1 ORDER BY m.month DESC LIMIT $2",
        .params = "ti", .columns = "dttdtaa",
    },
    [CLASSES] = {
        .name = "report.classes",
        .text = "SELECT DISTINCT class FROM item WHERE plant_id = $1 AND class <> '' ORDER BY class",
        .params = "t", .columns = "t",
    },
    [CENTER_KINDS] = {
        .name = "report.center_kinds",
        .text = "SELECT v.work_order, v.kind, sum(v.amount)::numeric(18,4), w.qty, w.good_qty, w.received_qty,"
                " w.scrapped_qty FROM order_variance v JOIN ledger_line l ON l.plant_id = $1"
                " AND l.posted_seq = v.posted_seq JOIN work_order w ON w.plant_id = $1 AND w.work_order = v.work_order"
                " WHERE v.plant_id = $1 AND l.effective_on BETWEEN $2 AND $3 AND ($4 = '' OR v.work_order = $4)"
                " GROUP BY v.work_order, v.kind, w.plant_id, w.work_order HAVING sum(v.amount) <> 0"
                " ORDER BY v.work_order LIMIT $5",
        .params = "tddti", .columns = "ttaqqqq",
    },
    [CENTER_OPERATIONS] = {
        .name = "report.center_operations",
        .text = "SELECT work_order, work_center, operation, planned_hours, reported_hours, labor_rate, machine_rate,"
                " overhead_rate, overhead_basis, labor_amount, machine_amount, overhead_amount, subcontract_price,"
                " subcontract_amount FROM work_order_operation"
                " WHERE plant_id = $1 AND work_order = ANY ($2::text[]) ORDER BY work_order, line",
        .params = "tT", .columns = "tttqqccctaaaca",
    },
};
/* clang-format on */

const struct sql_schema report_schema = {.statements = statements,
                                         .statement_count = COUNT_OF(statements)};

#define LAST_ITEM "\xef\xbf\xbf" /* behind every code in byte order */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "report does not fit in memory");
}

static enum status run(struct sql *sql, const struct sql_statement *statement,
                       const struct sql_value *params, struct arena *arena,
                       struct report_table *table, struct fault *fault)
{
    table->columns = statement->columns;
    enum status status = sql_run(sql, statement, params, arena, &table->rows, fault);
    if (status == STATUS_OK && table->rows.count > REPORT_ROWS_MAX)
        status = fault_set(fault, STATUS_LIMIT, "from_on",
                           "report has more than %d rows: ask for an item or for fewer days",
                           REPORT_ROWS_MAX);
    return status;
}

enum status store_wip_as_of(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                            struct report_table *table, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->range.plant), SQL_INT(REPORT_ROWS_MAX + 1),
                                       SQL_DATE(asked->range.to)};
    bool now = asked->range.to == DATE_MAX;
    return run(sql, &statements[now ? WIP_NOW : WIP_AS_OF], params, arena, table, fault);
}

/* The range of items that an item, or none, means. */
static struct text last_item(const struct report_asked *asked)
{
    return asked->item.length > 0 ? asked->item : text_of(LAST_ITEM);
}

enum status store_stock_value(struct sql *sql, const struct report_asked *asked,
                              struct arena *arena, struct report_table *table, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->range.plant), SQL_INT(REPORT_ROWS_MAX + 1),
                                       SQL_DATE(asked->range.to), SQL_TEXT(asked->item),
                                       SQL_TEXT(last_item(asked))};
    return run(sql, &statements[STOCK_VALUE], params, arena, table, fault);
}

static enum status run_range(struct sql *sql, int statement, const struct report_asked *asked,
                             struct arena *arena, struct report_table *table, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->range.plant), SQL_INT(REPORT_ROWS_MAX + 1),
                                       SQL_DATE(asked->range.from),  SQL_DATE(asked->range.to),
                                       SQL_TEXT(asked->item),        SQL_TEXT(last_item(asked))};
    return run(sql, &statements[statement], params, arena, table, fault);
}

enum status store_price_history(struct sql *sql, const struct report_asked *asked,
                                struct arena *arena, struct report_table *table,
                                struct fault *fault)
{
    return run_range(sql, PRICE_HISTORY, asked, arena, table, fault);
}

enum status store_margin(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                         struct report_table *table, struct fault *fault)
{
    return run_range(sql, MARGIN, asked, arena, table, fault);
}

enum status store_stock_curve(struct sql *sql, const struct report_asked *asked,
                              struct arena *arena, struct report_table *table, struct fault *fault)
{
    return run_range(sql, STOCK_CURVE, asked, arena, table, fault);
}

enum status store_late_costs(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                             struct report_table *table, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->range.plant), SQL_INT(REPORT_ROWS_MAX + 1),
                                       SQL_DATE(asked->range.from), SQL_DATE(asked->range.to)};
    return run(sql, &statements[LATE_COSTS], params, arena, table, fault);
}

enum status store_months(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                         struct report_table *table, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->range.plant), SQL_INT(REPORT_ROWS_MAX + 1)};
    return run(sql, &statements[MONTHS], params, arena, table, fault);
}

enum status store_classes(struct sql *sql, struct text plant, struct arena *arena,
                          struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant)};
    return sql_run(sql, &statements[CLASSES], params, arena, rows, fault);
}

/* ---- variances by work centre ---- */

static void add_kind(struct center_order *order, const struct sql_value *v)
{
    order->order = (struct cost_order){.work_order = v[0].as.text,
                                       .quantity = v[3].as.qty,
                                       .good = v[4].as.qty,
                                       .received = v[5].as.qty,
                                       .scrapped = v[6].as.qty};
    for (size_t k = 0; k < VARIANCE_KINDS; k++) {
        if (text_is(v[1].as.text, variance_names[k]))
            order->kinds.amounts[k] = v[2].as.amount;
    }
}

static struct center_operation operation_of(const struct sql_value *v)
{
    return (struct center_operation){
        {.operation = v[2].as.text,
         .planned_hours = v[3].as.qty,
         .reported_hours = v[4].as.qty,
         .rates = {v[5].as.unitcost, v[6].as.unitcost, v[7].as.unitcost},
         .overhead_basis = cost_basis_of(v[8].as.text),
         .subcontract_price = v[12].as.unitcost,
         .actual = {v[9].as.amount, v[10].as.amount, v[11].as.amount, v[13].as.amount}},
        v[1].as.text};
}

/* Both stand by order. */
static enum status give_operations(const struct sql_rows *rows, struct center_order *orders,
                                   size_t count, struct arena *arena, struct fault *fault)
{
    struct center_operation *list = arena_alloc(arena, rows->count + 1, sizeof *list);
    size_t at = 0;
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        while (at < count && text_cmp(orders[at].order.work_order, v[0].as.text) < 0)
            at++;
        ASSERT(at < count); /* only their operations were asked for */
        list[i] = operation_of(v);
        if (!orders[at].operations)
            orders[at].operations = &list[i];
        orders[at].operation_count++;
    }
    return STATUS_OK;
}

enum status store_center_orders(struct sql *sql, const struct books_range *range,
                                struct text work_order, struct arena *arena,
                                struct center_order **out, size_t *count, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(range->plant), SQL_DATE(range->from),
                                       SQL_DATE(range->to), SQL_TEXT(work_order),
                                       SQL_INT(REPORT_ROWS_MAX + 1)};
    struct report_table table;
    struct sql_rows operations;
    enum status status = run(sql, &statements[CENTER_KINDS], params, arena, &table, fault);
    struct center_order *orders =
        status == STATUS_OK ? arena_alloc(arena, table.rows.count + 1, sizeof *orders) : NULL;
    *count = 0;
    *out = orders;
    if (!orders)
        return status == STATUS_OK ? no_room(fault) : status;
    for (size_t i = 0; i < table.rows.count; i++) {
        const struct sql_value *v = sql_at(&table.rows, i, 0);
        if (*count == 0 || !text_equal(orders[*count - 1].order.work_order, v[0].as.text))
            orders[(*count)++] = (struct center_order){.operations = NULL};
        add_kind(&orders[*count - 1], v);
    }
    if (*count == 0)
        return STATUS_OK;
    const struct sql_value asked[] = {SQL_TEXT(range->plant),
                                      SQL_ARRAY(orders, *count, order.work_order)};
    status = sql_run(sql, &statements[CENTER_OPERATIONS], asked, arena, &operations, fault);
    return status == STATUS_OK ? give_operations(&operations, orders, *count, arena, fault)
                               : status;
}
