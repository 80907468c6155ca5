#ifndef MILLRACE_RECEIPT_CORE_H
#define MILLRACE_RECEIPT_CORE_H

#include "common/ledger/book_core.h"

/*
 * Receiving finished goods (design/inventory.md section 5).  Pure: decides on the book.
 *
 * Good pieces enter stock at standard, or at the planned unit cost that release froze (costing.md
 * section 4), and leave the order's work in process; scrapped pieces are counted and move neither.
 * Good and scrapped together may pass the quantity started by RECEIPT_OVER_PCT at most.  The order
 * is completed when everything started is accounted for, or when the receipt says it is the final
 * one.
 */
#define RECEIPT_OVER_PCT 10

struct receipt_command {
    struct text work_order;
    date effective_on; /* NO_DATE: the plant's today */
    struct qty quantity;
    struct qty scrapped;
    struct text location; /* empty: the plant's main location */
    struct text lot;
    bool final;
};

struct receipt_outcome {
    const struct book_number *document;
    struct ledger_range lines;
    const char *state;
};

enum status receipt_wants(const struct receipt_command *command, struct book *book,
                          struct fault *fault) MUST_CHECK;
/* The lot that it brings, once its order is loaded; the decision says what is wrong with it. */
enum status receipt_lots(const struct receipt_command *command, struct book *book,
                         struct fault *fault);

/* INVALID, NOT_FOUND, PERIOD_CLOSED, STATE_CONFLICT (not released), OVER_RECEIPT, OVERFLOW. */
enum status receipt_decide(const struct receipt_command *command, struct book *book,
                           struct receipt_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
