#ifndef MILLRACE_INVENTORY_RETURN_CORE_H
#define MILLRACE_INVENTORY_RETURN_CORE_H

#include "services/inventory/inventory_core.h"

/*
 * Goods that go back to a supplier, and goods that come back from a customer (design/inventory.md
 * section 6).  Each names the order line it belongs to, never gives back more than came or went,
 * and opens that much of the line again (a replacement is expected).
 *
 * To a supplier stock leaves at what its valuation says; what comes back enters at the item's
 * present cost, waiting for inspection unless the line says otherwise.
 */
struct return_line {
    int64_t line; /* of the order */
    struct qty quantity;
    struct text location;
    struct text lot;
    struct text status; /* empty: available to a supplier, inspection from a customer */
};

struct return_command {
    struct text order_id;
    date effective_on;
    struct text reason;
    const struct return_line *lines;
    size_t line_count;
};

enum status supplier_return_wants(const struct return_command *command, struct book *book,
                                  struct fault *fault) MUST_CHECK;
enum status customer_return_wants(const struct return_command *command, struct book *book,
                                  struct fault *fault) MUST_CHECK;

/* INVALID, NOT_FOUND, PERIOD_CLOSED, OVER_RETURN (more than came or went), INSUFFICIENT_STOCK.
 */
enum status supplier_return_decide(const struct return_command *command, struct book *book,
                                   struct inventory_outcome *outcome,
                                   struct fault *fault) MUST_CHECK;
enum status customer_return_decide(const struct return_command *command, struct book *book,
                                   struct inventory_outcome *outcome,
                                   struct fault *fault) MUST_CHECK;

/* What the store does by itself: a limit, an item's rule, or both. */
struct rule_command {
    bool limit_given;
    struct amount approve_above;
    struct text item; /* empty: none */
    bool inspect_given;
    bool inspect;
    bool backflush_given;
    bool backflush;
    struct qty over_issue_pct; /* NO_QTY: as it is, as the next two */
    struct qty over_issue_qty;
    struct qty over_receipt_pct;
};

enum status rule_wants(const struct rule_command *command, struct book *book,
                       struct fault *fault) MUST_CHECK;
/* *before: the same members as they were. */
enum status rule_decide(const struct rule_command *command, struct book *book,
                        struct rule_command *before, struct fault *fault) MUST_CHECK;

#endif
