#include "common/wire/wire.h"

#include "common/wire/wire_scan.h"

/* protobuf-c asks for memory here; what it was refused is told apart from what it cannot read. */
struct source {
    struct arena *arena;
    bool exhausted;
};

static void *take(void *data, size_t size)
{
    struct source *source = data;
    void *memory = arena_alloc(source->arena, 1, size);
    if (!memory)
        source->exhausted = true;
    return memory;
}

static void give_back(void *data, void *memory)
{
    (void)data;
    (void)memory; /* the arena keeps it until the request is over */
}

enum status wire_unpack(const ProtobufCMessageDescriptor *type, struct text bytes,
                        struct arena *arena, const ProtobufCMessage **out, struct fault *fault)
{
    if (bytes.length > WIRE_UNPACK_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "message of %zu bytes is above the limit of %zu",
                         bytes.length, WIRE_UNPACK_MAX);
    enum status status = wire_scan(type, bytes, fault);
    if (status != STATUS_OK)
        return status;

    struct source source = {.arena = arena};
    ProtobufCAllocator allocator = {.alloc = take, .free = give_back, .allocator_data = &source};
    ProtobufCMessage *message =
        protobuf_c_message_unpack(type, &allocator, bytes.length, (const uint8_t *)bytes.bytes);
    if (!message && source.exhausted)
        return fault_set(fault, STATUS_LIMIT, "", "message needs too much memory");
    if (!message)
        return fault_set(fault, STATUS_MALFORMED, "", "message is not a %s", type->short_name);
    *out = message;
    return STATUS_OK;
}

enum status wire_pack(const ProtobufCMessage *message, struct arena *arena, struct text *out,
                      struct fault *fault)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > WIRE_REPLY_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "%s of %zu bytes is above the limit of %zu",
                         message->descriptor->short_name, size, WIRE_REPLY_MAX);
    uint8_t *bytes = arena_alloc(arena, size + 1, 1);
    if (!bytes)
        return fault_set(fault, STATUS_LIMIT, "", "%s needs too much memory",
                         message->descriptor->short_name);
    size_t written = protobuf_c_message_pack(message, bytes);
    ASSERT(written == size);
    *out = (struct text){(const char *)bytes, size};
    return STATUS_OK;
}

/* Fields are packed in the order of their numbers, so the first one is in front, as its tag, its
   length (a code's takes one byte) and its bytes. */
struct text wire_object(const ProtobufCMessageDescriptor *type, struct text bytes)
{
    enum { TAG = 1 << 3 | 2 };

    const struct text none = text_of("");
    if (type->n_fields == 0 || type->fields[0].id != 1 ||
        type->fields[0].type != PROTOBUF_C_TYPE_STRING ||
        type->fields[0].label == PROTOBUF_C_LABEL_REPEATED)
        return none;
    if (bytes.length < 2 || bytes.bytes[0] != TAG)
        return none;
    size_t length = (unsigned char)bytes.bytes[1];
    return length <= TEXT_CODE_MAX && length <= bytes.length - 2
               ? (struct text){bytes.bytes + 2, length}
               : none;
}
