#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

/*
 * The walk over the days of the common segment: lot for lot, nothing changes a lot, every order
 * takes the same lead time, nobody else serves.  What is missing on a day is that day's order.  The
 * orders are rule_walk's; what it asks for each of them is asked here once.
 */

static bool any_movable(const struct net *net)
{
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        if (net->receipts[k].movable)
            return true;
    }
    return false;
}

bool plain_fits(const struct net *net)
{
    const struct model *model = net->model;
    const struct order_terms *own = &net->own;
    const struct lot_limits *limits = &own->limits;
    const bool lots = limits->yield.num == limits->yield.den && limits->min == 0 &&
                      limits->max == 0 && limits->multiple == 0 && limits->whole == 0;
    const bool lead = own->lead_per_unit == 0 && !own->timed;
    const bool from = !model->suppliers.rows || model->plant->items[net->item].type != ITEM_BUY;
    return lots && lead && from && !(model->plan_items[net->item].flags & MODEL_LINKED) &&
           !any_movable(net);
}

/* What the orders of the segment have in common; those whose start would lie before `fence` are all
   moved to the same days. */
struct plain {
    struct order_days late;
    const struct calendar *calendar;
    int32_t lead_days;
    int32_t safety_days;
    int32_t fence;
    uint32_t late_flags;
    uint32_t segment;
};

static struct plain plain_of(const struct net *net)
{
    const int32_t fence = order_fence(net);
    return (struct plain){.segment = net->segment,
                          .late = order_days_of(&net->own, net->own.lead_days, -1, fence),
                          .calendar = net->own.calendar,
                          .lead_days = net->own.lead_days,
                          .safety_days = net->params->safety_days,
                          .fence = fence,
                          .late_flags = (fence > 0 ? PLAN_ORDER_FENCED : PLAN_ORDER_PAST_DUE) |
                                        (fence == 0 ? PLAN_ORDER_RELEASE_NOW : 0)};
}

static void place(const struct plain *plain, int32_t need_day, int64_t qty,
                  struct plan_order *order)
{
    const int32_t target = need_day - plain->safety_days;
    int32_t start = target - plain->lead_days;
    if (plain->calendar && start >= 0)
        start = calendar_back(plain->calendar, target, plain->lead_days);
    const bool late = start < plain->fence;
    order->qty.micro = order->start_qty.micro = qty;
    order->start_day = late ? plain->late.start_day : start;
    order->due_day = late ? plain->late.due_day : target;
    order->need_day = need_day;
    order->segment = plain->segment;
    order->source = NO_INDEX;
    order->flags = late ? plain->late_flags : start == 0 ? PLAN_ORDER_RELEASE_NOW : 0;
}

/* Room for an order of each point. */
static struct plan_order *order_room(struct net *net)
{
    while (net->order_capacity < net->order_count + net->point_count) {
        struct plan_order *orders = list_moved(net->arena, net->orders, net->order_count,
                                               &net->order_capacity, sizeof *orders);
        if (!orders)
            return NULL;
        net->orders = orders;
    }
    return net->orders + net->order_count;
}

bool plain_walk(struct net *net)
{
    const struct plain plain = plain_of(net);
    struct plan_order *const first = order_room(net);
    struct plan_order *order = first;
    int64_t ordered = 0;
    if (!first && net->point_count > 0)
        return net_fail(net, STATUS_LIMIT, "planned orders");
    for (struct point *point = net->points; point < net->points + net->point_count; point++) {
        const int64_t below = point->safety - point->base - ordered;
        if (below <= 0)
            continue;
        point->net = below;
        ordered += below;
        if (ordered >= NET_QTY_MAX)
            return net_fail(net, STATUS_OVERFLOW, "planned orders");
        place(&plain, point->day, below, order++);
    }
    net->order_count += (uint32_t)(order - first);
    while (net->moved_end < net->order_count && (net->orders[net->moved_end].flags & ORDER_MOVED))
        net->moved_end++; /* needs come by day, so that these stand first */
    return true;
}
