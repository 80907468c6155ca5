#include "services/cost/report.h"

#include "common/io/sheet.h"
#include "services/cost/report_shelf.h"

#include <stdio.h>
#include <string.h>

/* The reports there are, and what is given of one: a part of its CSV or workbook, rows as JSON. */

#define REPORT_BYTES_MIN (2 * CSV_ROW_ROOM)
#define REPORT_BYTES_MAX (32 * MIB) /* of a few doublings */
#define REPORT_PART_MAX  ((size_t)192 * KIB)

void report_put(struct reporting *reporting, int64_t value, int decimals)
{
    char text[DECIMAL_TEXT_MAX];
    csv_put_plain(&reporting->out, (struct text){text, decimal_format(value, decimals, text)});
}

void report_put_amount(struct reporting *reporting, struct amount amount)
{
    report_put(reporting, amount.e4, AMOUNT_DECIMALS);
}

/* Most reports are short, and room that is not needed has to be cleared for each of them. */
void report_end_row(struct reporting *reporting)
{
    struct csv_out *out = &reporting->out;
    csv_end_row(out);
    if (out->size - out->used >= CSV_ROW_ROOM || out->size >= REPORT_BYTES_MAX)
        return;
    char *bytes = arena_alloc(reporting->request->arena, 2 * out->size, 1);
    if (!bytes)
        return; /* full in the end: it is said then */
    memcpy(bytes, out->bytes, out->used);
    out->bytes = bytes;
    out->size *= 2;
}

void report_put_day(struct reporting *reporting, date day)
{
    char text[DATE_TEXT_MAX];
    csv_put_plain(&reporting->out, (struct text){text, date_format(day, text)});
}

static const struct report reports[] = {
    {"trial_balance",
     {{"account", "name", "debit", "credit"}, {"科目", "科目名称", "借方", "贷方"}},
     {false, false, true, true},
     4,
     report_balance},
    {"variances",
     {{"of", "kind", "amount", "orders"}, {"对象", "差异类型", "金额", "订单数"}},
     {false, false, true, false},
     4,
     report_variances},
    {"wip",
     {{"work_order", "item", "state", "wip"}, {"工单", "物料编码", "状态", "在制金额"}},
     {false, false, false, true},
     4,
     report_wip},
    {"stock_value",
     {{"item", "name", "class", "quantity", "value"},
      {"物料编码", "物料名称", "分类", "数量", "金额"}},
     {false, false, false, false, true},
     5,
     report_stock},
    {"order_cost",
     {{"element", "item", "operation", "planned_quantity", "actual_quantity", "planned", "target",
       "actual"},
      {"成本要素", "物料编码", "工序", "计划数量", "实际数量", "计划成本", "目标成本", "实际成本"}},
     {false, false, false, false, false, true, true, true},
     8,
     report_order},
    {"price_history",
     {{"item", "effective_on", "posted_seq", "document", "kind", "order_id", "supplier", "quantity",
       "amount", "unit_price", "unit_cost_after"},
      {"物料编码", "日期", "序号", "单据", "类型", "订单", "供应商", "数量", "金额", "单价",
       "之后单位成本"}},
     {[8] = true},
     11,
     report_price_history},
    {"cost_rollup",
     {{"level", "item", "name", "quantity", "material", "labor", "machine", "overhead",
       "subcontract", "this_level", "lower_levels", "total", "extended"},
      {"层级", "物料编码", "物料名称", "用量", "材料", "人工", "机器", "制造费用", "外协", "本层",
       "下层", "合计", "用量成本"}},
     {false},
     13,
     report_rollup},
    {"margin",
     {{"sales_order", "line", "customer", "item", "kind", "shipped", "revenue", "cost", "margin",
       "margin_pct"},
      {"销售订单", "行", "客户", "物料编码", "类型", "发货数量", "收入", "成本", "毛利", "毛利率"}},
     {[6] = true, [7] = true, [8] = true},
     10,
     report_margin},
    {"stock_curve",
     {{"day", "change", "value"}, {"日期", "变动", "库存金额"}},
     {[1] = true},
     3,
     report_stock_curve},
    {"months",
     {{"month", "state", "closed_by", "closed_on", "reopen_asked_by", "stock", "wip"},
      {"月份", "状态", "结账人", "结账日", "申请反结账", "库存金额", "在制金额"}},
     {false},
     7,
     report_months},
    {"late_costs",
     {{"posted_seq", "effective_on", "document", "source", "item", "order_id", "to_stock", "to_wip",
       "to_variance", "waiting"},
      {"序号", "日期", "单据", "来源", "物料编码", "订单", "入库存", "入在制", "入差异", "待追踪"}},
     {[6] = true, [7] = true, [8] = true, [9] = true},
     10,
     report_late_costs},
    {"accounts",
     {{"purpose", "name", "class", "account", "source"},
      {"用途", "名称", "物料分类", "科目", "来源"}},
     {false},
     5,
     report_accounts},
    {"cost_comparison",
     {{"item", "name", "element", "before", "after", "difference", "on_hand", "stock_effect"},
      {"物料编码", "物料名称", "成本要素", "原成本", "新成本", "差异", "库存数量", "库存影响"}},
     {false, false, false, false, false, false, false, true},
     8,
     report_comparison},
};

const struct report *report_find(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(reports); i++) {
        if (text_is(name, reports[i].name))
            return &reports[i];
    }
    return NULL;
}

static enum status no_room(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "", "report does not fit in memory");
}

static enum status make_csv(struct rpc_request *request, const struct report_query *query,
                            const struct report *report, struct text *csv)
{
    struct reporting r = {request, query, {.size = REPORT_BYTES_MIN}};
    r.out.bytes = arena_alloc(request->arena, r.out.size, 1);
    if (!r.out.bytes)
        return no_room(request);
    for (size_t i = 0; i < report->columns; i++)
        csv_put(&r.out, text_of(report->headers[query->chinese][i]));
    report_end_row(&r);
    enum status status = report->rows(&r);
    if (status == STATUS_OK && r.out.full)
        status = fault_set(&request->fault, STATUS_LIMIT, "", "report is too large");
    *csv = (struct text){r.out.bytes, r.out.used};
    return status;
}

/* The workbook of a report, in the arena. */
static enum status make_book(struct rpc_request *request, const struct report_query *query,
                             const struct report *report, struct text csv, struct text *whole)
{
    const struct sheet_report form = {report->name, query->chinese ? "合计" : "Total", report->sums,
                                      report->columns};
    struct text book;
    enum status status = sheet_report(csv, &form, &book, &request->fault);
    if (status != STATUS_OK)
        return status;
    *whole = (struct text){text_copy(book, request->arena), book.length};
    sheet_free(&book);
    return whole->bytes ? STATUS_OK : no_room(request);
}

/* Everything that a report is asked with, but where to go on. */
static struct text asked_text(struct rpc_request *request, const struct report_query *query)
{
    char text[768];
    int length =
        snprintf(text, sizeof text, "%s %.*s %.*s %.*s %.*s %.*s %.*s %d %d %d %d", request->plant,
                 (int)query->report.length, query->report.bytes, (int)query->by.length,
                 query->by.bytes, (int)query->work_order.length, query->work_order.bytes,
                 (int)query->item.length, query->item.bytes, (int)query->version.length,
                 query->version.bytes, (int)query->against.length, query->against.bytes,
                 query->workbook, query->chinese, query->range.from, query->range.to);
    size_t used = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    return (struct text){text_copy((struct text){text, used}, request->arena), used};
}

static enum status make(struct rpc_request *request, const struct report_query *query,
                        const struct report *report, struct text *whole)
{
    struct text csv;
    enum status status = make_csv(request, query, report, &csv);
    if (status == STATUS_OK && query->workbook)
        return make_book(request, query, report, csv, whole);
    *whole = csv;
    return status;
}

/* A report that is given in parts. */
struct whole {
    const struct report *report;
    struct text asked;
    struct text bytes;
    char stamp[SHELF_STAMP_TEXT];
};

/* What goes on is of the state that it began with: kept since then, or made again without a
   difference. */
static enum status find_whole(struct rpc_request *request, const struct report_query *query,
                              struct whole *whole)
{
    struct fault *fault = &request->fault;
    enum status status = STATUS_OK;
    if (query->stamp.length > 0)
        status = shelf_find(query->stamp, whole->asked, request->arena, &whole->bytes, fault);
    if (status != STATUS_OK)
        return status;
    if (whole->bytes.bytes) {
        memcpy(whole->stamp, query->stamp.bytes, sizeof whole->stamp);
        return STATUS_OK;
    }
    status = make(request, query, whole->report, &whole->bytes);
    if (status == STATUS_OK && !shelf_stamp(whole->asked, whole->bytes, whole->stamp))
        return no_room(request);
    if (status == STATUS_OK && query->stamp.length > 0 && !text_is(query->stamp, whole->stamp))
        return fault_set(fault, STATUS_STATE_CONFLICT, "after",
                         "the report has changed since its first part: begin again");
    return status;
}

static enum status begin(struct rpc_request *request, const struct report_query *query,
                         struct whole *whole)
{
    *whole =
        (struct whole){.report = report_find(query->report), .asked = asked_text(request, query)};
    if (!whole->report)
        return fault_set(&request->fault, STATUS_INVALID, "report",
                         "report \"%.*s\" does not exist", (int)query->report.length,
                         query->report.bytes);
    if (!whole->asked.bytes)
        return no_room(request);
    enum status status = find_whole(request, query, whole);
    if (status == STATUS_OK && query->offset > (int64_t)whole->bytes.length)
        return fault_set(&request->fault, STATUS_INVALID, "after", "after is behind the end");
    return status;
}

static void keep(const struct report_query *query, const struct whole *whole, bool more)
{
    if (more && query->offset == 0)
        shelf_put(whole->stamp, whole->asked, whole->bytes);
}

enum status handle_export_report(struct rpc_request *request)
{
    struct report_query query;
    struct whole whole;
    enum status status = decode_report(request, &query);
    if (status == STATUS_OK)
        status = begin(request, &query, &whole);
    if (status != STATUS_OK)
        return status;
    size_t left = whole.bytes.length - (size_t)query.offset;
    size_t count = left < REPORT_PART_MAX ? left : REPORT_PART_MAX;
    struct report_place next = {count < left ? query.offset + (int64_t)count : 0, whole.stamp};
    keep(&query, &whole, next.offset > 0);
    return encode_report_part(request, (struct text){whole.bytes.bytes + query.offset, count},
                              &next);
}

/* ---- rows ---- */

/* All of the report is read for its sums; the rows from the place on are given. */
static enum status read_rows(struct rpc_request *request, const struct report_query *query,
                             struct text whole, struct report_page *page)
{
    struct csv *csv = arena_alloc(request->arena, 1, sizeof *csv);
    struct csv_row *row = arena_alloc(request->arena, 1, sizeof *row);
    page->cells = arena_alloc(request->arena, query->limit * page->columns, sizeof *page->cells);
    if (!csv || !row || !page->cells)
        return no_room(request);
    csv_init(csv, whole);
    for (int64_t at = -1; csv_next(csv, row); at++) { /* the header is no row */
        for (size_t c = 0; at >= 0 && c < page->columns; c++) {
            struct amount amount = {0};
            if (page->sums[c] &&
                (!amount_parse(row->fields[c].bytes, row->fields[c].length, &amount) ||
                 !amount_add(page->totals[c], amount, &page->totals[c])))
                return fault_set(&request->fault, STATUS_OVERFLOW, "", "a sum is out of range");
            if (at < query->offset || page->rows == query->limit)
                continue;
            struct text *cell = &page->cells[page->rows * page->columns + c];
            *cell = (struct text){text_copy(row->fields[c], request->arena), row->fields[c].length};
            if (!cell->bytes)
                return no_room(request);
        }
        if (at >= query->offset && page->rows < query->limit)
            page->rows++;
        page->of = at + 1;
    }
    return STATUS_OK;
}

enum status handle_get_report(struct rpc_request *request)
{
    struct report_query query;
    struct whole whole;
    enum status status = decode_report_rows(request, &query);
    if (status == STATUS_OK)
        status = begin(request, &query, &whole);
    if (status != STATUS_OK)
        return status;
    const struct report *report = whole.report;
    struct report_page page = {.columns = report->columns,
                               .names = report->headers[0],
                               .titles = report->headers[query.chinese],
                               .sums = report->sums};
    status = read_rows(request, &query, whole.bytes, &page);
    if (status != STATUS_OK)
        return status;
    int64_t end = query.offset + (int64_t)page.rows;
    page.next = (struct report_place){end < page.of ? end : 0, whole.stamp};
    keep(&query, &whole, page.next.offset > 0);
    return encode_report_rows(request, &page);
}
