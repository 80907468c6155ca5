#include "services/cost/figures_store.h"

#define FIGURES_DAYS "90" /* of a period that is not given */

/* clang-format off */

/* What an order line had by a day, from the ledger: 1 x received, -1 x shipped. */
#define DONE_BY(sign, kind, order, day) \
    " LEFT JOIN LATERAL (SELECT " sign "sum(g.qty) AS qty FROM ledger_line g WHERE g.plant_id = l.plant_id" \
    " AND g.order_kind = '" kind "' AND g.order_id = l." order " AND g.order_line = l.line" \
    " AND g.effective_on <= " day ") AS done ON true"

#define PROMISED "coalesce(l.promised_on, l.due)"

enum { DAYS, FIRST_FIGURE };

static const struct sql_statement statements[] = {
    [DAYS] = {
        .name = "cost.figure_days",
        .text = "SELECT coalesce($2, d.until - " FIGURES_DAYS "), d.until FROM (SELECT"
                " coalesce($3, (now() AT TIME ZONE time_zone)::date) AS until FROM plant WHERE plant_id = $1) AS d",
        .params = "tdd", .columns = "dd",
    },
    {
        .name = "cost.stock_value",
        .text = "SELECT coalesce(sum(value), 0)::numeric(18,6), 0::numeric(18,6) FROM stock_item"
                " WHERE plant_id = $1 AND $2::date < $3::date",
        .params = "tdd", .columns = "qq",
    },
    {
        /* Cost of what went to orders and customers; the mean of the values at the ends of all days: an end
           lasts until the item moves again, the latest stands in stock_item (0017_stock_close.sql).  Of older ends the
           last one of each item reaches into the period. */
        .name = "cost.stock_turnover",
        .text = "SELECT (SELECT coalesce(-sum(amount), 0) FROM ledger_line WHERE plant_id = $1"
                " AND kind IN ('issue', 'return', 'shipment', 'customer_return')"
                " AND effective_on >= $2 AND effective_on < $3)::numeric(18,6),"
                " (SELECT coalesce(sum(s.value * (least(s.until, $3) - greatest(s.day, $2))), 0) / ($3 - $2)"
                " FROM (SELECT day, value, coalesce(lead(day) OVER (PARTITION BY item ORDER BY day), $3) AS until"
                " FROM (SELECT i.item, c.day, c.value FROM stock_item i CROSS JOIN LATERAL ((SELECT day, value"
                " FROM stock_close WHERE plant_id = $1 AND item = i.item AND day < $2 ORDER BY day DESC LIMIT 1) UNION ALL"
                " SELECT day, value FROM stock_close WHERE plant_id = $1 AND item = i.item AND day >= $2 AND day < $3) AS c"
                " WHERE i.plant_id = $1 UNION ALL"
                " SELECT item, moved_on, value FROM stock_item WHERE plant_id = $1 AND moved_on IS NOT NULL) AS ends"
                ") AS s WHERE s.until > $2 AND s.day < $3)::numeric(18,6)",
        .params = "tdd", .columns = "qq",
    },
    {
        .name = "cost.on_time_in_full",
        .text = "SELECT count(*) FILTER (WHERE coalesce(done.qty, 0) >= l.qty)::numeric(18,6),"
                " count(*)::numeric(18,6) FROM sales_order_line l"
                " JOIN sales_order o ON o.plant_id = l.plant_id AND o.sales_order = l.sales_order"
                DONE_BY("-", "sales_order", "sales_order", PROMISED)
                " WHERE l.plant_id = $1 AND o.state <> 'cancelled' AND " PROMISED " >= $2 AND " PROMISED " < $3",
        .params = "tdd", .columns = "qq",
    },
    {
        .name = "cost.orders_behind",
        .text = "SELECT count(*) FILTER (WHERE " PROMISED " < $3)::numeric(18,6), count(*)::numeric(18,6)"
                " FROM sales_order_line l JOIN sales_order o ON o.plant_id = l.plant_id AND o.sales_order = l.sales_order"
                " WHERE l.plant_id = $1 AND $2::date < $3::date AND o.state IN ('open', 'partly_shipped')"
                " AND l.shipped_qty < l.qty",
        .params = "tdd", .columns = "qq",
    },
    {
        .name = "cost.supplier_on_time",
        .text = "SELECT count(*) FILTER (WHERE coalesce(done.qty, 0) >= l.qty)::numeric(18,6), count(*)::numeric(18,6)"
                " FROM purchase_order_line l"
                " JOIN purchase_order o ON o.plant_id = l.plant_id AND o.purchase_order = l.purchase_order"
                DONE_BY("", "purchase_order", "purchase_order", "l.due")
                " WHERE l.plant_id = $1 AND o.state NOT IN ('draft', 'cancelled') AND l.due >= $2 AND l.due < $3",
        .params = "tdd", .columns = "qq",
    },
    {
        /* A count agrees when it found what the book said at its moment. */
        .name = "cost.stock_accuracy",
        .text = "SELECT count(*) FILTER (WHERE l.qty = l.done)::numeric(18,6), count(*)::numeric(18,6)"
                " FROM stock_document_line l"
                " JOIN stock_document d ON d.plant_id = l.plant_id AND d.document = l.document"
                " WHERE l.plant_id = $1 AND d.kind = 'count' AND d.state = 'done' AND l.counted_at IS NOT NULL"
                " AND d.effective_on >= $2 AND d.effective_on < $3",
        .params = "tdd", .columns = "qq",
    },
};
/* clang-format on */

const struct sql_schema figures_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements)};

/* Turnover and its inverse are two readings of one statement. */
static const struct {
    const char *name;
    enum figure_unit unit;
    size_t statement;
} shapes[FIGURES_COUNT] = {
    {"stock_value", FIGURE_MONEY, FIRST_FIGURE},
    {"stock_turnover", FIGURE_TIMES_A_YEAR, FIRST_FIGURE + 1},
    {"days_of_stock", FIGURE_DAYS, FIRST_FIGURE + 1},
    {"on_time_in_full", FIGURE_PERCENT, FIRST_FIGURE + 2},
    {"orders_behind", FIGURE_COUNT, FIRST_FIGURE + 3},
    {"supplier_on_time", FIGURE_PERCENT, FIRST_FIGURE + 4},
    {"stock_accuracy", FIGURE_PERCENT, FIRST_FIGURE + 5},
};

static enum status find_days(struct sql *sql, struct figures_query *query, struct arena *arena,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant),
                                 {.null = query->from == SQL_NO_DATE, .as.day = query->from},
                                 {.null = query->to == SQL_NO_DATE, .as.day = query->to}};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DAYS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)query->plant.length, query->plant.bytes);
    query->from = sql_at(&rows, 0, 0)->as.day;
    query->to = sql_at(&rows, 0, 1)->as.day;
    if (query->from >= query->to)
        return fault_set(fault, STATUS_INVALID, "from_on", "from_on is not before to_on");
    return STATUS_OK;
}

enum status figures_load(struct sql *sql, struct figures_query *query, struct arena *arena,
                         struct figure figures[static FIGURES_COUNT], struct fault *fault)
{
    enum status status = find_days(sql, query, arena, fault);
    for (size_t i = 0; i < FIGURES_COUNT && status == STATUS_OK; i++) {
        struct sql_value params[] = {
            SQL_TEXT(query->plant), {.as.day = query->from}, {.as.day = query->to}};
        struct sql_rows rows;
        figures[i] = (struct figure){.name = shapes[i].name, .unit = shapes[i].unit};
        if (i > 0 && shapes[i].statement == shapes[i - 1].statement) {
            figures[i].part = figures[i - 1].part;
            figures[i].whole = figures[i - 1].whole;
            continue;
        }
        status = sql_run(sql, &statements[shapes[i].statement], params, arena, &rows, fault);
        if (status == STATUS_OK) {
            figures[i].part = sql_at(&rows, 0, 0)->as.qty;
            figures[i].whole = sql_at(&rows, 0, 1)->as.qty;
        }
    }
    return status;
}
