#ifndef MILLRACE_BOM_CODEC_MEMORY_H
#define MILLRACE_BOM_CODEC_MEMORY_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/* What the codecs of this service make messages of.  *ok becomes false when the arena is full; it
   is looked at once, in the end. */

/* An optional field: NULL, which is absent, when there is no text. */
static inline char *codec_text(struct text text, struct arena *arena, bool *ok)
{
    char *made = text.length > 0 ? text_copy(text, arena) : NULL;
    *ok = *ok && (made || text.length == 0);
    return made;
}

/* `count` of them and one more, zeroed. */
static inline void *codec_room(struct arena *arena, size_t count, size_t size, bool *ok)
{
    void *made = arena_alloc(arena, count + 1, size);
    *ok = *ok && made;
    return made;
}

static inline enum status codec_full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

#endif
