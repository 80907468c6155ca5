#include "common/plant/plant_narrow.h"

#include <string.h>

static const char end_of_columns[] = " FROM ";
static const char before_name[] = " AS ";

/* One column: to the next comma that is in no parentheses, or to `end`. */
static struct text column_at(const char *at, const char *end)
{
    int depth = 0;
    const char *stop = at;
    for (; stop < end && (depth > 0 || *stop != ','); stop++)
        depth += (*stop == '(') - (*stop == ')');
    return (struct text){at, (size_t)(stop - at)};
}

static struct text name_of(struct text column)
{
    const size_t mark = sizeof before_name - 1;
    size_t from = 0;
    for (size_t i = 0; i + mark <= column.length; i++) {
        if (memcmp(column.bytes + i, before_name, mark) == 0)
            from = i + mark;
    }
    return (struct text){column.bytes + from, column.length - from};
}

static bool is_among(struct text name, const struct text *names, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = text_cmp(name, names[i]) == 0;
    return found;
}

static char *append(char *to, struct text text)
{
    memcpy(to, text.bytes, text.length);
    return to + text.length;
}

const char *plant_narrow(const char *copy, const struct text *names, size_t count,
                         struct arena *arena)
{
    const char *at = strchr(strchr(copy, '('), ' ') + 1; /* behind SELECT */
    const char *const end = strstr(at, end_of_columns);
    char *made = arena_alloc(arena, strlen(copy) + 1, 1);
    ASSERT(end);
    if (!made)
        return NULL;
    char *to = append(made, (struct text){copy, (size_t)(at - copy)});
    const char *const first = to;
    while (at < end) {
        const struct text column = column_at(at, end);
        if (!is_among(name_of(column), names, count)) {
            if (to > first)
                to = append(to, text_of(", "));
            to = append(to, column);
        }
        at = column.bytes + column.length;
        while (at < end && (*at == ',' || *at == ' '))
            at++;
    }
    ASSERT(to > first); /* what is required is never left out */
    append(to, (struct text){end, strlen(end) + 1});
    return made;
}
