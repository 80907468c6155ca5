#ifndef MILLRACE_PRODUCTION_CHANGE_CORE_H
#define MILLRACE_PRODUCTION_CHANGE_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * What may happen to an order besides its material: design/inventory.md section 2.
 *
 *     hold      released or in progress -> held; a reason
 *     resume    held -> what it was
 *     cancel    nothing issued, received, scrapped or in work in process is left on it; a reason
 *     split     a part becomes an order of its own
 *     merge     another order of the item, firm as it or released and untouched, goes into it
 *     quantity  of a firm order, or of a released one: what is not fixed follows
 *     components  lines of a released order: another quantity, or a new line
 *
 * Each writes its before and after to work_order_change under one document number (WC).  What a
 * released order needs per piece is required / quantity, as it was frozen.
 */
/* What an order of the batch brings beside its product, for a split. */
struct output_row {
    struct text work_order;
    struct order_output output;
};

struct split_master {
    const struct output_row *rows;
    size_t count;
};

#define CHANGE_LINES_MAX  64  /* of one change of components */
#define CHANGE_REASON_MAX 200 /* bytes */

struct component_change {
    int64_t line;          /* 0: a new one, .. */
    struct text item;      /* .. of this item, .. */
    struct qty qty;        /* for the whole order, from now on */
    struct text operation; /* .. at this operation, or none */
};

struct change_request {
    struct text work_order;
    struct text reason;
    date effective_on;
    struct qty qty; /* split: of the new order; quantity: of the whole */
    struct text
        made; /* split: the new order, empty: the plant numbers it; merge: what goes into it */
    const struct component_change *lines;
    size_t line_count;
};

struct change_outcome {
    const struct work_order *order;
    const struct work_order *made; /* NULL: none */
    const struct book_number *document;
    enum work_order_state state; /* as this command leaves it, as the next */
    struct qty qty;
};

/* Shapes as struct post_kind wants them (common/ledger/post.h); master is NULL, of a split
   struct split_master. */
enum status state_wants(const void *request, struct book *book, struct fault *fault);
enum status hold_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault);
enum status resume_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault);
enum status cancel_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault);
enum status split_wants(const void *request, struct book *book, struct fault *fault);
enum status split_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault);
enum status merge_wants(const void *request, struct book *book, struct fault *fault);
enum status merge_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault);
enum status quantity_wants(const void *request, struct book *book, struct fault *fault);
enum status quantity_decide(const void *request, const void *master, struct book *book,
                            const void **outcome, struct fault *fault);
enum status components_wants(const void *request, struct book *book, struct fault *fault);
enum status components_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault);

#endif
