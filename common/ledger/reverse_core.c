#include "common/ledger/reverse_core.h"

#include "common/ledger/book_state_core.h"
#include "common/ledger/layer_core.h"

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of quantities or amounts is out of range");
}

static enum status depends(const struct posted_line *posted, struct fault *fault)
{
    const struct ledger_line *line = &posted->line;
    if (posted->used_by.bytes)
        return fault_set(fault, STATUS_STATE_CONFLICT, "document",
                         "item \"%.*s\" of document \"%.*s\" was used since by \"%.*s\"",
                         (int)line->item.length, line->item.bytes, (int)posted->document.length,
                         posted->document.bytes, (int)posted->used_by.length,
                         posted->used_by.bytes);
    return fault_set(fault, STATUS_STATE_CONFLICT, "document",
                     "item \"%.*s\" of document \"%.*s\" is not there any more",
                     (int)line->item.length, line->item.bytes, (int)posted->document.length,
                     posted->document.bytes);
}

/* Movements between places have no value. */
static bool stays_inside(enum ledger_kind kind)
{
    return kind == LEDGER_TRANSFER || kind == LEDGER_STATUS;
}

/* ---- cost layers ---- */

/* The layer of that number; one that was used up was not loaded and is put in its place. */
static enum status layer_of(struct book *book, struct book_item *item,
                            const struct posted_take *take, struct book_layer **out,
                            struct fault *fault)
{
    struct book_layer *before = NULL;
    struct book_layer *at = item->layers;
    for (; at && at->layer != 0 && at->layer < take->layer; at = at->next)
        before = at;
    *out = at;
    if (at && at->layer == take->layer)
        return STATUS_OK;
    enum status status = book_save(book, before ? &before->row : &item->row, fault);
    if (status == STATUS_OK && !at)
        status = book_save(book, &item->row, fault);
    struct book_layer *made = book_record(book, BOOK_TYPE_LAYER, 1);
    if (status != STATUS_OK || !made)
        return status != STATUS_OK ? status : book_full(fault);
    made->row.exists = true;
    made->layer = take->layer;
    made->item = item;
    made->lot = take->lot;
    made->order_id = take->order_id;
    made->received = take->received;
    made->place = take->place;
    made->next = at;
    *(before ? &before->next : &item->layers) = made;
    if (!at)
        item->newest_layer = made;
    *out = made;
    return STATUS_OK;
}

static enum status note(struct book *book, const struct book_layer *layer, struct qty qty,
                        struct amount amount, struct fault *fault)
{
    struct book_take *take =
        book_list_add(book, &book->state->takes, sizeof *take, BOOK_LINES_MAX * (size_t)10);
    if (!take)
        return book_full(fault);
    *take = (struct book_take){book->line_count, layer, qty, amount};
    return STATUS_OK;
}

static enum status give_back(struct book *book, struct book_item *item,
                             const struct posted_line *posted, const struct posted_take *take,
                             struct fault *fault)
{
    struct book_layer *layer;
    enum status status = layer_of(book, item, take, &layer, fault);
    if (status == STATUS_OK)
        status = book_change(book, &layer->row, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(layer->qty, take->qty, &layer->qty) ||
        !amount_add(layer->amount, take->amount, &layer->amount))
        return overflow(fault);
    if (layer->qty.micro < 0 && take->qty.micro < 0)
        return depends(posted, fault);
    return note(book, layer, (struct qty){-take->qty.micro}, (struct amount){-take->amount.e4},
                fault);
}

/* A receipt's layer goes while nobody has taken of it. */
static enum status drop_layer(struct book *book, struct book_item *item,
                              const struct posted_line *posted, struct fault *fault)
{
    struct book_layer *at = item->layers;
    while (at && at->layer != posted->line.posted_seq)
        at = at->next;
    if (!at || qty_cmp(at->qty, posted->line.qty) != 0 || at->amount.e4 != posted->line.amount.e4)
        return depends(posted, fault);
    enum status status = book_change(book, &at->row, fault);
    struct qty qty = at->qty;
    struct amount amount = at->amount;
    at->qty = (struct qty){0};
    at->amount = (struct amount){0};
    return status == STATUS_OK ? note(book, at, qty, amount, fault) : status;
}

/* What an order leaves to its product follows the pieces; what taking apart loses goes nowhere. */
static bool is_followed(const struct ledger_line *line, const struct work_order *order)
{
    return line->kind == LEDGER_SETTLEMENT && line->variance.e4 != 0 &&
           !(order && order->kind == WORK_ORDER_UNBUILD);
}

static enum status reverse_layers(struct book *book, struct book_item *item,
                                  const struct posted_line *posted, const struct work_order *order,
                                  struct fault *fault)
{
    const struct ledger_line *line = &posted->line;
    enum status status = STATUS_OK;
    bool followed = is_followed(line, order);
    if (stays_inside(line->kind) || (line->qty.micro == 0 && line->amount.e4 == 0 && !followed))
        return STATUS_OK;
    if (line->qty.micro == 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "document",
                         "value that went into the cost layers of item \"%.*s\" cannot be taken "
                         "back",
                         (int)item->item.length, item->item.bytes);
    if (posted->take_count == 0)
        return drop_layer(book, item, posted, fault);
    for (size_t i = 0; i < posted->take_count && status == STATUS_OK; i++)
        status = give_back(book, item, posted, &posted->takes[i], fault);
    return status;
}

/* ---- value ---- */

/* What the reversal moves through stock; `out` has qty already. */
static enum status stock_amount(const struct book_item *item, const struct posted_line *posted,
                                struct ledger_line *out, struct fault *fault)
{
    struct qty left;
    struct amount value;
    struct amount wanted = {-posted->line.amount.e4};
    out->amount = wanted;
    if (!qty_add(item->on_hand, out->qty, &left))
        return overflow(fault);
    if (stays_inside(posted->line.kind))
        return STATUS_OK; /* the other line of the pair brings the stock back */
    if (item->valuation == VALUATION_STANDARD && out->qty.micro != 0 && wanted.e4 != 0 &&
        !amount_extend(out->qty, item->unit_cost, &out->amount))
        return overflow(fault);
    if (!amount_add(item->value, out->amount, &value))
        return overflow(fault);
    bool worthless = left.micro == 0 || (left.micro > 0 && value.e4 < 0);
    if (worthless && !layer_valued(item))
        out->amount.e4 = -item->value.e4;
    /* what does not go through stock */
    if (!amount_add(out->variance, (struct amount){wanted.e4 - out->amount.e4}, &out->variance))
        return overflow(fault);
    return STATUS_OK;
}

/* ---- one line ---- */

static enum status reverse_balance(struct book *book, struct book_item *item,
                                   const struct posted_line *posted, struct fault *fault)
{
    struct book_balance *balance;
    const struct ledger_line *line = &posted->line;
    struct book_balance_key key = {line->location, line->lot, line->status, line->segment,
                                   line->owner};
    if (line->qty.micro == 0)
        return STATUS_OK;
    enum status status = book_balance(book, item, &key, &balance, fault);
    if (status != STATUS_OK)
        return status;
    if (balance->frozen_by.length > 0 || balance->frozen_now)
        return fault_set(fault, STATUS_STATE_CONFLICT, "document",
                         "item \"%.*s\" in location \"%.*s\" is held still by a count",
                         (int)item->item.length, item->item.bytes, (int)line->location.length,
                         line->location.bytes);
    status = book_change(book, &balance->row, fault);
    if (status == STATUS_OK &&
        !qty_add(balance->qty, (struct qty){-line->qty.micro}, &balance->qty))
        return overflow(fault);
    if (balance->qty.micro < 0 && line->qty.micro > 0 && !item->allow_negative)
        return depends(posted, fault);
    return status;
}

static enum status reverse_item(struct book *book, const struct posted_line *posted,
                                const struct work_order *order, struct ledger_line *out,
                                struct fault *fault)
{
    struct book_item *item;
    enum status status = book_item(book, posted->line.item, "document", &item, fault);
    if (status == STATUS_OK)
        status = book_change(book, &item->row, fault);
    if (status == STATUS_OK)
        status = reverse_balance(book, item, posted, fault);
    if (status == STATUS_OK && layer_valued(item))
        status = reverse_layers(book, item, posted, order, fault);
    if (status == STATUS_OK)
        status = stock_amount(item, posted, out, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(item->on_hand, out->qty, &item->on_hand) ||
        !amount_add(item->value, out->amount, &item->value))
        return overflow(fault);
    out->on_hand = item->on_hand;
    out->value = item->value;
    return STATUS_OK;
}

enum status ledger_reverse(struct book *book, const struct posted_line *posted,
                           const struct book_number *document, struct work_order *wip,
                           struct fault *fault)
{
    struct ledger_line out = posted->line;
    enum status status = STATUS_OK;
    out.posted_seq = 0;
    out.reverses = posted->line.posted_seq;
    out.document = document;
    out.qty.micro = -out.qty.micro;
    out.amount.e4 = -out.amount.e4;
    out.wip.e4 = -out.wip.e4;
    out.variance.e4 = -out.variance.e4;
    out.counted.micro = -out.counted.micro;
    if (posted->line.item.bytes)
        status = reverse_item(book, posted, wip, &out, fault);
    if (status == STATUS_OK && wip && out.wip.e4 != 0) {
        status = book_change(book, &wip->row, fault);
        if (status == STATUS_OK && !amount_add(wip->wip, out.wip, &wip->wip))
            return overflow(fault);
    }
    return status == STATUS_OK ? book_line(book, &out, fault) : status;
}
