#ifndef MILLRACE_BOM_BOM_KIT_H
#define MILLRACE_BOM_BOM_KIT_H

#include "common/bom/bom_explode.h"

/*
 * How many of an item can be built now from stock, and what limits it.
 *
 * A quantity can be built when its explosion net of stock (bom_explode.h) leaves nothing to get:
 * with `make` false every component must lie in stock as it is (a phantom's are its components);
 * with `make` true a made component that is short is built too, from its own components in stock,
 * and only items without a bill must lie there.
 *
 * The answer holds as said: this quantity can be built, one unit of the item's precision more
 * cannot.  It is the greatest, unless bills for larger lots need less than those for smaller ones.
 */
struct bom_kit_request {
    uint32_t item;
    date start;
    bool make;
    const struct bom_stock *stock;
    struct arena *spare; /* for the trials */
};

/* What lacks for one unit more. */
struct bom_short {
    uint32_t item;
    struct qty gross; /* needed for one unit more */
    struct qty stock; /* of that there */
    struct qty lacks;
};

struct bom_kit {
    struct qty quantity;
    bool endless;                   /* nothing in stock limits it, only the range of numbers */
    const struct bom_short *shorts; /* by low-level code, then by item; none when endless */
    uint32_t short_count;
};

/* INVALID: the item has no bill that counts on that day.  Others as bom_explode.  request->spare is
   reset before each trial. */
enum status bom_kit_find(const struct bom_graph *graph, const struct bom_kit_request *request,
                         struct arena *arena, struct bom_kit *kit, struct fault *fault) MUST_CHECK;

#endif
