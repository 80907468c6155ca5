#ifndef MILLRACE_GATEWAY_EXAMPLE_H
#define MILLRACE_GATEWAY_EXAMPLE_H

#include "common/base/text.h"

#include <protobuf-c/protobuf-c.h>

/*
 * A JSON example of a message, by its descriptor: a value of the right form for each field, one
 * element of each list.  Good to read and to start from; whether a plant has a "BOLT" is another
 * question.  Cut off, and false, where it does not fit.
 */
#define EXAMPLE_DEPTH_MAX 6
bool example_write(const ProtobufCMessageDescriptor *type, char *out, size_t size);

#endif
