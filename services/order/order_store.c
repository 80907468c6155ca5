#include "services/order/order_store.h"

#include "common/ledger/post.h"

/* clang-format off */
enum { YIELDS, PURCHASE_ORDERS, SALES_ORDERS };

static const struct sql_statement statements[] = {
    [YIELDS] = {
        .name = "order.yields",
        .text = "SELECT coalesce(i.yield_pct, 100) FROM unnest($2::text[]) WITH ORDINALITY AS w (item, n)"
                " LEFT JOIN item i ON i.plant_id = $1 AND i.item = w.item ORDER BY w.n",
        .params = "tT", .columns = "q",
    },
    [PURCHASE_ORDERS] = {
        .name = "order.purchase_orders",
        .text = "SELECT o.purchase_order, o.supplier, l.line, l.item, l.qty, l.received_qty, l.price,"
                " l.due FROM (SELECT purchase_order, supplier FROM purchase_order p"
                " WHERE p.plant_id = $1 AND p.purchase_order > $2 AND (NOT $3 OR EXISTS ("
                "SELECT FROM purchase_order_line x WHERE x.plant_id = $1"
                " AND x.purchase_order = p.purchase_order AND x.received_qty < x.qty))"
                " ORDER BY purchase_order LIMIT $4) o"
                " JOIN purchase_order_line l ON l.plant_id = $1 AND l.purchase_order = o.purchase_order"
                " ORDER BY o.purchase_order, l.line",
        .params = "ttbi", .columns = "ttntqqcd",
    },
    [SALES_ORDERS] = {
        .name = "order.sales_orders",
        .text = "SELECT o.sales_order, o.customer, l.line, l.item, l.qty, l.shipped_qty, l.due,"
                " l.priority FROM (SELECT sales_order, customer FROM sales_order s"
                " WHERE s.plant_id = $1 AND s.sales_order > $2 AND (NOT $3 OR EXISTS ("
                "SELECT FROM sales_order_line x WHERE x.plant_id = $1"
                " AND x.sales_order = s.sales_order AND x.shipped_qty < x.qty))"
                " ORDER BY sales_order LIMIT $4) o"
                " JOIN sales_order_line l ON l.plant_id = $1 AND l.sales_order = o.sales_order"
                " ORDER BY o.sales_order, l.line",
        .params = "ttbi", .columns = "ttntqqdn",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&post_schema, NULL};

const struct sql_schema order_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

enum status store_yields(struct sql *sql, struct text plant, const struct text *items, size_t count,
                         struct arena *arena, struct qty *yields, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(items, count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[YIELDS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(rows.count == count);
    for (size_t i = 0; i < count; i++)
        yields[i] = sql_at(&rows, i, 0)->as.qty;
    return STATUS_OK;
}

static enum status run_list(struct sql *sql, size_t statement, const struct order_query *query,
                            struct arena *arena, struct sql_rows *found, struct order_row **rows,
                            struct fault *fault)
{
    ASSERT(query->limit <= ORDER_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->after),
                                 SQL_BOOL(query->open_only), SQL_INT((int64_t)query->limit)};
    enum status status = sql_run(sql, &statements[statement], params, arena, found, fault);
    if (status != STATUS_OK)
        return status;
    *rows = arena_alloc(arena, found->count + 1, sizeof **rows);
    return *rows ? STATUS_OK
                 : fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
}

/* The first six columns are the same in both lists. */
static struct order_row row_of(const struct sql_value *v)
{
    return (struct order_row){
        .order_id = v[0].as.text,
        .partner = v[1].null ? (struct text){NULL, 0} : v[1].as.text,
        .line = v[2].as.integer,
        .item = v[3].as.text,
        .qty = v[4].as.qty,
        .done = v[5].as.qty,
        .priority = NO_DAYS,
    };
}

enum status store_purchase_orders(struct sql *sql, const struct order_query *query,
                                  struct arena *arena, struct order_row **rows, size_t *count,
                                  struct fault *fault)
{
    struct sql_rows found;
    enum status status = run_list(sql, PURCHASE_ORDERS, query, arena, &found, rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < found.count; i++) {
        const struct sql_value *v = sql_at(&found, i, 0);
        (*rows)[i] = row_of(v);
        (*rows)[i].price = v[6].as.unitcost;
        (*rows)[i].due = v[7].as.day;
    }
    *count = status == STATUS_OK ? found.count : 0;
    return status;
}

enum status store_sales_orders(struct sql *sql, const struct order_query *query,
                               struct arena *arena, struct order_row **rows, size_t *count,
                               struct fault *fault)
{
    struct sql_rows found;
    enum status status = run_list(sql, SALES_ORDERS, query, arena, &found, rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < found.count; i++) {
        const struct sql_value *v = sql_at(&found, i, 0);
        (*rows)[i] = row_of(v);
        (*rows)[i].due = v[6].as.day;
        if (!v[7].null)
            (*rows)[i].priority = v[7].as.integer;
    }
    *count = status == STATUS_OK ? found.count : 0;
    return status;
}
