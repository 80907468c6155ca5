#include "services/cli/cli_json.h"

#include "common/wire/json_field.h"

#include <stdio.h>
#include <string.h>

#define FIRST_BYTES ((size_t)512)

static char *room(struct cli_json *json, size_t count)
{
    if (json->full)
        return NULL;
    if (json->length + count > json->capacity) {
        size_t capacity = json->capacity * 2 + count + FIRST_BYTES;
        char *bytes = arena_alloc(json->arena, capacity, 1);
        if (!bytes) {
            json->full = true;
            return NULL;
        }
        if (json->length > 0)
            memcpy(bytes, json->bytes, json->length);
        json->bytes = bytes;
        json->capacity = capacity;
    }
    return json->bytes + json->length;
}

static void put(struct cli_json *json, const char *bytes, size_t count)
{
    char *to = room(json, count);
    if (to && count > 0) {
        memcpy(to, bytes, count);
        json->length += count;
    }
}

/* The comma before a member or an element, and the member's name. */
static void put_name(struct cli_json *json, const char *name)
{
    char last = json->length > 0 ? json->bytes[json->length - 1] : '{';
    if (last != '{' && last != '[')
        put(json, ",", 1);
    if (!name)
        return;
    put(json, "\"", 1);
    put(json, name, strlen(name));
    put(json, "\":", 2);
}

void cli_json_open(struct cli_json *json, const char *name, char bracket)
{
    put_name(json, name);
    put(json, &bracket, 1);
}

void cli_json_close(struct cli_json *json, char bracket)
{
    put(json, &bracket, 1);
}

void cli_json_init(struct cli_json *json, struct arena *arena)
{
    *json = (struct cli_json){.arena = arena};
    put(json, "{", 1);
}

void cli_json_text(struct cli_json *json, const char *name, struct text value)
{
    put_name(json, name);
    put(json, "\"", 1);
    for (size_t i = 0; i < value.length; i++) {
        char escaped[8];
        char c = value.bytes[i];
        if (c == '"' || c == '\\' || (unsigned char)c < 0x20)
            put(json, escaped,
                (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)c & 0xffu));
        else
            put(json, &c, 1);
    }
    put(json, "\"", 1);
}

void cli_json_raw(struct cli_json *json, const char *name, const char *value)
{
    put_name(json, name);
    put(json, value, strlen(value));
}

void cli_json_base64(struct cli_json *json, const char *name, struct text value)
{
    put_name(json, name);
    put(json, "\"", 1);
    char *to = room(json, (value.length + 2) / 3 * 4);
    if (to)
        json->length +=
            json_base64_format((const uint8_t *)(const void *)value.bytes, value.length, to);
    put(json, "\"", 1);
}

struct text cli_json_done(struct cli_json *json)
{
    put(json, "}", 1);
    return json->full ? text_of("") : (struct text){json->bytes, json->length};
}
