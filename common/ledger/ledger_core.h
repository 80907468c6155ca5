#ifndef MILLRACE_LEDGER_LEDGER_CORE_H
#define MILLRACE_LEDGER_LEDGER_CORE_H

#include "common/ledger/book_core.h"

/*
 * Stock movements and their value, on a book.  Rules: design/inventory.md section 1, costing.md
 * sections 1, 3 and 4.  Every function appends ledger lines with running figures and keeps
 * balances, the item's quantity and value, and the order's WIP in step with them:
 *
 *     item.on_hand = sum of qty, item.value = sum of amount, order.wip = sum of wip
 *
 * It changes nothing else: counters of documents (issued, received, shipped) are the caller's.
 *
 * Value of what leaves, by the item's valuation:
 *     STANDARD  quantity x unit_cost; the last piece takes what is left
 *     AVERAGE   value x quantity / on hand; the last piece takes what is left
 *     FIFO      the oldest cost layers (layer_core.h)
 *     LOT       the oldest cost layers of its lot
 * below zero (only where the item allows it) at the last average, else last cost; the next receipt
 * writes the difference as a correction line of its own to variance.
 */

/* What a late cost was at first, and how many steps it has come. */
struct late_source {
    struct text document; /* bytes NULL: the one that is being posted */
    int64_t depth;
};

#define LATE_DEPTH_MAX 40 /* steps: what goes on in a circle stays in cost of sales */

/* What a movement is about.  Zero is right for what does not apply. */
struct ledger_move {
    enum ledger_kind kind;
    struct book_item *item;
    struct qty qty;       /* above 0; also of what leaves */
    struct text location; /* empty: taking: anywhere; putting: the plant's main location */
    struct text lot;      /* empty: taking: by expiry, lot, location; putting: none */
    struct text segment;
    date expires_on;    /* putting: of a new lot, 0 or NO_DATE: effective_on + shelf_life */
    const char *status; /* NULL: "available" */
    bool expired_too;   /* taking: also lots that have expired (transfer, status, return) */
    bool oldest_first;  /* taking: lots by the day they came instead of by expiry */
    struct work_component *component; /* of an issue or return: the order's line, for its layers */
    bool aside;                /* what a receipt brings beside the order's product: not counted */
    struct work_order *wip;    /* the order whose work in process is the other side; NULL: none */
    enum book_kind order_kind; /* the order that the line names, none where order_id is empty */
    struct text order_id;
    int64_t order_line;
    struct text operation;
    struct text reason;
    date effective_on;
    const struct book_number *document;
    const struct late_source *late; /* where a late cost comes from; NULL: from this document */
    const char *field; /* of the request, for faults: "lines[2]" gives "lines[2].quantity" */
};

/*
 * Take stock out (issue, shipment, adjustment downward): one line for each balance it comes from.
 * Available stock of the segment only; lots that expired before effective_on are passed over, and
 * refused when named (LOT_EXPIRED).  INSUFFICIENT_STOCK says what is there and what was asked,
 * LOT_BLOCKED where the named lot has stock of another status.  UNKNOWN_LOCATION: see
 * book_location. *cost is what it took from the value of stock (above or equal 0).
 */
enum status ledger_take(struct book *book, const struct ledger_move *move, struct amount *cost,
                        struct fault *fault) MUST_CHECK;

/* Where stock goes inside the plant. */
struct ledger_place {
    struct text location; /* empty: where it lies */
    const char *status;   /* NULL: the one it has */
};

/*
 * Move stock inside the plant: what ledger_take would take goes to another location or status, lot
 * by lot, as two lines of no value (stock is valued by item, not by place).
 */
enum status ledger_shift(struct book *book, const struct ledger_move *move, struct ledger_place to,
                         struct fault *fault) MUST_CHECK;

/*
 * Put stock in (receipt, purchase receipt, return, adjustment upward, opening) that costs `cost`:
 * what the purchase price, the issue or the order's planned cost says.  At STANDARD stock gets
 * quantity x unit_cost and variance the difference.  A tracked item needs a lot (INVALID); the lot
 * is made when new.  A serial number is a lot of one piece (INVALID), in one place
 * (SERIAL_EXISTS).  UNKNOWN_LOCATION: see book_location.
 */
enum status ledger_put(struct book *book, const struct ledger_move *move, struct amount cost,
                       struct fault *fault) MUST_CHECK;

/*
 * Give back what move->component had issued, at what its issues took: FIFO and LOT restore the
 * layers, the newest first (LOT: into their lots, where move->lot does not name one); STANDARD and
 * AVERAGE take issued_amount x quantity / (issued - returned), the last piece the rest.  *cost is
 * what the order gets back.  The component's own figures are the caller's, as always.
 */
enum status ledger_return(struct book *book, const struct ledger_move *move, struct amount *cost,
                          struct fault *fault) MUST_CHECK;

/* What putting in `qty` costs where nothing says it (an adjustment upward without a unit cost): at
   standard, else at the average on hand, else at the last cost, else at unit_cost. */
enum status ledger_present_cost(const struct book_item *item, struct qty qty, struct amount *out,
                                struct fault *fault) MUST_CHECK;

/* Received pieces of a work order's product: at standard, else at the planned cost frozen at
   release, planned_cost x received / good, so that the receipts of `good` pieces sum to
   planned_cost.  To be called before order->received is raised. */
enum status ledger_product_cost(const struct work_order *order, const struct book_item *product,
                                struct qty qty, struct amount *out, struct fault *fault) MUST_CHECK;

/* Value from outside to the order's WIP (labour, machine, overhead): a line without an item.
   move->wip, operation and reason say where; `hours` goes to the line's counted. */
enum status ledger_charge(struct book *book, const struct ledger_move *move, struct amount amount,
                          struct qty hours, struct fault *fault) MUST_CHECK;

/* Pieces of the order that were lost: a line that counts them and moves neither stock nor value. */
enum status ledger_scrap(struct book *book, const struct ledger_move *move,
                         struct fault *fault) MUST_CHECK;

/*
 * What WIP still holds when the order closes (move->wip, move->item its product): at STANDARD to
 * variance; else the share of what is still in stock, min(on hand, received) / received, to stock
 * and the rest to variance, "cost of sales"; by layers it is followed from there, as any late cost.
 * No line when WIP holds nothing.  *settled is what it held.
 */
enum status ledger_settle(struct book *book, const struct ledger_move *move, struct amount *settled,
                          struct fault *fault) MUST_CHECK;

/*
 * Value that comes after the pieces it is for (design/costing.md section 3): `amount` for the `qty`
 * pieces of a receipt.  The share of what is still there goes to stock, the rest to variance:
 *     STANDARD  all of it
 *     AVERAGE   less min(on hand, qty) / qty
 *     layers    less what is left of the receipt's layer / qty; the rest is cost of sales until
 *               the cost service has followed it to the orders that took the pieces
 * No share takes the value of what is there below zero.
 */
struct late_value {
    struct amount amount;
    struct qty qty;     /* above 0 */
    uint64_t receipt;   /* the posted_seq of its line; 0: of before the ledger */
    struct qty counted; /* pieces billed with it */
};

enum status ledger_late(struct book *book, const struct ledger_move *move,
                        const struct late_value *value, struct fault *fault) MUST_CHECK;

/* A step of following it: out of cost of sales, to the work in process of move->wip, without one to
   variance. */
enum status ledger_late_step(struct book *book, const struct ledger_move *move,
                             struct amount amount, struct fault *fault) MUST_CHECK;

/*
 * The item's standard is `cost` from here on.  At STANDARD what is on hand is valued at it, by a
 * line of value only (none where nothing changes); other valuations keep their value.  Work in
 * process keeps what was posted, and its order what was planned: the difference comes out at its
 * close.
 */
enum status ledger_revalue(struct book *book, const struct ledger_move *move, struct unitcost cost,
                           struct fault *fault) MUST_CHECK;

/* What the WIP of move->wip holds goes to variance: a line of no pieces of move->item.  None when
   it holds nothing. */
enum status ledger_write_off(struct book *book, const struct ledger_move *move,
                             struct fault *fault) MUST_CHECK;

/* What of the segment is available on that day (no lot expired before it). */
enum status ledger_available(const struct book_item *item, struct text segment, date on,
                             struct qty *out, struct fault *fault) MUST_CHECK;

#endif
