#include "common/ledger/layer_core.h"

#include "common/ledger/book_state_core.h"

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a cost layer is out of range");
}

static bool holds(const struct book_layer *layer, const struct book_item *item, struct text lot)
{
    return item->valuation == VALUATION_FIFO || text_equal(layer->lot, lot);
}

/* The oldest with something of that sign left. */
static struct book_layer *oldest(const struct book_item *item, struct text lot, int sign)
{
    struct book_layer *at = item->layers;
    while (at && ((sign > 0 ? at->qty.micro <= 0 : at->qty.micro >= 0) || !holds(at, item, lot)))
        at = at->next;
    return at;
}

static struct amount minus(struct amount amount)
{
    return (struct amount){-amount.e4};
}

/* What `part` of a layer (or of any amount over a quantity) is worth; the last piece the rest. */
static bool share_of(struct amount amount, struct qty part, struct qty whole, struct amount *out)
{
    if (part.micro == whole.micro) {
        *out = amount;
        return true;
    }
    return amount_share(amount, part, whole, out);
}

enum status layer_add(struct book *book, struct book_layer *layer, struct qty qty,
                      struct amount amount, struct fault *fault)
{
    enum status status = book_change(book, &layer->row, fault);
    if (status == STATUS_OK && (!qty_add(layer->qty, qty, &layer->qty) ||
                                !amount_add(layer->amount, amount, &layer->amount)))
        return overflow(fault);
    return status;
}

void layer_link(struct book_item *item, struct book_layer *layer)
{
    layer->item = item;
    if (item->newest_layer)
        item->newest_layer->next = layer;
    else
        item->layers = layer;
    item->newest_layer = layer;
}

static enum status make_layer(struct book *book, const struct ledger_move *move, struct text lot,
                              struct book_layer **out, struct fault *fault)
{
    struct book_item *item = move->item;
    enum status status = book_save(book, &item->row, fault);
    if (status == STATUS_OK && item->newest_layer)
        status = book_save(book, &item->newest_layer->row, fault);
    if (status != STATUS_OK)
        return status;
    struct book_layer *layer = book_record(book, BOOK_TYPE_LAYER, 1);
    if (!layer)
        return book_full(fault);
    layer->line = book->line_count;
    layer->lot = lot;
    layer->order_id = move->kind == LEDGER_RECEIPT && move->wip ? move->order_id : text_of("");
    layer->received = move->qty;
    layer_link(item, layer);
    *out = layer;
    return book_made(book, &layer->row, fault);
}

/* ---- what was taken, for the database and for returns ---- */

static enum status note_take(struct book *book, const struct book_take *take, struct fault *fault)
{
    struct book_take *noted =
        book_list_add(book, &book->state->takes, sizeof *noted, BOOK_LINES_MAX * (size_t)10);
    if (!noted)
        return book_full(fault);
    *noted = *take;
    noted->line = book->line_count;
    return STATUS_OK;
}

static enum status remember(struct book *book, struct work_component *component,
                            struct book_layer *layer, const struct book_take *take,
                            struct fault *fault)
{
    if (!component)
        return STATUS_OK;
    enum status status = book_save(book, &component->row, fault);
    struct book_taken *taken = book_record(book, BOOK_TYPE_TAKEN, 1);
    if (status != STATUS_OK || !taken)
        return status != STATUS_OK ? status : book_full(fault);
    taken->layer = layer;
    taken->qty = take->qty;
    taken->amount = take->amount;
    taken->next = component->taken;
    component->taken = taken;
    return STATUS_OK;
}

static enum status take_from(struct book *book, const struct ledger_move *move,
                             struct book_layer *layer, const struct book_take *take,
                             struct fault *fault)
{
    enum status status =
        layer_add(book, layer, (struct qty){-take->qty.micro}, minus(take->amount), fault);
    if (status == STATUS_OK)
        status = note_take(book, take, fault);
    return status == STATUS_OK ? remember(book, move->component, layer, take, fault) : status;
}

/* ---- taking ---- */

static enum status take_below_zero(struct book *book, const struct ledger_move *move,
                                   struct text lot, struct qty rest, struct amount *cost,
                                   struct fault *fault)
{
    struct book_layer *layer;
    struct book_take take = {.qty = rest};
    if (!amount_extend(rest, move->item->last_cost, &take.amount))
        return overflow(fault);
    enum status status = make_layer(book, move, lot, &layer, fault);
    if (status != STATUS_OK)
        return status;
    take.layer = layer;
    layer->received = (struct qty){0};
    if (move->order_kind == BOOK_WORK_ORDER && move->order_id.bytes)
        layer->order_id = move->order_id;
    if (!amount_add(*cost, take.amount, cost))
        return overflow(fault);
    return take_from(book, move, layer, &take, fault);
}

enum status layer_take(struct book *book, const struct ledger_move *move, struct text lot,
                       struct amount *cost, struct fault *fault)
{
    struct qty left = move->qty;
    struct amount sum = {0};
    enum status status = STATUS_OK;

    while (left.micro > 0 && status == STATUS_OK) {
        struct book_layer *layer = oldest(move->item, lot, 1);
        if (!layer)
            break;
        struct book_take take = {.layer = layer,
                                 .qty = qty_cmp(layer->qty, left) < 0 ? layer->qty : left};
        if (!share_of(layer->amount, take.qty, layer->qty, &take.amount) ||
            !amount_add(sum, take.amount, &sum))
            return overflow(fault);
        status = take_from(book, move, layer, &take, fault);
        left.micro -= take.qty.micro;
    }
    if (status == STATUS_OK && left.micro > 0)
        status = take_below_zero(book, move, lot, left, &sum, fault);
    if (status == STATUS_OK)
        *cost = sum;
    return status;
}

/* ---- putting ---- */

/* Pieces that fill a layer below zero: they were taken at its amount and cost their share. */
static enum status fill(struct book *book, struct book_layer *layer, struct qty *left,
                        struct amount *cost, struct amount *correction, struct fault *fault)
{
    struct amount taken_at;
    struct amount received_at;
    struct qty owed = {-layer->qty.micro};
    struct qty part = qty_cmp(owed, *left) < 0 ? owed : *left;

    if (!share_of(minus(layer->amount), part, owed, &taken_at) ||
        !share_of(*cost, part, *left, &received_at) || !amount_sub(*cost, received_at, cost) ||
        !amount_add(*correction, received_at, correction) ||
        !amount_sub(*correction, taken_at, correction))
        return overflow(fault);
    left->micro -= part.micro;
    enum status status = layer_add(book, layer, part, taken_at, fault);
    layer->corrected.e4 += received_at.e4 - taken_at.e4;
    layer->due.e4 += received_at.e4 - taken_at.e4;
    return status;
}

enum status layer_put(struct book *book, const struct ledger_move *move, struct amount cost,
                      struct amount *correction, struct fault *fault)
{
    struct qty left = move->qty;
    struct text lot = move->lot.bytes ? move->lot : text_of("");
    struct book_layer *layer = NULL;
    enum status status = STATUS_OK;

    *correction = (struct amount){0};
    while (left.micro > 0 && status == STATUS_OK) {
        layer = oldest(move->item, lot, -1);
        if (!layer)
            break;
        status = fill(book, layer, &left, &cost, correction, fault);
    }
    if (status != STATUS_OK || left.micro == 0)
        return status;
    status = make_layer(book, move, lot, &layer, fault);
    if (status != STATUS_OK)
        return status;
    layer->qty = left;
    layer->amount = cost;
    return STATUS_OK;
}

/* ---- returns ---- */

/* The newest take with something left, of the lot where one is named and layers are by lot. */
static struct book_taken *newest_taken(const struct ledger_move *move)
{
    struct book_taken *at = move->component->taken;
    bool by_lot = move->item->valuation == VALUATION_LOT && move->lot.length > 0;
    while (at && (at->qty.micro == 0 || (by_lot && !text_equal(at->layer->lot, move->lot))))
        at = at->next;
    return at;
}

enum status layer_restore(struct book *book, const struct ledger_move *move,
                          struct layer_part *part, struct fault *fault)
{
    struct book_taken *taken = newest_taken(move);
    *part = (struct layer_part){.lot = move->lot};
    if (!taken)
        return STATUS_OK;
    struct book_layer *layer = taken->layer;
    part->qty = qty_cmp(taken->qty, move->qty) < 0 ? taken->qty : move->qty;
    if (move->item->valuation == VALUATION_LOT)
        part->lot = layer->lot;
    if (!share_of(taken->amount, part->qty, taken->qty, &part->cost))
        return overflow(fault);

    struct book_take back = {
        .layer = layer, .qty = {-part->qty.micro}, .amount = minus(part->cost)};
    enum status status = book_save(book, &taken->row, fault);
    if (status == STATUS_OK)
        status = layer_add(book, layer, part->qty, part->cost, fault);
    if (status == STATUS_OK)
        status = note_take(book, &back, fault);
    taken->qty.micro -= part->qty.micro;
    taken->amount.e4 -= part->cost.e4;
    return status;
}

/* ---- what was taken is not any more ---- */

static int64_t taken_of(const struct work_component *component, uint64_t layer)
{
    int64_t sum = 0;
    for (const struct book_taken *at = component->taken; at; at = at->next)
        sum += at->layer->layer == layer ? at->qty.micro : 0;
    return sum;
}

bool layer_give_back(struct work_component *component, uint64_t layer, struct qty qty,
                     struct amount amount)
{
    if (taken_of(component, layer) < qty.micro)
        return false;
    for (struct book_taken *at = component->taken; at && qty.micro > 0; at = at->next) {
        if (at->layer->layer != layer || at->qty.micro == 0)
            continue;
        bool rest = at->qty.micro >= qty.micro;
        struct qty part = rest ? qty : at->qty;
        struct amount cost = rest ? amount : at->amount;
        at->qty.micro -= part.micro;
        at->amount.e4 -= cost.e4;
        qty.micro -= part.micro;
        amount.e4 -= cost.e4;
    }
    return true;
}

static enum status save_taken(struct book *book, struct work_component *component,
                              struct fault *fault)
{
    enum status status = STATUS_OK;
    for (struct book_taken *at = component->taken; at && status == STATUS_OK; at = at->next)
        status = book_save(book, &at->row, fault);
    return status;
}

enum status layer_untake(struct book *book, const struct layer_undo *undo, struct fault *fault)
{
    if (undo->qty.micro > 0) {
        enum status status = save_taken(book, undo->component, fault);
        if (status == STATUS_OK &&
            !layer_give_back(undo->component, undo->layer, undo->qty, undo->amount))
            return fault_set(fault, STATUS_STATE_CONFLICT, "document",
                             "what it issued of item \"%.*s\" was given back since",
                             (int)undo->item->item.length, undo->item->item.bytes);
        return status;
    }
    struct book_layer *layer = undo->item->layers;
    while (layer && layer->layer != undo->layer)
        layer = layer->next;
    struct book_take take = {.qty = {-undo->qty.micro}, .amount = minus(undo->amount)};
    return layer ? remember(book, undo->component, layer, &take, fault) : STATUS_OK;
}

/* ---- settlement ---- */

enum status layer_settle(struct book *book, const struct work_order *order,
                         struct book_item *product, struct amount *to_stock, struct fault *fault)
{
    struct amount sum = {0};
    enum status status = STATUS_OK;
    for (struct book_layer *at = product->layers; at && status == STATUS_OK; at = at->next) {
        struct amount part;
        if (at->qty.micro <= 0 || !text_equal(at->order_id, order->work_order))
            continue;
        if (!share_of(order->wip, at->qty, order->received, &part) || !amount_add(sum, part, &sum))
            return overflow(fault);
        status = layer_add(book, at, (struct qty){0}, part, fault);
    }
    *to_stock = sum;
    return status;
}
