#ifndef MILLRACE_COST_ROLLING_CORE_H
#define MILLRACE_COST_ROLLING_CORE_H

#include "services/cost/rollup_core.h"
#include "services/cost/sequence_core.h"

/* Inside of rollup_core.h: what rollup_core.c, rollup_plain_core.c and
   rollup_again_core.c share. */

/* One roll-up, under way or kept. */
struct rollup {
    const struct bom_graph *graph;
    const struct plant *plant;
    date on;
    struct item_cost *costs;
    struct cost_sequence sequence;
    bool by_level;             /* no product is costed by another item's order */
    uint32_t *level_ends;      /* by level: the place behind its last item, as by_level puts them */
    uint32_t *operation_first; /* items + 1: operations by item, in the order they are passed */
    uint32_t *operations;
    uint32_t *supplier_of; /* first supplier with a price + 1 */
    uint32_t *chosen;      /* room for the longest bill */
    bool *is_chosen;       /* by line: it counts for its parent's lot */
    uint32_t *place;       /* by item: its place in the sequence; NULL until something changes */
    uint64_t *waiting;     /* by place, a bit: to be costed again */
    uint64_t *words;       /* by word of `waiting`, a bit: it is not 0 */
    struct fault *fault;
};

/* Do the operation and its alternative count? */
uint32_t rollup_alternative(const struct rollup *r, uint32_t item);
bool rollup_operation_counts(const struct rollup *r, const struct operation *operation,
                             uint32_t alternative);

/* The cost of one item, of what it is made of as it costs now; of its products as well. */
enum status rollup_item(struct rollup *r, uint32_t item) MUST_CHECK;

/*
 * The cost of an item whose bill and routing are plain, in whole numbers over one denominator: no
 * yield, scrap, whole runs, products, shares, or other units, and a whole costing lot.  The same
 * to the last digit as the fractions give, many times faster.  False: it is not plain, or does not
 * fit 128 bits; nothing is changed then.
 */
bool rollup_plain(struct rollup *r, uint32_t item) MUST_CHECK;

#endif
