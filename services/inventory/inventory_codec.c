#include "services/inventory/inventory_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"

#include <string.h>

const void *const inventory_descriptor = &millrace__inventory__descriptor;

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status order_lines(Millrace__OrderLineQuantity *const *asked, size_t count,
                               struct arena *arena, struct order_command *command,
                               struct fault *fault)
{
    if (count > INVENTORY_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "%zu lines are more than %d", count,
                         INVENTORY_LINES_MAX);
    struct order_line_quantity *lines = arena_alloc(arena, count + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct order_line_quantity){
            .line = asked[i]->line,
            .quantity = {asked[i]->quantity_micro},
            .location = text_of(asked[i]->location),
            .lot = text_of(asked[i]->lot),
            .expires_on = asked[i]->has_expires_on ? asked[i]->expires_on : NO_DATE,
        };
    command->lines = lines;
    command->line_count = count;
    return STATUS_OK;
}

enum status decode_post_purchase_receipt(struct text body, struct arena *arena,
                                         struct order_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__post_purchase_receipt_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostPurchaseReceiptRequest *asked =
        (const Millrace__PostPurchaseReceiptRequest *)message;
    if (!asked->purchase_order)
        return fault_set(fault, STATUS_INVALID, "purchase_order", "purchase_order is missing");
    command->order_id = text_of(asked->purchase_order);
    command->inspection_given = asked->has_inspection;
    command->inspection = asked->inspection;
    command->effective_on = asked->has_effective_on ? asked->effective_on : NO_DATE;
    return order_lines(asked->lines, asked->n_lines, arena, command, fault);
}

enum status decode_post_shipment(struct text body, struct arena *arena,
                                 struct order_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_shipment_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostShipmentRequest *asked = (const Millrace__PostShipmentRequest *)message;
    if (!asked->sales_order)
        return fault_set(fault, STATUS_INVALID, "sales_order", "sales_order is missing");
    command->order_id = text_of(asked->sales_order);
    command->oldest_first = asked->oldest_first;
    command->effective_on = asked->has_effective_on ? asked->effective_on : NO_DATE;
    return order_lines(asked->lines, asked->n_lines, arena, command, fault);
}

enum status decode_post_adjustment(struct text body, struct arena *arena,
                                   struct adjustment_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_adjustment_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostAdjustmentRequest *asked = (const Millrace__PostAdjustmentRequest *)message;
    if (asked->n_lines > INVENTORY_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "%zu lines are more than %d", asked->n_lines,
                         INVENTORY_LINES_MAX);
    struct adjustment_line *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < asked->n_lines; i++) {
        const Millrace__AdjustmentLine *line = asked->lines[i];
        lines[i] = (struct adjustment_line){
            .item = text_of(line->item),
            .quantity = {line->quantity_micro},
            .unit_cost =
                line->has_unit_cost_micro ? (struct unitcost){line->unit_cost_micro} : NO_COST,
            .location = text_of(line->location),
            .lot = text_of(line->lot),
            .expires_on = line->has_expires_on ? line->expires_on : NO_DATE,
        };
    }
    *command = (struct adjustment_command){
        .effective_on = asked->has_effective_on ? asked->effective_on : NO_DATE,
        .reason = text_of(asked->reason),
        .lines = lines,
        .line_count = asked->n_lines,
    };
    return STATUS_OK;
}

enum status encode_posting(const struct inventory_outcome *outcome, const struct book *book,
                           struct text *reply, struct fault *fault)
{
    /* document = 1, lines = 2, state = 3 in the reply of every posting */
    Millrace__PostAdjustmentReply message;
    bool ok = true;
    void **lines;
    size_t count;
    millrace__post_adjustment_reply__init(&message);
    if (!line_encode(book, outcome->lines, &lines, &count))
        return full(fault);
    message.lines = (Millrace__PostedLine **)lines;
    message.n_lines = count;
    message.document = line_text(book, text_of(outcome->document->text), &ok);
    message.state = line_text(book, text_of(outcome->state ? outcome->state : "done"), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

/* `next` of the stock list: the six key texts, each followed by a newline, which no code holds. */
#define STOCK_KEY_PARTS 6

static bool split_stock_key(const char *after, struct stock_row *row)
{
    struct text *parts[STOCK_KEY_PARTS] = {&row->item,   &row->location, &row->lot,
                                           &row->status, &row->segment,  &row->owner};
    for (size_t i = 0; i < STOCK_KEY_PARTS; i++) {
        const char *end = strchr(after, '\n');
        if (!end)
            return false;
        *parts[i] = (struct text){after, (size_t)(end - after)};
        after = end + 1;
    }
    return *after == '\0';
}

static char *join_stock_key(const struct stock_row *row, struct arena *arena)
{
    const struct text *parts[STOCK_KEY_PARTS] = {&row->item,   &row->location, &row->lot,
                                                 &row->status, &row->segment,  &row->owner};
    size_t room = 1;
    for (size_t i = 0; i < STOCK_KEY_PARTS; i++)
        room += parts[i]->length + 1;
    char *key = arena_alloc(arena, room, 1);
    size_t at = 0;
    for (size_t i = 0; key && i < STOCK_KEY_PARTS; i++) {
        memcpy(key + at, parts[i]->bytes, parts[i]->length);
        at += parts[i]->length;
        key[at++] = '\n';
    }
    return key;
}

enum status decode_list_stock(struct rpc_request *request, struct stock_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_stock_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListStockRequest *asked = (const Millrace__ListStockRequest *)message;
    const struct text empty = text_of("");
    *query = (struct stock_query){
        .plant = text_of(request->plant),
        .item = page_given(asked->item),
        .after = {.item = empty,
                  .location = empty,
                  .lot = empty,
                  .status = empty,
                  .segment = empty,
                  .owner = empty},
    };
    if (asked->after && !split_stock_key(asked->after, &query->after))
        return fault_set(&request->fault, STATUS_INVALID, "after",
                         "after is not what \"next\" of an earlier page said");
    return page_limit(asked->has_limit, asked->limit, INVENTORY_PAGE_MAX, &query->limit,
                      &request->fault);
}

enum status encode_stock(struct rpc_request *request, const struct stock_row *rows, size_t count,
                         bool more)
{
    Millrace__ListStockReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_stock_reply__init(&reply);
    Millrace__StockRow *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, count + 1, sizeof *reply.rows);
    if (!out || !reply.rows)
        return full(&request->fault);
    for (size_t i = 0; i < count && ok; i++) {
        millrace__stock_row__init(&out[i]);
        out[i].item = page_text(rows[i].item, arena, &ok);
        out[i].location = page_text(rows[i].location, arena, &ok);
        out[i].lot = page_text(rows[i].lot, arena, &ok);
        out[i].status = page_text(rows[i].status, arena, &ok);
        out[i].segment = page_text(rows[i].segment, arena, &ok);
        out[i].has_quantity_micro = true;
        out[i].quantity_micro = rows[i].qty.micro;
        out[i].has_expires_on = rows[i].expires;
        out[i].expires_on = rows[i].expires_on;
        reply.rows[i] = &out[i];
    }
    reply.n_rows = count;
    if (more) {
        reply.next = join_stock_key(&rows[count - 1], arena);
        ok = ok && reply.next;
    }
    if (!ok)
        return full(&request->fault);
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}

enum status decode_list_ledger(struct rpc_request *request, struct ledger_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_ledger_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListLedgerRequest *asked = (const Millrace__ListLedgerRequest *)message;
    *query = (struct ledger_query){
        .plant = text_of(request->plant),
        .item = page_given(asked->item),
        .order_id = page_given(asked->order_id),
    };
    if (asked->after &&
        (!decimal_parse(asked->after, strlen(asked->after), 0, &query->after) || query->after < 0))
        return fault_set(&request->fault, STATUS_INVALID, "after",
                         "\"%s\" is not what \"next\" of an earlier page said", asked->after);
    return page_limit(asked->has_limit, asked->limit, INVENTORY_PAGE_MAX, &query->limit,
                      &request->fault);
}

static bool fill_ledger(Millrace__LedgerRow *out, const struct ledger_row *row, struct arena *arena)
{
    bool ok = true;
    millrace__ledger_row__init(out);
    out->has_posted_seq = out->has_quantity_micro = out->has_amount_e4 = true;
    out->has_effective_on = out->has_posted_at_us = true;
    out->posted_seq = (uint64_t)row->posted_seq;
    out->document = page_text(row->document, arena, &ok);
    out->kind = page_text(row->kind, arena, &ok);
    out->quantity_micro = row->qty.micro;
    out->amount_e4 = row->amount.e4;
    out->order_id = page_text(row->order_id, arena, &ok);
    out->effective_on = row->effective_on;
    out->posted_at_us = row->posted_at_us;
    out->posted_by = page_text(row->posted_by, arena, &ok);
    out->has_wip_e4 = row->wip.e4 != 0;
    out->wip_e4 = row->wip.e4;
    out->has_variance_e4 = row->variance.e4 != 0;
    out->variance_e4 = row->variance.e4;
    out->reason = row->reason.length > 0 ? page_text(row->reason, arena, &ok) : NULL;
    out->operation = row->operation.length > 0 ? page_text(row->operation, arena, &ok) : NULL;
    if (row->item.bytes) {
        out->item = page_text(row->item, arena, &ok);
        out->location = page_text(row->location, arena, &ok);
        out->lot = page_text(row->lot, arena, &ok);
        out->has_on_hand_micro = out->has_value_e4 = true;
        out->on_hand_micro = row->on_hand.micro;
        out->value_e4 = row->value.e4;
    }
    return ok;
}

enum status encode_ledger(struct rpc_request *request, const struct ledger_row *rows, size_t count,
                          bool more)
{
    Millrace__ListLedgerReply reply;
    struct arena *arena = request->arena;
    millrace__list_ledger_reply__init(&reply);
    Millrace__LedgerRow *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, count + 1, sizeof *reply.rows);
    bool ok = true;
    if (!out || !reply.rows)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!fill_ledger(&out[i], &rows[i], arena))
            return full(&request->fault);
        reply.rows[i] = &out[i];
    }
    reply.n_rows = count;
    if (more)
        reply.next = page_next(rows[count - 1].posted_seq, arena, &ok);
    if (!ok)
        return full(&request->fault);
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}
