#include "common/base/decimal.h"
#include "common/wire/json.h"
#include "common/wire/json_writer.h"

#include <string.h>

/* One message on the way down; no recursion. */
struct level {
    const ProtobufCMessage *message;
    unsigned field;   /* next to write */
    size_t element;   /* next of a repeated field that is under way */
    bool in_repeated; /* '[' was written */
    bool any;         /* a member was written */
};

struct walk {
    struct json_writer *writer;
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
    json_put_char(walk->writer, '{');
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
            json_put_char(walk->writer, ',');
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            walk_into(walk, *(ProtobufCMessage *const *)value);
            return true;
        }
        json_put_scalar(walk->writer, field, value);
    }
    json_put_char(walk->writer, ']');
    level->in_repeated = false;
    level->field++;
    return false;
}

/* Begin the next field of the level. */
static void step_field(struct walk *walk, struct level *level)
{
    const ProtobufCFieldDescriptor *field = &level->message->descriptor->fields[level->field];
    if (!present(level->message, field)) {
        level->field++;
        return;
    }
    json_put_name(walk->writer, field, !level->any);
    level->any = true;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        json_put_char(walk->writer, '[');
        level->in_repeated = true;
        level->element = 0;
        return;
    }
    level->field++;
    const void *value = member_of(level->message, field->offset);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        walk_into(walk, *(ProtobufCMessage *const *)value);
    else
        json_put_scalar(walk->writer, field, value);
}

enum status json_of_message(const ProtobufCMessage *message, struct arena *arena, struct text *out,
                            struct fault *fault)
{
    struct json_writer writer = {.arena = arena};
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
            json_put_char(&writer, '}');
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

static void put_fault_member(struct json_writer *writer, const char *name, const char *value)
{
    json_put_char(writer, ',');
    json_put_string(writer, text_of(name));
    json_put_char(writer, ':');
    json_put_string(writer, whole_characters(value));
}

enum status json_of_fault(const struct fault *fault, const char *trace, struct arena *arena,
                          struct text *out)
{
    struct json_writer writer = {.arena = arena};
    bool retryable = status_retryable(fault->status);
    const char *message = fault->message[0] != '\0' ? fault->message : status_text(fault->status);

    char http[DECIMAL_TEXT_MAX];
    size_t digits = decimal_format(status_http(fault->status), 0, http);
    json_put(&writer, "{\"type\":\"/docs#", strlen("{\"type\":\"/docs#"));
    json_put(&writer, status_name(fault->status), strlen(status_name(fault->status)));
    json_put(&writer, "\"", 1);
    put_fault_member(&writer, "title", status_text(fault->status));
    json_put(&writer, ",\"status\":", strlen(",\"status\":"));
    json_put(&writer, http, digits);
    put_fault_member(&writer, "detail", message);
    put_fault_member(&writer, "instance", trace);
    json_put(&writer, ",\"error\":{\"code\":", strlen(",\"error\":{\"code\":"));
    json_put_string(&writer, text_of(status_name(fault->status)));
    put_fault_member(&writer, "field", fault->field);
    put_fault_member(&writer, "message", message);
    json_put(&writer, ",\"retryable\":", strlen(",\"retryable\":"));
    json_put(&writer, retryable ? "true" : "false", retryable ? 4 : 5);
    put_fault_member(&writer, "trace", trace);
    json_put(&writer, "}}", 2);
    if (writer.full)
        return STATUS_LIMIT;
    *out = (struct text){writer.bytes, writer.length};
    return STATUS_OK;
}
