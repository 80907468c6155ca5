#ifndef MILLRACE_COST_VARIANCE_CORE_H
#define MILLRACE_COST_VARIANCE_CORE_H

#include "services/cost/order_cost_core.h"

/*
 * What made the variance of a closed order of a product at standard (design/costing.md section 4).
 * Pure.  `allowed` is what the frozen plan gives for the quantity received, `lost` the output that
 * what was finished (received and scrapped) should have given and did not:
 *
 *     lost              = (received + scrapped) x expected / started - received
 *     price             = sum of actual - issued x planned cost
 *     scrap             = the plan's material and hours for `lost`
 *     mix               = of a substitute that the plan does not have: its quantity x its cost
 *                         - replaced quantity of the planned item x that one's planned cost
 *     usage             = sum of (issued - allowed) x planned cost, less scrap's material and mix
 *     labor/machine rate = actual - hours x frozen rate
 *     efficiency        = (hours - allowed hours) x frozen rate, less scrap's hours
 *     overhead          = actual - allowed, less scrap's
 *     subcontract       = the same: what was billed against the planned price of what is allowed
 *     lot_size          = allowed of everything - what was received at standard: setup that another
 *                         lot size absorbs, and a plan that differs from the standard's
 *     rounding          = the rest: each of the above is rounded once
 *
 * They add up exactly to the variance that was settled.  A substitute that release chose is planned
 * itself and makes no mix.
 */
enum variance_kind {
    VARIANCE_PRICE,
    VARIANCE_SCRAP,
    VARIANCE_USAGE,
    VARIANCE_LABOR_RATE,
    VARIANCE_MACHINE_RATE,
    VARIANCE_EFFICIENCY,
    VARIANCE_OVERHEAD,
    VARIANCE_LOT_SIZE,
    VARIANCE_MIX,
    VARIANCE_SUBCONTRACT,
    VARIANCE_ROUNDING,
    VARIANCE_KINDS
};

extern const char *const variance_names[VARIANCE_KINDS];

struct variance_settled {
    struct cost_order order; /* credits: of receipts alone */
    struct amount variance;  /* what close sent to variance */
};

struct variance_split {
    struct amount amounts[VARIANCE_KINDS];
};

/* OVERFLOW. */
enum status variance_split(const struct variance_settled *settled, struct variance_split *split,
                           struct fault *fault) MUST_CHECK;

#endif
