#ifndef MILLRACE_INVENTORY_CORE_H
#define MILLRACE_INVENTORY_CORE_H

#include "common/ledger/book_core.h"

/*
 * Stock that comes and goes without a work order (design/inventory.md section 6).  Pure: each
 * function decides on the book.
 *
 * A purchase receipt enters stock at the order line's price; a shipment leaves at what the item's
 * valuation says; an adjustment adds at a given unit cost (or the item's present one) and takes as
 * a shipment does.  A purchase line may be received to PURCHASE_OVER_PCT above what was ordered, a
 * sales line never above.
 */
#define PURCHASE_OVER_PCT     10
#define INVENTORY_LINES_MAX   1000
#define ADJUSTMENT_REASON_MAX 200

/* A line of a purchase or sales order, by its number. */
struct order_line_quantity {
    int64_t line;
    struct qty quantity;
    struct text location;
    struct text lot;
    date expires_on; /* NO_DATE */
};

struct order_command {
    struct text order_id;
    date effective_on; /* NO_DATE: the plant's today */
    const struct order_line_quantity *lines;
    size_t line_count; /* 0: everything that is still open */
    bool oldest_first; /* a shipment: lots by the day they came, not by expiry */
    bool inspection_given;
    bool inspection; /* a purchase receipt: wait for inspection; not given: what the item says */
};

struct adjustment_line {
    struct text item;
    struct qty quantity;       /* signed */
    struct unitcost unit_cost; /* NO_COST: the item's present cost */
    struct text location;
    struct text lot;
    date expires_on; /* NO_DATE */
};

struct adjustment_command {
    date effective_on;
    struct text reason;
    const struct adjustment_line *lines;
    size_t line_count;
};

struct inventory_outcome {
    const struct book_number *document;
    struct ledger_range lines;
    const char *state; /* NULL: done */
};

/* "lines[2]" and "lines[2].quantity" in the book's arena: the fields of faults. */
const char *inventory_line_field(const struct book *book, size_t line);
const char *inventory_sub_field(const struct book *book, size_t line, const char *name);

enum status purchase_receipt_wants(const struct order_command *command, struct book *book,
                                   struct fault *fault) MUST_CHECK;
/* The lots that it brings, once its order is loaded; the decision says what is wrong with it. */
enum status purchase_receipt_lots(const struct order_command *command, struct book *book,
                                  struct fault *fault);
enum status shipment_wants(const struct order_command *command, struct book *book,
                           struct fault *fault) MUST_CHECK;
enum status adjustment_wants(const struct adjustment_command *command, struct book *book,
                             struct fault *fault) MUST_CHECK;

/* Each: INVALID, NOT_FOUND, PERIOD_CLOSED, STATE_CONFLICT (nothing open), OVER_TOLERANCE,
   INSUFFICIENT_STOCK, OVERFLOW. */
enum status purchase_receipt_decide(const struct order_command *command, struct book *book,
                                    struct inventory_outcome *outcome,
                                    struct fault *fault) MUST_CHECK;
enum status shipment_decide(const struct order_command *command, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status adjustment_decide(const struct adjustment_command *command, struct book *book,
                              struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
