#include "common/wire/page.h"

#include "common/base/decimal.h"

#include <string.h>

enum status page_limit(bool given, uint32_t limit, size_t most, size_t *out, struct fault *fault)
{
    if (given && (limit < 1 || limit > most))
        return fault_set(fault, STATUS_INVALID, "limit", "limit %u is outside 1..%zu", limit, most);
    *out = given ? limit : most;
    return STATUS_OK;
}

enum status page_after(const char *after, int64_t *out, struct fault *fault)
{
    int64_t place = 0;
    if (after && (!decimal_parse(after, strlen(after), 0, &place) || place < 0))
        return fault_set(fault, STATUS_INVALID, "after",
                         "\"%s\" is not what \"next\" of an earlier page said", after);
    *out = place;
    return STATUS_OK;
}

char *page_next(int64_t place, struct arena *arena, bool *ok)
{
    char *text = arena_alloc(arena, DECIMAL_TEXT_MAX, 1);
    if (text)
        decimal_format(place, 0, text);
    *ok = *ok && text;
    return text;
}

char *page_text(struct text text, struct arena *arena, bool *ok)
{
    if (!text.bytes)
        return NULL;
    char *copy = text_copy(text, arena);
    *ok = *ok && copy;
    return copy;
}
