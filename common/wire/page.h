#ifndef MILLRACE_WIRE_PAGE_H
#define MILLRACE_WIRE_PAGE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * What the codecs of all services say the same way about lists: a request has `limit` and `after`,
 * its reply `next`, which is absent on the last page (proto/README.md).
 */

/* A text field that may be absent: its text, without bytes where it is. */
static inline struct text page_given(const char *field)
{
    return field ? text_of(field) : (struct text){NULL, 0};
}

/* The limit asked for, `most` where none is; INVALID with field "limit" outside 1..most. */
enum status page_limit(bool given, uint32_t limit, size_t most, size_t *out,
                       struct fault *fault) MUST_CHECK;

/* `after` of lists whose places are numbers: 0 where it is absent, INVALID with field "after" when
   it is not what page_next made. */
enum status page_after(const char *after, int64_t *out, struct fault *fault) MUST_CHECK;

/* The text of a place, in the arena; *ok turns false when that is full. */
char *page_next(int64_t place, struct arena *arena, bool *ok);

/* A NUL-terminated copy for a generated struct, NULL for a text without bytes; *ok turns false when
   the arena is full. */
char *page_text(struct text text, struct arena *arena, bool *ok);

#endif
