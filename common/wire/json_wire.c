#include "common/base/uuid.h"
#include "common/wire/json.h"
#include "common/wire/json_writer.h"

#include <string.h>

/*
 * Packed bytes become JSON in one pass, without a message in between.  Only what our own services
 * pack is read so: fields in the order of their numbers, each once, of the kind that the descriptor
 * says.  Anything else is left to wire_unpack, which also knows how to complain.
 */
enum { VARINT = 0, BYTES = 2 };

#define VARINT_BYTES_MAX 10
#define JSON_A_BYTE      3 /* of JSON for one packed, about; the text grows when it is more */

/* A message under way. */
struct level {
    const ProtobufCMessageDescriptor *type;
    const char *at;
    const char *end;
    unsigned next;    /* the first field that is not written yet */
    bool in_repeated; /* it is next - 1, and its ']' is not written */
    bool any;
};

struct walk {
    struct json_writer *writer;
    struct level levels[JSON_DEPTH_MAX];
    size_t depth;
};

static bool read_varint(struct level *level, uint64_t *out)
{
    uint64_t value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX && level->at < level->end; i++) {
        uint64_t byte = (uint8_t)*level->at++;
        value |= (byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *out = value;
            return true;
        }
    }
    return false;
}

static bool read_bytes(struct level *level, struct text *out)
{
    uint64_t length;
    if (!read_varint(level, &length) || length > (uint64_t)(level->end - level->at))
        return false;
    *out = (struct text){level->at, (size_t)length};
    level->at += length;
    return true;
}

static bool enter(struct walk *walk, const ProtobufCMessageDescriptor *type, struct text bytes)
{
    if (walk->depth == JSON_DEPTH_MAX)
        return false;
    walk->levels[walk->depth++] =
        (struct level){.type = type, .at = bytes.bytes, .end = bytes.bytes + bytes.length};
    json_put_char(walk->writer, '{');
    return true;
}

static void end_repeated(struct walk *walk, struct level *level)
{
    if (level->in_repeated)
        json_put_char(walk->writer, ']');
    level->in_repeated = false;
}

/* Fields before `number` are absent: of these, repeated ones are written empty.  False: one of them
   may not be. */
static bool pass_absent(struct walk *walk, struct level *level, uint64_t number)
{
    for (; level->next < level->type->n_fields; level->next++) {
        const ProtobufCFieldDescriptor *field = &level->type->fields[level->next];
        if (field->id >= number)
            return true;
        if (field->label == PROTOBUF_C_LABEL_REQUIRED)
            return false;
        if (field->label != PROTOBUF_C_LABEL_REPEATED)
            continue;
        json_put_name(walk->writer, field, !level->any);
        json_put(walk->writer, "[]", 2);
        level->any = true;
    }
    return true;
}

/* The field that comes, its name written.  NULL: not in order, or not known. */
static const ProtobufCFieldDescriptor *begin_field(struct walk *walk, struct level *level,
                                                   uint64_t number)
{
    if (level->in_repeated && level->type->fields[level->next - 1].id == number) {
        json_put_char(walk->writer, ',');
        return &level->type->fields[level->next - 1];
    }
    end_repeated(walk, level);
    if (!pass_absent(walk, level, number) || level->next == level->type->n_fields)
        return NULL;
    const ProtobufCFieldDescriptor *field = &level->type->fields[level->next];
    if (field->id != number)
        return NULL;
    level->next++;
    json_put_name(walk->writer, field, !level->any);
    level->any = true;
    level->in_repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    if (level->in_repeated)
        json_put_char(walk->writer, '[');
    return field;
}

static int64_t unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static bool is_number(ProtobufCType type)
{
    return type != PROTOBUF_C_TYPE_STRING && type != PROTOBUF_C_TYPE_BYTES &&
           type != PROTOBUF_C_TYPE_MESSAGE;
}

/* The member as protobuf-c would have it. */
static bool put_number(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                       uint64_t value)
{
    union {
        int64_t wide;
        uint64_t natural;
        int32_t narrow;
        uint32_t small;
        int number;
        protobuf_c_boolean yes;
    } member = {.natural = value};

    if (!is_number(field->type))
        return false;
    if (field->type == PROTOBUF_C_TYPE_SINT64)
        member.wide = unzigzag(value);
    else if (field->type == PROTOBUF_C_TYPE_SINT32)
        member.narrow = (int32_t)unzigzag(value & UINT32_MAX);
    else if (field->type == PROTOBUF_C_TYPE_BOOL)
        member.yes = value != 0;
    else if (field->type == PROTOBUF_C_TYPE_ENUM)
        member.number = (int)(uint32_t)value;
    else if (field->type != PROTOBUF_C_TYPE_UINT64 && field->type != PROTOBUF_C_TYPE_INT64)
        member.small = (uint32_t)value;
    if (field->type == PROTOBUF_C_TYPE_ENUM &&
        !protobuf_c_enum_descriptor_get_value(field->descriptor, member.number))
        return false;
    json_put_scalar(writer, field, &member);
    return true;
}

static bool put_bytes(struct walk *walk, const ProtobufCFieldDescriptor *field, struct text bytes)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter(walk, field->descriptor, bytes);
    if (field->type == PROTOBUF_C_TYPE_STRING && text_is_utf8(bytes)) {
        json_put_string(walk->writer, bytes);
        return true;
    }
    if (field->type != PROTOBUF_C_TYPE_BYTES ||
        (json_kind(field) == JSON_UUID && bytes.length != sizeof(struct uuid)))
        return false;
    const ProtobufCBinaryData data = {bytes.length, (uint8_t *)(uintptr_t)bytes.bytes};
    json_put_scalar(walk->writer, field, &data);
    return true;
}

static bool step(struct walk *walk, struct level *level)
{
    uint64_t tag;
    uint64_t value;
    struct text bytes;
    if (!read_varint(level, &tag))
        return false;
    const ProtobufCFieldDescriptor *field = begin_field(walk, level, tag >> 3);
    if (!field)
        return false;
    if ((tag & 7) == VARINT)
        return read_varint(level, &value) && put_number(walk->writer, field, value);
    return (tag & 7) == BYTES && read_bytes(level, &bytes) && put_bytes(walk, field, bytes);
}

static bool leave(struct walk *walk, struct level *level)
{
    end_repeated(walk, level);
    bool whole = pass_absent(walk, level, UINT64_MAX);
    json_put_char(walk->writer, '}');
    walk->depth--;
    return whole;
}

/* False: wire_unpack is to read it. */
static bool transcode(const ProtobufCMessageDescriptor *type, struct text bytes,
                      struct json_writer *writer)
{
    struct walk walk; /* its levels are set as they are entered */
    walk.writer = writer;
    walk.depth = 0;
    bool good = bytes.length <= WIRE_UNPACK_MAX && enter(&walk, type, bytes);
    while (good && walk.depth > 0 && !writer->full) {
        struct level *level = &walk.levels[walk.depth - 1];
        good = level->at < level->end ? step(&walk, level) : leave(&walk, level);
    }
    return good && !writer->full;
}

enum status json_of_wire(const ProtobufCMessageDescriptor *type, struct text bytes,
                         struct arena *arena, struct text *out, struct fault *fault)
{
    const ProtobufCMessage *message;
    struct json_writer writer = {.arena = arena};
    (void)json_room(&writer, JSON_A_BYTE * bytes.length + 2);
    if (transcode(type, bytes, &writer)) {
        *out = (struct text){writer.bytes, writer.length};
        return STATUS_OK;
    }
    enum status status = wire_unpack(type, bytes, arena, &message, fault);
    return status == STATUS_OK ? json_of_message(message, arena, out, fault) : status;
}
