#ifndef MILLRACE_COST_OUTSIDE_CORE_H
#define MILLRACE_COST_OUTSIDE_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * What subcontractors bill for operations of work orders (design/costing.md section 4).  Pure.
 *
 * An operation with a subcontract price is charged to its order when its pieces are reported
 * (services/production), and owed from then on as goods received are.  Of what is owed and not
 * billed, a bill has the share of its pieces, the last piece what is left:
 *     accrued = (charged - billed so far) x pieces / (reported - billed pieces)
 *     late    = billed - accrued
 * `late` is charged to the order; of a closed order it goes on at once to what the order made, as
 * any late cost (follow_core.h).
 */

/* Of a bill, or (below 0) of its reversal. */
struct outside_bill {
    struct qty pieces;
    struct amount payable;
    struct amount late;
};

/* NOT_FOUND names `field`. */
enum status outside_operation(struct work_order *order, struct text code, const char *field,
                              struct work_operation **out, struct fault *fault) MUST_CHECK;

/* Good and scrapped: the subcontractor had them all. */
struct qty outside_reported(const struct work_operation *operation);

/* What of the bill was not accrued.  False: out of range. */
bool outside_late(const struct work_operation *operation, struct outside_bill *bill) MUST_CHECK;

/* A ledger line of the bill, and the operation in step with it.  `of`: kind, document, day and
   reason. */
enum status outside_charge(struct book *book, struct work_operation *operation,
                           const struct outside_bill *bill, const struct ledger_move *of,
                           struct fault *fault) MUST_CHECK;

#endif
