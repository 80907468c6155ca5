#include "common/base/bytes.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM (16 * KIB)

/* Twice what is needed, so that n bytes are moved about once however they come. */
static bool make_room(struct bytes *bytes, size_t count)
{
    size_t need = bytes->length + count;
    size_t room = need > bytes->max / 2 ? bytes->max : need * 2;
    if (room < FIRST_ROOM && bytes->max > FIRST_ROOM)
        room = FIRST_ROOM;
    char *grown = realloc(bytes->bytes, room);
    if (!grown)
        return false;
    bytes->bytes = grown;
    bytes->room = room;
    return true;
}

bool bytes_add(struct bytes *bytes, const char *more, size_t count)
{
    ASSERT(bytes->max > 0 && bytes->length <= bytes->max);
    if (count == 0)
        return true;
    if (count > bytes->max - bytes->length)
        return false;
    if (count > bytes->room - bytes->length && !make_room(bytes, count))
        return false;
    memcpy(bytes->bytes + bytes->length, more, count);
    bytes->length += count;
    return true;
}

enum status bytes_sink(void *context, const char *more, size_t count, struct fault *fault)
{
    struct bytes *bytes = context;
    if (bytes_add(bytes, more, count))
        return STATUS_OK;
    return fault_set(fault, STATUS_LIMIT, "", "more than %zu bytes do not fit in memory",
                     bytes->length + count > bytes->max ? bytes->max : bytes->length);
}

struct text bytes_text(const struct bytes *bytes)
{
    return (struct text){bytes->bytes, bytes->length};
}

void bytes_release(struct bytes *bytes)
{
    free(bytes->bytes);
    *bytes = (struct bytes){.max = bytes->max};
}
