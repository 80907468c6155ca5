#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/invoice.h"

#define INVOICES_MAX 200

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

/* ---- requests ---- */

static struct text said(const char *text)
{
    return text_of(text ? text : "");
}

static enum status read_lines(Millrace__InvoiceLine *const *asked, size_t count,
                              struct arena *arena, struct invoice_command *bill,
                              struct fault *fault)
{
    if (count > INVOICE_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "%zu lines are more than %d", count,
                         INVOICE_LINES_MAX);
    struct invoice_line *lines = arena_alloc(arena, count + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < count; i++) {
        const Millrace__InvoiceLine *at = asked[i];
        lines[i] = (struct invoice_line){.purchase_order = said(at->purchase_order),
                                         .work_order = said(at->work_order),
                                         .operation = said(at->operation),
                                         .quantity = {bill->freight ? 0 : at->quantity_micro},
                                         .weight = {at->weight_micro},
                                         .amount = {bill->freight ? 0 : at->amount_e4}};
        if (lines[i].work_order.length == 0) /* of an operation it is found by its code */
            lines[i].order_line = at->order_line;
    }
    bill->lines = lines;
    bill->line_count = count;
    return STATUS_OK;
}

enum status decode_invoice(struct text body, struct arena *arena, struct invoice_command *bill,
                           struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__enter_invoice_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__EnterInvoiceRequest *asked = (const Millrace__EnterInvoiceRequest *)message;
    *bill = (struct invoice_command){
        .supplier = text_of(asked->supplier),
        .number = text_of(asked->number),
        .amount = asked->has_amount_e4 ? (struct amount){asked->amount_e4} : NO_LIMIT,
        .effective_on = asked->has_effective_on ? asked->effective_on : NO_DATE};
    return read_lines(asked->lines, asked->n_lines, arena, bill, fault);
}

static enum status read_basis(const char *said, enum invoice_basis *out, struct fault *fault)
{
    for (unsigned basis = BASIS_QUANTITY; basis < INVOICE_BASES; basis++) {
        *out = basis;
        if (text_is(text_of(said), invoice_bases[basis]))
            return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID, "basis", "basis is not one of quantity, weight, value");
}

enum status decode_freight(struct text body, struct arena *arena, struct invoice_command *bill,
                           struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__enter_freight_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__EnterFreightRequest *asked = (const Millrace__EnterFreightRequest *)message;
    *bill = (struct invoice_command){.freight = true,
                                     .supplier = text_of(asked->supplier),
                                     .number = text_of(asked->number),
                                     .amount = {asked->amount_e4},
                                     .effective_on =
                                         asked->has_effective_on ? asked->effective_on : NO_DATE};
    status = read_basis(asked->basis, &bill->basis, fault);
    return status == STATUS_OK ? read_lines(asked->lines, asked->n_lines, arena, bill, fault)
                               : status;
}

enum status decode_verdict(struct text body, struct arena *arena, struct invoice_verdict *verdict,
                           struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__decide_invoice_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__DecideInvoiceRequest *asked = (const Millrace__DecideInvoiceRequest *)message;
    if (!asked->invoice)
        return fault_set(fault, STATUS_INVALID, "invoice", "invoice is missing");
    if (!asked->has_release)
        return fault_set(fault, STATUS_INVALID, "release", "release is missing");
    *verdict = (struct invoice_verdict){text_of(asked->invoice), asked->release,
                                        asked->has_effective_on ? asked->effective_on : NO_DATE};
    return STATUS_OK;
}

enum status decode_invoice_reversal(struct text body, struct arena *arena,
                                    struct invoice_reversal *reversal, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__reverse_invoice_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ReverseInvoiceRequest *asked = (const Millrace__ReverseInvoiceRequest *)message;
    if (!asked->invoice)
        return fault_set(fault, STATUS_INVALID, "invoice", "invoice is missing");
    *reversal = (struct invoice_reversal){text_of(asked->invoice), text_of(asked->reason),
                                          asked->has_effective_on ? asked->effective_on : NO_DATE};
    return STATUS_OK;
}

/* ---- replies ---- */

enum status encode_invoice(const struct invoice_outcome *outcome, const struct book *book,
                           struct text *reply, struct fault *fault)
{
    Millrace__EnterInvoiceReply message;
    bool ok = true;
    void **lines;
    size_t count;
    millrace__enter_invoice_reply__init(&message);
    if (!line_encode(book, outcome->range, &lines, &count))
        return full(fault);
    struct text document = text_of(outcome->document->text);
    message.lines = (Millrace__PostedLine **)lines;
    message.n_lines = count;
    message.document = line_text(book, document, &ok);
    message.state = line_text(book, text_of(outcome->state), &ok);
    message.invoice = line_text(book, outcome->invoice.bytes ? outcome->invoice : document, &ok);
    if (outcome->blocked_for[0] != '\0')
        message.blocked_for = line_text(book, text_of(outcome->blocked_for), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_followed(const struct follow_outcome *outcome, const struct book *book,
                            struct text *reply, struct fault *fault)
{
    Millrace__PostLateCostsReply message;
    bool ok = true;
    void **lines;
    size_t count;
    millrace__post_late_costs_reply__init(&message);
    if (!line_encode(book, outcome->range, &lines, &count))
        return full(fault);
    message.lines = (Millrace__PostedLine **)lines;
    message.n_lines = count;
    message.has_more = true;
    message.more = outcome->more;
    if (outcome->document)
        message.document = line_text(book, text_of(outcome->document->text), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

bool decode_followed_more(struct text reply, struct arena *arena)
{
    const ProtobufCMessage *message;
    struct fault fault = {0};
    return wire_unpack(&millrace__post_late_costs_reply__descriptor, reply, arena, &message,
                       &fault) == STATUS_OK &&
           ((const Millrace__PostLateCostsReply *)message)->more;
}

/* ---- tolerance ---- */

enum status decode_tolerance(struct rpc_request *request, struct invoice_tolerance *tolerance)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__set_invoice_tolerance_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetInvoiceToleranceRequest *asked =
        (const Millrace__SetInvoiceToleranceRequest *)message;
    if (asked->percent_micro < 0 || asked->percent_micro > (int64_t)100 * QTY_SCALE)
        return fault_set(&request->fault, STATUS_INVALID, "percent",
                         "a tolerance lies between 0 and 100 percent");
    if (asked->amount_e4 < 0)
        return fault_set(&request->fault, STATUS_INVALID, "amount",
                         "a tolerance cannot be negative");
    tolerance->pct = asked->has_percent_micro ? (struct qty){asked->percent_micro} : NO_QTY;
    tolerance->amount = asked->has_amount_e4 ? (struct amount){asked->amount_e4} : NO_LIMIT;
    return STATUS_OK;
}

enum status encode_tolerance(struct command *command, struct fault *fault)
{
    Millrace__SetInvoiceToleranceReply reply;
    millrace__set_invoice_tolerance_reply__init(&reply);
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

/* ---- lists ---- */

enum status decode_list_invoices(struct rpc_request *request, struct invoice_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_invoices_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListInvoicesRequest *asked = (const Millrace__ListInvoicesRequest *)message;
    *query = (struct invoice_query){.plant = text_of(request->plant),
                                    .invoice = page_given(asked->invoice),
                                    .supplier = page_given(asked->supplier),
                                    .state = page_given(asked->state),
                                    .after = text_of(asked->after ? asked->after : "")};
    return page_limit(asked->has_limit, asked->limit, INVOICES_MAX, &query->limit, &request->fault);
}

static struct text given(const struct sql_value *value)
{
    return value->null || value->as.text.length == 0 ? (struct text){0} : value->as.text;
}

static bool fill_invoice(Millrace__Invoice *out, const struct sql_value *v, struct arena *arena)
{
    bool ok = true;
    millrace__invoice__init(out);
    out->invoice = page_text(v[0].as.text, arena, &ok);
    out->kind = page_text(v[1].as.text, arena, &ok);
    out->supplier = page_text(v[2].as.text, arena, &ok);
    out->number = page_text(v[3].as.text, arena, &ok);
    out->state = page_text(v[4].as.text, arena, &ok);
    out->blocked_for = page_text(given(&v[5]), arena, &ok);
    out->basis = page_text(given(&v[6]), arena, &ok);
    out->has_amount_e4 = out->has_effective_on = true;
    out->amount_e4 = v[7].as.amount.e4;
    out->effective_on = v[8].as.day;
    out->entered_by = page_text(v[9].as.text, arena, &ok);
    out->decided_by = page_text(given(&v[10]), arena, &ok);
    out->reversed_by = page_text(given(&v[11]), arena, &ok);
    out->reversal = page_text(given(&v[12]), arena, &ok);
    return ok;
}

static bool fill_lines(Millrace__Invoice *out, const struct sql_rows *rows, struct arena *arena)
{
    bool ok = true;
    Millrace__InvoiceLine *lines = arena_alloc(arena, rows->count + 1, sizeof *lines);
    out->lines = arena_alloc(arena, rows->count + 1, sizeof *out->lines);
    for (size_t i = 0; lines && out->lines && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__invoice_line__init(&lines[i]);
        lines[i].purchase_order = page_text(given(&v[1]), arena, &ok);
        lines[i].work_order = page_text(given(&v[6]), arena, &ok);
        lines[i].operation = page_text(given(&v[7]), arena, &ok);
        lines[i].has_order_line = v[6].null;
        lines[i].has_quantity_micro = lines[i].has_amount_e4 = true;
        lines[i].order_line = (uint32_t)v[2].as.integer;
        lines[i].quantity_micro = v[3].as.qty.micro;
        lines[i].has_weight_micro = v[4].as.qty.micro != 0;
        lines[i].weight_micro = v[4].as.qty.micro;
        lines[i].amount_e4 = v[5].as.amount.e4;
        out->lines[i] = &lines[i];
    }
    out->n_lines = rows->count;
    return ok && lines && out->lines;
}

static bool fill_entries(Millrace__Invoice *out, const struct sql_rows *rows, struct arena *arena)
{
    bool ok = true;
    Millrace__InvoiceEntry *entries = arena_alloc(arena, rows->count + 1, sizeof *entries);
    out->entries = arena_alloc(arena, rows->count + 1, sizeof *out->entries);
    for (size_t i = 0; entries && out->entries && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        Millrace__InvoiceEntry *at = &entries[i];
        millrace__invoice_entry__init(at);
        at->has_posted_seq = at->has_line = at->has_payable_e4 = true;
        at->has_to_stock_e4 = at->has_to_variance_e4 = at->has_effective_on = true;
        at->posted_seq = (uint64_t)v[0].as.integer;
        at->line = (uint32_t)v[1].as.integer;
        at->has_receipt_seq = v[2].as.integer != 0;
        at->receipt_seq = (uint64_t)v[2].as.integer;
        at->document = page_text(v[3].as.text, arena, &ok);
        at->item = page_text(given(&v[4]), arena, &ok);
        at->payable_e4 = v[5].as.amount.e4;
        at->to_stock_e4 = v[6].as.amount.e4;
        at->to_variance_e4 = v[7].as.amount.e4;
        at->effective_on = v[8].as.day;
        at->has_to_order_e4 = v[9].as.amount.e4 != 0;
        at->to_order_e4 = v[9].as.amount.e4;
        out->entries[i] = at;
    }
    out->n_entries = rows->count;
    return ok && entries && out->entries;
}

enum status encode_invoices(struct rpc_request *request, const struct invoice_list *list)
{
    Millrace__ListInvoicesReply reply;
    struct arena *arena = request->arena;
    size_t n = list->invoices.count;
    bool ok = true;
    millrace__list_invoices_reply__init(&reply);
    Millrace__Invoice *out = arena_alloc(arena, n + 1, sizeof *out);
    reply.invoices = arena_alloc(arena, n + 1, sizeof *reply.invoices);
    if (!out || !reply.invoices)
        return full(&request->fault);
    for (size_t i = 0; i < n; i++) {
        ok = ok && fill_invoice(&out[i], sql_at(&list->invoices, i, 0), arena);
        reply.invoices[i] = &out[i];
    }
    if (ok && list->one)
        ok = fill_lines(&out[0], &list->lines, arena) &&
             fill_entries(&out[0], &list->entries, arena);
    reply.n_invoices = n;
    if (list->more && n > 0)
        reply.next = page_text(sql_at(&list->invoices, n - 1, 0)->as.text, arena, &ok);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}
