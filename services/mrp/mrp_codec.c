#include "services/mrp/mrp_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/event.pb-c.h"
#include "proto/mrp.pb-c.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(EVENT_PLAN_CHANGED == MILLRACE__EVENT_KIND__EVENT_KIND_PLAN_CHANGED,
               "the store writes this number");

_Static_assert(NEWS_STOCK == MILLRACE__EVENT_KIND__EVENT_KIND_STOCK &&
                   NEWS_WORK_ORDER == MILLRACE__EVENT_KIND__EVENT_KIND_WORK_ORDER &&
                   NEWS_PURCHASE_ORDER == MILLRACE__EVENT_KIND__EVENT_KIND_PURCHASE_ORDER &&
                   NEWS_SALES_ORDER == MILLRACE__EVENT_KIND__EVENT_KIND_SALES_ORDER &&
                   NEWS_MASTER_IMPORTED == MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_IMPORTED &&
                   NEWS_MASTER_CHANGED == MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_CHANGED &&
                   NEWS_FORECAST == MILLRACE__EVENT_KIND__EVENT_KIND_FORECAST,
               "the store reads these numbers");

const void *const mrp_descriptor = &millrace__mrp__descriptor;

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

bool decode_is_news(struct text body, struct arena *arena, int64_t *event_seq)
{
    const ProtobufCMessage *message;
    struct fault fault = {0};
    *event_seq = INT64_MAX;
    if (wire_unpack(&millrace__event__descriptor, body, arena, &message, &fault) != STATUS_OK)
        return true; /* of a later version */
    const Millrace__Event *event = (const Millrace__Event *)message;
    if (event->has_event_seq)
        *event_seq = (int64_t)event->event_seq;
    return event->kind != MILLRACE__EVENT_KIND__EVENT_KIND_PLAN_CHANGED;
}

enum status decode_forecast_item(struct text body, struct arena *arena, struct text *item,
                                 struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__event__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__Event *event = (const Millrace__Event *)message;
    *item = text_of(event->forecast && event->forecast->item ? event->forecast->item : "");
    return STATUS_OK;
}

enum status encode_plan_changed(const struct plan_changed *event, struct arena *arena,
                                struct text *body, struct fault *fault)
{
    Millrace__PlanState plan;
    Millrace__Event message;
    bool ok = true;
    millrace__plan_state__init(&plan);
    plan.has_plan_version = plan.has_planned_from_seq = plan.has_changed_orders = true;
    plan.plan_version = (uint64_t)event->plan_version;
    plan.planned_from_seq = (uint64_t)event->planned_from_seq;
    plan.changed_orders = (uint32_t)event->changed_orders;
    plan.items = arena_alloc(arena, event->item_count + 1, sizeof *plan.items);
    ok = plan.items != NULL;
    for (; ok && plan.n_items < event->item_count; plan.n_items++)
        plan.items[plan.n_items] = page_text(event->items[plan.n_items], arena, &ok);

    millrace__event__init(&message);
    message.plant = page_text(event->plant, arena, &ok);
    message.object_id = page_text(text_of("plan"), arena, &ok);
    if (!ok)
        return fault_set(fault, STATUS_LIMIT, "", "event does not fit in memory");
    message.has_event_seq = message.has_kind = message.has_version = true;
    message.event_seq = message.version = (uint64_t)event->event_seq;
    message.kind = MILLRACE__EVENT_KIND__EVENT_KIND_PLAN_CHANGED;
    message.plan = &plan;
    return wire_pack(&message.base, arena, body, fault);
}

enum status encode_plan_state(struct rpc_request *request, const struct plan_state *state,
                              const struct audit_note *audit)
{
    Millrace__GetPlanStateReply reply;
    millrace__get_plan_state_reply__init(&reply);
    reply.has_plan_version = reply.has_event_seq = true;
    reply.plan_version = (uint64_t)state->plan_version;
    reply.event_seq = (uint64_t)state->event_seq;
    if (state->plan_version > 0) {
        reply.has_planned_at_us = reply.has_plan_start_on = true;
        reply.planned_at_us = state->planned_at_us;
        reply.plan_start_on = state->plan_start;
    }
    reply.has_planned_orders = reply.has_messages = true;
    reply.planned_orders = (uint32_t)state->planned_orders;
    reply.messages = (uint32_t)state->messages;
    reply.has_audited_at_us = reply.has_audit_differences = audit->audited_at_us > 0;
    reply.audited_at_us = audit->audited_at_us;
    reply.audit_differences = (uint64_t)audit->differences;
    bool ok = true;
    if (audit->first.length > 0)
        reply.audit_first = page_text(audit->first, request->arena, &ok);
    if (!ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status encode_run_plan(struct rpc_request *request, const struct plan_state *state)
{
    Millrace__RunPlanReply reply;
    millrace__run_plan_reply__init(&reply);
    reply.has_plan_version = reply.has_event_seq = true;
    reply.plan_version = (uint64_t)state->plan_version;
    reply.event_seq = (uint64_t)state->event_seq;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status decode_list_planned_orders(struct rpc_request *request,
                                       struct planned_order_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_planned_orders_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListPlannedOrdersRequest *asked =
        (const Millrace__ListPlannedOrdersRequest *)message;
    query->plant = text_of(request->plant);
    query->item = page_given(asked->item);
    query->type = page_given(asked->type);
    if (asked->type && strcmp(asked->type, "make") != 0 && strcmp(asked->type, "buy") != 0 &&
        strcmp(asked->type, "transfer") != 0)
        return fault_set(&request->fault, STATUS_INVALID, "type",
                         "type is not one of make, buy, transfer");
    query->supplier = page_given(asked->supplier);
    query->until = asked->has_until_on ? asked->until_on : NO_DATE;
    query->after = text_of(asked->after);
    query->rejected = asked->has_rejected && asked->rejected;
    return page_limit(asked->has_limit, asked->limit, MRP_PAGE_MAX, &query->limit, &request->fault);
}

static bool fill_planned_order(Millrace__PlannedOrder *out, const struct planned_order *order,
                               struct arena *arena)
{
    bool ok = true;
    millrace__planned_order__init(out);
    out->planned_order_id = page_text(order->planned_order_id, arena, &ok);
    out->item = page_text(order->item, arena, &ok);
    out->type = page_text(order->type, arena, &ok);
    out->segment = page_text(order->segment, arena, &ok);
    out->flags = page_text(order->flags, arena, &ok);
    out->note = order->note.length > 0 ? page_text(order->note, arena, &ok) : NULL;
    out->reason = order->reason.length > 0 ? page_text(order->reason, arena, &ok) : NULL;
    out->marked_by = page_text(order->marked_by, arena, &ok);
    out->has_quantity_micro = out->has_start_quantity_micro = out->has_start_on = true;
    out->has_due_on = out->has_need_on = out->has_past_due_days = out->has_level = true;
    out->quantity_micro = order->qty.micro;
    out->start_quantity_micro = order->start_qty.micro;
    out->start_on = order->start;
    out->due_on = order->due;
    out->need_on = order->need;
    out->past_due_days = (uint32_t)order->past_due_days;
    out->level = (uint32_t)order->level;
    if (order->supplier.bytes) {
        out->supplier = page_text(order->supplier, arena, &ok);
        out->purchase_uom = page_text(order->purchase_uom, arena, &ok);
        out->has_purchase_quantity_micro = qty_given(order->purchase_qty);
        out->has_price_micro = cost_given(order->price);
        out->has_order_by_on = date_given(order->order_by);
        out->purchase_quantity_micro = order->purchase_qty.micro;
        out->price_micro = order->price.micro;
        out->order_by_on = order->order_by;
    }
    return ok;
}

enum status encode_planned_orders(struct rpc_request *request, const struct planned_order *orders,
                                  size_t count, bool more, int64_t plan_version)
{
    Millrace__ListPlannedOrdersReply reply;
    millrace__list_planned_orders_reply__init(&reply);
    Millrace__PlannedOrder *rows = arena_alloc(request->arena, count + 1, sizeof *rows);
    reply.planned_orders = arena_alloc(request->arena, count + 1, sizeof *reply.planned_orders);
    if (!rows || !reply.planned_orders)
        return full(request);
    for (size_t i = 0; i < count; i++) {
        if (!fill_planned_order(&rows[i], &orders[i], request->arena))
            return full(request);
        reply.planned_orders[i] = &rows[i];
    }
    reply.n_planned_orders = count;
    reply.next = more ? rows[count - 1].planned_order_id : NULL;
    reply.has_plan_version = true;
    reply.plan_version = (uint64_t)plan_version;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status decode_list_messages(struct rpc_request *request, struct message_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_plan_messages_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListPlanMessagesRequest *asked =
        (const Millrace__ListPlanMessagesRequest *)message;
    query->plant = text_of(request->plant);
    query->item = page_given(asked->item);
    status = page_after(asked->after, &query->after, &request->fault);
    if (status != STATUS_OK)
        return status;
    return page_limit(asked->has_limit, asked->limit, MRP_PAGE_MAX, &query->limit, &request->fault);
}

static bool fill_message(Millrace__PlanMessage *out, const struct planner_message *message,
                         struct arena *arena)
{
    bool ok = true;
    millrace__plan_message__init(out);
    out->item = page_text(message->item, arena, &ok);
    out->segment = page_text(message->segment, arena, &ok);
    out->message = page_text(message->message, arena, &ok);
    out->reference = page_text(message->reference, arena, &ok);
    out->cause = page_text(message->cause, arena, &ok);
    out->action = page_text(message->action, arena, &ok);
    out->has_date_on = out->has_quantity_micro = true;
    out->date_on = message->day;
    out->quantity_micro = message->qty.micro;
    return ok;
}

enum status encode_messages(struct rpc_request *request, const struct planner_message *messages,
                            size_t count, bool more)
{
    Millrace__ListPlanMessagesReply reply;
    millrace__list_plan_messages_reply__init(&reply);
    Millrace__PlanMessage *rows = arena_alloc(request->arena, count + 1, sizeof *rows);
    reply.messages = arena_alloc(request->arena, count + 1, sizeof *reply.messages);
    bool ok = true;
    if (!rows || !reply.messages)
        return full(request);
    for (size_t i = 0; i < count; i++) {
        if (!fill_message(&rows[i], &messages[i], request->arena))
            return full(request);
        reply.messages[i] = &rows[i];
    }
    reply.n_messages = count;
    if (more)
        reply.next = page_next(messages[count - 1].row_no, request->arena, &ok);
    if (!ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status decode_list_shortages(struct rpc_request *request, int32_t *days)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_shortages_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListShortagesRequest *asked = (const Millrace__ListShortagesRequest *)message;
    if (asked->has_days && (asked->days < 1 || asked->days > SHORTAGE_DAYS_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "days", "days %u is outside 1..%d",
                         asked->days, SHORTAGE_DAYS_MAX);
    *days = asked->has_days ? (int32_t)asked->days : SHORTAGE_DAYS_DEFAULT;
    return STATUS_OK;
}

enum status encode_planned_order(struct rpc_request *request, const struct planned_order *order,
                                 const char *explanation)
{
    Millrace__GetPlannedOrderReply reply;
    Millrace__PlannedOrder row;
    bool ok = fill_planned_order(&row, order, request->arena);
    millrace__get_planned_order_reply__init(&reply);
    reply.planned_order = &row;
    reply.explanation = page_text(text_of(explanation), request->arena, &ok);
    if (!ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
