#ifndef MILLRACE_LEDGER_VALUE_CORE_H
#define MILLRACE_LEDGER_VALUE_CORE_H

#include "common/ledger/book_core.h"

/*
 * The arithmetic of valuation (design/costing.md sections 1, 3, 4): item and order in, amounts out.
 * Nothing is changed but item->last_cost by value_out.  False: out of range.
 */

/* What `qty` takes from the value of the item's stock when it leaves; all of it when it is the last
   piece.  When AVERAGE stock is emptied, item->last_cost becomes the average it had: what an issue
   below zero costs next. */
bool value_out(struct book_item *item, struct qty qty, struct amount *out) MUST_CHECK;

struct value_in {
    struct amount stock;      /* to the value of stock */
    struct amount variance;   /* cost - stock */
    struct qty owed;          /* below zero before, of which */
    struct qty covered;       /* .. so much is filled; AVERAGE */
    struct amount correction; /* afterwards from stock to variance: what pieces issued below zero
                                 cost more (or less, below 0) than they were issued at */
};

/* `qty` comes in at `cost`. */
bool value_in(const struct book_item *item, struct qty qty, struct amount cost,
              struct value_in *out) MUST_CHECK;

/* The part of order->wip that goes to its product's stock when it closes. */
bool value_settled(const struct work_order *order, const struct book_item *product,
                   struct amount *out) MUST_CHECK;

#endif
