#include "common/wire/json_field.h"

#include "common/base/date.h"

#include <string.h>

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t end = strlen(suffix);
    return length > end && memcmp(name + length - end, suffix, end) == 0;
}

enum json_kind json_kind(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_SINT64:
        return json_decimals(field) > 0 ? JSON_DECIMAL : JSON_INTEGER;
    case PROTOBUF_C_TYPE_SINT32:
        return ends_with(field->name, "_on") ? JSON_DATE : JSON_INTEGER;
    case PROTOBUF_C_TYPE_INT64:
        return ends_with(field->name, "_at_us") ? JSON_TIME : JSON_INTEGER;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
        return JSON_INTEGER;
    case PROTOBUF_C_TYPE_BOOL:
        return JSON_BOOLEAN;
    case PROTOBUF_C_TYPE_ENUM:
        return JSON_ENUM;
    case PROTOBUF_C_TYPE_STRING:
        return JSON_TEXT;
    case PROTOBUF_C_TYPE_BYTES:
        return ends_with(field->name, "_uuid") ? JSON_UUID : JSON_BASE64;
    case PROTOBUF_C_TYPE_MESSAGE:
        return JSON_MESSAGE;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        break;
    }
    ASSERT(field->type == PROTOBUF_C_TYPE_MESSAGE); /* the others are not used in proto/ */
    return JSON_TEXT;
}

int json_decimals(const ProtobufCFieldDescriptor *field)
{
    if (field->type != PROTOBUF_C_TYPE_SINT64)
        return 0;
    if (ends_with(field->name, "_micro"))
        return 6;
    return ends_with(field->name, "_e4") ? 4 : 0;
}

struct text json_name(const ProtobufCFieldDescriptor *field)
{
    struct text name = text_of(field->name);
    if (field->type == PROTOBUF_C_TYPE_SINT64) {
        int decimals = json_decimals(field);
        name.length -= decimals == 6 ? strlen("_micro") : decimals == 4 ? strlen("_e4") : 0;
    } else if (field->type == PROTOBUF_C_TYPE_INT64 && ends_with(field->name, "_at_us")) {
        name.length -= strlen("_us");
    }
    return name;
}

const ProtobufCFieldDescriptor *json_find(const ProtobufCMessageDescriptor *type, struct text name)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (name.length > 0 && name.bytes[0] == field->name[0] && /* a cheap look first */
            text_equal(json_name(field), name))
            return field;
    }
    return NULL;
}

/* Bytes at the start of a value's name that repeat the enum's: EVENT_KIND_ of EventKind. */
static size_t enum_prefix(const ProtobufCEnumDescriptor *type, const char *value)
{
    size_t at = 0;
    for (const char *c = type->short_name; *c != '\0'; c++) {
        bool upper = *c >= 'A' && *c <= 'Z';
        if (upper && c != type->short_name && value[at++] != '_')
            return 0;
        if (value[at++] != (upper ? *c : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c)))
            return 0;
    }
    return value[at] == '_' ? at + 1 : 0;
}

static void enum_row_name(const ProtobufCEnumDescriptor *type, const ProtobufCEnumValue *row,
                          char name[JSON_ENUM_MAX])
{
    const char *from = row->name + enum_prefix(type, row->name);
    size_t length = strlen(from);
    ASSERT(length < JSON_ENUM_MAX);
    for (size_t i = 0; i <= length; i++)
        name[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] - 'A' + 'a' : from[i]);
}

void json_enum_name(const ProtobufCEnumDescriptor *type, int value, char name[JSON_ENUM_MAX])
{
    name[0] = '\0';
    for (unsigned i = 0; i < type->n_values; i++) {
        if (type->values[i].value == value) {
            enum_row_name(type, &type->values[i], name);
            return;
        }
    }
}

bool json_enum_value(const ProtobufCEnumDescriptor *type, struct text name, int *out)
{
    for (unsigned i = 0; i < type->n_values; i++) {
        char known[JSON_ENUM_MAX];
        enum_row_name(type, &type->values[i], known);
        if (text_is(name, known)) {
            *out = type->values[i].value;
            return true;
        }
    }
    return false;
}

#define DAY_US    ((int64_t)86400 * 1000000)
#define MINUTE_US ((int64_t)60 * 1000000)

static void put_digits(char *at, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

size_t json_time_format(int64_t unix_us, char text[JSON_TIME_MAX])
{
    int64_t day = unix_us / DAY_US - (unix_us % DAY_US < 0);
    int64_t rest = unix_us - day * DAY_US;
    if (day < DATE_MIN || day > DATE_MAX)
        return 0;

    size_t at = date_format((date)day, text);
    memcpy(text + at, "T00:00:00.000000Z", sizeof "T00:00:00.000000Z");
    put_digits(text + at + 1, rest / (60 * MINUTE_US), 2);
    put_digits(text + at + 4, rest / MINUTE_US % 60, 2);
    put_digits(text + at + 7, rest / 1000000 % 60, 2);
    put_digits(text + at + 10, rest % 1000000, 6);
    return at + strlen("T00:00:00.000000Z");
}

/* `count` digits at text[*at], moved past; -1 when they are not there. */
static int take_digits(struct text text, size_t *at, size_t count)
{
    int value = 0;
    if (*at + count > text.length)
        return -1;
    for (size_t end = *at + count; *at < end; ++*at) {
        char c = text.bytes[*at];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

static bool take_char(struct text text, size_t *at, char c)
{
    if (*at >= text.length || text.bytes[*at] != c)
        return false;
    ++*at;
    return true;
}

/* "hh:mm", the first below `hours` */
static bool take_minutes(struct text text, size_t *at, int hours, int64_t *minutes)
{
    int hour = take_digits(text, at, 2);
    if (hour < 0 || hour >= hours || !take_char(text, at, ':'))
        return false;
    int minute = take_digits(text, at, 2);
    if (minute < 0 || minute >= 60)
        return false;
    *minutes = (int64_t)hour * 60 + minute;
    return true;
}

static bool take_fraction(struct text text, size_t *at, int64_t *us)
{
    *us = 0;
    if (!take_char(text, at, '.'))
        return true;
    int64_t unit = 100000;
    size_t from = *at;
    for (int digit; unit > 0 && (digit = take_digits(text, at, 1)) >= 0; unit /= 10)
        *us += digit * unit;
    return *at > from;
}

static bool take_zone(struct text text, size_t *at, int64_t *minutes)
{
    *minutes = 0;
    if (take_char(text, at, 'Z'))
        return true;
    int sign = take_char(text, at, '+') ? 1 : take_char(text, at, '-') ? -1 : 0;
    if (sign == 0 || !take_minutes(text, at, 24, minutes))
        return false;
    *minutes *= sign;
    return true;
}

bool json_time_parse(struct text text, int64_t *out)
{
    const size_t date_length = DATE_TEXT_MAX - 1;
    date day;
    if (text.length < date_length || !date_parse(text.bytes, date_length, &day))
        return false;

    size_t at = date_length;
    int64_t minutes;
    int64_t us;
    int64_t zone;
    if (!take_char(text, &at, 'T') || !take_minutes(text, &at, 24, &minutes) ||
        !take_char(text, &at, ':'))
        return false;
    int second = take_digits(text, &at, 2);
    if (second < 0 || second >= 60 || !take_fraction(text, &at, &us) ||
        !take_zone(text, &at, &zone) || at != text.length)
        return false;
    *out = day * DAY_US + (minutes - zone) * MINUTE_US + (int64_t)second * 1000000 + us;
    return true;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(char c)
{
    const char *at = c == '\0' ? NULL : strchr(base64_digits, c);
    return at ? (int)(at - base64_digits) : -1;
}

bool json_base64_parse(struct text text, uint8_t *out, size_t *length)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.length && text.bytes[text.length - 1 - padding] == '=')
        padding++;
    if (text.length % 4 != 0)
        return false;

    uint32_t bits = 0;
    size_t count = 0;
    size_t digits = text.length - padding;
    for (size_t i = 0; i < digits; i++) {
        int value = base64_value(text.bytes[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xffffff;
        if (i % 4 > 0)
            out[count++] = (uint8_t)(bits >> (i % 4 == 1 ? 4 : i % 4 == 2 ? 2 : 0));
    }
    /* bits behind the last byte must be zero, so that one content has one text */
    if ((padding == 1 && (bits & 3) != 0) || (padding == 2 && (bits & 15) != 0))
        return false;
    *length = count;
    return true;
}

size_t json_base64_format(const uint8_t *bytes, size_t length, char *out)
{
    size_t at = 0;
    for (size_t i = 0; i < length; i += 3) {
        uint32_t bits = (uint32_t)bytes[i] << 16;
        if (i + 1 < length)
            bits |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < length)
            bits |= bytes[i + 2];
        for (size_t digit = 0; digit < 4; digit++)
            out[at + digit] =
                (char)(digit <= length - i ? base64_digits[bits >> (18 - 6 * digit) & 63] : '=');
        at += 4;
    }
    return at;
}
