#ifndef MILLRACE_MRP_PEGGING_CORE_H
#define MILLRACE_MRP_PEGGING_CORE_H

#include "services/mrp/plan_core.h"

/*
 * Which supply serves which demand (planning.md section 9): within an item and segment in date
 * order, first in first out; of needs on one day the one of least demand priority first.  Computed
 * from a plan when asked for, nothing of it is stored with the plan.
 *
 * Full pegging runs down the levels: what an order's good quantity serves at the top divides the
 * needs that the order puts on its components, in the same order and in the same proportion,
 * rounded to the component's precision.
 */
enum peg_supply { PEG_STOCK, PEG_RECEIPT, PEG_BY_PRODUCT, PEG_PLANNED };

/* One piece of a supply for one top demand. */
struct peg {
    struct qty supply_qty; /* of the whole supply */
    struct qty qty;
    uint32_t supply_reference; /* of a receipt, the lot of stock; 0: none */
    uint32_t for_item;         /* the parent, or the item itself for its own demand */
    uint32_t top;              /* row of plant->demands; NO_INDEX: nothing a customer asked for */
    uint32_t top_reference;    /* its reference, or that of the released order in need; 0: none */
    uint32_t segment;
    int32_t supply_day; /* its due day; 0 for stock */
    int32_t for_day;
    uint8_t supply; /* enum peg_supply */
    uint8_t spare[3];
};

struct pegging;

/* Runs through all levels once, the items of a level shared by the crew; every peg is kept, in the
   arena. */
enum status pegging_make(const struct plan *plan, const struct crew *crew, struct arena *arena,
                         struct pegging **out, struct fault *fault) MUST_CHECK;

const struct plan *pegging_plan(const struct pegging *pegging);

/* The pegs of an item's supply, by segment, then in the order in which they were made: by the
   needs' days.  Any thread may ask. */
uint32_t pegging_count(const struct pegging *pegging, uint32_t item);
struct peg pegging_row(const struct pegging *pegging, uint32_t item, uint32_t row);

#endif
