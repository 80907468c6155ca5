#ifndef MILLRACE_BASE_CREW_H
#define MILLRACE_BASE_CREW_H

#include "common/base/base.h"

/*
 * Hands for work that falls into independent parts.  A pure core starts no threads: it is given a
 * crew and says `run these parts`; what a part does must not depend on who does it, nor on when.
 *
 *     crew->run(crew, part_fn, context);        part_fn(context, hand) for each hand 0 .. hands - 1
 *
 * run returns when all hands are done; everything they wrote is then seen by the caller.  Work is
 * best cut finer than there are hands: each takes the next piece from a counter (crew_take).
 */
typedef void crew_part_fn(void *context, uint32_t hand);

struct crew {
    uint32_t hands; /* 1 .. CREW_HANDS_MAX */
    uint32_t least; /* rows of work below which sharing costs more than it brings; 0: as usual */
    void (*run)(const struct crew *crew, crew_part_fn *part, void *context);
};

#define CREW_HANDS_MAX 64
#define CREW_LEAST     2048 /* usual */

/* The caller alone: hands one after the other. */
extern const struct crew crew_alone;

/* Is a job of so many rows worth sharing? */
static inline bool crew_shares(const struct crew *crew, uint64_t rows)
{
    return crew->hands > 1 && rows >= (crew->least > 0 ? crew->least : CREW_LEAST);
}

/* Pieces 0 .. count - 1 of a job, handed out in ascending order. */
struct crew_job {
    uint32_t next;
    uint32_t count;
};

/* The next piece, or false when all are taken.  Any hand may ask at any time. */
static inline bool crew_take(struct crew_job *job, uint32_t *piece)
{
    *piece = __atomic_fetch_add(&job->next, 1, __ATOMIC_RELAXED);
    return *piece < job->count;
}

#endif
