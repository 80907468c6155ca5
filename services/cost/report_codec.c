#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REPORT_LIMIT_MAX 1000
#define PLACE_MAX        48

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static struct text given(const char *text)
{
    return text_of(text ? text : "");
}

/* "OFFSET-STAMP", as written by place_text. */
static enum status take_place(const char *after, struct report_query *query, struct fault *fault)
{
    const char *dash = after ? strchr(after, '-') : NULL;
    int64_t offset = 0;
    query->stamp = given(dash ? dash + 1 : NULL);
    if (!after)
        return STATUS_OK;
    if (!dash || !decimal_parse(after, (size_t)(dash - after), 0, &offset) || offset <= 0)
        return fault_set(fault, STATUS_INVALID, "after", "after is not from an earlier part");
    query->offset = offset;
    return STATUS_OK;
}

static char *place_text(const struct report_place *place, struct arena *arena, bool *ok)
{
    char text[PLACE_MAX];
    if (place->offset == 0)
        return NULL;
    (void)snprintf(text, sizeof text, "%" PRId64 "-%s", place->offset, place->stamp);
    return page_text(text_of(text), arena, ok);
}

static enum status check(struct rpc_request *request, struct report_query *query, const char *after)
{
    enum status status = decode_by(query->by, &request->fault);
    return status == STATUS_OK ? take_place(after, query, &request->fault) : status;
}

enum status decode_report(struct rpc_request *request, struct report_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__export_report_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ExportReportRequest *asked = (const Millrace__ExportReportRequest *)message;
    struct text format = text_of(asked->format ? asked->format : "csv");
    *query = (struct report_query){.report = given(asked->report),
                                   .by = given(asked->by),
                                   .work_order = given(asked->work_order),
                                   .item = given(asked->item),
                                   .version = given(asked->cost_version),
                                   .against = given(asked->against),
                                   .workbook = text_is(format, "xlsx"),
                                   .chinese = asked->chinese};
    if (!query->workbook && !text_is(format, "csv"))
        return fault_set(&request->fault, STATUS_INVALID, "format", "format is not csv or xlsx");
    status = check(request, query, asked->after);
    return status == STATUS_OK
               ? decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                              (const int32_t[2]){asked->from_on, asked->to_on}, &query->range)
               : status;
}

enum status decode_report_rows(struct rpc_request *request, struct report_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_report_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetReportRequest *asked = (const Millrace__GetReportRequest *)message;
    *query = (struct report_query){.report = given(asked->report),
                                   .by = given(asked->by),
                                   .work_order = given(asked->work_order),
                                   .item = given(asked->item),
                                   .version = given(asked->cost_version),
                                   .against = given(asked->against),
                                   .chinese = asked->chinese};
    status = page_limit(asked->has_limit, asked->limit, REPORT_LIMIT_MAX, &query->limit,
                        &request->fault);
    if (status == STATUS_OK)
        status = check(request, query, asked->after);
    return status == STATUS_OK
               ? decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                              (const int32_t[2]){asked->from_on, asked->to_on}, &query->range)
               : status;
}

enum status encode_report_part(struct rpc_request *request, struct text content,
                               const struct report_place *next)
{
    Millrace__ExportReportReply reply;
    bool ok = true;
    millrace__export_report_reply__init(&reply);
    reply.has_content = true;
    reply.content.len = content.length;
    reply.content.data = (uint8_t *)page_text(content, request->arena, &ok);
    reply.next = place_text(next, request->arena, &ok);
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* What the columns are called, and what they add up to. */
static bool put_columns(Millrace__GetReportReply *reply, const struct report_page *page,
                        struct arena *arena)
{
    bool ok = true;
    Millrace__ReportColumn *columns = arena_alloc(arena, page->columns, sizeof *columns);
    reply->columns = arena_alloc(arena, page->columns, sizeof *reply->columns);
    reply->totals = arena_alloc(arena, page->columns, sizeof *reply->totals);
    if (!columns || !reply->columns || !reply->totals)
        return false;
    for (size_t c = 0; c < page->columns; c++) {
        char text[DECIMAL_TEXT_MAX];
        struct text total = {text, amount_format(page->totals[c], text)};
        millrace__report_column__init(&columns[c]);
        columns[c].name = page_text(text_of(page->names[c]), arena, &ok);
        columns[c].title = page_text(text_of(page->titles[c]), arena, &ok);
        columns[c].has_sum = true;
        columns[c].sum = page->sums[c];
        reply->columns[c] = &columns[c];
        reply->totals[c] = page_text(page->sums[c] ? total : text_of(""), arena, &ok);
    }
    reply->n_columns = reply->n_totals = page->columns;
    return ok;
}

static bool put_rows(Millrace__GetReportReply *reply, const struct report_page *page,
                     struct arena *arena)
{
    bool ok = true;
    Millrace__ReportRow *rows = arena_alloc(arena, page->rows + 1, sizeof *rows);
    reply->rows = arena_alloc(arena, page->rows + 1, sizeof *reply->rows);
    if (!rows || !reply->rows)
        return false;
    for (size_t i = 0; i < page->rows && ok; i++) {
        millrace__report_row__init(&rows[i]);
        rows[i].n_cells = page->columns;
        rows[i].cells = arena_alloc(arena, page->columns, sizeof *rows[i].cells);
        ok = rows[i].cells;
        for (size_t c = 0; c < page->columns && ok; c++)
            rows[i].cells[c] = page_text(page->cells[i * page->columns + c], arena, &ok);
        reply->rows[i] = &rows[i];
    }
    reply->n_rows = page->rows;
    return ok;
}

enum status encode_report_rows(struct rpc_request *request, const struct report_page *page)
{
    Millrace__GetReportReply reply;
    bool ok = true;
    millrace__get_report_reply__init(&reply);
    if (!put_columns(&reply, page, request->arena) || !put_rows(&reply, page, request->arena))
        return full(&request->fault);
    reply.has_row_count = true;
    reply.row_count = (uint32_t)page->of;
    reply.next = place_text(&page->next, request->arena, &ok);
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}
