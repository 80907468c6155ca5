#ifndef MILLRACE_PRODUCTION_RELEASE_CORE_H
#define MILLRACE_PRODUCTION_RELEASE_CORE_H

#include "common/base/frac.h"
#include "common/ledger/ledger_core.h"

/*
 * What a release freezes: the components and operations of a work order by the bill and routing
 * that hold on its day.  Rules: design/planning.md sections 1 and 3; which lines count is as in
 * common/bom/bom_choose.h.
 */

/* What a line of a bill does to an order of its parent. */
enum bill_output { BILL_TAKEN, BILL_COPRODUCT, BILL_BYPRODUCT };

/* A line of a bill that may count, as it stands in the database. */
struct bill_line {
    struct text parent;
    struct text component;
    struct qty qty;
    struct qty per_qty;    /* 1 */
    struct qty pieces;     /* 1 */
    struct qty scrap_pct;  /* 0 */
    struct qty mix_pct;    /* NO_QTY */
    struct qty lot_from;   /* 0 */
    struct qty lot_to;     /* QTY_LAST */
    struct qty factor_num; /* one of the line's unit is num / den of the component's; */
    struct qty factor_den; /* 0: units.csv does not say */
    bool fixed;
    bool phantom;
    enum bill_output output;   /* what comes out beside the product */
    struct qty cost_share_pct; /* of an output; NO_QTY */
    struct text operation;     /* bytes NULL: none, as the next three */
    struct text alternative;
    struct text revision;
    struct text substitute_group;
    int64_t alternative_priority;
    int64_t substitute_priority;
    date valid_from;     /* DATE_FIRST */
    int64_t offset_days; /* 0; of the component from the order's start */
};

struct routing_step {
    struct text item;
    struct text operation;
    struct text work_center;
    struct text alternative;
    int64_t alternative_priority;
    struct qty setup; /* in units of which there are units_an_hour */
    struct qty run;
    struct qty per_qty;
    struct qty run_size; /* NO_QTY */
    int64_t units_an_hour;
    struct qty efficiency_pct;
    struct unitcost labor_rate;
    struct unitcost machine_rate;
    struct unitcost overhead_rate;
    struct text overhead_basis;
    struct text parallel_group;        /* "" none */
    struct text line_side;             /* the work centre's; "" none */
    struct unitcost subcontract_price; /* of a piece that enters; 0: none */
    struct text supplier;              /* who does it; "" anybody */
};

/* All of the order's item and the phantoms below it, valid on the day; sorted by parent, then in
   the order of the bill. */
struct release_master {
    const struct bill_line *lines;
    size_t line_count;
    const struct routing_step *steps; /* in the order of the routing */
    size_t step_count;
};

#define RELEASE_DEPTH_MAX      40   /* phantoms in phantoms */
#define RELEASE_COMPONENTS_MAX 2000 /* of one order */

/* What the order's bill needs in all, exact; the items of the bill must be in the book. */
struct release_need {
    struct text item;
    struct frac exact;
};

struct release_needs {
    struct release_need *rows;
    size_t count;
};

enum status release_explode(struct book *book, const struct work_order *order,
                            const struct release_master *master, struct release_needs *out,
                            struct fault *fault) MUST_CHECK;

/* enum overhead_basis of a word of the work centre; the hour where it is none. */
uint8_t release_overhead_basis(struct text text);

/* Fill the order's components and operations and its planned cost.  The items of all components
   must be in the book. */
enum status release_freeze(struct book *book, struct work_order *order,
                           const struct release_master *master, struct fault *fault) MUST_CHECK;

/* labour, machine and overhead of `hours` at an operation by its frozen rates. */
struct operation_cost {
    struct amount labor;
    struct amount machine;
    struct amount overhead;
};

/* Of one unit, for the plan: the item's unit cost, or what its stock is worth where it has none. */
enum status release_unit_cost(const struct book_item *item, struct unitcost *out,
                              struct fault *fault) MUST_CHECK;

enum status operation_cost(const struct work_operation *operation, struct qty hours,
                           struct operation_cost *out, struct fault *fault) MUST_CHECK;

#endif
