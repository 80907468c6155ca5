#ifndef MILLRACE_MRP_PLAN_DIFF_CORE_H
#define MILLRACE_MRP_PLAN_DIFF_CORE_H

#include "services/mrp/plan_core.h"

/*
 * What changed from one plan to another: of the same plant a day later, of what-if facts, of
 * another folder.  The two may number items and texts differently and start on different days:
 * orders are compared by codes, texts and dates.
 *
 * An order is known by item, segment, date of its need and its ordinal among those of the same
 * three (the key under which the MRP service stores it).  One merge of the two sorted plans: linear
 * in the orders.
 */
enum plan_change_kind { PLAN_REMOVE, PLAN_CHANGE, PLAN_INSERT };

struct plan_change {
    const struct plan_order *before; /* NULL of an insert */
    const struct plan_order *after;  /* NULL of a remove */
    uint32_t before_item;            /* index in the plant of its plan, or NO_INDEX */
    uint32_t after_item;
    uint32_t ordinal; /* from 1 */
    uint8_t kind;     /* enum plan_change_kind */
    uint8_t spare[3];
};

/* Removes, then changes, then inserts, each by item code, segment, need, ordinal: applied in this
   order no key is ever there twice. */
struct plan_diff {
    const struct plan_change *rows;
    uint32_t count;
    uint32_t removes;
    uint32_t changes;
    uint32_t inserts;
};

enum status plan_diff_make(const struct plan *before, const struct plan *after, struct arena *arena,
                           struct plan_diff *diff, struct fault *fault) MUST_CHECK;

#endif
