#ifndef MILLRACE_WIRE_JSON_FIELD_H
#define MILLRACE_WIRE_JSON_FIELD_H

#include "common/wire/wire.h"

/* What the name and the type of a protobuf field say about its JSON form (proto/README.md).  The
   reader, the writer and the OpenAPI description ask here, so that they cannot disagree. */
enum json_kind {
    JSON_TEXT,
    JSON_INTEGER, /* a JSON number without point and exponent */
    JSON_DECIMAL, /* *_micro, *_e4: a string "12.5"; a number is accepted too */
    JSON_DATE,    /* *_on: "2026-01-31" */
    JSON_TIME,    /* *_at_us: "2026-01-31T08:00:00.000000Z" */
    JSON_UUID,    /* bytes *_uuid */
    JSON_BASE64,  /* other bytes */
    JSON_ENUM,    /* in lower case without the enum's own name */
    JSON_BOOLEAN,
    JSON_MESSAGE
};

/* Asserts on types that proto/ does not use (floating point, fixed width, groups). */
enum json_kind json_kind(const ProtobufCFieldDescriptor *field);

/* Decimals of a JSON_DECIMAL: 6 or 4. */
int json_decimals(const ProtobufCFieldDescriptor *field);

/* The member's name: the field's, without _micro, _e4 and the _us of a time. */
struct text json_name(const ProtobufCFieldDescriptor *field);

/* The field with that JSON name; NULL when there is none. */
const ProtobufCFieldDescriptor *json_find(const ProtobufCMessageDescriptor *type, struct text name);

/* "work_order" of KIND_WORK_ORDER in enum Kind; "" for a number the enum does not know. */
#define JSON_ENUM_MAX 64
void json_enum_name(const ProtobufCEnumDescriptor *type, int value, char name[JSON_ENUM_MAX]);
bool json_enum_value(const ProtobufCEnumDescriptor *type, struct text name, int *out) MUST_CHECK;

/* Times: microseconds since 1970-01-01 UTC, years 0001 to 9999. */
#define JSON_TIME_MAX 28
size_t json_time_format(int64_t unix_us, char text[JSON_TIME_MAX]); /* 0 outside the years */
/* "2026-01-31T08:00:00[.ffffff](Z|+08:00|-05:30)"; no leap second, no lower case. */
bool json_time_parse(struct text text, int64_t *out) MUST_CHECK;

/* RFC 4648 section 4, with padding, nothing else. */
bool json_base64_parse(struct text text, uint8_t *out, size_t *length) MUST_CHECK; /* 3/4 of text */
size_t json_base64_format(const uint8_t *bytes, size_t length, char *out); /* 4/3, padded; no NUL */

#endif
