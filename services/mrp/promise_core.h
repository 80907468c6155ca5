#ifndef MILLRACE_MRP_PROMISE_CORE_H
#define MILLRACE_MRP_PROMISE_CORE_H

#include "services/mrp/plan_core.h"

/*
 * When can a customer have it (planning.md section 11)?
 *
 * ATP, available to promise: what stock, open receipts and planned orders bring and nobody has
 * asked for.  Order lines, open component needs and what parents' orders need are commitments; a
 * forecast is none, being what is kept for orders like this one.  Cumulative with look-ahead
 * [Vollmann, Berry, Whybark and Jacobs, ch. 6]:
 *
 *     left(u) = supply through u - commitments through u
 *     ATP(t)  = least left(u) over u >= t, less lots that expired unused before t, not below 0
 *
 * so that a promise on day t takes nothing from what is promised later.  Receipts count on the days
 * they are due, planned orders on theirs; safety stock may be promised.
 *
 * CTP, capable to promise: what ATP does not cover is made and bought through all levels, each
 * component from its own ATP first, with the lot limits, lead times, calendars, suppliers and
 * fences of the plan; infinite capacity.  The promise is the first day on which every new order of
 * that what-if can start in time.  What limits it is the order that is latest the day before.
 * Consumables never limit, a phantom's own stock is not counted, and needs are rounded up by path.
 *
 * All of it by the plan it was opened on; a promise is kept by entering the order and planning
 * again.
 */
struct promise;

/* Working memory and what was found about items live in the arena. */
enum status promise_open(const struct plan *plan, struct arena *arena, struct promise **out,
                         struct fault *fault) MUST_CHECK;

struct promise_ask {
    uint32_t item;
    uint32_t segment; /* text; 0: the empty one */
    struct qty qty;   /* above 0, in the item's unit and precision */
    int32_t day;      /* wanted, in 0 .. horizon - 1 */
};

enum promise_limit {
    PROMISE_AS_WANTED,
    PROMISE_SUPPLY,   /* ATP: not free before limit_day; limit_qty is what is free the day before */
    PROMISE_LEAD_TIME /* CTP: limit_qty of limit_item needed on limit_day would take until
                         ready_day, if it had to be there for a promise one day earlier */
};

struct promise_answer {
    int32_t day; /* NO_DAYS: not within the horizon */
    int32_t limit_day;
    int32_t ready_day;
    uint32_t limit_item;
    struct qty limit_qty;
    struct qty on_wanted; /* ATP on the wanted day, at most what was asked */
    uint8_t limit;        /* enum promise_limit */
    uint8_t spare[7];
};

enum status promise_available(struct promise *promise, const struct promise_ask *ask,
                              struct promise_answer *answer, struct fault *fault) MUST_CHECK;
enum status promise_capable(struct promise *promise, const struct promise_ask *ask,
                            struct promise_answer *answer, struct fault *fault) MUST_CHECK;

/* What limits the answer, in words; empty where nothing does. */
void promise_words(const struct plan *plan, const struct promise_answer *answer,
                   char text[PLAN_TEXT_MAX]);

/* The days of an item on which supply or commitments change, day 0 always.  Until the next call. */
struct promise_day {
    int32_t day;
    int32_t spare;
    struct qty supply;
    struct qty committed;
    struct qty available; /* ATP of the day */
};

enum status promise_days(struct promise *promise, uint32_t item, uint32_t segment,
                         const struct promise_day **rows, uint32_t *count,
                         struct fault *fault) MUST_CHECK;

#endif
