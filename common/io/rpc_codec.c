#include "common/io/rpc_codec.h"

#include "common/wire/wire.h"
#include "proto/envelope.pb-c.h"

#include <string.h>

/* protobuf-c's structs hold char * and uint8_t *, also for what they only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static ProtobufCBinaryData bytes_of(struct text text)
{
    return (ProtobufCBinaryData){.len = text.length, .data = (uint8_t *)(uintptr_t)text.bytes};
}

static ProtobufCBinaryData bytes_of_uuid(const struct uuid *id)
{
    return bytes_of((struct text){(const char *)id->bytes, sizeof id->bytes});
}

/* wire_unpack has seen to it that there are 16 bytes, if any. */
static struct uuid uuid_of(protobuf_c_boolean present, ProtobufCBinaryData bytes)
{
    struct uuid id = {0};
    if (present)
        memcpy(id.bytes, bytes.data, sizeof id.bytes);
    return id;
}

static struct text text_of_bytes(protobuf_c_boolean present, ProtobufCBinaryData bytes)
{
    return present ? (struct text){(const char *)bytes.data, bytes.len} : (struct text){0};
}

static size_t pack(const ProtobufCMessage *message, uint8_t *bytes, size_t room)
{
    ASSERT(protobuf_c_message_get_packed_size(message) <= room);
    return protobuf_c_message_pack(message, bytes);
}

size_t rpc_envelope_pack(const struct rpc_envelope *envelope, uint8_t bytes[RPC_ENVELOPE_MAX])
{
    Millrace__Envelope message;
    millrace__envelope__init(&message);
    message.method = borrowed(envelope->method);
    message.has_request_uuid = true;
    message.request_uuid = bytes_of_uuid(&envelope->id);
    message.has_trace_uuid = !uuid_is_nil(envelope->trace);
    message.trace_uuid = bytes_of_uuid(&envelope->trace);
    message.has_ticket = envelope->ticket.length > 0;
    message.ticket = bytes_of(envelope->ticket);
    message.has_ticket_signature = envelope->signature.length > 0;
    message.ticket_signature = bytes_of(envelope->signature);
    message.plant = envelope->plant[0] == '\0' ? NULL : borrowed(envelope->plant);
    message.has_timeout_ms = envelope->timeout_ms > 0;
    message.timeout_ms = envelope->timeout_ms;
    message.has_key_uuid = !uuid_is_nil(envelope->key);
    message.key_uuid = bytes_of_uuid(&envelope->key);
    return pack(&message.base, bytes, RPC_ENVELOPE_MAX);
}

static enum status check_envelope(const Millrace__Envelope *message, struct fault *fault)
{
    if (!message->has_request_uuid)
        return fault_set(fault, STATUS_MALFORMED, "request_uuid", "envelope has no request id");
    if (!message->method || message->method[0] == '\0' || strlen(message->method) >= RPC_METHOD_MAX)
        return fault_set(fault, STATUS_MALFORMED, "method", "envelope names no method");
    if (message->plant && message->plant[0] != '\0' && !text_is_code(text_of(message->plant)))
        return fault_set(fault, STATUS_INVALID, "plant", "plant is not a code");
    return STATUS_OK;
}

enum status rpc_envelope_unpack(struct text bytes, struct arena *arena, struct rpc_envelope *out,
                                struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__envelope__descriptor, bytes, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__Envelope *envelope = (const Millrace__Envelope *)message;
    out->id = uuid_of(envelope->has_request_uuid, envelope->request_uuid);
    status = check_envelope(envelope, fault);
    if (status != STATUS_OK)
        return status;
    out->method = envelope->method;
    out->plant = envelope->plant ? envelope->plant : "";
    out->trace = uuid_of(envelope->has_trace_uuid, envelope->trace_uuid);
    out->key = uuid_of(envelope->has_key_uuid, envelope->key_uuid);
    out->ticket = text_of_bytes(envelope->has_ticket, envelope->ticket);
    out->signature = text_of_bytes(envelope->has_ticket_signature, envelope->ticket_signature);
    out->timeout_ms = envelope->has_timeout_ms ? envelope->timeout_ms : 0;
    return STATUS_OK;
}

/* A message that was cut to fit may end in half a character, which the reader would refuse. */
static char *clipped(const char *text, char *room, size_t size)
{
    size_t length = text ? strlen(text) : 0;
    length = length < size ? length : size - 1;
    if (length > 0)
        memcpy(room, text, length);
    for (int i = 0; i < 4 && !text_is_utf8((struct text){room, length}); i++)
        length--;
    room[length] = '\0';
    if (!text_is_utf8((struct text){room, length}))
        memcpy(room, "?", 2);
    return room;
}

size_t rpc_head_pack(const struct rpc_head *head, uint8_t bytes[RPC_HEAD_MAX])
{
    char field[64];
    char text[256];
    Millrace__ReplyHead message;
    millrace__reply_head__init(&message);
    message.has_request_uuid = true;
    message.request_uuid = bytes_of_uuid(&head->id);
    message.has_status = true;
    message.status = (uint32_t)head->status;
    if (head->status != STATUS_OK) {
        message.field = clipped(head->field, field, sizeof field);
        message.message = clipped(head->message, text, sizeof text);
    }
    message.has_repeated_answer = head->repeated;
    message.repeated_answer = head->repeated;
    message.has_instance = head->instance > 0;
    message.instance = head->instance;
    return pack(&message.base, bytes, RPC_HEAD_MAX);
}

enum status rpc_head_unpack(struct text bytes, struct arena *arena, struct rpc_head *out,
                            struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__reply_head__descriptor, bytes, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ReplyHead *head = (const Millrace__ReplyHead *)message;
    if (!head->has_request_uuid || !head->has_status || head->status > STATUS_INTERNAL)
        return fault_set(fault, STATUS_MALFORMED, "", "reply has no id or no known status");
    out->id = uuid_of(head->has_request_uuid, head->request_uuid);
    out->status = (enum status)head->status;
    out->field = head->field ? head->field : "";
    out->message = head->message ? head->message : "";
    out->repeated = head->has_repeated_answer && head->repeated_answer;
    out->instance = head->has_instance ? head->instance : 0;
    return STATUS_OK;
}

enum status rpc_health_pack(const struct rpc_health *health, struct arena *arena, struct text *out,
                            struct fault *fault)
{
    Millrace__GetHealthReply reply;
    millrace__get_health_reply__init(&reply);
    reply.service = borrowed(health->service);
    reply.version = borrowed(health->version);
    reply.has_healthy = true;
    reply.healthy = true;
    reply.has_ready = true;
    reply.ready = health->waiting_for == NULL;
    reply.waiting_for = borrowed(health->waiting_for);
    reply.has_started_at_us = true;
    reply.started_at_us = health->started_at_us;
    return wire_pack(&reply.base, arena, out, fault);
}

enum status rpc_metrics_pack(const char *text, struct arena *arena, struct text *out,
                             struct fault *fault)
{
    Millrace__GetMetricsReply reply;
    millrace__get_metrics_reply__init(&reply);
    reply.text = borrowed(text);
    return wire_pack(&reply.base, arena, out, fault);
}
