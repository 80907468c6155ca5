#ifndef MILLRACE_COST_SEQUENCE_CORE_H
#define MILLRACE_COST_SEQUENCE_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/bom/bom_graph.h"

/*
 * The order in which a roll-up takes the items: what an item's cost is made of comes before it.
 *
 * That is its components, and for a co- or by-product that nothing else makes or buys the item
 * whose order makes it, whatever their low-level codes.  Where several items make such a product,
 * the first by code counts.  Pure.
 */
struct cost_sequence {
    uint32_t *items;  /* every item once */
    uint32_t *source; /* by item: the line of its bill it is costed by + 1, 0: none */
};

/* What the order depends on. */
struct cost_terms {
    date on;
    const bool *own;    /* by item: it has a bill, operations or a price of its own */
    const bool *chosen; /* by line of a bill: its component is a part of its parent's cost */
};

/*
 * INVALID: a co-product is needed, through however many levels, by the item that makes it, so that
 * its cost depends on itself.  LIMIT: the arena.
 */
enum status cost_sequence_make(const struct bom_graph *graph, const struct cost_terms *terms,
                               struct arena *arena, struct cost_sequence *sequence,
                               struct fault *fault) MUST_CHECK;

/* A co- or by-product with a share of its parent's cost, on that day. */
bool cost_is_product_line(const struct plant *plant, uint32_t line, date on);

#endif
