#ifndef MILLRACE_BASE_TEXT_H
#define MILLRACE_BASE_TEXT_H

#include "common/base/arena.h"

#include <string.h>

/* A run of bytes that somebody else owns; not NUL-terminated. */
struct text {
    const char *bytes;
    size_t length;
};

/* NULL gives the empty text.  Here, so that the length of a literal is not counted each time. */
static inline struct text text_of(const char *terminated)
{
    return (struct text){terminated ? terminated : "", terminated ? strlen(terminated) : 0};
}

bool text_equal(struct text a, struct text b);

static inline bool text_is(struct text a, const char *terminated)
{
    return text_equal(a, text_of(terminated));
}

int text_cmp(struct text a, struct text b); /* byte order, as PostgreSQL's collation "C" */
uint64_t text_hash(struct text a);          /* not keyed: for tables of our own data only */

/* A NUL-terminated copy in the arena; NULL when its limit would be passed. */
char *text_copy(struct text a, struct arena *arena) MUST_CHECK;

/* Well-formed UTF-8 by RFC 3629 (no surrogates, no overlong forms) without NUL. */
bool text_is_utf8(struct text a);

/* A code that names an object: 1..TEXT_CODE_MAX bytes of UTF-8, no control characters, no blank
   at either end. */
#define TEXT_CODE_MAX 64
bool text_is_code(struct text a);

#endif
