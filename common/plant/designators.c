#include "common/plant/designators.h"

#include "common/base/decimal.h"

#include <string.h>

#define DESIGNATORS_MAX 2000

static bool is_separator(char c)
{
    return c == ' ' || c == ',' || c == ';';
}

/* "R12" into "R" and 12; false when no number ends it. */
static bool split(struct text name, struct text *letters, int64_t *number)
{
    size_t end = name.length;
    while (end > 0 && name.bytes[end - 1] >= '0' && name.bytes[end - 1] <= '9')
        end--;
    *letters = (struct text){name.bytes, end};
    return end < name.length && decimal_parse(name.bytes + end, name.length - end, 0, number) &&
           *number >= 0;
}

struct span {
    struct text letters;
    int64_t first;
    int64_t last;
};

/* R7-R9 or R7-9 or R7; a name without a number stands for itself. */
static bool read_span(struct text name, struct span *span)
{
    const char *dash = memchr(name.bytes, '-', name.length);
    struct text left = {name.bytes, dash ? (size_t)(dash - name.bytes) : name.length};
    struct text right = {dash ? dash + 1 : NULL, dash ? name.length - left.length - 1 : 0};
    struct text letters;
    if (!split(left, &span->letters, &span->first)) {
        *span = (struct span){name, -1, -1};
        return !dash && name.length > 0;
    }
    span->last = span->first;
    if (!dash)
        return true;
    return split(right, &letters, &span->last) &&
           (letters.length == 0 || text_equal(letters, span->letters)) && span->last > span->first;
}

static bool meets(const struct span *a, const struct span *b)
{
    return text_equal(a->letters, b->letters) && a->first <= b->last && b->first <= a->last;
}

bool designators_count(struct text text, uint64_t *count, const char **message)
{
    struct span spans[256];
    size_t used = 0;
    size_t at = 0;
    *count = 0;
    while (at < text.length) {
        size_t end = at;
        while (end < text.length && !is_separator(text.bytes[end]))
            end++;
        struct span span;
        struct text name = {text.bytes + at, end - at};
        at = end + 1;
        if (name.length == 0)
            continue;
        *message = "is not a list of designators such as \"R1 R2 R7-R9\"";
        if (used == COUNT_OF(spans) || !read_span(name, &span))
            return false;
        *message = "names a designator twice";
        for (size_t i = 0; i < used; i++) {
            if (meets(&spans[i], &span))
                return false;
        }
        spans[used++] = span;
        *count += (uint64_t)(span.last - span.first) + 1;
    }
    *message = "names too many designators";
    return *count <= DESIGNATORS_MAX;
}
