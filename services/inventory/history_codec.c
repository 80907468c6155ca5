#include "services/inventory/history_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"
#include "services/inventory/inventory_store.h"

#include <stdio.h>

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status missing(struct fault *fault, const char *field)
{
    return fault_set(fault, STATUS_INVALID, field, "%s is missing", field);
}

enum status decode_get_balance(struct rpc_request *request, struct balance_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_balance_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetBalanceRequest *asked = (const Millrace__GetBalanceRequest *)message;
    if (!asked->item)
        return missing(&request->fault, "item");
    if (asked->has_posted_seq && asked->has_day_on)
        return fault_set(&request->fault, STATUS_INVALID, "day_on",
                         "a balance is as of a day or as of a line, not both");
    if (asked->has_day_on && (asked->day_on < DATE_MIN || asked->day_on > DATE_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "day_on", "day out of range");
    bool after_all = !asked->has_posted_seq || asked->posted_seq > INT64_MAX;
    *query =
        (struct balance_query){.plant = text_of(request->plant),
                               .item = text_of(asked->item),
                               .of_day = asked->has_day_on,
                               .day = asked->day_on,
                               .posted_seq = after_all ? INT64_MAX : (int64_t)asked->posted_seq};
    return STATUS_OK;
}

enum status encode_balance(struct rpc_request *request, const struct balance_query *query,
                           const struct balance_answer *answer)
{
    Millrace__GetBalanceReply reply;
    bool ok = true;
    millrace__get_balance_reply__init(&reply);
    reply.item = page_text(query->item, request->arena, &ok);
    reply.has_quantity_micro = reply.has_value_e4 = true;
    reply.quantity_micro = answer->qty.micro;
    reply.value_e4 = answer->value.e4;
    reply.has_posted_seq = !query->of_day;
    reply.posted_seq = (uint64_t)answer->posted_seq;
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* A place in a trace says of which one: the ledger's last line then, times TRACE_PLACES, and links.
 */
enum { TRACE_PLACES = 1 << 18 };

static_assert(TRACE_PLACES > TRACE_LINKS_MAX, "a place holds any number of links");

enum status decode_trace(struct rpc_request *request, struct trace_query *query)
{
    int64_t after;
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_lot_trace_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListLotTraceRequest *asked = (const Millrace__ListLotTraceRequest *)message;
    if (!asked->item || !asked->lot)
        return missing(&request->fault, asked->item ? "lot" : "item");
    *query = (struct trace_query){.lot = {text_of(asked->item), text_of(asked->lot)},
                                  .backward = asked->backward};
    status = page_after(asked->after, &after, &request->fault);
    query->after = (size_t)(after % TRACE_PLACES);
    query->as_of = after / TRACE_PLACES;
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, INVENTORY_PAGE_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

static bool fill_link(Millrace__LotLink *out, const struct trace *trace,
                      const struct trace_link *link, struct arena *arena)
{
    bool ok = true;
    const struct trace_lot *from = &trace->lots[link->from];
    millrace__lot_link__init(out);
    out->has_level = out->has_quantity_micro = true;
    out->level = link->level;
    out->item = page_text(from->item, arena, &ok);
    out->lot = page_text(from->lot, arena, &ok);
    out->order_kind = page_text(link->order_kind, arena, &ok);
    out->order_id = page_text(link->order_id, arena, &ok);
    out->partner = page_text(link->partner, arena, &ok);
    out->quantity_micro = link->quantity.micro;
    if (link->to == TRACE_NOWHERE)
        return ok;
    out->to_item = page_text(trace->lots[link->to].item, arena, &ok);
    out->to_lot = page_text(trace->lots[link->to].lot, arena, &ok);
    return ok;
}

enum status encode_trace(struct rpc_request *request, const struct trace_query *query,
                         const struct trace *trace)
{
    Millrace__ListLotTraceReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    size_t first = query->after < trace->link_count ? query->after : trace->link_count;
    size_t count =
        trace->link_count - first < query->limit ? trace->link_count - first : query->limit;
    millrace__list_lot_trace_reply__init(&reply);
    Millrace__LotLink *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.links = arena_alloc(arena, count + 1, sizeof *reply.links);
    if (!out || !reply.links)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!fill_link(&out[i], trace, &trace->links[first + i], arena))
            return full(&request->fault);
        reply.links[i] = &out[i];
    }
    reply.n_links = count;
    if (first + count < trace->link_count)
        reply.next = page_next(query->as_of * TRACE_PLACES + (int64_t)(first + count), arena, &ok);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

enum status decode_recall(struct rpc_request *request, struct trace_lot *lot)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_recall_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListRecallRequest *asked = (const Millrace__ListRecallRequest *)message;
    if (!asked->item || !asked->lot)
        return missing(&request->fault, asked->item ? "lot" : "item");
    *lot = (struct trace_lot){text_of(asked->item), text_of(asked->lot)};
    return STATUS_OK;
}

static bool fill_documents(Millrace__ListRecallReply *reply, const struct sql_rows *rows,
                           struct arena *arena)
{
    bool ok = true;
    Millrace__RecallDocument *out = arena_alloc(arena, rows->count + 1, sizeof *out);
    reply->documents = arena_alloc(arena, rows->count + 1, sizeof *reply->documents);
    if (!out || !reply->documents)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__recall_document__init(&out[i]);
        out[i].document = page_text(v[0].as.text, arena, &ok);
        out[i].kind = page_text(v[1].as.text, arena, &ok);
        out[i].item = page_text(v[2].as.text, arena, &ok);
        out[i].lot = page_text(v[3].as.text, arena, &ok);
        out[i].has_quantity_micro = true;
        out[i].quantity_micro = v[4].as.qty.micro;
        out[i].order_kind = page_text(v[5].as.text, arena, &ok);
        out[i].order_id = page_text(v[6].as.text, arena, &ok);
        reply->documents[i] = &out[i];
    }
    reply->n_documents = rows->count;
    return ok;
}

static bool fill_customers(Millrace__ListRecallReply *reply, const struct sql_rows *rows,
                           struct arena *arena)
{
    bool ok = true;
    Millrace__RecallCustomer *out = arena_alloc(arena, rows->count + 1, sizeof *out);
    reply->customers = arena_alloc(arena, rows->count + 1, sizeof *reply->customers);
    if (!out || !reply->customers)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__recall_customer__init(&out[i]);
        out[i].customer = page_text(v[0].as.text, arena, &ok);
        out[i].sales_order = page_text(v[1].as.text, arena, &ok);
        out[i].item = page_text(v[2].as.text, arena, &ok);
        out[i].lot = page_text(v[3].as.text, arena, &ok);
        out[i].has_quantity_micro = true;
        out[i].quantity_micro = v[4].as.qty.micro;
        reply->customers[i] = &out[i];
    }
    reply->n_customers = rows->count;
    return ok;
}

static bool fill_stock(Millrace__ListRecallReply *reply, const struct sql_rows *rows,
                       struct arena *arena)
{
    bool ok = true;
    Millrace__StockRow *out = arena_alloc(arena, rows->count + 1, sizeof *out);
    reply->stock = arena_alloc(arena, rows->count + 1, sizeof *reply->stock);
    if (!out || !reply->stock)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__stock_row__init(&out[i]);
        out[i].item = page_text(v[0].as.text, arena, &ok);
        out[i].location = page_text(v[1].as.text, arena, &ok);
        out[i].lot = page_text(v[2].as.text, arena, &ok);
        out[i].status = page_text(v[3].as.text, arena, &ok);
        out[i].segment = page_text(v[4].as.text, arena, &ok);
        out[i].has_quantity_micro = true;
        out[i].quantity_micro = v[5].as.qty.micro;
        out[i].has_expires_on = !v[6].null;
        out[i].expires_on = v[6].null ? 0 : v[6].as.day;
        reply->stock[i] = &out[i];
    }
    reply->n_stock = rows->count;
    return ok;
}

enum status encode_recall(struct rpc_request *request, const struct trace *trace,
                          const struct recall *recall)
{
    Millrace__ListRecallReply reply;
    struct arena *arena = request->arena;
    millrace__list_recall_reply__init(&reply);
    reply.has_lots = true;
    reply.lots = (uint32_t)trace->lot_count;
    if (!fill_documents(&reply, &recall->documents, arena) ||
        !fill_customers(&reply, &recall->customers, arena) ||
        !fill_stock(&reply, &recall->stock, arena))
        return full(&request->fault);
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}

enum status pick_query_of(struct rpc_request *request, char **work_orders, size_t count,
                          struct pick_query *query)
{
    if (count == 0 || count > PICK_ORDERS_MAX)
        return fault_set(&request->fault, count == 0 ? STATUS_INVALID : STATUS_LIMIT, "work_orders",
                         "%zu work orders, a wave has 1 to %d", count, PICK_ORDERS_MAX);
    struct text *orders = arena_alloc(request->arena, count, sizeof *orders);
    if (!orders)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++)
        orders[i] = text_of(work_orders[i]);
    *query = (struct pick_query){text_of(request->plant), orders, count};
    return STATUS_OK;
}

enum status decode_picks(struct rpc_request *request, struct pick_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_picks_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListPicksRequest *asked = (const Millrace__ListPicksRequest *)message;
    return pick_query_of(request, asked->work_orders, asked->n_work_orders, query);
}

/* As a label of the shelf says it: additional item identification, then the batch. */
static char *barcode_of(const Millrace__Pick *pick, struct arena *arena, bool *ok)
{
    enum { BARCODE_MAX = 2 * TEXT_CODE_MAX + 16 };

    char text[BARCODE_MAX];
    bool lot = pick->lot && pick->lot[0] != '\0';
    if (!*ok)
        return NULL;
    (void)snprintf(text, sizeof text, "(240)%s%s%s", pick->item, lot ? "(10)" : "",
                   lot ? pick->lot : "");
    return page_text(text_of(text), arena, ok);
}

static bool fill_pick(Millrace__Pick *out, const struct sql_value *v, struct arena *arena)
{
    bool ok = true;
    millrace__pick__init(out);
    if (!v[0].null)
        out->location = page_text(v[0].as.text, arena, &ok);
    out->item = page_text(v[1].as.text, arena, &ok);
    if (!v[2].null)
        out->lot = page_text(v[2].as.text, arena, &ok);
    out->has_expires_on = !v[3].null;
    out->expires_on = v[3].null ? 0 : v[3].as.day;
    out->has_quantity_micro = out->has_line = true;
    out->quantity_micro = v[4].as.qty.micro;
    out->work_order = page_text(v[5].as.text, arena, &ok);
    out->line = (uint32_t)v[6].as.integer;
    out->name = page_text(v[7].as.text, arena, &ok);
    out->uom = page_text(v[8].as.text, arena, &ok);
    out->barcode = barcode_of(out, arena, &ok);
    return ok;
}

enum status encode_picks(struct rpc_request *request, const struct sql_rows *rows)
{
    Millrace__ListPicksReply reply;
    millrace__list_picks_reply__init(&reply);
    Millrace__Pick *out = arena_alloc(request->arena, rows->count + 1, sizeof *out);
    reply.picks = arena_alloc(request->arena, rows->count + 1, sizeof *reply.picks);
    if (!out || !reply.picks)
        return full(&request->fault);
    for (size_t i = 0; i < rows->count; i++) {
        if (!fill_pick(&out[i], sql_at(rows, i, 0), request->arena))
            return full(&request->fault);
        reply.picks[i] = &out[i];
    }
    reply.n_picks = rows->count;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
