#ifndef MILLRACE_MRP_POOL_CORE_H
#define MILLRACE_MRP_POOL_CORE_H

#include "common/base/arena.h"

/*
 * Memory of an arena that can be given back piece by piece: free lists by size.  Up to POOL_EXACT
 * bytes there is a size for each 8, so that rows that grow and shrink by one find what others left,
 * and a plan that changes for hours needs little fresh memory; above, two sizes to each power of
 * two, so that at most a third of a piece is spare.  Pieces that others took from an arena may be
 * given too.
 */
#define POOL_EXACT 2048
#define POOL_STEP  8
#define POOL_SIZES 96 /* of the large ones */

struct pool {
    struct arena *arena;
    void *exact[POOL_EXACT / POOL_STEP + 1]; /* by size / POOL_STEP */
    void *large[POOL_SIZES];
    int64_t owed; /* bytes taken, less those given */
};

/* Not zeroed; NULL when the arena is full. */
void *pool_take(struct pool *pool, size_t bytes) MUST_CHECK;

/* At least as many bytes as are said; NULL, or too few to be worth keeping, is passed over. */
void pool_give(struct pool *pool, void *piece, size_t bytes);

#endif
