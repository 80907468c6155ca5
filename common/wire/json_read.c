#include "common/base/date.h"
#include "common/base/decimal.h"
#include "common/base/uuid.h"
#include "common/wire/json.h"
#include "common/wire/json_field.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#define FIELDS_MAX   64 /* of one message: the width of `seen` */
#define EXCERPT_MAX  48 /* bytes of an offending value that are shown */
#define ARRAY_FIRST  8
#define EXPECTED_MAX 200

/* One object on the way down.  yajl calls back event by event, so this stack is the whole state. */
struct level {
    const ProtobufCMessageDescriptor *type;
    ProtobufCMessage *message;
    const ProtobufCFieldDescriptor *field; /* of the member under way */
    bool in_array;
    size_t index; /* of the element under way */
    size_t capacity;
    uint64_t seen;
};

struct reader {
    const ProtobufCMessageDescriptor *type;
    struct arena *arena;
    struct fault *fault;
    ProtobufCMessage *root;
    struct level levels[JSON_DEPTH_MAX];
    size_t depth;
};

/* A value as it stands in the text. */
struct token {
    enum { TOKEN_STRING, TOKEN_NUMBER, TOKEN_BOOLEAN, TOKEN_OBJECT, TOKEN_ARRAY, TOKEN_NULL } kind;
    struct text text;
    bool boolean;
};

#define GO_ON 1
#define STOP  0

static struct level *top(struct reader *reader)
{
    ASSERT(reader->depth > 0);
    return &reader->levels[reader->depth - 1];
}

/* "lines[2].quantity" */
static void write_path(const struct reader *reader, char *path, size_t size)
{
    size_t at = 0;
    path[0] = '\0';
    for (size_t i = 0; i < reader->depth && at < size; i++) {
        const struct level *level = &reader->levels[i];
        if (!level->field)
            break;
        struct text name = json_name(level->field);
        int wrote = snprintf(path + at, size - at, "%s%.*s", at == 0 ? "" : ".", (int)name.length,
                             name.bytes);
        at += (size_t)wrote;
        if (level->in_array && at < size)
            at += (size_t)snprintf(path + at, size - at, "[%zu]", level->index);
    }
}

static int refuse(struct reader *reader, const char *expected)
{
    char path[sizeof reader->fault->field];
    write_path(reader, path, sizeof path);
    const char *point = strrchr(path, '.'); /* the field has the path; it is not said twice */
    (void)fault_set(reader->fault, STATUS_INVALID, path, "%s %s", point ? point + 1 : path,
                    expected);
    return STOP;
}

static int refuse_full(struct reader *reader)
{
    (void)fault_set(reader->fault, STATUS_LIMIT, "", "the request is too long");
    return STOP;
}

static void list_enum(const ProtobufCEnumDescriptor *type, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "must be one of");
    for (unsigned i = 0; i < type->n_values && at < size; i++) {
        char name[JSON_ENUM_MAX];
        json_enum_name(type, type->values[i].value, name);
        at += (size_t)snprintf(out + at, size - at, "%s \"%s\"", i == 0 ? "" : ",", name);
    }
}

static void write_expected(const ProtobufCFieldDescriptor *field, char *out, size_t size)
{
    static const char *const texts[] = {
        [JSON_TEXT] = "must be a string",
        [JSON_INTEGER] = "must be a whole number",
        [JSON_DATE] = "must be a date such as \"2026-01-31\"",
        [JSON_TIME] = "must be a time such as \"2026-01-31T08:00:00Z\"",
        [JSON_UUID] = "must be a UUID of 8-4-4-4-12 hexadecimal digits",
        [JSON_BASE64] = "must be base64 text",
        [JSON_BOOLEAN] = "must be true or false",
        [JSON_MESSAGE] = "must be an object",
    };
    enum json_kind kind = json_kind(field);
    if (kind == JSON_ENUM)
        list_enum(field->descriptor, out, size);
    else if (kind == JSON_DECIMAL)
        snprintf(out, size, "must be a decimal number with at most %d decimals such as \"12.5\"",
                 json_decimals(field));
    else
        snprintf(out, size, "%s", texts[kind]);
}

/* "x must be a date such as "2026-01-31", not "tomorrow"" */
static int refuse_value(struct reader *reader, const struct token *token)
{
    static const char *const things[] = {
        [TOKEN_OBJECT] = "an object", [TOKEN_ARRAY] = "an array", [TOKEN_NULL] = "null"};
    const struct level *level = top(reader);
    char expected[EXPECTED_MAX];
    if (level->field->label == PROTOBUF_C_LABEL_REPEATED && !level->in_array)
        snprintf(expected, sizeof expected, "must be an array");
    else
        write_expected(level->field, expected, sizeof expected);

    char text[EXPECTED_MAX + EXCERPT_MAX + 16];
    int shown = (int)(token->text.length < EXCERPT_MAX ? token->text.length : EXCERPT_MAX);
    const char *quote = token->kind == TOKEN_STRING ? "\"" : "";
    if (token->kind == TOKEN_BOOLEAN)
        snprintf(text, sizeof text, "%s, not %s", expected, token->boolean ? "true" : "false");
    else if (token->text.bytes)
        snprintf(text, sizeof text, "%s, not %s%.*s%s", expected, quote, shown, token->text.bytes,
                 quote);
    else
        snprintf(text, sizeof text, "%s, not %s", expected, things[token->kind]);
    return refuse(reader, text);
}

static void *member_of(ProtobufCMessage *message, unsigned offset)
{
    return (char *)message + offset;
}

/* Room for one more element of `size` bytes at the end of the array under way. */
static void *append(struct reader *reader, size_t size)
{
    struct level *level = top(reader);
    size_t *count = member_of(level->message, level->field->quantifier_offset);
    void **first = member_of(level->message, level->field->offset);
    if (*count == level->capacity) {
        size_t capacity = level->capacity == 0 ? ARRAY_FIRST : level->capacity * 2;
        void *larger = arena_alloc(reader->arena, capacity, size);
        if (!larger)
            return NULL;
        if (*count > 0)
            memcpy(larger, *first, *count * size);
        *first = larger;
        level->capacity = capacity;
    }
    return (char *)*first + (*count)++ * size;
}

/* Where a value goes: the member itself, marked as present, or a new element. */
static bool place(struct reader *reader, const void *value, size_t size)
{
    struct level *level = top(reader);
    void *slot;
    if (level->field->label == PROTOBUF_C_LABEL_REPEATED) {
        slot = append(reader, size);
        if (!slot)
            return false;
    } else {
        slot = member_of(level->message, level->field->offset);
        bool pointer = level->field->type == PROTOBUF_C_TYPE_STRING ||
                       level->field->type == PROTOBUF_C_TYPE_MESSAGE;
        if (level->field->label == PROTOBUF_C_LABEL_OPTIONAL && !pointer)
            *(protobuf_c_boolean *)member_of(level->message, level->field->quantifier_offset) = 1;
    }
    memcpy(slot, value, size);
    return true;
}

/* The element or member is complete. */
static int advance(struct reader *reader)
{
    struct level *level = top(reader);
    if (level->in_array)
        level->index++;
    else
        level->field = NULL;
    return GO_ON;
}

static int keep(struct reader *reader, const void *value, size_t size)
{
    return place(reader, value, size) ? advance(reader) : refuse_full(reader);
}

static int read_text(struct reader *reader, const struct token *token)
{
    if (!text_is_utf8(token->text))
        return refuse(reader, memchr(token->text.bytes, '\0', token->text.length)
                                  ? "must not contain a NUL character"
                                  : "must be well-formed UTF-8");
    char *copy = text_copy(token->text, reader->arena);
    return copy ? keep(reader, &copy, sizeof copy) : refuse_full(reader);
}

static bool narrow_integer(ProtobufCType type, int64_t value)
{
    if (type == PROTOBUF_C_TYPE_UINT32)
        return value >= 0 && value <= UINT32_MAX;
    if (type == PROTOBUF_C_TYPE_UINT64)
        return value >= 0;
    if (type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_SINT32)
        return value >= INT32_MIN && value <= INT32_MAX;
    return true;
}

static int read_integer(struct reader *reader, const struct token *token)
{
    ProtobufCType type = top(reader)->field->type;
    int64_t wide;
    if (!decimal_parse(token->text.bytes, token->text.length, 0, &wide)) {
        bool exact = !memchr(token->text.bytes, '.', token->text.length) &&
                     !memchr(token->text.bytes, 'e', token->text.length) &&
                     !memchr(token->text.bytes, 'E', token->text.length);
        return exact ? refuse(reader, "is out of range") : refuse_value(reader, token);
    }
    if (!narrow_integer(type, wide))
        return refuse(reader, "is out of range");
    uint32_t narrow = (uint32_t)(uint64_t)wide;
    if (type == PROTOBUF_C_TYPE_UINT32 || type == PROTOBUF_C_TYPE_INT32 ||
        type == PROTOBUF_C_TYPE_SINT32)
        return keep(reader, &narrow, sizeof narrow);
    return keep(reader, &wide, sizeof wide);
}

static bool is_sign_or_digit(char c)
{
    return c == '+' || c == '-' || (c >= '0' && c <= '9');
}

/* Says what is wrong with a decimal: too many decimals, out of range, or no number at all. */
static int refuse_decimal(struct reader *reader, const struct token *token)
{
    size_t at = 0;
    while (at < token->text.length && is_sign_or_digit(token->text.bytes[at]))
        at++;
    size_t point = at;
    if (at < token->text.length && token->text.bytes[at] == '.')
        at++;
    while (at < token->text.length && token->text.bytes[at] >= '0' && token->text.bytes[at] <= '9')
        at++;
    if (token->text.length == 0 || at < token->text.length)
        return refuse_value(reader, token);
    size_t decimals = at > point ? at - point - 1 : 0;
    return decimals > (size_t)json_decimals(top(reader)->field) ? refuse_value(reader, token)
                                                                : refuse(reader, "is out of range");
}

static int read_decimal(struct reader *reader, const struct token *token)
{
    int64_t value;
    int decimals = json_decimals(top(reader)->field);
    if (!decimal_parse(token->text.bytes, token->text.length, decimals, &value))
        return refuse_decimal(reader, token);
    return keep(reader, &value, sizeof value);
}

static int read_date(struct reader *reader, const struct token *token)
{
    date day;
    if (!date_parse(token->text.bytes, token->text.length, &day))
        return refuse_value(reader, token);
    return keep(reader, &day, sizeof day);
}

static int read_time(struct reader *reader, const struct token *token)
{
    int64_t unix_us;
    if (!json_time_parse(token->text, &unix_us))
        return refuse_value(reader, token);
    return keep(reader, &unix_us, sizeof unix_us);
}

static int read_uuid(struct reader *reader, const struct token *token)
{
    struct uuid uuid;
    if (!uuid_parse(token->text.bytes, token->text.length, &uuid))
        return refuse_value(reader, token);
    ProtobufCBinaryData data = {.len = sizeof uuid.bytes};
    data.data = arena_alloc(reader->arena, 1, sizeof uuid.bytes);
    if (!data.data)
        return refuse_full(reader);
    memcpy(data.data, uuid.bytes, sizeof uuid.bytes);
    return keep(reader, &data, sizeof data);
}

static int read_base64(struct reader *reader, const struct token *token)
{
    ProtobufCBinaryData data = {0};
    data.data = arena_alloc(reader->arena, token->text.length / 4 * 3 + 1, 1);
    if (!data.data)
        return refuse_full(reader);
    if (!json_base64_parse(token->text, data.data, &data.len))
        return refuse_value(reader, token);
    return keep(reader, &data, sizeof data);
}

static int read_enum(struct reader *reader, const struct token *token)
{
    int value;
    if (!json_enum_value(top(reader)->field->descriptor, token->text, &value))
        return refuse_value(reader, token);
    return keep(reader, &value, sizeof value);
}

static int read_boolean(struct reader *reader, const struct token *token)
{
    protobuf_c_boolean value = token->boolean;
    return keep(reader, &value, sizeof value);
}

/* Which kinds of tokens a field takes, and who reads them. */
struct reading {
    bool from_string;
    bool from_number;
    bool from_boolean;
    int (*read)(struct reader *reader, const struct token *token);
};

static const struct reading readings[] = {
    [JSON_TEXT] = {.from_string = true, .read = read_text},
    [JSON_INTEGER] = {.from_number = true, .read = read_integer},
    [JSON_DECIMAL] = {.from_string = true, .from_number = true, .read = read_decimal},
    [JSON_DATE] = {.from_string = true, .read = read_date},
    [JSON_TIME] = {.from_string = true, .read = read_time},
    [JSON_UUID] = {.from_string = true, .read = read_uuid},
    [JSON_BASE64] = {.from_string = true, .read = read_base64},
    [JSON_ENUM] = {.from_string = true, .read = read_enum},
    [JSON_BOOLEAN] = {.from_boolean = true, .read = read_boolean},
    [JSON_MESSAGE] = {0},
};

static int refuse_root(struct reader *reader)
{
    (void)fault_set(reader->fault, STATUS_MALFORMED, "", "the request must be a JSON object");
    return STOP;
}

static int on_scalar(struct reader *reader, const struct token *token)
{
    if (reader->depth == 0)
        return refuse_root(reader);
    const struct level *level = top(reader);
    bool repeated = level->field->label == PROTOBUF_C_LABEL_REPEATED;
    const struct reading *reading = &readings[json_kind(level->field)];
    bool fits = (token->kind == TOKEN_STRING && reading->from_string) ||
                (token->kind == TOKEN_NUMBER && reading->from_number) ||
                (token->kind == TOKEN_BOOLEAN && reading->from_boolean);
    if (!fits || repeated != level->in_array)
        return refuse_value(reader, token);
    return reading->read(reader, token);
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
    struct token token = {TOKEN_STRING, {(const char *)bytes, length}, false};
    return on_scalar(context, &token);
}

static int on_number(void *context, const char *bytes, size_t length)
{
    struct token token = {TOKEN_NUMBER, {bytes, length}, false};
    return on_scalar(context, &token);
}

static int on_boolean(void *context, int value)
{
    struct token token = {.kind = TOKEN_BOOLEAN, .boolean = value != 0};
    return on_scalar(context, &token);
}

/* An optional member that is null is as good as absent. */
static int on_null(void *context)
{
    struct reader *reader = context;
    if (reader->depth == 0)
        return refuse_root(reader);
    if (top(reader)->in_array)
        return refuse_value(reader, &(struct token){.kind = TOKEN_NULL});
    return advance(reader);
}

/* Enters a new message of the type. */
static ProtobufCMessage *descend(struct reader *reader, const ProtobufCMessageDescriptor *type)
{
    ASSERT(type->n_fields <= FIELDS_MAX && reader->depth < JSON_DEPTH_MAX);
    ProtobufCMessage *message = arena_alloc(reader->arena, 1, type->sizeof_message);
    if (!message)
        return NULL;
    type->message_init(message);
    reader->levels[reader->depth++] = (struct level){.type = type, .message = message};
    return message;
}

static int on_start_map(void *context)
{
    struct reader *reader = context;
    if (reader->depth == 0) {
        reader->root = descend(reader, reader->type);
        return reader->root ? GO_ON : refuse_full(reader);
    }
    struct level *level = top(reader);
    bool repeated = level->field->label == PROTOBUF_C_LABEL_REPEATED;
    if (level->field->type != PROTOBUF_C_TYPE_MESSAGE || repeated != level->in_array)
        return refuse_value(reader, &(struct token){.kind = TOKEN_OBJECT});
    ProtobufCMessage *message = descend(reader, level->field->descriptor);
    if (!message)
        return refuse_full(reader);
    reader->depth--; /* it is placed in its parent */
    bool placed = place(reader, &message, sizeof(void *));
    reader->depth++;
    return placed ? GO_ON : refuse_full(reader);
}

static int on_end_map(void *context)
{
    struct reader *reader = context;
    reader->depth--;
    return reader->depth == 0 ? GO_ON : advance(reader);
}

static int on_start_array(void *context)
{
    struct reader *reader = context;
    if (reader->depth == 0)
        return refuse_root(reader);
    struct level *level = top(reader);
    if (level->field->label != PROTOBUF_C_LABEL_REPEATED || level->in_array)
        return refuse_value(reader, &(struct token){.kind = TOKEN_ARRAY});
    level->in_array = true;
    level->index = 0;
    level->capacity = 0;
    return GO_ON;
}

static int on_end_array(void *context)
{
    struct reader *reader = context;
    top(reader)->in_array = false;
    return advance(reader);
}

static int refuse_name(struct reader *reader, struct text name, const char *what)
{
    char path[sizeof reader->fault->field];
    char full[sizeof path + EXCERPT_MAX + 2];
    int shown = (int)(name.length < EXCERPT_MAX ? name.length : EXCERPT_MAX);
    reader->depth--; /* the path of the object */
    write_path(reader, path, sizeof path);
    reader->depth++;
    snprintf(full, sizeof full, "%s%s%.*s", path, path[0] ? "." : "", shown, name.bytes);
    (void)fault_set(reader->fault, STATUS_INVALID, full, "member \"%.*s\" %s", shown, name.bytes,
                    what);
    return STOP;
}

static int on_map_key(void *context, const unsigned char *bytes, size_t length)
{
    struct reader *reader = context;
    struct level *level = top(reader);
    struct text name = {(const char *)bytes, length};
    const ProtobufCFieldDescriptor *field = json_find(level->type, name);
    if (!field)
        return refuse_name(reader, name, "is not known");
    uint64_t bit = (uint64_t)1 << (field - level->type->fields);
    if (level->seen & bit)
        return refuse_name(reader, name, "is given twice");
    level->seen |= bit;
    level->field = field;
    return GO_ON;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_map_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code unit of "\uXXXX" at `at`, or -1. */
static int32_t code_unit(struct text json, size_t at)
{
    int32_t unit = 0;
    if (at + 6 > json.length || json.bytes[at] != '\\' || json.bytes[at + 1] != 'u')
        return -1;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = hex_digit(json.bytes[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* yajl turns half a surrogate pair into "?" or into three bytes that are not UTF-8: refused
   before.  Backslashes stand only in strings, so this needs no state. */
static bool surrogates_paired(struct text json)
{
    const char *first = json.length > 0 ? memchr(json.bytes, '\\', json.length) : NULL;
    for (size_t at = first ? (size_t)(first - json.bytes) : json.length; at < json.length; at++) {
        if (json.bytes[at] != '\\')
            continue;
        int32_t unit = code_unit(json, at);
        if (unit >= 0xdc00 && unit <= 0xdfff)
            return false;
        if (unit >= 0xd800 && unit <= 0xdbff) {
            int32_t low = code_unit(json, at + 6);
            if (low < 0xdc00 || low > 0xdfff)
                return false;
            at += 10;
        }
        at++;
    }
    return true;
}

static enum status not_json(yajl_handle handle, size_t length, struct fault *fault)
{
    size_t at = yajl_get_bytes_consumed(handle); /* counts the blank that ends the text */
    unsigned char *text = yajl_get_error(handle, 0, NULL, 0);
    const char *reason = text ? (const char *)text : "";
    const char *colon = strstr(reason, ": ");
    reason = colon ? colon + 2 : reason;
    enum status status =
        fault_set(fault, STATUS_MALFORMED, "", "the request is not JSON: byte %zu: %.*s",
                  at < length ? at : length, (int)strcspn(reason, "\n"), reason);
    if (text)
        yajl_free_error(handle, text);
    return status;
}

static enum status parse(struct reader *reader, struct text json)
{
    yajl_handle handle = yajl_alloc(&callbacks, NULL, reader);
    if (!handle)
        return fault_set(reader->fault, STATUS_LIMIT, "", "out of memory");
    yajl_status result = yajl_parse(handle, (const unsigned char *)json.bytes, json.length);
    if (result == yajl_status_ok)
        result = yajl_complete_parse(handle);
    enum status status = STATUS_OK;
    if (result == yajl_status_client_canceled)
        status = reader->fault->status;
    else if (result != yajl_status_ok)
        status = not_json(handle, json.length, reader->fault);
    yajl_free(handle);
    return status;
}

enum status json_to_message(const ProtobufCMessageDescriptor *type, struct text json,
                            struct arena *arena, ProtobufCMessage **out, struct fault *fault)
{
    struct reader reader; /* its levels are set as they are entered */
    reader.type = type;
    reader.arena = arena;
    reader.fault = fault;
    reader.root = NULL;
    reader.depth = 0;
    if (!surrogates_paired(json))
        return fault_set(fault, STATUS_MALFORMED, "", "the request holds half a surrogate pair");
    enum status status = parse(&reader, json);
    if (status != STATUS_OK)
        return status;
    ASSERT(reader.root && reader.depth == 0);
    *out = reader.root;
    return STATUS_OK;
}
