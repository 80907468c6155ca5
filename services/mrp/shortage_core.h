#ifndef MILLRACE_MRP_SHORTAGE_CORE_H
#define MILLRACE_MRP_SHORTAGE_CORE_H

#include "services/mrp/pegging_core.h"

/* An item that runs short if no new order is placed for it. */
struct plan_shortage {
    uint32_t item;
    uint32_t segment;
    int32_t short_day;  /* first day on which gross requirements exceed stock and open supply */
    struct qty missing; /* at most, in the window */
    struct qty on_hand; /* usable stock of the segment on day 0 */
    /* shortage_trace fills the rest */
    uint32_t for_item;      /* whose need is hit first: a parent, or the item itself; or NO_INDEX */
    int32_t for_day;        /* of that need */
    uint32_t top;           /* the demand behind it, a row of plant->demands, or NO_INDEX */
    uint32_t top_reference; /* its reference, or the released order's that is in need; 0: none */
    uint32_t move;          /* the first receipt after short_day that is not firm, a row of
                               plant->supplies: what could be moved; NO_INDEX: none */
    uint32_t spare;
};

/*
 * What stops the shop in the days 0 .. days - 1 if nothing is done: projected stock from existing
 * supply alone (its own planned orders left out, requirements of its parents' planned orders
 * included) falls below zero.  By day, then item code, then segment; lives in the arena.
 */
enum status plan_shortages(const struct plan *plan, int32_t days, struct arena *arena,
                           struct plan_shortage **rows, uint32_t *count,
                           struct fault *fault) MUST_CHECK;

/* What each shortage hits, and what could be moved.  Runs through the item's pegs. */
void shortage_trace(const struct pegging *pegging, struct plan_shortage *rows, uint32_t count);

#endif
