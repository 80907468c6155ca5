#ifndef MILLRACE_WIRE_JSON_WRITER_H
#define MILLRACE_WIRE_JSON_WRITER_H

#include "common/base/arena.h"
#include "common/wire/json_field.h"

/* Inside of json.h, for json_write.c and json_wire.c. */

/* The text under construction: doubles in the arena, so a reply costs at most twice its size. */
struct json_writer {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t capacity;
    bool full; /* the arena's limit was met; everything after is ignored */
};

/* Room for `count` more bytes, or NULL. */
char *json_room(struct json_writer *writer, size_t count);
void json_put(struct json_writer *writer, const char *bytes, size_t count);
void json_put_char(struct json_writer *writer, char c);
void json_put_string(struct json_writer *writer, struct text text);

/* The name of a member with its colon, and a comma before it unless it is the first. */
void json_put_name(struct json_writer *writer, const ProtobufCFieldDescriptor *field, bool first);

/* Any value but a message; `value` points at the C member. */
void json_put_scalar(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                     const void *value);

#endif
