#include "common/ledger/book_state_core.h"
#include "common/ledger/layer_core.h"
#include "common/ledger/ledger_line_core.h"
#include "common/ledger/value_core.h"

/* Lines that move value and no stock: what orders are charged and settled at, and late costs. */

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of amounts is out of range");
}

/* ---- late costs ---- */

/* What of the order's pieces is in its layers no more. */
static struct qty gone_of(const struct book_item *item, const struct work_order *order)
{
    struct qty gone = order->received;
    for (const struct book_layer *at = item->layers; at; at = at->next)
        gone.micro -=
            at->qty.micro > 0 && text_equal(at->order_id, order->work_order) ? at->qty.micro : 0;
    return gone;
}

/* The line that is appended next leaves an amount in cost of sales, to be followed from there. */
static enum status follow(struct book *book, const struct ledger_move *move,
                          const struct book_late *what, struct fault *fault)
{
    int64_t depth = move->late ? move->late->depth + 1 : 0;
    bool known = what->layer != 0 || what->work_order.length > 0;
    if (what->amount.e4 == 0 || what->pieces.micro <= 0 || depth > LATE_DEPTH_MAX || !known)
        return STATUS_OK;
    struct book_late *late =
        book_list_add(book, &book->state->late_costs, sizeof *late, BOOK_LINES_MAX);
    if (!late)
        return book_full(fault);
    *late = *what;
    late->line = book->line_count;
    late->item = move->item->item;
    late->depth = depth;
    late->source = move->late ? move->late->document : (struct text){0};
    return STATUS_OK;
}

/* Value never falls below zero with pieces there. */
static struct amount bounded(struct amount share, struct amount value)
{
    return value.e4 >= 0 && share.e4 < -value.e4 ? (struct amount){-value.e4} : share;
}

static struct book_layer *layer_of(const struct book_item *item, uint64_t layer)
{
    struct book_layer *at = item->layers;
    while (at && at->layer != layer)
        at = at->next;
    return at;
}

/* Of a receipt's layer: the share of what is left of it, put on it. */
static enum status to_layer(struct book *book, const struct ledger_move *move,
                            const struct late_value *value, struct amount *share,
                            struct fault *fault)
{
    struct book_layer *layer = layer_of(move->item, value->receipt);
    struct qty left = layer && layer->qty.micro > 0 ? layer->qty : (struct qty){0};
    struct book_late rest = {.layer = value->receipt, .work_order = text_of("")};
    if (!amount_share(value->amount, left, value->qty, share))
        return overflow(fault);
    *share = left.micro > 0 ? bounded(*share, layer->amount) : (struct amount){0};
    rest.amount.e4 = value->amount.e4 - share->e4;
    rest.pieces.micro = value->qty.micro - left.micro;
    enum status status = STATUS_OK;
    if (share->e4 != 0)
        status = layer_add(book, layer, (struct qty){0}, *share, fault);
    return status == STATUS_OK ? follow(book, move, &rest, fault) : status;
}

/* At AVERAGE nobody knows which pieces are left: as many as can be. */
static bool to_average(const struct book_item *item, const struct late_value *value,
                       struct amount *share)
{
    struct qty left = qty_cmp(item->on_hand, value->qty) < 0 ? item->on_hand : value->qty;
    if (left.micro <= 0)
        return true;
    if (!amount_share(value->amount, left, value->qty, share))
        return false;
    *share = bounded(*share, item->value);
    return true;
}

enum status ledger_late(struct book *book, const struct ledger_move *move,
                        const struct late_value *value, struct fault *fault)
{
    struct amount share = {0};
    struct ledger_line line = ledger_line_of(move);
    ASSERT(move->item && value->qty.micro > 0);
    enum status status = ledger_check_layers(move, fault);
    if (status == STATUS_OK && layer_valued(move->item))
        status = to_layer(book, move, value, &share, fault);
    else if (move->item->valuation == VALUATION_AVERAGE && !to_average(move->item, value, &share))
        return overflow(fault);
    if (status != STATUS_OK)
        return status;
    line.amount = share;
    line.variance.e4 = value->amount.e4 - share.e4;
    line.counted = value->counted;
    return ledger_write_line(book, move, &line, fault);
}

enum status ledger_late_step(struct book *book, const struct ledger_move *move,
                             struct amount amount, struct fault *fault)
{
    struct ledger_line line = ledger_line_of(move);
    *(move->wip ? &line.wip : &line.variance) = amount;
    return ledger_write_line(book, move, &line, fault);
}

enum status ledger_revalue(struct book *book, const struct ledger_move *move, struct unitcost cost,
                           struct fault *fault)
{
    struct amount value;
    struct book_item *item = move->item;
    struct ledger_line line = ledger_line_of(move);
    enum status status = book_change(book, &item->row, fault);
    item->unit_cost = cost;
    if (status != STATUS_OK || item->valuation != VALUATION_STANDARD)
        return status;
    if (!amount_extend(item->on_hand, cost, &value) ||
        !amount_sub(value, item->value, &line.amount))
        return overflow(fault);
    return line.amount.e4 == 0 ? STATUS_OK : ledger_write_line(book, move, &line, fault);
}

/* ---- what orders are charged and settled at ---- */

enum status ledger_charge(struct book *book, const struct ledger_move *move, struct amount amount,
                          struct qty hours, struct fault *fault)
{
    ASSERT(!move->item && move->wip);
    struct ledger_line line = ledger_line_of(move);
    line.wip = amount;
    line.counted = hours;
    return ledger_write_line(book, move, &line, fault);
}

enum status ledger_scrap(struct book *book, const struct ledger_move *move, struct fault *fault)
{
    ASSERT(move->item && move->qty.micro > 0);
    struct ledger_move scrap = *move;
    scrap.kind = LEDGER_SCRAP;
    struct ledger_line line = ledger_line_of(&scrap);
    line.counted = move->qty;
    return ledger_write_line(book, &scrap, &line, fault);
}

enum status ledger_settle(struct book *book, const struct ledger_move *move, struct amount *settled,
                          struct fault *fault)
{
    struct amount to_stock;
    struct amount held = move->wip->wip;

    enum status status = ledger_check_layers(move, fault);
    if (status != STATUS_OK || held.e4 == 0) {
        *settled = held;
        return status;
    }
    bool layers = layer_valued(move->item);
    if (layers)
        status = layer_settle(book, move->wip, move->item, &to_stock, fault);
    else if (!value_settled(move->wip, move->item, &to_stock))
        return overflow(fault);
    if (status != STATUS_OK)
        return status;
    struct ledger_line line = ledger_line_of(move);
    line.amount = to_stock;
    line.wip.e4 = -held.e4;
    line.variance.e4 = held.e4 - to_stock.e4;
    if (line.reason.length == 0)
        line.reason =
            text_of(move->item->valuation == VALUATION_STANDARD ? "variance" : "cost of sales");
    *settled = held;
    if (layers && status == STATUS_OK)
        status = follow(book, move,
                        &(struct book_late){.work_order = move->wip->work_order,
                                            .amount = line.variance,
                                            .pieces = gone_of(move->item, move->wip)},
                        fault);
    return status == STATUS_OK ? ledger_write_line(book, move, &line, fault) : status;
}

enum status ledger_write_off(struct book *book, const struct ledger_move *move, struct fault *fault)
{
    struct amount held = move->wip->wip;
    if (held.e4 == 0)
        return STATUS_OK;
    struct ledger_move settlement = *move;
    settlement.kind = LEDGER_SETTLEMENT;
    struct ledger_line line = ledger_line_of(&settlement);
    line.wip.e4 = -held.e4;
    line.variance = held;
    return ledger_write_line(book, &settlement, &line, fault);
}
