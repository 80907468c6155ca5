#include "services/relay/webhook_codec.h"

#include "common/wire/json.h"
#include "common/wire/json_field.h"
#include "common/wire/page.h"
#include "proto/relay.pb-c.h"

#include <stdio.h>
#include <string.h>

#define PAGE_MAX     100
#define SECRET_SHOWN 64

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **out)
{
    return wire_unpack(type, request->body, request->arena, out, &request->fault);
}

static enum status need_name(const char *webhook, struct fault *fault)
{
    if (webhook && text_is_code(text_of(webhook)))
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, "webhook",
                     "webhook needs a name of 1 to %d bytes without blanks at the ends",
                     TEXT_CODE_MAX);
}

bool webhook_kinds_known(struct text kinds)
{
    size_t at = 0;
    int value;
    while (at < kinds.length) {
        size_t end = at;
        while (end < kinds.length && kinds.bytes[end] != ',')
            end++;
        if (!json_enum_value(&millrace__event_kind__descriptor,
                             (struct text){kinds.bytes + at, end - at}, &value))
            return false;
        at = end + 1;
    }
    return true;
}

static enum status read_place(bool given, uint64_t place, int64_t *out, struct fault *fault)
{
    *out = given ? (int64_t)place : INT64_MIN;
    return !given || place <= INT64_MAX
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID, "after_seq", "after_seq is out of range");
}

enum status decode_create_webhook(struct rpc_request *request, struct webhook *out)
{
    const ProtobufCMessage *message;
    struct fault *fault = &request->fault;
    enum status status = unpack(request, &millrace__create_webhook_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__CreateWebhookRequest *asked = (const Millrace__CreateWebhookRequest *)message;
    *out = (struct webhook){
        .webhook = text_of(asked->webhook),
        .url = text_of(asked->url),
        .kinds = text_of(asked->kinds),
        .allow_private = asked->allow_private,
        .tries = asked->has_tries ? (int64_t)asked->tries : WEBHOOK_TRIES,
        .made_by = text_of(request->principal.name),
    };
    status = need_name(asked->webhook, fault);
    if (status == STATUS_OK && (out->tries < 1 || out->tries > WEBHOOK_TRIES_MAX))
        status = fault_set(fault, STATUS_INVALID, "tries", "tries %u is outside 1..%d",
                           asked->tries, WEBHOOK_TRIES_MAX);
    if (status == STATUS_OK && !webhook_kinds_known(out->kinds))
        status = fault_set(fault, STATUS_INVALID, "kinds",
                           "kinds must be names of event kinds with a comma between");
    return status == STATUS_OK
               ? read_place(asked->has_after_seq, asked->after_seq, &out->cursor_seq, fault)
               : status;
}

enum status decode_set_webhook(struct rpc_request *request, struct webhook *out)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__set_webhook_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetWebhookRequest *asked = (const Millrace__SetWebhookRequest *)message;
    *out = (struct webhook){.webhook = text_of(asked->webhook),
                            .active = !asked->has_active || asked->active};
    status = need_name(asked->webhook, &request->fault);
    return status == STATUS_OK ? read_place(asked->has_after_seq, asked->after_seq,
                                            &out->cursor_seq, &request->fault)
                               : status;
}

enum status decode_delete_webhook(struct rpc_request *request, struct text *webhook)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__delete_webhook_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__DeleteWebhookRequest *asked = (const Millrace__DeleteWebhookRequest *)message;
    *webhook = text_of(asked->webhook);
    return need_name(asked->webhook, &request->fault);
}

enum status decode_redeliver(struct rpc_request *request, struct text *webhook, int64_t *event_seq)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__redeliver_webhook_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__RedeliverWebhookRequest *asked =
        (const Millrace__RedeliverWebhookRequest *)message;
    *webhook = text_of(asked->webhook);
    *event_seq = asked->event_seq <= INT64_MAX ? (int64_t)asked->event_seq : INT64_MAX;
    return need_name(asked->webhook, &request->fault);
}

enum status decode_list_webhooks(struct rpc_request *request, struct text *after, size_t *limit)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_webhooks_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListWebhooksRequest *asked = (const Millrace__ListWebhooksRequest *)message;
    *after = text_of(asked->after);
    return page_limit(asked->has_limit, asked->limit, PAGE_MAX, limit, &request->fault);
}

enum status decode_list_dead(struct rpc_request *request, struct dead_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_dead_deliveries_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListDeadDeliveriesRequest *asked =
        (const Millrace__ListDeadDeliveriesRequest *)message;
    query->webhook = text_of(asked->webhook);
    status = need_name(asked->webhook, &request->fault);
    if (status == STATUS_OK)
        status = page_after(asked->after, &query->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, PAGE_MAX, &query->limit,
                                            &request->fault)
                               : status;
}

enum status encode_create_webhook(struct command *command, const struct webhook *webhook,
                                  struct fault *fault)
{
    Millrace__CreateWebhookReply reply = MILLRACE__CREATE_WEBHOOK_REPLY__INIT;
    char shown[SECRET_SHOWN] = "whsec_";
    bool ok = true;
    json_base64_format((const uint8_t *)webhook->secret.bytes, webhook->secret.length,
                       shown + strlen(shown));
    reply.webhook = page_text(webhook->webhook, command->arena, &ok);
    reply.secret = shown;
    return ok ? wire_pack(&reply.base, command->arena, &command->reply, fault) : full(fault);
}

enum status encode_set_webhook(struct command *command, struct fault *fault)
{
    Millrace__SetWebhookReply reply = MILLRACE__SET_WEBHOOK_REPLY__INIT;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

enum status encode_delete_webhook(struct command *command, struct fault *fault)
{
    Millrace__DeleteWebhookReply reply = MILLRACE__DELETE_WEBHOOK_REPLY__INIT;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

enum status encode_redeliver(struct command *command, size_t count, struct fault *fault)
{
    Millrace__RedeliverWebhookReply reply = MILLRACE__REDELIVER_WEBHOOK_REPLY__INIT;
    reply.has_deliveries = true;
    reply.deliveries = (uint32_t)count;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

static void fill_webhook(Millrace__Webhook *out, const struct webhook *webhook, struct arena *arena,
                         bool *ok)
{
    millrace__webhook__init(out);
    out->webhook = page_text(webhook->webhook, arena, ok);
    out->url = page_text(webhook->url, arena, ok);
    out->kinds = page_text(webhook->kinds, arena, ok);
    out->has_active = out->has_allow_private = out->has_delivered_seq = true;
    out->active = webhook->active;
    out->allow_private = webhook->allow_private;
    out->delivered_seq = (uint64_t)webhook->cursor_seq;
    out->has_failures = out->has_next_at_us = true;
    out->failures = (uint32_t)webhook->failures;
    out->next_at_us = webhook->next_at_us;
    out->last_error = page_text(webhook->last_error, arena, ok);
    out->made_by = page_text(webhook->made_by, arena, ok);
}

enum status encode_webhooks(struct rpc_request *request, const struct sql_rows *rows, size_t limit)
{
    Millrace__ListWebhooksReply reply = MILLRACE__LIST_WEBHOOKS_REPLY__INIT;
    struct arena *arena = request->arena;
    bool ok = true;
    bool more = rows->count > limit;
    size_t count = more ? limit : rows->count;
    Millrace__Webhook *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.webhooks = arena_alloc(arena, count + 1, sizeof(void *));
    if (!out || !reply.webhooks)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        struct webhook webhook = webhook_of_row(rows, i);
        fill_webhook(&out[i], &webhook, arena, &ok);
        reply.webhooks[i] = &out[i];
    }
    reply.n_webhooks = count;
    reply.next = more ? out[count - 1].webhook : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

enum status encode_dead(struct rpc_request *request, const struct sql_rows *rows, size_t limit)
{
    Millrace__ListDeadDeliveriesReply reply = MILLRACE__LIST_DEAD_DELIVERIES_REPLY__INIT;
    struct arena *arena = request->arena;
    bool ok = true;
    bool more = rows->count > limit;
    size_t count = more ? limit : rows->count;
    Millrace__DeadDelivery *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.deliveries = arena_alloc(arena, count + 1, sizeof(void *));
    if (!out || !reply.deliveries)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__dead_delivery__init(&out[i]);
        out[i].webhook = page_text(v[0].as.text, arena, &ok);
        out[i].has_event_seq = out[i].has_dead_at_us = out[i].has_waiting = true;
        out[i].event_seq = (uint64_t)v[1].as.integer;
        out[i].error = page_text(v[2].as.text, arena, &ok);
        out[i].dead_at_us = v[3].as.integer;
        out[i].waiting = v[4].as.boolean;
        reply.deliveries[i] = &out[i];
    }
    reply.n_deliveries = count;
    if (more)
        reply.next = page_next(sql_at(rows, count - 1, 1)->as.integer, arena, &ok);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

enum status webhook_payload(struct text event, struct arena *arena, char kind[WEBHOOK_KIND_MAX],
                            struct text *payload, struct fault *fault)
{
    const ProtobufCMessage *message;
    struct text data;
    char time[JSON_TIME_MAX];
    char name[JSON_ENUM_MAX];
    enum status status = wire_unpack(&millrace__event__descriptor, event, arena, &message, fault);
    if (status == STATUS_OK)
        status = json_of_message(message, arena, &data, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__Event *read = (const Millrace__Event *)message;
    json_enum_name(&millrace__event_kind__descriptor, (int)read->kind, name);
    snprintf(kind, WEBHOOK_KIND_MAX, "%s", name);
    if (json_time_format(read->committed_at_us, time) == 0)
        time[0] = '\0';
    size_t room = data.length + sizeof name + sizeof time + 64;
    char *bytes = arena_alloc(arena, room, 1);
    if (!bytes)
        return full(fault);
    int length = snprintf(bytes, room, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":%.*s}", kind,
                          time, (int)data.length, data.bytes);
    ASSERT(length > 0 && (size_t)length < room);
    *payload = (struct text){bytes, (size_t)length};
    return STATUS_OK;
}
