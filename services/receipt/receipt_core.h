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
#define RECEIPT_OVER_PCT   10 /* where the item says nothing else */
#define RECEIPT_LINES_MAX  1000
#define RECEIPT_REASON_MAX 200 /* bytes */

struct receipt_command {
    struct text work_order;
    date effective_on; /* NO_DATE: the plant's today */
    struct qty quantity;
    struct qty scrapped;
    struct text location; /* empty: the plant's main location */
    struct text lot;
    bool final;
    bool inspection_given;
    bool inspection; /* not given: what the item says */
    struct text reason;
    date expires_on; /* NO_DATE */
    const struct text *serials;
    size_t serial_count;
    const struct receipt_output *outputs;
    size_t output_count;
};

/* A co- or by-product that is received. */
struct receipt_output {
    struct text item;
    struct qty quantity;
    struct text location;
    struct text lot;
    date expires_on;
    bool inspection;
};

/* What the release of the order has frozen of them, and how much came so far. */
struct frozen_output {
    struct text work_order;
    int64_t line;
    struct text item;
    struct qty qty;
    struct unitcost unit_cost;
    struct qty received;
};

/* A serial number that an order or a purchase brought, and that did not go back there. */
struct used_serial {
    struct text item;
    struct text serial;
    struct text order_id;
};

struct receipt_master {
    const struct frozen_output *outputs;
    size_t output_count;
    const struct used_serial *serials;
    size_t serial_count;
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

/* INVALID, NOT_FOUND, PERIOD_CLOSED, STATE_CONFLICT (not released), OVER_RECEIPT,
   OUT_OF_SEQUENCE, NOT_ON_ORDER, SERIAL_EXISTS, OVERFLOW; and ledger_take's. */
enum status receipt_decide(const struct receipt_command *command,
                           const struct receipt_master *master, struct book *book,
                           struct receipt_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
