#ifndef MILLRACE_GATEWAY_STREAM_CODEC_H
#define MILLRACE_GATEWAY_STREAM_CODEC_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/* An event of the log as streams tell it; arena memory. */
struct told {
    int64_t event_seq;
    int64_t kind;
    struct text object;
    struct text json;
    bool whole;               /* concerns the plant as a whole: everybody hears it */
    const struct text *items; /* else the items it is about */
    size_t item_count;
    uint32_t newest; /* its object's newest event among those read with it; the reader's */
};

/* Fills all but event_seq and kind of the packed Event; LIMIT when the arena is full. */
enum status told_decode(struct text body, struct arena *arena, struct told *out,
                        struct fault *fault) MUST_CHECK;

#endif
