#ifndef MILLRACE_WIRE_JSON_H
#define MILLRACE_WIRE_JSON_H

#include "common/wire/wire.h"

/*
 * JSON and protobuf messages, by descriptor and field-name suffix (proto/README.md): decimals as
 * strings ("12.5"; a JSON number is accepted on input, its text is kept exact), dates, times,
 * uuids, enums in lower case.  Unknown members, wrong types, doubled members, and numbers with more
 * decimals than the field has are refused with the member's path and what would be right.
 */
#define JSON_DEPTH_MAX 16

enum status json_to_message(const ProtobufCMessageDescriptor *type, struct text json,
                            struct arena *arena, ProtobufCMessage **out,
                            struct fault *fault) MUST_CHECK;

/* Fields that are absent are left out; repeated fields are always there. */
enum status json_of_message(const ProtobufCMessage *message, struct arena *arena, struct text *out,
                            struct fault *fault) MUST_CHECK;

/* The same of the bytes of a message that nobody needs to look into, in half the time and a third
   of the memory: a service's answers pass the gateway so.  Faults are those of wire_unpack. */
enum status json_of_wire(const ProtobufCMessageDescriptor *type, struct text bytes,
                         struct arena *arena, struct text *out, struct fault *fault) MUST_CHECK;

/* A problem of RFC 9457, in the arena: {"type":"/docs#INVALID","title":…,"status":422,"detail":…,
   "instance":trace,"error":{"code":"INVALID","field":…,"message":…,"retryable":…,"trace":…}} */
enum status json_of_fault(const struct fault *fault, const char *trace, struct arena *arena,
                          struct text *out) MUST_CHECK;

#endif
