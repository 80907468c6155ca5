#ifndef MILLRACE_WIRE_WIRE_H
#define MILLRACE_WIRE_WIRE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

#include <protobuf-c/protobuf-c.h>

/*
 * Bytes and protobuf messages, by descriptor.  Nothing here knows a particular message; the
 * generated headers are included by *_codec.c files only.
 *
 * protobuf-c has neither a depth nor an allocation limit: there are no recursive message types,
 * the size is capped before unpacking, and unpacking allocates from the request's arena, whose
 * limit is the decode limit.
 */
#define WIRE_BODY_MAX   (64 * KIB)  /* of a request */
#define WIRE_REPLY_MAX  (256 * KIB) /* above this a reply is paged */
#define WIRE_UNPACK_MAX WIRE_REPLY_MAX

/*
 * Unpack and check what every message must satisfy: text is UTF-8 without NUL, enum values are
 * known, *_uuid has 16 bytes.  MALFORMED or INVALID with the field's path ("lines[2].item"), LIMIT
 * above WIRE_UNPACK_MAX or when the arena is full.  Fields of a newer version are passed over.  The
 * message lives in the arena; never free it.
 */
enum status wire_unpack(const ProtobufCMessageDescriptor *type, struct text bytes,
                        struct arena *arena, const ProtobufCMessage **out,
                        struct fault *fault) MUST_CHECK;

/* Pack into arena memory.  LIMIT above WIRE_REPLY_MAX or when the arena is full. */
enum status wire_pack(const ProtobufCMessage *message, struct arena *arena, struct text *out,
                      struct fault *fault) MUST_CHECK;

/* What a packed request is about, by the rule of proto/: its first field, where that is a text.
   Empty where it is none, or is longer than a code.  Not yet checked to be UTF-8: wire_unpack
   does. */
struct text wire_object(const ProtobufCMessageDescriptor *type, struct text bytes);

/* Reading optional fields of a message that was unpacked. */
static inline struct text wire_text(const char *field)
{
    return text_of(field);
}

#endif
