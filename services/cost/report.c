#include "common/io/sheet.h"
#include "common/plant/csv.h"
#include "services/cost/books.h"
#include "services/cost/cost_store.h"
#include "services/cost/version.h"

#include <string.h>

/* Reports as files: rows as CSV, and of that a workbook. */

#define REPORT_BYTES_MAX   (24 * MIB)
#define REPORT_PART_MAX    ((size_t)192 * KIB)
#define REPORT_COLUMNS_MAX 8
#define REPORT_PAGES_MAX   100

/* One report being made. */
struct reporting {
    struct rpc_request *request;
    const struct report_query *query;
    struct csv_out out;
};

struct report {
    const char *name;
    const char *headers[2][REPORT_COLUMNS_MAX]; /* English, Chinese */
    bool numbers[REPORT_COLUMNS_MAX];
    size_t columns;
    enum status (*rows)(struct reporting *reporting);
};

static void put_number(struct csv_out *out, int64_t value, int decimals)
{
    char text[DECIMAL_TEXT_MAX];
    csv_put(out, (struct text){text, decimal_format(value, decimals, text)});
}

static void put_amount(struct csv_out *out, struct amount amount)
{
    put_number(out, amount.e4, AMOUNT_DECIMALS);
}

static enum status balance_rows(struct reporting *r)
{
    struct balance_list list = {0};
    enum status status = books_balance(r->request, &r->query->range, &list);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
        const struct journal_key_name *name = &journal_names[list.rows[i].key];
        csv_put(&r->out, list.rows[i].account);
        csv_put(&r->out, text_of(r->query->chinese ? name->name_zh : name->name));
        put_amount(&r->out, list.rows[i].debit);
        put_amount(&r->out, list.rows[i].credit);
        csv_end_row(&r->out);
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

static enum status variance_rows(struct reporting *r)
{
    struct variances_query query = {r->query->range, r->query->by, r->query->work_order,
                                    text_of("")};
    for (int page = 0; page < REPORT_PAGES_MAX; page++) {
        struct variance_row *rows;
        size_t count = 0;
        enum status status = store_variances(r->request->sql, &query, r->request->arena, &rows,
                                             &count, &r->request->fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            csv_put(&r->out, rows[i].of);
            csv_put(&r->out, variance_name(r, rows[i].kind));
            put_amount(&r->out, rows[i].amount);
            put_number(&r->out, rows[i].orders, 0);
            csv_end_row(&r->out);
        }
        if (count == 0 || query.by.length == 0)
            break;
        query.after = rows[count - 1].of;
    }
    return STATUS_OK;
}

static enum status wip_rows(struct reporting *r)
{
    struct wip_query query = {r->query->range.plant, text_of(""), WIP_PAGE_MAX};
    for (int page = 0; page < REPORT_PAGES_MAX; page++) {
        struct wip_row *rows;
        size_t count = 0;
        enum status status = store_list_wip(r->request->sql, &query, r->request->arena, &rows,
                                            &count, &r->request->fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            csv_put(&r->out, rows[i].work_order);
            csv_put(&r->out, rows[i].item);
            csv_put(&r->out, rows[i].state);
            put_amount(&r->out, rows[i].wip);
            csv_end_row(&r->out);
        }
        if (count < query.limit)
            break;
        query.after = rows[count - 1].work_order;
    }
    return STATUS_OK;
}

static enum status stock_rows(struct reporting *r)
{
    struct text after = text_of("");
    for (int page = 0; page < REPORT_PAGES_MAX; page++) {
        struct stock_value_row *rows;
        size_t count = 0;
        enum status status =
            store_stock_value(r->request->sql, &r->query->range, after, r->request->arena, &rows,
                              &count, &r->request->fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            csv_put(&r->out, rows[i].item);
            csv_put(&r->out, rows[i].name);
            csv_put(&r->out, rows[i].class);
            put_number(&r->out, rows[i].qty.micro, QTY_DECIMALS);
            put_amount(&r->out, rows[i].value);
            csv_end_row(&r->out);
        }
        if (count < STOCK_VALUE_PAGE_MAX)
            break;
        after = rows[count - 1].item;
    }
    return STATUS_OK;
}

static enum status order_rows(struct reporting *r)
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
        put_number(&r->out, line->planned_quantity.micro, QTY_DECIMALS);
        put_number(&r->out, line->actual_quantity.micro, QTY_DECIMALS);
        put_amount(&r->out, line->planned);
        put_amount(&r->out, line->target);
        put_amount(&r->out, line->actual);
        csv_end_row(&r->out);
    }
    return status;
}

static void put_difference(struct csv_out *out, const struct cost_difference *row)
{
    int64_t before = cost_given(row->before) ? row->before.micro : 0;
    csv_put(out, row->item);
    csv_put(out, row->name.bytes ? row->name : text_of(""));
    csv_put(out, row->element);
    put_number(out, before, QTY_DECIMALS);
    put_number(out, row->after.micro, QTY_DECIMALS);
    put_number(out, row->after.micro - before, QTY_DECIMALS);
    put_number(out, text_is(row->element, "total") ? row->on_hand.micro : 0, QTY_DECIMALS);
    put_amount(out, row->effect);
    csv_end_row(out);
}

static enum status comparison_rows(struct reporting *r)
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
            put_difference(&r->out, &rows[i]);
        if (status == STATUS_OK && count > 0)
            query.after = rows[count - 1].item;
    }
    return status;
}

static const struct report reports[] = {
    {"trial_balance",
     {{"account", "name", "debit", "credit"}, {"科目", "科目名称", "借方", "贷方"}},
     {false, false, true, true},
     4,
     balance_rows},
    {"variances",
     {{"of", "kind", "amount", "orders"}, {"对象", "差异类型", "金额", "订单数"}},
     {false, false, true, false},
     4,
     variance_rows},
    {"wip",
     {{"work_order", "item", "state", "wip"}, {"工单", "物料编码", "状态", "在制金额"}},
     {false, false, false, true},
     4,
     wip_rows},
    {"stock_value",
     {{"item", "name", "class", "quantity", "value"},
      {"物料编码", "物料名称", "分类", "数量", "金额"}},
     {false, false, false, false, true},
     5,
     stock_rows},
    {"order_cost",
     {{"element", "item", "operation", "planned_quantity", "actual_quantity", "planned", "target",
       "actual"},
      {"成本要素", "物料编码", "工序", "计划数量", "实际数量", "计划成本", "目标成本", "实际成本"}},
     {false, false, false, false, false, true, true, true},
     8,
     order_rows},
    {"cost_comparison",
     {{"item", "name", "element", "before", "after", "difference", "on_hand", "stock_effect"},
      {"物料编码", "物料名称", "成本要素", "原成本", "新成本", "差异", "库存数量", "库存影响"}},
     {false, false, false, false, false, false, false, true},
     8,
     comparison_rows},
};

static enum status make_csv(struct reporting *r, const struct report *report)
{
    r->out = (struct csv_out){.size = REPORT_BYTES_MAX};
    r->out.bytes = arena_alloc(r->request->arena, r->out.size, 1);
    if (!r->out.bytes)
        return fault_set(&r->request->fault, STATUS_LIMIT, "", "report does not fit in memory");
    for (size_t i = 0; i < report->columns; i++)
        csv_put(&r->out, text_of(report->headers[r->query->chinese][i]));
    csv_end_row(&r->out);
    enum status status = report->rows(r);
    if (status == STATUS_OK && r->out.full)
        status = fault_set(&r->request->fault, STATUS_LIMIT, "", "report is too large");
    return status;
}

static enum status give_part(struct rpc_request *request, int64_t offset, struct text whole)
{
    if (offset > (int64_t)whole.length)
        return fault_set(&request->fault, STATUS_INVALID, "after", "after is behind the end");
    size_t left = whole.length - (size_t)offset;
    size_t count = left < REPORT_PART_MAX ? left : REPORT_PART_MAX;
    struct text part = {whole.bytes + offset, count};
    return encode_report_part(request, part, count < left ? offset + (int64_t)count : 0);
}

enum status handle_export_report(struct rpc_request *request)
{
    struct report_query query;
    struct reporting reporting = {.request = request, .query = &query};
    const struct report *report = NULL;
    enum status status = decode_report(request, &query);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(reports); i++) {
        if (text_is(query.report, reports[i].name))
            report = &reports[i];
    }
    if (status == STATUS_OK && !report)
        status =
            fault_set(&request->fault, STATUS_INVALID, "report", "report \"%.*s\" does not exist",
                      (int)query.report.length, query.report.bytes);
    if (status == STATUS_OK)
        status = make_csv(&reporting, report);
    if (status != STATUS_OK)
        return status;
    struct text csv = {reporting.out.bytes, reporting.out.used};
    if (!query.workbook)
        return give_part(request, query.offset, csv);
    const struct sheet_report form = {report->name, query.chinese ? "合计" : "Total",
                                      report->numbers, report->columns};
    struct text book;
    status = sheet_report(csv, &form, &book, &request->fault);
    if (status != STATUS_OK)
        return status;
    status = give_part(request, query.offset, book);
    sheet_free(&book);
    return status;
}
