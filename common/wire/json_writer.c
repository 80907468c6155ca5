#include "common/wire/json_writer.h"

#include "common/base/date.h"
#include "common/base/decimal.h"
#include "common/base/uuid.h"

#include <stdio.h>
#include <string.h>

#define WRITER_FIRST ((size_t)4096)

/* Room for `count` more bytes, or NULL. */
char *json_room(struct json_writer *writer, size_t count)
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

void json_put(struct json_writer *writer, const char *bytes, size_t count)
{
    char *room = json_room(writer, count);
    if (room) {
        memcpy(room, bytes, count);
        writer->length += count;
    }
}

void json_put_char(struct json_writer *writer, char c)
{
    char *room = json_room(writer, 1);
    if (!room)
        return;
    *room = c;
    writer->length++;
}

static void put_escape(struct json_writer *writer, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\nn\rr\tt"; /* a byte, its letter */
    for (size_t i = 0; i + 1 < sizeof named; i += 2) {
        if (named[i] == c) {
            json_put(writer, (char[2]){'\\', named[i + 1]}, 2);
            return;
        }
    }
    char code[6] = {'\\', 'u', '0', '0', hex[(unsigned char)c >> 4], hex[c & 15]};
    json_put(writer, code, sizeof code);
}

static bool must_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

void json_put_string(struct json_writer *writer, struct text text)
{
    char *room = json_room(writer, text.length + 2); /* as long as nothing is escaped */
    size_t at = 0;
    if (!room)
        return;
    *room++ = '"';
    for (; at < text.length && !must_escape(text.bytes[at]); at++)
        room[at] = text.bytes[at];
    writer->length += at + 1;
    while (at < text.length) {
        put_escape(writer, text.bytes[at++]);
        size_t from = at;
        while (at < text.length && !must_escape(text.bytes[at]))
            at++;
        json_put(writer, text.bytes + from, at - from);
    }
    json_put_char(writer, '"');
}

void json_put_name(struct json_writer *writer, const ProtobufCFieldDescriptor *field, bool first)
{
    struct text name = json_name(field);
    char *room = json_room(writer, name.length + 4);
    if (!room)
        return;
    if (!first)
        *room++ = ',';
    *room++ = '"';
    memcpy(room, name.bytes, name.length);
    memcpy(room + name.length, "\":", 2);
    writer->length += name.length + 3 + !first;
}

static void put_integer(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                        const void *value)
{
    char digits[DECIMAL_TEXT_MAX];
    int64_t wide;
    if (field->type == PROTOBUF_C_TYPE_UINT32)
        wide = *(const uint32_t *)value;
    else if (field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_SINT32)
        wide = *(const int32_t *)value;
    else
        memcpy(&wide, value, sizeof wide);
    if (field->type == PROTOBUF_C_TYPE_UINT64 && wide < 0) {
        int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)wide);
        json_put(writer, digits, (size_t)length);
        return;
    }
    json_put(writer, digits, decimal_format(wide, 0, digits));
}

static void put_date(struct json_writer *writer, date day)
{
    char text[DATE_TEXT_MAX];
    if (day < DATE_MIN || day > DATE_MAX)
        json_put(writer, "null", 4); /* not a day: better nothing than a wrong one */
    else
        json_put_string(writer, (struct text){text, date_format(day, text)});
}

static void put_time(struct json_writer *writer, int64_t unix_us)
{
    char text[JSON_TIME_MAX];
    size_t length = json_time_format(unix_us, text);
    if (length == 0)
        json_put(writer, "null", 4);
    else
        json_put_string(writer, (struct text){text, length});
}

static void put_base64(struct json_writer *writer, const ProtobufCBinaryData *data)
{
    json_put_char(writer, '"');
    char *room = json_room(writer, (data->len + 2) / 3 * 4);
    if (room)
        writer->length += json_base64_format(data->data, data->len, room);
    json_put_char(writer, '"');
}

static void put_data(struct json_writer *writer, enum json_kind kind,
                     const ProtobufCBinaryData *data)
{
    struct uuid uuid;
    char text[UUID_TEXT_MAX];
    if (kind == JSON_UUID && data->len == sizeof uuid.bytes) {
        memcpy(uuid.bytes, data->data, sizeof uuid.bytes);
        json_put_string(writer, (struct text){text, uuid_format(uuid, text)});
    } else {
        put_base64(writer, data);
    }
}

static void put_enum(struct json_writer *writer, const ProtobufCFieldDescriptor *field, int value)
{
    char name[JSON_ENUM_MAX];
    json_enum_name(field->descriptor, value, name);
    json_put_string(writer, text_of(name));
}

/* Any value but a message; `value` points at the C member. */
void json_put_scalar(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                     const void *value)
{
    char digits[DECIMAL_TEXT_MAX];
    enum json_kind kind = json_kind(field);
    switch (kind) {
    case JSON_TEXT:
        json_put_string(writer, text_of(*(char *const *)value));
        break;
    case JSON_INTEGER:
        put_integer(writer, field, value);
        break;
    case JSON_DECIMAL:
        json_put_string(writer,
                        (struct text){digits, decimal_format(*(const int64_t *)value,
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
            json_put(writer, "true", 4);
        else
            json_put(writer, "false", 5);
        break;
    case JSON_MESSAGE:
        ASSERT(kind != JSON_MESSAGE); /* is walked, not written */
    }
}
