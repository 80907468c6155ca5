#include "services/gateway/gateway_example.h"

#include "common/wire/json_field.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct out {
    char *bytes;
    size_t size;
    size_t length;
    bool full;
};

static void put(struct out *out, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(struct out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wrote = vsnprintf(out->bytes + out->length, out->size - out->length, format, args);
    va_end(args);
    if (wrote < 0 || (size_t)wrote >= out->size - out->length)
        out->full = true;
    else
        out->length += (size_t)wrote;
}

/* By the name of the field; the first that it holds. */
static const char *text_for(const char *name)
{
    static const struct {
        const char *part;
        const char *example;
    } examples[] = {{"item", "BOLT"},
                    {"component", "BOLT"},
                    {"work_order", "WO-000017"},
                    {"purchase_order", "PO-000017"},
                    {"sales_order", "SO-000017"},
                    {"order_id", "SO-000017"},
                    {"location", "MAIN"},
                    {"supplier", "ACME"},
                    {"customer", "C-100"},
                    {"plant", "DEMO"},
                    {"lot", "L-2026-01"},
                    {"reason", "damaged"},
                    {"uom", "EA"},
                    {"url", "https://example.org/events"},
                    {"login", "ann"},
                    {"role", "planner"},
                    {"after", "17"},
                    {"next", "17"}};

    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        if (strstr(name, examples[i].part))
            return examples[i].example;
    }
    return "text";
}

static void put_enum(struct out *out, const ProtobufCEnumDescriptor *type)
{
    char name[JSON_ENUM_MAX];
    json_enum_name(type, type->values[type->n_values > 1 ? 1 : 0].value, name);
    put(out, "\"%s\"", name);
}

static void put_value(struct out *out, const ProtobufCFieldDescriptor *field)
{
    static const char *const values[] = {
        [JSON_INTEGER] = "1",
        [JSON_DECIMAL] = "\"12.5\"",
        [JSON_DATE] = "\"2026-01-31\"",
        [JSON_TIME] = "\"2026-01-31T08:00:00.000000Z\"",
        [JSON_UUID] = "\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\"",
        [JSON_BASE64] = "\"aGVsbG8=\"",
        [JSON_BOOLEAN] = "true",
        [JSON_MESSAGE] = "",
    };
    enum json_kind kind = json_kind(field);
    if (kind == JSON_TEXT)
        put(out, "\"%s\"", text_for(field->name));
    else if (kind == JSON_ENUM)
        put_enum(out, field->descriptor);
    else
        put(out, "%s", values[kind]);
}

struct frame {
    const ProtobufCMessageDescriptor *type;
    unsigned field;
    bool in_list;
};

/* Messages within messages: a stack of them, as proto/ has no recursive ones. */
bool example_write(const ProtobufCMessageDescriptor *type, char *bytes, size_t size)
{
    struct out out = {.bytes = bytes, .size = size};
    struct frame stack[EXAMPLE_DEPTH_MAX] = {{type, 0, false}};
    size_t depth = 1;
    put(&out, "{");
    while (depth > 0) {
        struct frame *top = &stack[depth - 1];
        if (top->field == top->type->n_fields) {
            put(&out, "}%s", top->in_list ? "]" : "");
            depth--;
            continue;
        }
        const ProtobufCFieldDescriptor *field = &top->type->fields[top->field];
        bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
        struct text name = json_name(field);
        put(&out, "%s\"%.*s\":%s", top->field++ == 0 ? "" : ",", (int)name.length, name.bytes,
            list ? "[" : "");
        if (json_kind(field) == JSON_MESSAGE && depth < EXAMPLE_DEPTH_MAX) {
            stack[depth++] = (struct frame){field->descriptor, 0, list};
            put(&out, "{");
        } else {
            put_value(&out, field);
            put(&out, "%s", list ? "]" : "");
        }
    }
    return !out.full;
}
