#ifndef MILLRACE_COST_SHARE_CORE_H
#define MILLRACE_COST_SHARE_CORE_H

#include "common/base/qty.h"

/*
 * An amount shared out by weights, exactly.  Pure.  What the first k parts have together is
 *     total x (sum of their weights) / (sum of all weights)
 * rounded once, so the parts add up to the total whatever it is, and each is known from what stands
 * before it: a part can be asked for without the others, today or in another batch.
 */
struct share_walk {
    struct amount total;
    struct qty whole; /* above 0 */
    struct qty upto;
    struct amount given;
};

/* The share of the next `part`.  False: out of range. */
bool share_next(struct share_walk *walk, struct qty part, struct amount *out) MUST_CHECK;

#endif
