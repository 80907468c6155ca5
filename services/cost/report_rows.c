#include "services/cost/report.h"
#include "services/cost/report_store.h"
#include "services/cost/version.h"

/* Rows of the reports of books, orders and stock. */

static struct report_asked asked_of(const struct reporting *r)
{
    return (struct report_asked){r->query->range, r->query->item};
}

static void put_value(struct reporting *r, char letter, const struct sql_value *value)
{
    if (value->null)
        csv_put(&r->out, text_of(""));
    else if (letter == 't')
        csv_put(&r->out, value->as.text);
    else if (letter == 'd')
        report_put_day(r, value->as.day);
    else if (letter == 'a')
        report_put_amount(r, value->as.amount);
    else if (letter == 'q')
        report_put(r, value->as.qty.micro, QTY_DECIMALS);
    else if (letter == 'c')
        report_put(r, value->as.unitcost.micro, QTY_DECIMALS);
    else
        report_put(r, value->as.integer, 0);
}

static enum status put_table(struct reporting *r, const struct report_table *table)
{
    for (size_t row = 0; row < table->rows.count; row++) {
        for (size_t column = 0; column < table->rows.width; column++)
            put_value(r, table->columns[column], sql_at(&table->rows, row, column));
        report_end_row(r);
    }
    return STATUS_OK;
}

typedef enum status store_table_fn(struct sql *sql, const struct report_asked *asked,
                                   struct arena *arena, struct report_table *table,
                                   struct fault *fault);

static enum status put_stored(struct reporting *r, store_table_fn *store)
{
    struct report_table table;
    struct report_asked asked = asked_of(r);
    enum status status =
        store(r->request->sql, &asked, r->request->arena, &table, &r->request->fault);
    return status == STATUS_OK ? put_table(r, &table) : status;
}

enum status report_wip(struct reporting *r)
{
    return put_stored(r, store_wip_as_of);
}

enum status report_stock(struct reporting *r)
{
    return put_stored(r, store_stock_value);
}

enum status report_price_history(struct reporting *r)
{
    return put_stored(r, store_price_history);
}

enum status report_margin(struct reporting *r)
{
    return put_stored(r, store_margin);
}

enum status report_stock_curve(struct reporting *r)
{
    return put_stored(r, store_stock_curve);
}

enum status report_months(struct reporting *r)
{
    return put_stored(r, store_months);
}

enum status report_late_costs(struct reporting *r)
{
    return put_stored(r, store_late_costs);
}

enum status report_balance(struct reporting *r)
{
    struct balance_list list = {0};
    enum status status = books_balance(r->request, &r->query->range, &list);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
        const struct journal_key_name *name = &journal_names[list.rows[i].key];
        csv_put(&r->out, list.rows[i].account);
        csv_put(&r->out, text_of(r->query->chinese ? name->name_zh : name->name));
        report_put_amount(r, list.rows[i].debit);
        report_put_amount(r, list.rows[i].credit);
        report_end_row(r);
    }
    return status;
}

static struct text variance_name(const struct reporting *r, struct text kind)
{
    enum journal_key key = journal_key_find(kind);
    if (key == JOURNAL_KEYS)
        return kind;
    return text_of(r->query->chinese ? journal_names[key].name_zh : journal_names[key].name);
}

enum status report_variances(struct reporting *r)
{
    struct variances_query query = {
        .range = r->query->range, .by = r->query->by, .work_order = r->query->work_order};
    books_split(r->request);
    for (int page = 0; page < REPORT_PAGES_MAX; page++) {
        struct variance_row *rows;
        size_t count = 0;
        enum status status = books_variances(r->request, &query, &rows, &count);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            csv_put(&r->out, rows[i].of);
            csv_put(&r->out, variance_name(r, rows[i].kind));
            report_put_amount(r, rows[i].amount);
            report_put(r, rows[i].orders, 0);
            report_end_row(r);
        }
        if (count == 0 || query.by.length == 0 || text_is(query.by, "work_center"))
            break;
        query.after = rows[count - 1].of;
    }
    return STATUS_OK;
}

enum status report_order(struct reporting *r)
{
    struct cost_order order;
    struct cost_report report;
    struct rpc_request *request = r->request;
    enum status status = store_cost_order(request->sql, r->query->range.plant, r->query->work_order,
                                          request->arena, &order, &request->fault);
    if (status == STATUS_OK)
        status = order_cost(&order, request->arena, &report, &request->fault);
    for (size_t i = 0; status == STATUS_OK && i < report.line_count; i++) {
        const struct cost_line *line = &report.lines[i];
        csv_put(&r->out, text_of(line->element));
        csv_put(&r->out, line->item.bytes ? line->item : text_of(""));
        csv_put(&r->out, line->operation.bytes ? line->operation : text_of(""));
        report_put(r, line->planned_quantity.micro, QTY_DECIMALS);
        report_put(r, line->actual_quantity.micro, QTY_DECIMALS);
        report_put_amount(r, line->planned);
        report_put_amount(r, line->target);
        report_put_amount(r, line->actual);
        report_end_row(r);
    }
    return status;
}

static void put_difference(struct reporting *r, const struct cost_difference *row)
{
    int64_t before = cost_given(row->before) ? row->before.micro : 0;
    csv_put(&r->out, row->item);
    csv_put(&r->out, row->name.bytes ? row->name : text_of(""));
    csv_put(&r->out, row->element);
    report_put(r, before, QTY_DECIMALS);
    report_put(r, row->after.micro, QTY_DECIMALS);
    report_put(r, row->after.micro - before, QTY_DECIMALS);
    report_put(r, text_is(row->element, "total") ? row->on_hand.micro : 0, QTY_DECIMALS);
    report_put_amount(r, row->effect);
    report_end_row(r);
}

enum status report_comparison(struct reporting *r)
{
    struct version_query query = {.plant = r->query->range.plant,
                                  .version = r->query->version,
                                  .against = r->query->against,
                                  .after = text_of(""),
                                  .limit = COMPARISON_PAGE_MAX};
    size_t count = COMPARISON_PAGE_MAX;
    enum status status = version_check(r->request, &query);
    for (int page = 0; status == STATUS_OK && count > 0 && page < REPORT_PAGES_MAX; page++) {
        struct cost_difference *rows = NULL;
        status = store_comparison(r->request->sql, &query, r->request->arena, &rows, &count,
                                  &r->request->fault);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            put_difference(r, &rows[i]);
        if (status == STATUS_OK && count > 0)
            query.after = rows[count - 1].item;
    }
    return status;
}
