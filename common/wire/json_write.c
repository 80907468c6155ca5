#include "common/base/date.h"
#include "common/base/decimal.h"
#include "common/base/uuid.h"
#include "common/wire/json.h"
#include "common/wire/json_field.h"

#include <stdio.h>
#include <string.h>

/* The text under construction: doubles in the arena, so a reply costs at most twice its size. */
struct writer {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t capacity;
    bool full; /* the arena's limit was met; everything after is ignored */
};

#define WRITER_FIRST ((size_t)4096)

/* Room for `count` more bytes, or NULL. */
static char *writer_room(struct writer *writer, size_t count)
{
    if (writer->full)
        return NULL;
    if (count > writer->capacity - writer->length) {
        size_t capacity = writer->capacity == 0 ? WRITER_FIRST : writer->capacity * 2;
        while (capacity - writer->length < count)
            capacity *= 2;
        char *bytes = arena_alloc(writer->arena, capacity, 1);
        if (!bytes) {
            writer->full = true;
            return NULL;
        }
        if (writer->length > 0)
            memcpy(bytes, writer->bytes, writer->length);
        writer->bytes = bytes;
        writer->capacity = capacity;
    }
    return writer->bytes + writer->length;
}

static void put_bytes(struct writer *writer, const char *bytes, size_t count)
{
    char *room = writer_room(writer, count);
    if (room) {
        memcpy(room, bytes, count);
        writer->length += count;
    }
}

static void put_char(struct writer *writer, char c)
{
    put_bytes(writer, &c, 1);
}

static void put_escape(struct writer *writer, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\nn\rr\tt"; /* a byte, its letter */
    for (size_t i = 0; i + 1 < sizeof named; i += 2) {
        if (named[i] == c) {
            put_bytes(writer, (char[2]){'\\', named[i + 1]}, 2);
            return;
        }
    }
    char code[6] = {'\\', 'u', '0', '0', hex[(unsigned char)c >> 4], hex[c & 15]};
    put_bytes(writer, code, sizeof code);
}

static bool must_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void put_string(struct writer *writer, struct text text)
{
    put_char(writer, '"');
    size_t from = 0;
    for (size_t at = 0; at < text.length; at++) {
        if (!must_escape(text.bytes[at]))
            continue;
        put_bytes(writer, text.bytes + from, at - from);
        put_escape(writer, text.bytes[at]);
        from = at + 1;
    }
    if (text.length > 0)
        put_bytes(writer, text.bytes + from, text.length - from);
    put_char(writer, '"');
}

static void put_integer(struct writer *writer, const ProtobufCFieldDescriptor *field,
                        const void *value)
{
    char digits[DECIMAL_TEXT_MAX];
    int64_t wide;
    if (field->type == PROTOBUF_C_TYPE_UINT64) {
        uint64_t natural;
        memcpy(&natural, value, sizeof natural);
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)natural);
        put_bytes(writer, digits, strlen(digits));
        return;
    }
    if (field->type == PROTOBUF_C_TYPE_UINT32)
        wide = *(const uint32_t *)value;
    else if (field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_SINT32)
        wide = *(const int32_t *)value;
    else
        memcpy(&wide, value, sizeof wide);
    put_bytes(writer, digits, decimal_format(wide, 0, digits));
}

static void put_date(struct writer *writer, date day)
{
    char text[DATE_TEXT_MAX];
    if (day < DATE_MIN || day > DATE_MAX)
        put_bytes(writer, "null", 4); /* not a day: better nothing than a wrong one */
    else
        put_string(writer, (struct text){text, date_format(day, text)});
}

static void put_time(struct writer *writer, int64_t unix_us)
{
    char text[JSON_TIME_MAX];
    size_t length = json_time_format(unix_us, text);
    if (length == 0)
        put_bytes(writer, "null", 4);
    else
        put_string(writer, (struct text){text, length});
}

static void put_base64(struct writer *writer, const ProtobufCBinaryData *data)
{
    put_char(writer, '"');
    char *room = writer_room(writer, (data->len + 2) / 3 * 4);
    if (room)
        writer->length += json_base64_format(data->data, data->len, room);
    put_char(writer, '"');
}

static void put_data(struct writer *writer, enum json_kind kind, const ProtobufCBinaryData *data)
{
    struct uuid uuid;
    char text[UUID_TEXT_MAX];
    if (kind == JSON_UUID && data->len == sizeof uuid.bytes) {
        memcpy(uuid.bytes, data->data, sizeof uuid.bytes);
        put_string(writer, (struct text){text, uuid_format(uuid, text)});
    } else {
        put_base64(writer, data);
    }
}

static void put_enum(struct writer *writer, const ProtobufCFieldDescriptor *field, int value)
{
    char name[JSON_ENUM_MAX];
    json_enum_name(field->descriptor, value, name);
    put_string(writer, text_of(name));
}

/* Any value but a message; `value` points at the C member. */
static void put_scalar(struct writer *writer, const ProtobufCFieldDescriptor *field,
                       const void *value)
{
    char digits[DECIMAL_TEXT_MAX];
    enum json_kind kind = json_kind(field);
    switch (kind) {
    case JSON_TEXT:
        put_string(writer, text_of(*(char *const *)value));
        break;
    case JSON_INTEGER:
        put_integer(writer, field, value);
        break;
    case JSON_DECIMAL:
        put_string(writer, (struct text){digits, decimal_format(*(const int64_t *)value,
                                                                json_decimals(field), digits)});
        break;
    case JSON_DATE:
        put_date(writer, *(const int32_t *)value);
        break;
    case JSON_TIME:
        put_time(writer, *(const int64_t *)value);
        break;
    case JSON_UUID:
    case JSON_BASE64:
        put_data(writer, kind, value);
        break;
    case JSON_ENUM:
        put_enum(writer, field, *(const int *)value);
        break;
    case JSON_BOOLEAN:
        if (*(const protobuf_c_boolean *)value)
            put_bytes(writer, "true", 4);
        else
            put_bytes(writer, "false", 5);
        break;
    case JSON_MESSAGE:
        ASSERT(kind != JSON_MESSAGE); /* is walked, not written */
    }
}

/* One message on the way down; no recursion. */
struct level {
    const ProtobufCMessage *message;
    unsigned field;   /* next to write */
    size_t element;   /* next of a repeated field that is under way */
    bool in_repeated; /* '[' was written */
    bool any;         /* a member was written */
};

struct walk {
    struct writer *writer;
    struct level levels[JSON_DEPTH_MAX];
    size_t depth;
};

static const void *member_of(const ProtobufCMessage *message, unsigned offset)
{
    return (const char *)message + offset;
}

static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return *(const size_t *)member_of(message, field->quantifier_offset);
}

static bool present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED || field->label == PROTOBUF_C_LABEL_REQUIRED)
        return true;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING) {
        const void *pointer = *(void *const *)member_of(message, field->offset);
        return pointer && pointer != field->default_value;
    }
    return *(const protobuf_c_boolean *)member_of(message, field->quantifier_offset);
}

static void walk_into(struct walk *walk, const ProtobufCMessage *message)
{
    ASSERT(walk->depth < JSON_DEPTH_MAX); /* proto/ has no recursive messages */
    walk->levels[walk->depth++] = (struct level){.message = message};
    put_char(walk->writer, '{');
}

static size_t element_size(const ProtobufCFieldDescriptor *field)
{
    switch (json_kind(field)) {
    case JSON_INTEGER:
        return field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_INT64 ||
                       field->type == PROTOBUF_C_TYPE_SINT64
                   ? sizeof(int64_t)
                   : sizeof(int32_t);
    case JSON_DECIMAL:
    case JSON_TIME:
        return sizeof(int64_t);
    case JSON_DATE:
        return sizeof(int32_t);
    case JSON_ENUM:
        return sizeof(int);
    case JSON_BOOLEAN:
        return sizeof(protobuf_c_boolean);
    case JSON_UUID:
    case JSON_BASE64:
        return sizeof(ProtobufCBinaryData);
    case JSON_TEXT:
    case JSON_MESSAGE:
        break;
    }
    return sizeof(void *);
}

/* The next element of the repeated field under way; true when it went into a message. */
static bool step_element(struct walk *walk, struct level *level,
                         const ProtobufCFieldDescriptor *field)
{
    size_t count = count_of(level->message, field);
    const char *first = *(char *const *)member_of(level->message, field->offset);
    while (level->element < count) {
        const void *value = first + level->element * element_size(field);
        if (level->element++ > 0)
            put_char(walk->writer, ',');
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            walk_into(walk, *(ProtobufCMessage *const *)value);
            return true;
        }
        put_scalar(walk->writer, field, value);
    }
    put_char(walk->writer, ']');
    level->in_repeated = false;
    level->field++;
    return false;
}

static void put_member_name(struct writer *writer, struct level *level,
                            const ProtobufCFieldDescriptor *field)
{
    if (level->any)
        put_char(writer, ',');
    level->any = true;
    struct text name = json_name(field);
    put_char(writer, '"');
    put_bytes(writer, name.bytes, name.length);
    put_bytes(writer, "\":", 2);
}

/* Begin the next field of the level. */
static void step_field(struct walk *walk, struct level *level)
{
    const ProtobufCFieldDescriptor *field = &level->message->descriptor->fields[level->field];
    if (!present(level->message, field)) {
        level->field++;
        return;
    }
    put_member_name(walk->writer, level, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        put_char(walk->writer, '[');
        level->in_repeated = true;
        level->element = 0;
        return;
    }
    level->field++;
    const void *value = member_of(level->message, field->offset);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        walk_into(walk, *(ProtobufCMessage *const *)value);
    else
        put_scalar(walk->writer, field, value);
}

enum status json_of_message(const ProtobufCMessage *message, struct arena *arena, struct text *out,
                            struct fault *fault)
{
    struct writer writer = {.arena = arena};
    struct walk walk = {.writer = &writer};
    walk_into(&walk, message);
    while (walk.depth > 0 && !writer.full) {
        struct level *level = &walk.levels[walk.depth - 1];
        const ProtobufCMessageDescriptor *type = level->message->descriptor;
        if (level->in_repeated) {
            if (step_element(&walk, level, &type->fields[level->field]))
                continue;
        } else if (level->field < type->n_fields) {
            step_field(&walk, level);
        } else {
            put_char(&writer, '}');
            walk.depth--;
        }
    }
    if (writer.full)
        return fault_set(fault, STATUS_LIMIT, "", "the answer is too long");
    *out = (struct text){writer.bytes, writer.length};
    return STATUS_OK;
}

/* A fault's texts are cut at the size of their buffers, perhaps inside a character. */
static struct text whole_characters(const char *value)
{
    struct text text = text_of(value);
    for (int cut = 0; cut < 4 && text.length > 0 && !text_is_utf8(text); cut++)
        text.length--;
    return text_is_utf8(text) ? text : text_of("");
}

static void put_fault_member(struct writer *writer, const char *name, const char *value)
{
    put_char(writer, ',');
    put_string(writer, text_of(name));
    put_char(writer, ':');
    put_string(writer, whole_characters(value));
}

enum status json_of_fault(const struct fault *fault, const char *trace, struct arena *arena,
                          struct text *out)
{
    struct writer writer = {.arena = arena};
    bool retryable = status_retryable(fault->status);
    const char *message = fault->message[0] != '\0' ? fault->message : status_text(fault->status);

    char http[DECIMAL_TEXT_MAX];
    size_t digits = decimal_format(status_http(fault->status), 0, http);
    put_bytes(&writer, "{\"type\":\"/docs#", strlen("{\"type\":\"/docs#"));
    put_bytes(&writer, status_name(fault->status), strlen(status_name(fault->status)));
    put_bytes(&writer, "\"", 1);
    put_fault_member(&writer, "title", status_text(fault->status));
    put_bytes(&writer, ",\"status\":", strlen(",\"status\":"));
    put_bytes(&writer, http, digits);
    put_fault_member(&writer, "detail", message);
    put_fault_member(&writer, "instance", trace);
    put_bytes(&writer, ",\"error\":{\"code\":", strlen(",\"error\":{\"code\":"));
    put_string(&writer, text_of(status_name(fault->status)));
    put_fault_member(&writer, "field", fault->field);
    put_fault_member(&writer, "message", message);
    put_bytes(&writer, ",\"retryable\":", strlen(",\"retryable\":"));
    put_bytes(&writer, retryable ? "true" : "false", retryable ? 4 : 5);
    put_fault_member(&writer, "trace", trace);
    put_bytes(&writer, "}}", 2);
    if (writer.full)
        return STATUS_LIMIT;
    *out = (struct text){writer.bytes, writer.length};
    return STATUS_OK;
}
