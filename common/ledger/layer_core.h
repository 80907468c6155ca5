#ifndef MILLRACE_LEDGER_LAYER_CORE_H
#define MILLRACE_LEDGER_LAYER_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * Cost layers of items valued FIFO or LOT (design/costing.md section 3).  A receipt makes a layer;
 * an issue takes the oldest (LOT: the oldest of its lot); a part of a layer takes amount left x
 * taken / quantity left, rounded, the last takes the rest; a return of an issue restores the layers
 * it took, the newest first.
 *
 *     sum of layer.qty = item.on_hand, sum of layer.amount = item.value
 *
 * Every function writes about the line that is appended next (book->lines[book->line_count]).
 */
static inline bool layer_valued(const struct book_item *item)
{
    return item->valuation == VALUATION_FIFO || item->valuation == VALUATION_LOT;
}

/* move->qty leaves the balance of `lot`; what no layer has is taken below zero at the last cost.
   (Only an item without lots may lie below zero, so its last cost is that of its one lot too.) */
enum status layer_take(struct book *book, const struct ledger_move *move, struct text lot,
                       struct amount *cost, struct fault *fault) MUST_CHECK;

/* move->qty comes in at `cost`: layers below zero are filled first, the rest makes a layer.
 *correction: what the pieces below zero cost more (or less) than they were taken at. */
enum status layer_put(struct book *book, const struct ledger_move *move, struct amount cost,
                      struct amount *correction, struct fault *fault) MUST_CHECK;

/* The newest take of move->component (of move->lot where that is named), at most move->qty of it.
   LOT: the piece goes back to its lot.  *part is 0 when nothing more was taken of layers. */
struct layer_part {
    struct text lot; /* LOT: of the layer; FIFO: move->lot */
    struct qty qty;
    struct amount cost;
};

enum status layer_restore(struct book *book, const struct ledger_move *move,
                          struct layer_part *part, struct fault *fault) MUST_CHECK;

/* `qty` at `amount` of what the component took of a layer is given back, the newest take first.
   False when it has not so much of it, and then nothing is changed. */
bool layer_give_back(struct work_component *component, uint64_t layer, struct qty qty,
                     struct amount amount);

/* A posted line of an order is taken back: what its component took of layers is as if it had not
   been (of a return: is taken again).  STATE_CONFLICT with field "document" when it was given back
   since. */
struct layer_undo {
    struct work_component *component;
    const struct book_item *item;
    uint64_t layer;
    struct qty qty; /* that the line took; below 0: that it gave back */
    struct amount amount;
};

enum status layer_untake(struct book *book, const struct layer_undo *undo,
                         struct fault *fault) MUST_CHECK;

/* The part of the order's WIP that goes to what is left of its receipts, put on their layers. */
enum status layer_settle(struct book *book, const struct work_order *order,
                         struct book_item *product, struct amount *to_stock,
                         struct fault *fault) MUST_CHECK;

/* Change what is left of a layer. */
enum status layer_add(struct book *book, struct book_layer *layer, struct qty qty,
                      struct amount amount, struct fault *fault) MUST_CHECK;

/* A layer at the newest end of its item. */
void layer_link(struct book_item *item, struct book_layer *layer);

#endif
