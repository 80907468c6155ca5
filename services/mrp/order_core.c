#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

/* From a lot to a planned order: its days, and where it comes from. */

static int64_t given_or_zero(struct qty qty)
{
    return qty_given(qty) && qty.micro > 0 ? qty.micro : 0;
}

static bool item_yield(struct net *net, uint32_t item, const struct route *route,
                       struct frac *yield)
{
    const struct item_params *params = plant_item_params(net->model->plant, item);
    *yield = frac_of_int(1);
    if (params->yield_pct.micro == (int64_t)100 * QTY_SCALE && !route)
        return true;
    if (!frac_make(params->yield_pct.micro, (int128)100 * QTY_SCALE, yield) ||
        (route && !frac_mul(*yield, route->yield, yield)))
        return net_fail(net, STATUS_OVERFLOW, "yield");
    if (yield->num <= 0)
        *yield = frac_of_int(1);
    return true;
}

bool order_terms_of(struct net *net, uint32_t item, struct order_terms *terms)
{
    const struct model *model = net->model;
    const struct item *row = &model->plant->items[item];
    const struct item_params *params = plant_item_params(model->plant, item);
    const struct route *route = NULL;
    if (row->type == ITEM_MAKE && model->items[item].route != NO_INDEX)
        route = &model->routes[model->items[item].route];

    *terms = (struct order_terms){
        .source = NO_INDEX, .model = model, .lead_per_unit = params->lead_time_per_unit_days.micro};
    terms->limits.unit = model_unit(model, item);
    terms->limits.min = given_or_zero(params->lot_min);
    terms->limits.max = given_or_zero(params->lot_max);
    terms->limits.multiple = given_or_zero(params->lot_multiple);
    if (days_given(row->lead_time_days))
        terms->lead_days = row->lead_time_days;
    else if (route && route->timed)
        terms->timed = route;
    else if (route)
        terms->lead_days = route->lead_days;
    if (terms->lead_days < 0)
        terms->lead_days = 0;
    if (terms->lead_days > PLAN_LEAD_DAYS_MAX)
        terms->lead_days = PLAN_LEAD_DAYS_MAX;
    if (route)
        terms->calendar = calendar_find(&model->calendars, route->calendar);
    else if (row->type == ITEM_MAKE)
        terms->calendar = model->plant_calendar;
    return item_yield(net, item, route, &terms->limits.yield);
}

int32_t order_lead(const struct order_terms *terms, int64_t start_qty)
{
    const int128 scale = (int128)QTY_SCALE * QTY_SCALE;
    _Static_assert(ROUTE_DAY == QTY_SCALE, "times of operations join the time for each unit");
    if (terms->lead_per_unit == 0 && !terms->timed)
        return terms->lead_days;
    int128 moving = (int128)start_qty * terms->lead_per_unit;
    if (terms->timed)
        moving += (int128)QTY_SCALE *
                  route_days(terms->model, terms->timed, terms->timed->count, start_qty);
    int128 days = terms->lead_days + (moving + scale - 1) / scale;
    return days < PLAN_LEAD_DAYS_MAX ? (int32_t)days : PLAN_LEAD_DAYS_MAX;
}

struct order_days order_days_of(const struct order_terms *terms, int32_t lead_days,
                                int32_t target_day, int32_t earliest)
{
    struct order_days days = {.due_day = target_day};
    days.start_day = target_day < 0 ? CALENDAR_BEFORE_START
                                    : calendar_back(terms->calendar, target_day, lead_days);
    if (days.start_day >= earliest)
        return days;
    days.moved = true;
    days.start_day = earliest;
    days.due_day = calendar_forward(terms->calendar, earliest, lead_days);
    return days;
}

static bool append_order(struct net *net, struct plan_order order)
{
    struct plan_order *orders =
        list_grown(net->arena, net->orders, net->order_count, &net->order_capacity, sizeof *orders);
    if (!orders)
        return net_fail(net, STATUS_LIMIT, "planned orders");
    net->orders = orders;
    orders[net->order_count++] = order;
    return true;
}

bool order_place(struct net *net, const struct order_terms *terms, int32_t need_day, struct lot lot)
{
    const int32_t fence = order_fence(net);
    int32_t lead = order_lead(terms, lot.start);
    int32_t target = need_day - net->params->safety_days;
    struct order_days days = order_days_of(terms, lead, target, fence);
    struct plan_order order = {.qty = {lot.good},
                               .start_qty = {lot.start},
                               .start_day = days.start_day,
                               .due_day = days.due_day,
                               .need_day = need_day,
                               .segment = net->segment,
                               .source = NO_INDEX};
    if (days.moved) {
        order.flags |= fence > 0 ? PLAN_ORDER_FENCED : PLAN_ORDER_PAST_DUE;
        net->moved_end = net->order_count + 1;
    }
    if (days.start_day == 0)
        order.flags |= PLAN_ORDER_RELEASE_NOW;
    if (terms->source != NO_INDEX)
        order.source = source_break(net, terms, days.start_day, lot.good);
    return append_order(net, order);
}

bool firm_order_of(struct net *net, uint32_t item, const struct event *event,
                   struct firm_order *order)
{
    const struct supply *supply = &net->model->plant->supplies[event->row];
    struct order_terms terms;
    if (!order_terms_of(net, item, &terms))
        return false;
    *order = (struct firm_order){.due_day = event->day, .segment = event->segment};
    if (!lot_start(&terms.limits, event->qty, &order->start_qty))
        return net_fail(net, STATUS_OVERFLOW, "firm planned order");
    if (date_given(supply->start)) {
        int64_t day = (int64_t)supply->start - net->model->plant->facts.plan_start;
        order->start_day = day < 0 ? 0 : day < event->day ? (int32_t)day : event->day;
    } else {
        int32_t lead = order_lead(&terms, order->start_qty);
        int32_t day = calendar_back(terms.calendar, event->day, lead);
        order->start_day = day < 0 ? 0 : day;
    }
    return true;
}
