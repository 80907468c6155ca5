#include "services/mrp/net_core.h"

/* The walk over the days of a segment: what the lot rule orders where. */

struct walk {
    int64_t ordered;     /* good quantity of new orders so far */
    int64_t lot_qty;     /* of FOQ, EOQ and ROP, started */
    uint32_t next;       /* of net->lot_needs, while they are good */
    uint32_t need_count; /* of net->lot_needs */
    bool needs_good;     /* net->lot_needs[next ..] is still what is needed */
    uint8_t rule;        /* enum lot_rule, as far as the item's parameters allow it */
};

static int64_t positive(struct qty qty)
{
    return qty_given(qty) && qty.micro > 0 ? qty.micro : 0;
}

static int64_t cost_or_zero(struct unitcost cost)
{
    return cost_given(cost) && cost.micro > 0 ? cost.micro : 0;
}

static int64_t order_cost_on(const struct net *net, int32_t day)
{
    const struct plant *plant = net->model->plant;
    const struct row_index *costs = &net->model->order_costs;
    for (uint32_t k = row_first(costs, net->item); k < row_end(costs, net->item); k++) {
        const struct order_cost *row = &plant->order_costs[costs->rows[k]];
        if (row->date == plant->facts.plan_start + day)
            return cost_or_zero(row->order_cost);
    }
    return cost_or_zero(net->params->order_cost);
}

/* Take the earliest movable receipt due after the point to it. */
static bool pull_receipt(struct net *net, struct walk *walk, uint32_t at)
{
    const int32_t day = net->points[at].day;
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        struct receipt *receipt = &net->receipts[k];
        if (!receipt->movable || receipt->taken || receipt->day <= day)
            continue;
        for (uint32_t p = at; p < net->point_count && net->points[p].day < receipt->day; p++)
            net->points[p].base += receipt->qty;
        receipt->taken = 1;
        receipt->to_day = day;
        walk->needs_good = false;
        return true;
    }
    return false;
}

static int64_t free_at(const struct net *net, const struct walk *walk, uint32_t at)
{
    return net->points[at].base + walk->ordered;
}

static int64_t stock_min(const struct net *net, uint32_t at)
{
    return qty_given(net->params->stock_min) ? net->params->stock_min.micro
                                             : net->points[at].safety;
}

/* How far below what the rule keeps; 0 or less: nothing to do. */
static int64_t shortage_at(const struct net *net, const struct walk *walk, uint32_t at)
{
    const int64_t free = free_at(net, walk, at);
    const struct point *point = &net->points[at];
    if (walk->rule == LOT_RULE_MINMAX)
        return stock_min(net, at) - free;
    if (walk->rule == LOT_RULE_ROP) {
        bool asked = point->day == 0 || point->gross > 0;
        return asked ? net->params->reorder_point.micro - free + net->unit : 0;
    }
    return point->safety - free;
}

/* The net requirements from this point on, given what is ordered so far. */
static void list_needs(struct net *net, struct walk *walk, uint32_t at)
{
    int64_t covered = walk->ordered;
    walk->need_count = 0;
    for (uint32_t p = at; p < net->point_count; p++) {
        const struct point *point = &net->points[p];
        int64_t missing = point->safety - point->base - covered;
        if (missing <= 0)
            continue;
        covered += missing;
        net->lot_needs[walk->need_count++] = (struct lot_need){
            .qty = missing, .day = point->day, .order_cost = order_cost_on(net, point->day)};
    }
    walk->next = 0;
    walk->needs_good = true;
}

static bool looks_ahead(uint8_t rule)
{
    return rule == LOT_RULE_POQ || rule == LOT_RULE_DOS || rule == LOT_RULE_LUC ||
           rule == LOT_RULE_LTC || rule == LOT_RULE_PPB || rule == LOT_RULE_SM ||
           rule == LOT_RULE_GROFF || rule == LOT_RULE_WW;
}

static struct lot_terms lot_terms_of(const struct net *net, const struct walk *walk)
{
    return (struct lot_terms){
        .rule = walk->rule,
        .look = net->params->ppb_look,
        .periods = days_given(net->params->lot_periods) ? net->params->lot_periods : 1,
        .holding = cost_or_zero(net->params->holding_cost),
        .calendar = net->own.calendar,
    };
}

/* Good quantity for the needs that the lot beginning at this point covers. */
static bool need_ahead(struct net *net, struct walk *walk, uint32_t at, int64_t *good)
{
    struct lot_terms terms = lot_terms_of(net, walk);
    bool fresh = !walk->needs_good || walk->next >= walk->need_count ||
                 net->lot_needs[walk->next].day != net->points[at].day;
    if (fresh)
        list_needs(net, walk, at);
    ASSERT(walk->next < walk->need_count);
    const struct lot_need *needs = net->lot_needs + walk->next;
    uint32_t left = walk->need_count - walk->next;
    uint32_t covered = 0;
    if (walk->rule != LOT_RULE_WW) {
        if (!lot_cover(&terms, needs, left, &covered))
            return net_fail(net, STATUS_OVERFLOW, "cost of a lot");
    } else {
        if (fresh && !lot_cheapest(&terms, needs, left, net->lot_ends, net->lot_scratch))
            return net_fail(net, STATUS_OVERFLOW, "cost of a lot");
        covered = net->lot_ends[walk->next] - walk->next;
    }
    *good = 0;
    for (uint32_t k = 0; k < covered; k++)
        *good += needs[k].qty;
    walk->next += covered;
    return true;
}

/* As many orders of the fixed quantity as the need takes. */
static bool lots_of_fixed(struct net *net, const struct order_terms *terms, int64_t start,
                          int64_t good)
{
    struct lot_list *list = &net->lots;
    uint32_t counted = 0;
    while (good > 0) {
        if (!lot_fixed(&terms->limits, start, list))
            return net_fail(net, STATUS_OVERFLOW, "lot");
        int64_t before = good;
        for (; counted < list->count; counted++)
            good -= list->lots[counted].good;
        if (good == before)
            list->count = 0; /* such a lot yields nothing */
        if (good == before || (good > 0 && list->count + 1 >= list->limit)) {
            list->cut_short = true; /* the rest in one */
            return lot_for_need(&terms->limits, good, list) ||
                   net_fail(net, STATUS_OVERFLOW, "lot");
        }
    }
    return true;
}

static bool lots_of_raised(struct net *net, const struct order_terms *terms, int64_t fixed,
                           int64_t good)
{
    int64_t start;
    int64_t yielded;
    if (!lot_start(&terms->limits, good, &start) || !lot_good(&terms->limits, fixed, &yielded))
        return net_fail(net, STATUS_OVERFLOW, "lot");
    bool fixed_serves =
        fixed >= start && yielded >= good && (terms->limits.max == 0 || fixed <= terms->limits.max);
    bool done = fixed_serves ? lot_fixed(&terms->limits, fixed, &net->lots)
                             : lot_for_need(&terms->limits, good, &net->lots);
    return done || net_fail(net, STATUS_OVERFLOW, "lot");
}

static bool size_lots(struct net *net, const struct walk *walk, const struct order_terms *terms,
                      int64_t good)
{
    net->lots.count = 0;
    bool fixed =
        walk->rule == LOT_RULE_FOQ || walk->rule == LOT_RULE_EOQ || walk->rule == LOT_RULE_ROP;
    if (!fixed || walk->lot_qty == 0)
        return lot_for_need(&terms->limits, good, &net->lots) ||
               net_fail(net, STATUS_OVERFLOW, "lot");
    if (walk->rule != LOT_RULE_ROP && net->params->foq_mode == FOQ_RAISE)
        return lots_of_raised(net, terms, walk->lot_qty, good);
    return lots_of_fixed(net, terms, walk->lot_qty, good);
}

/* Order for a shortage at a point. */
static bool order_at(struct net *net, struct walk *walk, uint32_t at, int64_t shortage)
{
    int64_t good = shortage;
    if (looks_ahead(walk->rule) && !need_ahead(net, walk, at, &good))
        return false;
    if (walk->rule == LOT_RULE_MINMAX) {
        int64_t room = positive(net->params->stock_max) - free_at(net, walk, at);
        good = room > shortage ? room : shortage;
    }
    const struct order_terms *terms = source_terms(net, net->points[at].day, good);
    if (!terms || !size_lots(net, walk, terms, good))
        return false;
    int64_t made = 0;
    for (uint32_t k = 0; k < net->lots.count; k++) {
        if (!order_place(net, terms, net->points[at].day, net->lots.lots[k]))
            return false;
        if (__builtin_add_overflow(made, net->lots.lots[k].good, &made))
            return net_fail(net, STATUS_OVERFLOW, "lot");
    }
    if (made != good)
        walk->needs_good = false;
    ASSERT(made >= shortage);
    if (__builtin_add_overflow(walk->ordered, made, &walk->ordered) || walk->ordered >= NET_QTY_MAX)
        return net_fail(net, STATUS_OVERFLOW, "planned orders");
    return true;
}

static bool rule_data_error(struct net *net)
{
    if (!net->want_messages)
        return true;
    return net_message(net, (struct plan_message){.item = net->item,
                                                  .segment = net->segment,
                                                  .day = 0,
                                                  .to_day = NO_DAYS,
                                                  .to_qty = NO_QTY,
                                                  .kind = PLAN_DATA_ERROR,
                                                  .data_error = PLAN_DATA_LOT_RULE});
}

static bool economic_qty(struct net *net, int64_t *qty)
{
    struct lot_eoq eoq = {.order_cost = cost_or_zero(net->params->order_cost),
                          .holding = cost_or_zero(net->params->holding_cost),
                          .unit = net->unit,
                          .days = net->model->horizon};
    *qty = 0;
    if (eoq.holding == 0 || eoq.order_cost == 0)
        return true;
    for (uint32_t p = 0; p < net->point_count; p++) {
        if (__builtin_add_overflow(eoq.gross, net->points[p].gross, &eoq.gross))
            return net_fail(net, STATUS_OVERFLOW, "gross requirements");
    }
    return lot_eoq(&eoq, qty) || net_fail(net, STATUS_OVERFLOW, "economic order quantity");
}

/* The rule that applies to the segment: one whose parameters are missing is a data error, and the
   item is planned lot for lot. */
static bool rule_start(struct net *net, struct walk *walk)
{
    const struct item_params *params = net->params;
    bool missing = false;
    if (positive(params->lot_qty) >= NET_QTY_MAX ||
        positive(params->reorder_point) >= NET_QTY_MAX ||
        positive(params->stock_min) >= NET_QTY_MAX || positive(params->stock_max) >= NET_QTY_MAX)
        return net_fail(net, STATUS_OVERFLOW, "a quantity of the lot rule");
    *walk = (struct walk){.rule = params->lot_rule, .lot_qty = positive(params->lot_qty)};
    if (net->segment != 0 && (walk->rule == LOT_RULE_ROP || walk->rule == LOT_RULE_MINMAX))
        walk->rule = LOT_RULE_L4L;
    if (walk->rule == LOT_RULE_EOQ) {
        if (!economic_qty(net, &walk->lot_qty))
            return false;
        missing = walk->lot_qty == 0;
    }
    if (walk->rule == LOT_RULE_FOQ)
        missing = walk->lot_qty == 0;
    if (walk->rule == LOT_RULE_POQ || walk->rule == LOT_RULE_DOS)
        missing = !days_given(params->lot_periods) || params->lot_periods < 1;
    if (walk->rule == LOT_RULE_MINMAX)
        missing = !qty_given(params->stock_max);
    if (walk->rule == LOT_RULE_ROP)
        missing = !qty_given(params->reorder_point) || walk->lot_qty == 0;
    if (!missing)
        return true;
    walk->rule = LOT_RULE_L4L;
    return rule_data_error(net);
}

/* What substitutes serve is no longer gross of this item. */
static bool serve(struct net *net, struct walk *walk, uint32_t at, int64_t *shortage)
{
    int64_t served;
    if (!substitute_serve(net, net->points[at].day, *shortage, &served))
        return false;
    if (served == 0)
        return true;
    net->points[at].gross -= served;
    for (uint32_t p = at; p < net->point_count; p++)
        net->points[p].base += served;
    walk->needs_good = false;
    *shortage = shortage_at(net, walk, at);
    return true;
}

bool rule_walk(struct net *net)
{
    struct walk walk;
    if (!rule_start(net, &walk))
        return false;
    if (walk.rule == LOT_RULE_L4L && plain_fits(net))
        return plain_walk(net);
    for (uint32_t at = 0; at < net->point_count; at++) {
        int64_t shortage = shortage_at(net, &walk, at);
        while (shortage > 0 && pull_receipt(net, &walk, at))
            shortage = shortage_at(net, &walk, at);
        if (shortage > 0 && !serve(net, &walk, at, &shortage))
            return false;
        struct point *point = &net->points[at];
        int64_t below = point->safety - free_at(net, &walk, at);
        point->net = below > 0 ? below : 0;
        if (shortage > 0 && !order_at(net, &walk, at, shortage))
            return false;
    }
    return true;
}
