#ifndef MILLRACE_PRODUCTION_REWORK_CORE_H
#define MILLRACE_PRODUCTION_REWORK_CORE_H

#include "services/production/production_core.h"

/*
 * Orders that the floor makes itself (design/inventory.md section 5).
 *
 * A rework order takes pieces of its own product (mostly blocked ones) and gives them back by
 * PostReceipt, under the same lot or another: the lots stay linked through the order.  What the
 * pieces cost goes to its work in process, with what is reported and issued to it.
 *
 * Taking apart is one document: the product leaves stock, components of its bill come, each at its
 * share of what the product cost (shares by the components' present cost); what is not recovered
 * goes to variance.  It is a work order too, closed at once, so that lots are linked through it.
 */
struct rework_operation {
    struct text operation;
    struct text work_center;
    struct qty hours; /* planned */
};

struct rework_request {
    struct text work_order; /* "" numbered by the plant */
    struct text item;
    struct qty quantity;
    struct text location; /* "" anywhere, as lot */
    struct text lot;
    struct text status; /* of the pieces; "" blocked */
    struct text reason;
    date due_on; /* NO_DATE: the day of the posting */
    date effective_on;
    const struct rework_operation *operations;
    size_t operation_count;
};

/* Rates of work centres. */
struct center_rates {
    struct text work_center;
    struct unitcost labor;
    struct unitcost machine;
    struct unitcost overhead;
    struct text overhead_basis;
};

struct rework_master {
    const struct center_rates *rows;
    size_t count;
};

struct unbuild_line {
    struct text item;
    struct qty quantity;
    struct text location;
    struct text lot;
    date expires_on;    /* NO_DATE */
    struct text status; /* "" available */
};

struct unbuild_request {
    struct text item;
    struct qty quantity;
    struct text location;
    struct text lot;
    struct text status; /* "" available */
    struct text reason;
    date effective_on;
    const struct unbuild_line *lines;
    size_t line_count; /* 0: everything that the bill says */
};

struct made_outcome {
    const struct work_order *order;
    struct posted_outcome posted;
};

/* Shapes as in production_core.h; master: struct rework_master. */
enum status rework_wants(const void *request, struct book *book, struct fault *fault);
enum status rework_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault);

/* master: struct release_master of the item on the day, without scrap percents. */
enum status unbuild_wants(const void *request, struct book *book, struct fault *fault);
enum status unbuild_decide(const void *request, const void *master, struct book *book,
                           const void **outcome, struct fault *fault);

#endif
