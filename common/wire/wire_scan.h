#ifndef MILLRACE_WIRE_WIRE_SCAN_H
#define MILLRACE_WIRE_WIRE_SCAN_H

#include "common/wire/wire.h"

/*
 * Reads the bytes of a message without building it and checks what protobuf-c does not: text is
 * UTF-8 without NUL (which would cut it short), *_uuid has 16 bytes, enum values are known, and
 * messages nest at most WIRE_DEPTH_MAX deep.  It goes first, because only here the true length of a
 * text is still there.
 */
#define WIRE_DEPTH_MAX 16

enum status wire_scan(const ProtobufCMessageDescriptor *type, struct text bytes,
                      struct fault *fault) MUST_CHECK;

#endif
