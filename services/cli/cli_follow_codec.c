#include "services/cli/cli_follow_codec.h"

#include "common/base/date.h"
#include "common/base/qty.h"
#include "common/wire/json.h"
#include "proto/mrp.pb-c.h"
#include "proto/relay.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *quantity(int64_t micro, char text[QTY_TEXT_MAX])
{
    text[qty_format((struct qty){micro}, text)] = '\0';
    return text;
}

static const char *day(bool given, int32_t on, char text[DATE_TEXT_MAX])
{
    text[given ? date_format(on, text) : 0] = '\0';
    return text;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void say_order(const Millrace__Event *event, const char *kind, struct follow_event *out)
{
    const Millrace__OrderState *order = event->order;
    char asked[QTY_TEXT_MAX];
    char done[QTY_TEXT_MAX];
    if (order->item)
        snprintf(out->words, sizeof out->words, "%s %s: %s, %s of %s, %s done", kind,
                 event->object_id, or_empty(order->state), quantity(order->quantity_micro, asked),
                 order->item, quantity(order->done_micro, done));
    else
        snprintf(out->words, sizeof out->words, "%s %s: %s, %zu lines", kind, event->object_id,
                 or_empty(order->state), order->n_lines);
}

static void say_event(const Millrace__Event *event, struct follow_event *out)
{
    static const char prefix[] = "EVENT_KIND_";
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&millrace__event_kind__descriptor, (int)event->kind);
    char number[QTY_TEXT_MAX];
    char kind[64];
    snprintf(kind, sizeof kind, "%s", value ? value->name + sizeof prefix - 1 : "event");
    for (char *at = kind; *at; at++)
        *at = *at == '_' ? ' ' : (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    if (event->plan)
        snprintf(out->words, sizeof out->words,
                 "plan %" PRIu64 ": knows #%" PRIu64 ", suggestions changed: %" PRIu32,
                 event->plan->plan_version, event->plan->planned_from_seq,
                 event->plan->changed_orders);
    else if (event->stock)
        snprintf(out->words, sizeof out->words, "stock of %s: %s", or_empty(event->stock->item),
                 quantity(event->stock->on_hand_micro, number));
    else if (event->order)
        say_order(event, kind, out);
    else if (event->forecast)
        snprintf(out->words, sizeof out->words, "forecast %s: %s of %s", or_empty(event->object_id),
                 quantity(event->forecast->quantity_micro, number),
                 or_empty(event->forecast->item));
    else
        snprintf(out->words, sizeof out->words, "%s %s", kind, or_empty(event->object_id));
}

enum status follow_events(struct text data, struct arena *arena, struct follow_event **out,
                          size_t *count, struct fault *fault)
{
    static const char list[] = "\"events\":";
    ProtobufCMessage *message;
    const char *at = data.bytes;
    const char *end = data.bytes + data.length;
    while (at < end && strncmp(at, list, sizeof list - 1) != 0)
        at++;
    char *json = arena_alloc(arena, data.length + 1, 1);
    if (!json)
        return fault_set(fault, STATUS_LIMIT, "", "events do not fit in memory");
    size_t length = (size_t)(end - at); /* what a ListEventsReply is, behind its brace */
    json[0] = '{';
    memcpy(json + 1, at, length);
    enum status status = json_to_message(&millrace__list_events_reply__descriptor,
                                         (struct text){json, length + 1}, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListEventsReply *reply = (const void *)message;
    *count = reply->n_events;
    *out = arena_alloc(arena, *count + 1, sizeof **out);
    if (!*out)
        return fault_set(fault, STATUS_LIMIT, "", "events do not fit in memory");
    for (size_t i = 0; i < *count; i++) {
        const Millrace__Event *event = reply->events[i];
        (*out)[i].place = event->event_seq;
        (*out)[i].committed_us = event->committed_at_us;
        (*out)[i].plan = event->plan != NULL;
        say_event(event, &(*out)[i]);
    }
    return STATUS_OK;
}

static void say_suggestion(const Millrace__PlannedOrder *order, struct follow_suggestion *out)
{
    char much[QTY_TEXT_MAX];
    char bought[QTY_TEXT_MAX];
    char by[DATE_TEXT_MAX];
    char start[DATE_TEXT_MAX];
    char due[DATE_TEXT_MAX];
    int length = snprintf(out->words, sizeof out->words, "%s %s of %s", or_empty(order->type),
                          quantity(order->quantity_micro, much), or_empty(order->item));
    size_t left = sizeof out->words - (size_t)length;
    if (order->supplier)
        length += snprintf(out->words + length, left, " from %s (%s %s), order by %s",
                           order->supplier, quantity(order->purchase_quantity_micro, bought),
                           or_empty(order->purchase_uom),
                           day(order->has_order_by_on, order->order_by_on, by));
    left = sizeof out->words - (size_t)length;
    snprintf(out->words + length, left, ", start %s, due %s",
             day(order->has_start_on, order->start_on, start),
             day(order->has_due_on, order->due_on, due));
    out->name = or_empty(order->planned_order_id);
}

enum status follow_suggestions(const ProtobufCMessage *page, struct arena *arena,
                               struct follow_suggestion **out, size_t *count, const char **next,
                               struct fault *fault)
{
    const Millrace__ListPlannedOrdersReply *reply = (const void *)page;
    *count = reply->n_planned_orders;
    *next = or_empty(reply->next);
    *out = arena_alloc(arena, *count + 1, sizeof **out);
    if (!*out)
        return fault_set(fault, STATUS_LIMIT, "", "suggestions do not fit in memory");
    for (size_t i = 0; i < *count; i++)
        say_suggestion(reply->planned_orders[i], &(*out)[i]);
    return STATUS_OK;
}

const char *follow_reason(const ProtobufCMessage *get_planned_order_reply)
{
    const Millrace__GetPlannedOrderReply *reply = (const void *)get_planned_order_reply;
    return or_empty(reply->explanation);
}

uint64_t follow_place(const ProtobufCMessage *get_relay_state_reply)
{
    const Millrace__GetRelayStateReply *reply = (const void *)get_relay_state_reply;
    return reply->committed_seq;
}
