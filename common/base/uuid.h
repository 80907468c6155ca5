#ifndef MILLRACE_BASE_UUID_H
#define MILLRACE_BASE_UUID_H

#include "common/base/base.h"

/* RFC 9562 identifiers, 16 bytes in network order. */
struct uuid {
    uint8_t bytes[16];
};

#define UUID_TEXT_MAX 37 /* 8-4-4-4-12 and its NUL */

/*
 * Version 7: 48 bits of Unix milliseconds, then the version, the variant and 74 of the 80 random
 * bits given.  Pure: the caller brings the time (io/clock) and the randomness.
 */
struct uuid uuid_v7(int64_t unix_ms, const uint8_t random[10]);

/* Strict 8-4-4-4-12 hexadecimal in either case; false leaves *out alone. */
bool uuid_parse(const char *text, size_t length, struct uuid *out) MUST_CHECK;
size_t uuid_format(struct uuid id, char text[UUID_TEXT_MAX]); /* lower case; returns 36 */

int uuid_cmp(struct uuid a, struct uuid b); /* byte order: by time for version 7 */
bool uuid_is_nil(struct uuid id);

#endif
