#include "services/mrp/net_core.h"

/*
 * "Quota exceeded" (planning.md sections 5 and 6): the plan gives a supplier more than its share of
 * what goes to suppliers with a quota, by more than the last order it got: the choice by share
 * given so far may overshoot by one order, more than that means that the others could not deliver
 * (not valid then, or of a lesser priority).  Quotas that do not add up to 100 are taken in
 * proportion. Damped by min_quantity.
 */

static uint32_t row_at(const struct net *net, uint32_t k)
{
    return net->model->suppliers.rows[row_first(&net->model->suppliers, net->item) + k];
}

static int64_t quota_of(const struct net *net, uint32_t row)
{
    const struct qty quota = net->model->plant->suppliers[row].quota_pct;
    return qty_given(quota) && quota.micro > 0 ? quota.micro : 0;
}

/* Is it the supplier's first row with a quota? */
static bool is_first(const struct net *net, uint32_t k)
{
    const struct supplier *suppliers = net->model->plant->suppliers;
    for (uint32_t before = 0; before < k; before++) {
        if (suppliers[row_at(net, before)].supplier == suppliers[row_at(net, k)].supplier &&
            quota_of(net, row_at(net, before)) > 0)
            return false;
    }
    return quota_of(net, row_at(net, k)) > 0;
}

struct share {
    int128 given; /* to the supplier */
    int128 total; /* to all that have a quota */
    int64_t last; /* the supplier's last order by its start */
    int32_t last_day;
};

static struct share share_of(const struct net *net, uint32_t supplier)
{
    const struct supplier *suppliers = net->model->plant->suppliers;
    struct share share = {.last_day = INT32_MIN};
    for (uint32_t k = 0; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        if (order->source == NO_INDEX || quota_of(net, order->source) == 0)
            continue;
        share.total += order->qty.micro;
        if (suppliers[order->source].supplier != supplier)
            continue;
        share.given += order->qty.micro;
        if (order->start_day >= share.last_day) {
            share.last_day = order->start_day;
            share.last = order->qty.micro;
        }
    }
    return share;
}

static bool note_supplier(struct net *net, uint32_t row, int64_t quotas)
{
    const struct supplier *supplier = &net->model->plant->suppliers[row];
    const struct share share = share_of(net, supplier->supplier);
    /* given - total x quota / quotas, rounded down to the item's unit */
    int128 fair = share.total / net->unit * quota_of(net, row);
    int128 above = share.given - (fair + quotas - 1) / quotas * net->unit;
    if (above <= share.last || above < net->params->min_quantity.micro)
        return true;
    return net_message(net, (struct plan_message){.item = net->item,
                                                  .reference = supplier->supplier,
                                                  .day = share.last_day,
                                                  .to_day = NO_DAYS,
                                                  .qty = {(int64_t)above},
                                                  .to_qty = {(int64_t)share.given},
                                                  .kind = PLAN_QUOTA_EXCEEDED});
}

bool quota_note(struct net *net)
{
    const struct model *model = net->model;
    if (!model->suppliers.rows || net->order_count == 0)
        return true;
    const uint32_t count =
        row_end(&model->suppliers, net->item) - row_first(&model->suppliers, net->item);
    int64_t quotas = 0;
    for (uint32_t k = 0; k < count; k++)
        quotas += is_first(net, k) ? quota_of(net, row_at(net, k)) : 0;
    for (uint32_t k = 0; k < count; k++) {
        if (is_first(net, k) && !note_supplier(net, row_at(net, k), quotas))
            return false;
    }
    return true;
}
