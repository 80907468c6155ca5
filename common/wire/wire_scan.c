#include "common/wire/wire_scan.h"

#include <stdio.h>
#include <string.h>

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

#define VARINT_BYTES_MAX 10
#define PATH_MAX_BYTES   64 /* as fault.field */

/* A message that is being read: its bytes and the field we are in. */
struct level {
    const ProtobufCMessageDescriptor *type;
    const char *at;
    const char *end;
    const ProtobufCFieldDescriptor *field;
    size_t index; /* of a repeated field, as long as its elements come in one run */
};

struct scan {
    struct level levels[WIRE_DEPTH_MAX];
    size_t depth; /* the deepest level is levels[depth - 1] */
    struct fault *fault;
};

static struct level *here(struct scan *scan)
{
    return &scan->levels[scan->depth - 1];
}

/* "lines[2].item" */
static void path_of(const struct scan *scan, char path[PATH_MAX_BYTES])
{
    size_t used = 0;
    path[0] = '\0';
    for (size_t i = 0; i < scan->depth && used < PATH_MAX_BYTES; i++) {
        const struct level *level = &scan->levels[i];
        if (!level->field)
            break;
        const char *dot = i == 0 ? "" : ".";
        int written =
            level->field->label == PROTOBUF_C_LABEL_REPEATED
                ? snprintf(path + used, PATH_MAX_BYTES - used, "%s%s[%zu]", dot, level->field->name,
                           level->index)
                : snprintf(path + used, PATH_MAX_BYTES - used, "%s%s", dot, level->field->name);
        used += (size_t)written;
    }
}

static enum status refuse(struct scan *scan, enum status status, const char *message)
{
    char path[PATH_MAX_BYTES];
    path_of(scan, path);
    return fault_set(scan->fault, status, path, "%s", message);
}

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

static bool skip(struct level *level, uint64_t count)
{
    if (count > (uint64_t)(level->end - level->at))
        return false;
    level->at += count;
    return true;
}

static enum status check_enum(struct scan *scan, uint64_t raw)
{
    const ProtobufCFieldDescriptor *field = here(scan)->field;
    int value = (int)(uint32_t)raw;
    if (field && field->type == PROTOBUF_C_TYPE_ENUM &&
        !protobuf_c_enum_descriptor_get_value(field->descriptor, value))
        return refuse(scan, STATUS_INVALID, "value is not known");
    return STATUS_OK;
}

static enum status check_enums(struct scan *scan, struct text packed)
{
    struct level numbers = {.at = packed.bytes, .end = packed.bytes + packed.length};
    while (numbers.at < numbers.end) {
        uint64_t raw;
        if (!read_varint(&numbers, &raw))
            return refuse(scan, STATUS_MALFORMED, "message is cut short");
        enum status status = check_enum(scan, raw);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static bool is_uuid(const ProtobufCFieldDescriptor *field)
{
    static const char suffix[] = "_uuid";
    size_t length = strlen(field->name);
    return length >= sizeof suffix - 1 &&
           strcmp(field->name + length - (sizeof suffix - 1), suffix) == 0;
}

static enum status push(struct scan *scan, struct text content)
{
    if (scan->depth == WIRE_DEPTH_MAX)
        return refuse(scan, STATUS_LIMIT, "message is nested too deep");
    const ProtobufCMessageDescriptor *type = here(scan)->field->descriptor;
    scan->levels[scan->depth++] = (struct level){
        .type = type, .at = content.bytes, .end = content.bytes + content.length, .field = NULL};
    return STATUS_OK;
}

/* A length-delimited field; the level's position is already behind it. */
static enum status check_bytes(struct scan *scan, struct text content)
{
    const ProtobufCFieldDescriptor *field = here(scan)->field;
    if (!field)
        return STATUS_OK;
    if (field->type == PROTOBUF_C_TYPE_STRING && !text_is_utf8(content))
        return refuse(scan, STATUS_INVALID, "text is not UTF-8 or holds a NUL");
    if (field->type == PROTOBUF_C_TYPE_BYTES && is_uuid(field) && content.length != 16)
        return refuse(scan, STATUS_INVALID, "an id has 16 bytes");
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return check_enums(scan, content);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return push(scan, content);
    return STATUS_OK;
}

static void enter_field(struct level *level, uint64_t number)
{
    const ProtobufCFieldDescriptor *field =
        number > UINT32_MAX
            ? NULL
            : protobuf_c_message_descriptor_get_field(level->type, (unsigned)number);
    level->index = field && field == level->field ? level->index + 1 : 0;
    level->field = field;
}

static enum status cut_short(struct scan *scan)
{
    return refuse(scan, STATUS_MALFORMED, "message is cut short");
}

static enum status scan_bytes(struct scan *scan)
{
    struct level *level = here(scan);
    uint64_t length;
    if (!read_varint(level, &length))
        return cut_short(scan);
    const char *start = level->at;
    if (!skip(level, length))
        return cut_short(scan);
    return check_bytes(scan, (struct text){start, (size_t)length});
}

static enum status scan_field(struct scan *scan)
{
    struct level *level = here(scan);
    uint64_t tag;
    uint64_t number;
    if (!read_varint(level, &tag) || tag >> 3 == 0)
        return refuse(scan, STATUS_MALFORMED, "message has a broken tag");
    enter_field(level, tag >> 3);
    switch (tag & 7) {
    case WIRE_VARINT:
        return read_varint(level, &number) ? check_enum(scan, number) : cut_short(scan);
    case WIRE_FIXED64:
        return skip(level, 8) ? STATUS_OK : cut_short(scan);
    case WIRE_FIXED32:
        return skip(level, 4) ? STATUS_OK : cut_short(scan);
    case WIRE_BYTES:
        return scan_bytes(scan);
    default:
        return refuse(scan, STATUS_MALFORMED, "message has a field of an unknown kind");
    }
}

enum status wire_scan(const ProtobufCMessageDescriptor *type, struct text bytes,
                      struct fault *fault)
{
    struct scan scan = {.depth = 1, .fault = fault};
    scan.levels[0] =
        (struct level){.type = type, .at = bytes.bytes, .end = bytes.bytes + bytes.length};
    while (scan.depth > 0) {
        struct level *level = here(&scan);
        if (level->at == level->end) {
            scan.depth--;
            continue;
        }
        enum status status = scan_field(&scan);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
