#include "services/gateway/gateway_openapi.h"

#include "common/wire/catalog.h"
#include "common/wire/json_field.h"
#include "common/wire/role.h"
#include "services/gateway/gateway_example.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct document {
    char *bytes;
    size_t length;
    size_t capacity;
    bool full;
    const ProtobufCMessageDescriptor *messages[OPENAPI_MESSAGES_MAX]; /* to describe, each once */
    size_t message_count;
};

static void put(struct document *document, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(struct document *document, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wrote = vsnprintf(document->bytes + document->length, document->capacity - document->length,
                          format, args);
    va_end(args);
    if (wrote < 0 || (size_t)wrote >= document->capacity - document->length)
        document->full = true;
    else
        document->length += (size_t)wrote;
}

static void want_message(struct document *document, const ProtobufCMessageDescriptor *type)
{
    for (size_t i = 0; i < document->message_count; i++) {
        if (document->messages[i] == type)
            return;
    }
    ASSERT(document->message_count < OPENAPI_MESSAGES_MAX);
    document->messages[document->message_count++] = type;
}

static void put_enum(struct document *document, const ProtobufCEnumDescriptor *type)
{
    put(document, "{\"type\":\"string\",\"enum\":[");
    for (unsigned i = 0; i < type->n_values; i++) {
        char name[JSON_ENUM_MAX];
        json_enum_name(type, type->values[i].value, name);
        put(document, "%s\"%s\"", i == 0 ? "" : ",", name);
    }
    put(document, "]}");
}

static const char *integer_schema(ProtobufCType type)
{
    if (type == PROTOBUF_C_TYPE_UINT32)
        return "{\"type\":\"integer\",\"minimum\":0,\"maximum\":4294967295}";
    if (type == PROTOBUF_C_TYPE_UINT64)
        return "{\"type\":\"integer\",\"minimum\":0}";
    return "{\"type\":\"integer\"}";
}

static void put_value(struct document *document, const ProtobufCFieldDescriptor *field)
{
    static const char *const schemas[] = {
        [JSON_TEXT] = "{\"type\":\"string\"}",
        [JSON_DATE] = "{\"type\":\"string\",\"format\":\"date\"}",
        [JSON_TIME] = "{\"type\":\"string\",\"format\":\"date-time\"}",
        [JSON_UUID] = "{\"type\":\"string\",\"format\":\"uuid\"}",
        [JSON_BASE64] = "{\"type\":\"string\",\"contentEncoding\":\"base64\"}",
        [JSON_BOOLEAN] = "{\"type\":\"boolean\"}",
    };
    enum json_kind kind = json_kind(field);
    if (kind == JSON_MESSAGE) {
        const ProtobufCMessageDescriptor *type = field->descriptor;
        want_message(document, type);
        put(document, "{\"$ref\":\"#/components/schemas/%s\"}", type->short_name);
    } else if (kind == JSON_ENUM) {
        put_enum(document, field->descriptor);
    } else if (kind == JSON_INTEGER) {
        put(document, "%s", integer_schema(field->type));
    } else if (kind == JSON_DECIMAL) {
        put(document,
            "{\"type\":\"string\",\"pattern\":\"^-?[0-9]+([.][0-9]{1,%d})?$\","
            "\"description\":\"exact decimal; a JSON number is taken too\"}",
            json_decimals(field));
    } else {
        put(document, "%s", schemas[kind]);
    }
}

static void put_message(struct document *document, const ProtobufCMessageDescriptor *type)
{
    put(document, "\"%s\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{",
        type->short_name);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        struct text name = json_name(field);
        bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
        put(document, "%s\"%.*s\":%s", i == 0 ? "" : ",", (int)name.length, name.bytes,
            repeated ? "{\"type\":\"array\",\"items\":" : "");
        put_value(document, field);
        put(document, "%s", repeated ? "}" : "");
    }
    put(document, "}}");
}

/* "planner, administrator": each role that may call the method alone; `own`: it names no plant. */
static void put_roles(struct document *document, const char *method, bool own)
{
    struct principal principal = {.name = "x"};
    struct fault fault = {0};
    if (own)
        memcpy(principal.plant, TICKET_NO_PLANT, sizeof TICKET_NO_PLANT);
    if (role_is_public(method)) {
        put(document, "anybody");
        return;
    }
    if (role_permit(method, &principal, &fault) == STATUS_OK) {
        put(document, "everybody who is signed in");
        return;
    }
    uint32_t permitted[ROLE_COUNT];
    size_t count = 0;
    for (uint32_t bit = ROLE_PLANNER; bit <= ROLE_ADMINISTRATOR; bit <<= 1) {
        principal.roles = bit;
        fault = (struct fault){0};
        if (role_permit(method, &principal, &fault) == STATUS_OK)
            permitted[count++] = bit;
    }
    if (count == 0 || count == ROLE_COUNT)
        put(document, "%s", count == 0 ? "nobody" : "any role at the plant");
    for (size_t i = 0; i < count && count < ROLE_COUNT; i++)
        put(document, "%s%s", i == 0 ? "" : ", ", role_name(permitted[i]));
}

static void put_parameters(struct document *document, const char *method,
                           const ProtobufCMessageDescriptor *input, bool own)
{
    put(document, "\"parameters\":[");
    if (!own)
        put(document, "{\"$ref\":\"#/components/parameters/plant\"},"
                      "{\"$ref\":\"#/components/parameters/timeout\"},");
    if (protobuf_c_message_descriptor_get_field_by_name(input, "if_version"))
        put(document, "{\"$ref\":\"#/components/parameters/match\"},");
    if (catalog_writes(method))
        put(document, "{\"$ref\":\"#/components/parameters/key\"},"
                      "{\"$ref\":\"#/components/parameters/device\"},");
    put(document, "{\"$ref\":\"#/components/parameters/trace\"}],");
}

static void put_method(struct document *document, const struct catalog_service *service,
                       const ProtobufCMethodDescriptor *method)
{
    char name[128];
    const char *prefix = service->descriptor->short_name;
    bool own = strcmp(service->process, "gateway") == 0;
    snprintf(name, sizeof name, "%s.%s", prefix, method->name);
    char request[OPENAPI_EXAMPLE_MAX];
    char reply[OPENAPI_EXAMPLE_MAX];
    want_message(document, method->input);
    want_message(document, method->output);
    if (!example_write(method->input, request, sizeof request) ||
        !example_write(method->output, reply, sizeof reply))
        document->full = true;
    put(document, "\"/v1/%s/%s\":{\"post\":{\"operationId\":\"%s\",\"tags\":[\"%s\"],",
        own ? "-" : "{plant}", name, name, prefix);
    put(document, "\"description\":\"Roles: ");
    put_roles(document, name, own);
    put(document, "\",%s", role_is_public(name) ? "\"security\":[]," : "");
    put_parameters(document, name, method->input, own);
    put(document,
        "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":"
        "{\"$ref\":\"#/components/schemas/%s\"},\"example\":%s}}},"
        "\"responses\":{\"200\":{\"description\":\"done\",\"content\":{\"application/json\":"
        "{\"schema\":{\"$ref\":\"#/components/schemas/%s\"},\"example\":%s}}},"
        "\"default\":{\"$ref\":\"#/components/responses/Error\"}}}}",
        method->input->short_name, request, method->output->short_name, reply);
}

static void put_paths(struct document *document)
{
    const struct catalog_service *service;
    size_t count = 0;
    put(document, "\"paths\":{");
    for (size_t i = 0; (service = catalog_service(i)) != NULL; i++) {
        for (unsigned m = 0; service->process[0] != '\0' && m < service->descriptor->n_methods;
             m++) {
            put(document, "%s", count++ == 0 ? "" : ",\n");
            put_method(document, service, &service->descriptor->methods[m]);
        }
    }
    put(document,
        ",\n\"/v1/{plant}/events\":{\"get\":{\"operationId\":\"events\",\"tags\":[\"Relay\"],"
        "\"description\":\"Server-sent events. Roles: any role at the plant\",\"parameters\":["
        "{\"$ref\":\"#/components/parameters/plant\"},"
        "{\"name\":\"item\",\"in\":\"query\",\"schema\":{\"type\":\"array\",\"maxItems\":100,\"items\":"
        "{\"type\":\"string\"}}},"
        "{\"name\":\"after\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":0}},"
        "{\"name\":\"Last-Event-ID\",\"in\":\"header\",\"schema\":{\"type\":\"integer\"}}],"
        "\"responses\":{\"200\":{\"description\":\"id: place in the event order; data: "
        "{plant, events}\",\"content\":{\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}}},"
        "\"default\":{\"$ref\":\"#/components/responses/Error\"}}}}");
    put(document, "},\n");
}

/* The codes of errors, with their HTTP code and whether to try again. */
static void put_error(struct document *document)
{
    static const enum status statuses[] = {

#define STATUS(name, http, retry, text) STATUS_##name,
#include "common/base/status.tbl.h"
#undef STATUS
    };
    put(document, "\"Error\":{\"type\":\"object\",\"description\":\"a problem of RFC 9457\","
                  "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                  "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
                  "\"instance\":{\"type\":\"string\"},\"error\":{\"type\":\"object\","
                  "\"properties\":{\"code\":{\"type\":\"string\",\"oneOf\":[");
    for (size_t i = 1; i < COUNT_OF(statuses); i++)
        put(document, "%s{\"const\":\"%s\",\"description\":\"HTTP %d, %s: %s\"}", i == 1 ? "" : ",",
            status_name(statuses[i]), status_http(statuses[i]),
            status_retryable(statuses[i]) ? "try again with the same key" : "final",
            status_text(statuses[i]));
    put(document, "]},\"field\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},"
                  "\"retryable\":{\"type\":\"boolean\"},"
                  "\"trace\":{\"type\":\"string\",\"format\":\"uuid\"}}}}}");
}

static void put_parameter(struct document *document, const char *key, const char *name,
                          const char *in, const char *schema)
{
    bool required = strcmp(key, "plant") == 0 || strcmp(key, "key") == 0;
    put(document, "\"%s\":{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":%s}", key, name,
        in, required ? "true" : "false", schema);
}

static void put_components(struct document *document)
{
    static const char uuid[] = "{\"type\":\"string\",\"format\":\"uuid\"}";
    put(document, "\"components\":{\"securitySchemes\":{"
                  "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                  "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-millrace\"}"
                  "},\n\"parameters\":{");
    put_parameter(document, "plant", "plant", "path", "{\"type\":\"string\",\"maxLength\":64}");
    put(document, ",");
    put_parameter(document, "key", "Idempotency-Key", "header", uuid);
    put(document, ",");
    put_parameter(document, "device", "Device-Time", "header",
                  "{\"type\":\"string\",\"format\":\"date-time\"}");
    put(document, ",");
    put_parameter(document, "match", "If-Match", "header", "{\"type\":\"string\"}");
    put(document, ",");
    put_parameter(document, "trace", "X-Request-Id", "header", uuid);
    put(document, ",");
    put_parameter(document, "timeout", "X-Timeout-Ms", "header",
                  "{\"type\":\"integer\",\"minimum\":1,\"maximum\":600000}");
    put(document,
        "},\n\"responses\":{\"Error\":{\"description\":\"refused or failed\",\"content\":{"
        "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Error\"}}}}},\n"
        "\"schemas\":{\n");
    put_error(document);
    for (size_t i = 0; i < document->message_count; i++) { /* grows on the way */
        put(document, ",\n");
        put_message(document, document->messages[i]);
    }
    put(document, "}}}\n");
}

void openapi_roles(const char *method, bool own, char *out, size_t size)
{
    struct document document = {.bytes = out, .capacity = size};
    out[0] = '\0';
    put_roles(&document, method, own);
}

enum status openapi_new(struct document **out, struct fault *fault)
{
    struct document *document = calloc(1, sizeof *document);
    char *bytes = malloc(OPENAPI_BYTES_MAX);
    if (!document || !bytes) {
        free(document);
        free(bytes);
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    document->bytes = bytes;
    document->capacity = OPENAPI_BYTES_MAX;
    put(document, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Millrace\",\"version\":\"0.1\"},"
                  "\"security\":[{\"token\":[]},{\"session\":[]}],\n");
    put_paths(document);
    put_components(document);
    ASSERT(!document->full); /* proto/ is ours: a larger one needs a larger limit */
    bytes = realloc(document->bytes, document->length);
    document->bytes = bytes ? bytes : document->bytes;
    *out = document;
    return STATUS_OK;
}

void openapi_free(struct document **document)
{
    if (*document)
        free((*document)->bytes);
    free(*document);
    *document = NULL;
}

struct text openapi_text(const struct document *document)
{
    return (struct text){document->bytes, document->length};
}
