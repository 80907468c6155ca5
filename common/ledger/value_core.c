#include "common/ledger/value_core.h"

#include "common/ledger/ledger_core.h"

static struct amount negated(struct amount amount)
{
    return (struct amount){-amount.e4};
}

static struct qty magnitude(struct qty qty)
{
    return (struct qty){qty.micro < 0 ? -qty.micro : qty.micro};
}

bool value_out(struct book_item *item, struct qty qty, struct amount *out)
{
    ASSERT(qty.micro > 0);
    bool last = item->on_hand.micro == qty.micro;

    if (last && item->valuation == VALUATION_AVERAGE &&
        !unitcost_of(item->value, qty, &item->last_cost))
        return false;
    if (last) {
        *out = item->value;
        return true;
    }
    if (item->valuation == VALUATION_STANDARD)
        return amount_extend(qty, item->unit_cost, out);
    if (item->on_hand.micro == 0)
        return amount_extend(qty, item->last_cost, out);
    struct amount value = item->on_hand.micro < 0 ? negated(item->value) : item->value;
    return amount_share(value, qty, magnitude(item->on_hand), out);
}

/* AVERAGE, from below zero: issue 10 at 5 from 0, receive 4 at 6: correction 4, and -6 left at 5 */
static bool correction_of(const struct book_item *item, struct qty qty, struct amount cost,
                          struct amount *out)
{
    struct amount received;
    struct amount issued;
    struct qty owed = magnitude(item->on_hand);
    struct qty covered = qty_cmp(qty, owed) < 0 ? qty : owed;

    return amount_share(cost, covered, qty, &received) &&
           amount_share(negated(item->value), covered, owed, &issued) &&
           amount_sub(received, issued, out);
}

bool value_in(const struct book_item *item, struct qty qty, struct amount cost,
              struct value_in *out)
{
    struct value_in in = {.stock = cost};
    ASSERT(qty.micro > 0);

    if (item->valuation == VALUATION_STANDARD) {
        if (item->on_hand.micro == -qty.micro)
            in.stock = negated(item->value);
        else if (!amount_extend(qty, item->unit_cost, &in.stock))
            return false;
        if (!amount_sub(cost, in.stock, &in.variance))
            return false;
    } else if (item->on_hand.micro < 0) {
        in.owed = magnitude(item->on_hand);
        in.covered = qty_cmp(qty, in.owed) < 0 ? qty : in.owed;
        if (!correction_of(item, qty, cost, &in.correction))
            return false;
    }
    *out = in;
    return true;
}

bool value_settled(const struct work_order *order, const struct book_item *product,
                   struct amount *out)
{
    struct qty left =
        qty_cmp(product->on_hand, order->received) < 0 ? product->on_hand : order->received;
    if (product->valuation == VALUATION_STANDARD || left.micro <= 0) {
        *out = (struct amount){0};
        return true;
    }
    return amount_share(order->wip, left, order->received, out);
}

enum status ledger_present_cost(const struct book_item *item, struct qty qty, struct amount *out,
                                struct fault *fault)
{
    bool fits;
    if (item->valuation != VALUATION_STANDARD && item->on_hand.micro > 0)
        fits = amount_share(item->value, qty, item->on_hand, out);
    else if (item->valuation == VALUATION_STANDARD)
        fits = amount_extend(qty, item->unit_cost, out);
    else
        fits =
            amount_extend(qty, item->last_cost.micro != 0 ? item->last_cost : item->unit_cost, out);
    return fits ? STATUS_OK
                : fault_set(fault, STATUS_OVERFLOW, "", "the cost of the quantity is out of range");
}

/* Shares of the planned cost, so that rounding does not add up. */
static bool planned_share(const struct work_order *order, struct qty qty, struct amount *out)
{
    struct qty after;
    struct amount before_cost;
    struct amount after_cost;
    return qty_add(order->received, qty, &after) &&
           amount_share(order->planned_cost, order->received, order->good, &before_cost) &&
           amount_share(order->planned_cost, after, order->good, &after_cost) &&
           amount_sub(after_cost, before_cost, out);
}

enum status ledger_product_cost(const struct work_order *order, const struct book_item *product,
                                struct qty qty, struct amount *out, struct fault *fault)
{
    bool fits;
    if (product->valuation == VALUATION_STANDARD || order->good.micro == 0)
        fits = amount_extend(qty, product->unit_cost, out);
    else
        fits = planned_share(order, qty, out);
    return fits ? STATUS_OK
                : fault_set(fault, STATUS_OVERFLOW, "", "the cost of the receipt is out of range");
}
