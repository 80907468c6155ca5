#ifndef MILLRACE_BASE_BYTES_H
#define MILLRACE_BASE_BYTES_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Bytes of our own that grow at their end, for what has no known size before it is there: an
 * answer, a file that is written into memory.  {.max = N} is an empty one; max, the most it may
 * hold, must be set before the first byte.
 */
struct bytes {
    char *bytes; /* malloc(); NULL before the first */
    size_t length;
    size_t room;
    size_t max;
};

/* False, and nothing changed, when max would be passed or there is no memory. */
bool bytes_add(struct bytes *bytes, const char *more, size_t count) MUST_CHECK;

/* The same in the shape of every sink of a writer (plant_write, sql_copy_out): `bytes` is a struct
   bytes.  STATUS_LIMIT. */
enum status bytes_sink(void *bytes, const char *more, size_t count, struct fault *fault) MUST_CHECK;

/* Borrowed until the next byte is added. */
struct text bytes_text(const struct bytes *bytes);

void bytes_release(struct bytes *bytes);

#endif
