#include "services/inventory/document_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"
#include "services/inventory/inventory_store.h"

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status too_many(const char *field, size_t count, struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, field, "%zu %s are more than %d", count, field,
                     INVENTORY_LINES_MAX);
}

enum status decode_start_count(struct text body, struct arena *arena, struct count_start *command,
                               struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__start_count_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__StartCountRequest *asked = (const Millrace__StartCountRequest *)message;
    if (asked->n_items > INVENTORY_LINES_MAX)
        return too_many("items", asked->n_items, fault);
    if (asked->n_items == 0 && !asked->location)
        return fault_set(fault, STATUS_INVALID, "location", "a count needs a location or items");
    struct text *items = arena_alloc(arena, asked->n_items + 1, sizeof *items);
    if (!items)
        return full(fault);
    for (size_t i = 0; i < asked->n_items; i++)
        items[i] = text_of(asked->items[i]);
    *command = (struct count_start){.location = text_of(asked->location),
                                    .items = items,
                                    .item_count = asked->n_items,
                                    .freeze = asked->freeze,
                                    .reason = text_of(asked->reason),
                                    .effective_on =
                                        asked->has_effective_on ? asked->effective_on : NO_DATE};
    return STATUS_OK;
}

enum status decode_record_count(struct text body, struct arena *arena, struct count_record *command,
                                struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__record_count_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__RecordCountRequest *asked = (const Millrace__RecordCountRequest *)message;
    if (!asked->count)
        return fault_set(fault, STATUS_INVALID, "count", "count is missing");
    if (asked->n_lines > INVENTORY_LINES_MAX)
        return too_many("lines", asked->n_lines, fault);
    struct counted_line *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct counted_line){.line = asked->lines[i]->line,
                                         .quantity = {asked->lines[i]->quantity_micro},
                                         .at_us = asked->lines[i]->has_counted_at_us
                                                      ? asked->lines[i]->counted_at_us
                                                      : MOMENT_NOW};
    *command = (struct count_record){text_of(asked->count), lines, asked->n_lines};
    return STATUS_OK;
}

enum status decode_finish_count(struct text body, struct arena *arena,
                                struct document_decision *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__finish_count_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__FinishCountRequest *asked = (const Millrace__FinishCountRequest *)message;
    if (!asked->count)
        return fault_set(fault, STATUS_INVALID, "count", "count is missing");
    *command = (struct document_decision){text_of(asked->count), VERDICT_FINISH};
    return STATUS_OK;
}

enum status decode_decision(struct text body, struct arena *arena,
                            struct document_decision *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__decide_document_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__DecideDocumentRequest *asked = (const Millrace__DecideDocumentRequest *)message;
    if (!asked->document)
        return fault_set(fault, STATUS_INVALID, "document", "document is missing");
    if (!asked->has_approve)
        return fault_set(fault, STATUS_INVALID, "approve", "approve is missing");
    *command = (struct document_decision){text_of(asked->document),
                                          asked->approve ? VERDICT_APPROVE : VERDICT_REJECT};
    return STATUS_OK;
}

enum status decode_reversal(struct text body, struct arena *arena, struct reversal_command *command,
                            struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__reverse_document_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ReverseDocumentRequest *asked =
        (const Millrace__ReverseDocumentRequest *)message;
    if (!asked->document)
        return fault_set(fault, STATUS_INVALID, "document", "document is missing");
    *command = (struct reversal_command){text_of(asked->document), text_of(asked->reason),
                                         asked->has_effective_on ? asked->effective_on : NO_DATE};
    return STATUS_OK;
}

enum status decode_list_documents(struct rpc_request *request, struct document_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_documents_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListDocumentsRequest *asked = (const Millrace__ListDocumentsRequest *)message;
    enum stock_document_state state;
    *query = (struct document_query){.plant = text_of(request->plant),
                                     .document = page_given(asked->document),
                                     .state = page_given(asked->state),
                                     .after = asked->after ? text_of(asked->after) : text_of("")};
    if (query->state.length > 0 && !stock_document_state_parse(query->state, &state))
        return fault_set(&request->fault, STATUS_INVALID, "state",
                         "\"%.*s\" is not a state of a document", (int)query->state.length,
                         query->state.bytes);
    return page_limit(asked->has_limit, asked->limit, INVENTORY_PAGE_MAX, &query->limit,
                      &request->fault);
}

static bool fill_line(Millrace__StockDocumentLine *out, const struct sql_value *v,
                      struct arena *arena)
{
    bool ok = true;
    millrace__stock_document_line__init(out);
    out->has_line = out->has_quantity_micro = true;
    out->line = (uint32_t)v[0].as.integer;
    out->item = page_text(v[1].as.text, arena, &ok);
    out->location = page_text(v[2].as.text, arena, &ok);
    out->lot = page_text(v[3].as.text, arena, &ok);
    out->status = page_text(v[4].as.text, arena, &ok);
    out->segment = page_text(v[5].as.text, arena, &ok);
    out->quantity_micro = v[6].as.qty.micro;
    out->has_done_micro = !v[7].null;
    out->done_micro = v[7].null ? 0 : v[7].as.qty.micro;
    out->has_counted_at_us = !v[8].null;
    out->counted_at_us = v[8].null ? 0 : v[8].as.integer;
    return ok;
}

static bool fill_document(Millrace__StockDocument *out, const struct sql_value *v,
                          struct arena *arena)
{
    bool ok = true;
    millrace__stock_document__init(out);
    out->document = page_text(v[0].as.text, arena, &ok);
    out->kind = page_text(v[1].as.text, arena, &ok);
    out->state = page_text(v[2].as.text, arena, &ok);
    out->location = page_text(v[3].as.text, arena, &ok);
    out->to_location = page_text(v[4].as.text, arena, &ok);
    out->reason = page_text(v[5].as.text, arena, &ok);
    out->has_value_e4 = out->has_effective_on = true;
    out->value_e4 = v[6].as.amount.e4;
    out->effective_on = v[7].as.day;
    out->created_by = page_text(v[8].as.text, arena, &ok);
    if (!v[9].null)
        out->decided_by = page_text(v[9].as.text, arena, &ok);
    return ok;
}

static bool fill_lines(Millrace__StockDocument *out, const struct sql_rows *rows,
                       struct arena *arena)
{
    Millrace__StockDocumentLine *lines = arena_alloc(arena, rows->count + 1, sizeof *lines);
    out->lines = arena_alloc(arena, rows->count + 1, sizeof *out->lines);
    if (!lines || !out->lines)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        if (!fill_line(&lines[i], sql_at(rows, i, 0), arena))
            return false;
        out->lines[i] = &lines[i];
    }
    out->n_lines = rows->count;
    return true;
}

enum status encode_documents(struct rpc_request *request, const struct sql_rows *documents,
                             const struct sql_rows *lines, bool more)
{
    Millrace__ListDocumentsReply reply;
    struct arena *arena = request->arena;
    size_t count = documents->count;
    millrace__list_documents_reply__init(&reply);
    Millrace__StockDocument *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.documents = arena_alloc(arena, count + 1, sizeof *reply.documents);
    if (!out || !reply.documents)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!fill_document(&out[i], sql_at(documents, i, 0), arena) ||
            (lines && !fill_lines(&out[i], lines, arena)))
            return full(&request->fault);
        reply.documents[i] = &out[i];
    }
    reply.n_documents = count;
    if (more)
        reply.next = out[count - 1].document;
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}
