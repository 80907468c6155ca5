#include "services/order/order_store.h"

#include "common/ledger/post.h"
#include "services/order/mirror_store.h"

/* clang-format off */
enum { PURCHASE_ORDERS, SALES_ORDERS };

/* The shown state needs the lines; the filters on item and days ask for one line that has all. */
#define SHOWN(sent, done, partly) \
    "CASE WHEN p.state <> '" sent "' THEN p.state WHEN s.all_done THEN 'closed' WHEN s.any_done THEN '" partly "'" \
    " ELSE p.state END"
#define SUMS(table, key, done) \
    " CROSS JOIN LATERAL (SELECT coalesce(bool_and(x." done " >= x.qty), false) AS all_done," \
    " coalesce(bool_or(x." done " > 0), false) AS any_done," \
    " coalesce(bool_or(($7 = '' OR x.item = $7) AND x.due BETWEEN $8 AND $9), false) AS fits" \
    " FROM " table " x WHERE x.plant_id = $1 AND x." key " = p." key ") s"

static const struct sql_statement statements[] = {
    [PURCHASE_ORDERS] = {
        .name = "order.purchase_orders",
        .text = "SELECT o.purchase_order, o.supplier, o.source_plant, o.made_by, o.approved_by, o.shown, o.version,"
                " o.value, o.approve_above, l.line, l.item, l.qty, l.received_qty, l.price, l.due, NULL::integer, NULL::date, ''"
                " FROM (SELECT p.*, " SHOWN("sent", "received_qty", "partly_received") " AS shown"
                " FROM purchase_order p" SUMS("purchase_order_line", "purchase_order", "received_qty")
                " WHERE p.plant_id = $1 AND p.purchase_order > $2"
                " AND (NOT $3 OR NOT s.all_done AND p.state IN ('draft', 'approved', 'sent'))"
                " AND ($5 = '' OR " SHOWN("sent", "received_qty", "partly_received") " = $5)"
                " AND ($6 = '' OR coalesce(p.source_plant, p.supplier) = $6) AND s.fits"
                " AND (p.source_plant IS NOT NULL) = $10 ORDER BY p.purchase_order LIMIT $4) o"
                " JOIN purchase_order_line l ON l.plant_id = $1 AND l.purchase_order = o.purchase_order"
                " ORDER BY o.purchase_order, l.line",
        .params = "ttbitttddb", .columns = "ttttttiaantqqcdndt",
    },
    [SALES_ORDERS] = {
        .name = "order.sales_orders",
        .text = "SELECT o.sales_order, o.customer, o.to_plant, o.made_by, NULL::text, o.shown, o.version,"
                " 0::numeric(18,4), NULL::numeric(18,4), l.line, l.item, l.qty, l.shipped_qty, l.price,"
                " l.due, l.priority, l.promised_on, l.promise_limit"
                " FROM (SELECT p.*, " SHOWN("open", "shipped_qty", "partly_shipped") " AS shown"
                " FROM sales_order p" SUMS("sales_order_line", "sales_order", "shipped_qty")
                " WHERE p.plant_id = $1 AND p.sales_order > $2"
                " AND (NOT $3 OR NOT s.all_done AND p.state = 'open')"
                " AND ($5 = '' OR " SHOWN("open", "shipped_qty", "partly_shipped") " = $5)"
                " AND ($6 = '' OR coalesce(p.customer, p.to_plant) = $6) AND s.fits"
                " ORDER BY p.sales_order LIMIT $4) o"
                " JOIN sales_order_line l ON l.plant_id = $1 AND l.sales_order = o.sales_order"
                " ORDER BY o.sales_order, l.line",
        .params = "ttbitttdd", .columns = "ttttttiaantqqcdndt",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&post_schema, &mirror_schema, NULL};

const struct sql_schema order_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

static struct text text_or_none(const struct sql_value *v)
{
    return v->null ? (struct text){NULL, 0} : v->as.text;
}

static struct order_row row_of(const struct sql_value *v)
{
    return (struct order_row){
        .order_id = v[0].as.text,
        .partner = text_or_none(&v[1]),
        .other_plant = text_or_none(&v[2]),
        .made_by = text_or_none(&v[3]),
        .approved_by = text_or_none(&v[4]),
        .state = v[5].as.text,
        .version = v[6].as.integer,
        .value = v[7].as.amount,
        .approve_above = v[8].null ? NO_LIMIT : v[8].as.amount,
        .line = v[9].as.integer,
        .item = v[10].as.text,
        .qty = v[11].as.qty,
        .done = v[12].as.qty,
        .price = v[13].as.unitcost,
        .due = v[14].as.day,
        .priority = v[15].null ? NO_DAYS : v[15].as.integer,
        .promised = v[16].null ? NO_DATE : v[16].as.day,
        .promise_limit = v[17].as.text,
    };
}

static enum status run_list(struct sql *sql, size_t statement, const struct order_query *query,
                            struct arena *arena, struct sql_rows *found, struct fault *fault)
{
    ASSERT(query->limit <= ORDER_PAGE_MAX);
    const date from = date_given(query->due_from) ? query->due_from : DATE_MIN;
    const date to = date_given(query->due_to) ? query->due_to : DATE_MAX;
    struct sql_value params[] = {
        SQL_TEXT(query->plant),         SQL_TEXT(query->after), SQL_BOOL(query->open_only),
        SQL_INT((int64_t)query->limit), SQL_TEXT(query->state), SQL_TEXT(query->partner),
        SQL_TEXT(query->item),          SQL_DATE(from),         SQL_DATE(to),
        SQL_BOOL(query->transfers)};
    return sql_run(sql, &statements[statement], params, arena, found, fault);
}

struct page {
    struct order_row *rows;
    size_t count;
};

static enum status list(struct sql *sql, size_t statement, const struct order_query *query,
                        struct arena *arena, struct page *page, struct fault *fault)
{
    struct sql_rows found;
    *page = (struct page){NULL, 0};
    enum status status = run_list(sql, statement, query, arena, &found, fault);
    if (status != STATUS_OK)
        return status;
    page->rows = arena_alloc(arena, found.count + 1, sizeof *page->rows);
    if (!page->rows)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    page->count = found.count;
    for (size_t i = 0; i < found.count; i++)
        page->rows[i] = row_of(sql_at(&found, i, 0));
    return STATUS_OK;
}

enum status store_purchase_orders(struct sql *sql, const struct order_query *query,
                                  struct arena *arena, struct order_row **rows, size_t *count,
                                  struct fault *fault)
{
    struct page page;
    enum status status = list(sql, PURCHASE_ORDERS, query, arena, &page, fault);
    *rows = page.rows;
    *count = page.count;
    return status;
}

enum status store_sales_orders(struct sql *sql, const struct order_query *query,
                               struct arena *arena, struct order_row **rows, size_t *count,
                               struct fault *fault)
{
    struct page page;
    enum status status = list(sql, SALES_ORDERS, query, arena, &page, fault);
    *rows = page.rows;
    *count = page.count;
    return status;
}
