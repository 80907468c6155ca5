#ifndef MILLRACE_COST_INVOICE_CORE_H
#define MILLRACE_COST_INVOICE_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * Bills of suppliers and carriers (design/costing.md section 4).  Pure.
 *
 * A supplier's invoice is matched three ways: with the order (price: within the plant's tolerance
 * by percent and by amount, whichever are set; without any, exactly) and with the receipts (no more
 * pieces than were received and are not billed yet).  A subcontractor's is matched with the
 * operation of the work order (the price frozen at release) and with the pieces that were reported
 * (outside_core.h).  A freight bill has no order to be matched
 * with: above what one person may decide alone (SetApproval) it waits.  What does not match is
 * blocked, posts nothing, and is released or rejected by a second person.
 *
 * Posted, a bill owes its amount to payables, and what it costs more or less than the pieces were
 * received at is late cost (ledger_late), one line a receipt.  A line's pieces are those of its
 * oldest receipts that no bill was for.
 */
#define INVOICE_LINES_MAX  500
#define INVOICE_NUMBER_MAX 64

enum invoice_basis { BASIS_NONE, BASIS_QUANTITY, BASIS_WEIGHT, BASIS_VALUE, INVOICE_BASES };

extern const char *const invoice_bases[INVOICE_BASES]; /* "", "quantity", ... */

struct invoice_line {
    struct text purchase_order; /* "" where it is an operation's: */
    struct text work_order;
    struct text operation;
    int64_t order_line;
    struct qty quantity;  /* billed, in the stock unit; freight: 0, all that was received */
    struct qty weight;    /* freight by weight: of the whole line */
    struct amount amount; /* without tax; freight: its share, filled in when it is posted */
};

struct invoice_command {
    bool freight;
    struct text supplier;
    struct text number; /* theirs */
    enum invoice_basis basis;
    struct amount amount; /* of the bill; NO_LIMIT: the sum of its lines */
    date effective_on;
    const struct invoice_line *lines;
    size_t line_count;
};

struct invoice_verdict {
    struct text invoice; /* our number */
    bool release;
    date effective_on;
};

struct invoice_reversal {
    struct text invoice;
    struct text reason;
    date effective_on;
};

/* ---- facts ---- */

struct invoice_receipt {
    struct text purchase_order;
    int64_t order_line;
    uint64_t posted_seq;
    struct qty qty;
};

/* A ledger line of a posted bill. */
struct invoice_billed {
    int64_t line; /* of the bill */
    struct text order;
    int64_t order_line;
    struct text operation; /* "" the order is a purchase order */
    uint64_t receipt;
    struct qty qty;     /* that the late cost is for */
    struct qty counted; /* billed with it */
    struct amount late;
    struct amount payable;
};

struct invoice_facts {
    struct text currency;
    struct qty tolerance_pct;       /* NO_QTY: none */
    struct amount tolerance_amount; /* NO_LIMIT: none */
    struct text taken_by;           /* the bill that has this number of this supplier; "" none */
    bool stored;                    /* the bill of a verdict or a reversal is there: */
    struct text state;
    struct text blocked_for;
    struct text entered_by;
    struct invoice_command bill;
    const struct invoice_receipt *receipts; /* sorted by order, line and posted_seq */
    size_t receipt_count;
    const struct invoice_billed *billed;
    size_t billed_count;
};

/* ---- outcome ---- */

enum invoice_step { INVOICE_ENTERED, INVOICE_DECIDED, INVOICE_REVERSED };

/* Becomes a row of payable. */
struct invoice_payable {
    size_t ledger_line; /* of the book */
    int64_t line;
    uint64_t receipt;
    struct qty qty;
    struct amount amount;
};

struct invoice_outcome {
    enum invoice_step step;
    struct text invoice; /* bytes NULL: numbered now, as .. */
    const struct book_number *document;
    const struct invoice_command *bill;
    struct invoice_line *lines; /* with the shares of freight */
    const char *state;
    const char *blocked_for;
    struct text by;
    date effective_on;
    struct amount amount;
    struct invoice_payable *payables;
    size_t payable_count;
    struct ledger_range range;
};

enum status invoice_wants(const struct invoice_command *bill, struct book *book,
                          struct fault *fault) MUST_CHECK;
enum status invoice_enter(const struct invoice_command *bill, const struct invoice_facts *facts,
                          struct book *book, struct invoice_outcome *outcome,
                          struct fault *fault) MUST_CHECK;
enum status invoice_decide(const struct invoice_verdict *verdict, const struct invoice_facts *facts,
                           struct book *book, struct invoice_outcome *outcome,
                           struct fault *fault) MUST_CHECK;
enum status invoice_reverse(const struct invoice_reversal *reversal,
                            const struct invoice_facts *facts, struct book *book,
                            struct invoice_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
