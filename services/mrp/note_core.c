#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

/*
 * Messages about a segment just netted (planning.md section 6).  They change nothing: whoever acts
 * on one changes a fact, and the next plan is free of it.
 */

static struct plan_message about(const struct net *net, enum plan_message_kind kind, int32_t day,
                                 int64_t qty)
{
    return (struct plan_message){.item = net->item,
                                 .segment = net->segment,
                                 .day = day,
                                 .to_day = NO_DAYS,
                                 .qty = {qty},
                                 .to_qty = NO_QTY,
                                 .kind = (uint8_t)kind};
}

static const struct supply *supply_of(const struct net *net, const struct receipt *receipt)
{
    return &net->model->plant->supplies[net->model->events[receipt->event].row];
}

/* Is a move by so many days, or of so much, worth a message? */
static bool worth_days(const struct net *net, int32_t days)
{
    return days > 0 && days >= net->params->min_days;
}

static bool worth_qty(const struct net *net, int64_t qty)
{
    return qty > 0 && qty >= net->params->min_quantity.micro;
}

static bool note_orders(struct net *net)
{
    for (uint32_t k = net->segment_first; k < net->moved_end; k++) {
        const struct plan_order *order = &net->orders[k];
        const int32_t late = order->due_day - (order->need_day - net->params->safety_days);
        if (!(order->flags & ORDER_MOVED) || !worth_days(net, late) ||
            !worth_qty(net, order->qty.micro))
            continue;
        bool fenced = (order->flags & PLAN_ORDER_FENCED) != 0;
        struct plan_message message =
            about(net, fenced ? PLAN_COVERAGE_TOO_LATE : PLAN_PAST_DUE_START, order->need_day,
                  order->qty.micro);
        message.to_day = order->due_day;
        if (!net_message(net, message))
            return false;
    }
    return true;
}

static struct plan_message about_receipt(const struct net *net, enum plan_message_kind kind,
                                         const struct receipt *receipt, int64_t qty)
{
    struct plan_message message = about(net, kind, receipt->day, qty);
    message.reference = supply_of(net, receipt)->reference;
    message.supply_kind = supply_of(net, receipt)->kind;
    return message;
}

/* net->needed[p]: what is needed of scheduled receipts by point p, its safety level less what is
   there without them, new orders included. */
static void weigh_needs(struct net *net)
{
    for (uint32_t k = 0; k < net->receipt_count; k++)
        net->days[net->receipts[k].to_day].scheduled += net->receipts[k].qty;
    for (uint32_t k = net->segment_first; k < net->order_count; k++)
        net->days[net->orders[k].need_day].gross += net->orders[k].qty.micro;
    int64_t received = 0;
    int64_t ordered = 0;
    for (uint32_t p = 0; p < net->point_count; p++) {
        const struct point *point = &net->points[p];
        received += net->days[point->day].scheduled;
        ordered += net->days[point->day].gross;
        net->needed[p] = point->safety - (point->base - received + ordered);
        net->ordered_on[p] = net->days[point->day].gross;
        net->days[point->day] = (struct net_day){0};
    }
}

/*
 * First day on which a receipt is needed that comes after `covered` of other receipts, NO_DAYS:
 * never; and the most that is needed then.  Before the receipt's day new orders have covered what
 * was needed; from it on a new order comes only when the receipt is used up, so that the day's
 * own orders do not count.
 */
static int32_t first_needed(const struct net *net, int32_t day, int64_t covered, int64_t *most)
{
    int32_t found = NO_DAYS;
    *most = 0;
    for (uint32_t p = 0; p < net->point_count; p++) {
        int64_t needed = net->needed[p];
        if (net->points[p].day >= day)
            needed += net->ordered_on[p];
        if (needed > *most)
            *most = needed;
        if (needed > covered && found == NO_DAYS)
            found = net->points[p].day;
    }
    return found;
}

/* By the day they are used on; of one day in the order they had. */
static int to_day_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct receipt *a = left;
    const struct receipt *b = right;
    return (a->to_day > b->to_day) - (a->to_day < b->to_day);
}

static bool sort_by_use(struct net *net)
{
    void *spare = net_spare(net, net->receipt_count, sizeof *net->receipts);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->receipts,
                                  .spare = spare,
                                  .row_size = sizeof *net->receipts,
                                  .count = net->receipt_count,
                                  .compare = to_day_cmp});
    return true;
}

/* A receipt that waits longer than it must, or brings more than is ever needed. */
static bool note_receipt(struct net *net, const struct receipt *receipt, int64_t covered)
{
    int64_t most;
    int32_t needed = first_needed(net, receipt->to_day, covered, &most);
    if (needed == NO_DAYS) {
        if (!worth_qty(net, receipt->qty))
            return true;
        return net_message(net, about_receipt(net, PLAN_CANCEL, receipt, receipt->qty));
    }
    if (worth_days(net, needed - receipt->to_day) && worth_qty(net, receipt->qty)) {
        struct plan_message message =
            about_receipt(net, PLAN_RESCHEDULE_OUT, receipt, receipt->qty);
        message.to_day = needed;
        if (!net_message(net, message))
            return false;
    }
    int64_t used = most - covered;
    if (used >= receipt->qty || !worth_qty(net, receipt->qty - used))
        return true;
    struct plan_message message = about_receipt(net, PLAN_DECREASE, receipt, receipt->qty - used);
    message.to_qty = (struct qty){used};
    return net_message(net, message);
}

/* New orders for the very day of the last receipt there: to change that is less work. */
static bool note_increase(struct net *net, const struct receipt *receipt)
{
    int64_t more = 0;
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        if (net->orders[k].need_day == receipt->to_day)
            more += net->orders[k].qty.micro;
    }
    if (!worth_qty(net, more))
        return true;
    struct plan_message message = about_receipt(net, PLAN_INCREASE, receipt, more);
    message.to_qty = (struct qty){receipt->qty + more};
    return net_message(net, message);
}

static bool is_last_of_day(const struct net *net, uint32_t k)
{
    for (uint32_t later = k + 1; later < net->receipt_count; later++) {
        if (net->receipts[later].to_day != net->receipts[k].to_day)
            break;
        const struct supply *supply = supply_of(net, &net->receipts[later]);
        if (!supply->firm && supply->kind != SUPPLY_PLANNED)
            return false;
    }
    return true;
}

static bool note_receipts(struct net *net)
{
    int64_t covered = 0;
    if (net->receipt_count == 0)
        return true;
    if (!sort_by_use(net))
        return false;
    weigh_needs(net);
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        const struct receipt *receipt = &net->receipts[k];
        bool firm =
            supply_of(net, receipt)->firm || supply_of(net, receipt)->kind == SUPPLY_PLANNED;
        if (receipt->taken && worth_days(net, receipt->day - receipt->to_day) &&
            worth_qty(net, receipt->qty)) {
            struct plan_message message =
                about_receipt(net, PLAN_RESCHEDULE_IN, receipt, receipt->qty);
            message.to_day = receipt->to_day;
            if (!net_message(net, message))
                return false;
        }
        if (!firm && !receipt->taken && !note_receipt(net, receipt, covered))
            return false;
        if (!firm && is_last_of_day(net, k) && !note_increase(net, receipt))
            return false;
        covered += receipt->qty;
    }
    return true;
}

/* Rules that order by a level of their own, not by the safety stock. */
static bool keeps_other_level(const struct net *net)
{
    return net->params->lot_rule == LOT_RULE_MINMAX || net->params->lot_rule == LOT_RULE_ROP;
}

/* net->ordered_on[p], of the first points: what orders due after the point before bring by point p.
   Due days rise with few exceptions, so that the point is near the last one's. */
static void sum_due(struct net *net, uint32_t points)
{
    const int32_t end = points > 0 ? net->points[points - 1].day : 0;
    uint32_t p = 0;
    for (uint32_t k = 0; k < points; k++)
        net->ordered_on[k] = 0;
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        if (order->due_day > end)
            continue;
        while (p > 0 && net->points[p - 1].day >= order->due_day)
            p--;
        while (net->points[p].day < order->due_day)
            p++;
        net->ordered_on[p] += order->qty.micro;
    }
}

/* The last day on which an order comes that comes late, or -1: others were not moved. */
static int32_t last_late(const struct net *net)
{
    int32_t last = -1;
    for (uint32_t k = net->segment_first; k < net->moved_end; k++) {
        const struct plan_order *order = &net->orders[k];
        if (order->due_day > order->need_day && order->due_day > last)
            last = order->due_day;
    }
    return last;
}

/* Points that may have a hole: once the last late order is there, stock is what netting kept, which
   under these two rules is not the safety stock. */
static uint32_t points_with_holes(const struct net *net, int32_t last)
{
    uint32_t points = net->point_count;
    if (keeps_other_level(net))
        return points;
    while (points > 0 && net->points[points - 1].day >= last)
        points--;
    return points;
}

/* Stock on the days themselves, with planned orders on their due days: late ones leave a hole that
   netting, which counts them on the need day, does not show. */
static bool note_holes(struct net *net)
{
    struct plan_message hole = about(net, PLAN_BELOW_SAFETY_STOCK, NO_DAYS, 0);
    int64_t come = 0; /* of orders, by the point */
    const int32_t last = last_late(net);
    if (last < 0)
        return true;
    const uint32_t points = points_with_holes(net, last);
    sum_due(net, points);
    for (uint32_t p = 0; p < points; p++) {
        const struct point *point = &net->points[p];
        come += net->ordered_on[p];
        const int64_t there = point->base + come;
        bool shortage = there < 0;
        int64_t missing = shortage ? -there : point->safety - there;
        if (missing <= 0)
            continue;
        if (hole.day == NO_DAYS || (shortage && hole.kind != PLAN_PROJECTED_SHORTAGE)) {
            hole.day = point->day;
            hole.qty.micro = 0;
            hole.kind = shortage ? PLAN_PROJECTED_SHORTAGE : PLAN_BELOW_SAFETY_STOCK;
        }
        if (shortage == (hole.kind == PLAN_PROJECTED_SHORTAGE) && missing > hole.qty.micro)
            hole.qty.micro = missing;
    }
    return hole.day == NO_DAYS || net_message(net, hole);
}

/* Stock on hand that nothing in the horizon needs. */
static bool note_excess(struct net *net)
{
    if (net->stock <= 0 || net->point_count == 0 || keeps_other_level(net))
        return true;
    const struct point *last = &net->points[net->point_count - 1];
    int64_t gross = 0;
    for (uint32_t p = 0; p < net->point_count; p++)
        gross += net->points[p].gross;
    int64_t excess = net->stock - net->expired - gross - last->safety;
    return !worth_qty(net, excess) || net_message(net, about(net, PLAN_EXCESS_STOCK, 0, excess));
}

/* Did the order want a longer lead time than is planned with? */
static bool absurd_lead(const struct net *net, const struct plan_order *order)
{
    const struct plant *plant = net->model->plant;
    int32_t days = plant->items[net->item].lead_time_days;
    if (order->source != NO_INDEX && days_given(plant->suppliers[order->source].lead_time_days))
        days = plant->suppliers[order->source].lead_time_days;
    bool longer = days_given(days) && days > PLAN_LEAD_DAYS_MAX;
    bool grown = net->own.lead_per_unit > 0 || net->own.timed;
    return longer || (grown && order_lead(&net->own, order->start_qty.micro) >= PLAN_LEAD_DAYS_MAX);
}

/* What an item with orders lacks. */
static bool note_facts(struct net *net)
{
    const struct plant *plant = net->model->plant;
    const struct item *item = &plant->items[net->item];
    const bool has_bill = (net->model->plan_items[net->item].flags & MODEL_HAS_BILL) != 0;
    if (net->order_count == net->segment_first)
        return true;
    const struct plan_order *first = &net->orders[net->segment_first];
    struct plan_message message =
        about(net, PLAN_MESSAGE_KINDS, first->start_day, first->qty.micro);
    if (item->type == ITEM_MAKE && !has_bill && plant->bom_lines_count > 0) {
        message.kind = PLAN_NO_BILL;
        if (!net_message(net, message))
            return false;
    }
    if (item->type == ITEM_MAKE && net->model->items[net->item].route == NO_INDEX &&
        plant->operations_count > 0) {
        message.kind = PLAN_NO_ROUTING;
        if (!net_message(net, message))
            return false;
    }
    if (item->type == ITEM_BUY && first->source == NO_INDEX && plant->suppliers_count > 0) {
        message.kind = PLAN_NO_SUPPLIER;
        if (!net_message(net, message))
            return false;
    }
    message.kind = PLAN_DATA_ERROR;
    message.data_error = PLAN_DATA_SOURCE_PLANT;
    if (item->type == ITEM_TRANSFER && net->params->source_plant == 0 && !net_message(net, message))
        return false;
    message.data_error = PLAN_DATA_LEAD_TIME;
    return !absurd_lead(net, first) || net_message(net, message);
}

static bool note_lots(struct net *net)
{
    if (!net->lots.cut_short)
        return true;
    struct plan_message message = about(net, PLAN_DATA_ERROR, 0, 0);
    message.data_error = PLAN_DATA_LOTS;
    return net_message(net, message);
}

bool note_segment(struct net *net)
{
    return note_orders(net) && note_receipts(net) && note_holes(net) && note_excess(net) &&
           note_facts(net) && note_lots(net);
}
