#ifndef MILLRACE_TESTS_FUZZ_PARTS_H
#define MILLRACE_TESTS_FUZZ_PARTS_H

#include "common/base/text.h"

#include <string.h>

/* Several files in one input: each begins behind a line "--- NAME". */
struct fuzz_part {
    struct text name;
    struct text bytes;
};

/* The next line that begins a file, or the end. */
static inline const char *fuzz_part_mark(const char *at, const char *end)
{
    while (at < end && !(end - at >= 4 && memcmp(at, "--- ", 4) == 0)) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    return at;
}

/* Takes the first file off *rest; false where there is none. */
static inline bool fuzz_part_next(struct text *rest, struct fuzz_part *out)
{
    const char *end = rest->bytes + rest->length;
    const char *mark = fuzz_part_mark(rest->bytes, end);
    if (mark == end)
        return false;
    const char *newline = memchr(mark, '\n', (size_t)(end - mark));
    const char *body = newline ? newline + 1 : end;
    const char *next = fuzz_part_mark(body, end);
    out->name = (struct text){mark + 4, (size_t)(body - mark) - 4 - (newline != NULL)};
    out->bytes = (struct text){body, (size_t)(next - body)};
    *rest = (struct text){next, (size_t)(end - next)};
    return true;
}

#endif
