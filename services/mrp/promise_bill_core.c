#include "services/mrp/list_core.h"
#include "services/mrp/promise_state_core.h"

/*
 * CTP: an attempt for a day walks the items below the one asked for, parents first; each takes what
 * is free of it and orders the rest, whose components are taken in turn.  The first day without a
 * late order is found by halving: a later day never has less free, nor less time.
 */

static int node_cmp(const void *left, const void *right, const void *context)
{
    const struct promise *promise = context;
    const struct node *a = &promise->nodes[*(const uint32_t *)left];
    const struct node *b = &promise->nodes[*(const uint32_t *)right];
    int32_t levels = promise->model->items[a->item].level - promise->model->items[b->item].level;
    if (levels != 0)
        return levels < 0 ? -1 : 1;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return (a->segment > b->segment) - (a->segment < b->segment);
}

static bool reach(struct promise *promise, uint32_t item, uint32_t segment)
{
    struct node *node = promise_node(promise, item, segment);
    if (!node)
        return false;
    if (node->asked == promise->asks)
        return true;
    node->asked = promise->asks;
    uint32_t *order = list_grown(promise->net.arena, promise->order, promise->order_count,
                                 &promise->order_capacity, sizeof *order);
    if (!order)
        return promise_no_room(promise);
    promise->order = order;
    order[promise->order_count++] = (uint32_t)(node - promise->nodes);
    return true;
}

/* Everything below the item, parents first. */
static bool reach_all(struct promise *promise, uint32_t item, uint32_t segment)
{
    const struct model *model = promise->model;
    promise->asks++;
    promise->order_count = 0;
    if (!reach(promise, item, segment))
        return false;
    for (uint32_t k = 0; k < promise->order_count; k++) {
        const struct node node = promise->nodes[promise->order[k]];
        const bool passes =
            (model->plan_items[node.item].flags & (MODEL_INDIVIDUAL | MODEL_PHANTOM)) ||
            (model->plan_items[node.item].flags & MODEL_THROUGH);
        const uint32_t end = promise->line_first[node.item + 1];
        for (uint32_t l = promise->line_first[node.item]; l < end; l++) {
            const uint32_t component = model->plant->bom_lines[promise->lines[l]].component;
            if (!reach(promise, component, 0) ||
                (node.segment != 0 && passes && !reach(promise, component, node.segment)))
                return false;
        }
    }
    void *spare = net_spare(&promise->net, promise->order_count, sizeof *promise->order);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = promise->order,
                                  .spare = spare,
                                  .row_size = sizeof *promise->order,
                                  .count = promise->order_count,
                                  .compare = node_cmp,
                                  .context = promise});
    return true;
}

static bool add_take(struct promise *promise, uint32_t item, uint32_t segment, struct take take)
{
    uint32_t number = promise->node_of[item + (segment != 0 ? promise->model->item_count : 0)];
    ASSERT(number != 0);
    struct take *takes = list_grown(promise->net.arena, promise->takes, promise->take_count,
                                    &promise->take_capacity, sizeof *takes);
    if (!takes)
        return promise_no_room(promise);
    promise->takes = takes;
    take.next = promise->nodes[number - 1].first_take;
    takes[promise->take_count++] = take;
    promise->nodes[number - 1].first_take = promise->take_count;
    return true;
}

static bool take_components(struct promise *promise, uint32_t item, const struct bill_made *made)
{
    struct net *net = &promise->net;
    if (made->start_day >= promise->model->horizon)
        return true;
    for (uint32_t l = promise->line_first[item]; l < promise->line_first[item + 1]; l++) {
        const uint32_t line = promise->lines[l];
        struct bill_use use;
        if (!gather_line(net, line, made, &use))
            return false;
        struct take take = {.qty = use.qty, .day = use.day, .through = use.through};
        if (use.counts && use.qty.num > 0 && use.day < promise->model->horizon &&
            !add_take(promise, promise->model->plant->bom_lines[line].component, use.segment, take))
            return false;
    }
    return true;
}

/* A new order of the what-if. */
static bool place(struct promise *promise, const struct node *node, const struct order_terms *terms,
                  int32_t day, struct lot lot)
{
    const struct net *net = &promise->net;
    int32_t lead = order_lead(terms, lot.start);
    struct order_days days =
        order_days_of(terms, lead, day - net->params->safety_days, net_fence(net));
    int32_t late = days.due_day - day;
    if (days.moved && late > 0 && late > promise->late.ready_day - promise->late.limit_day)
        promise->late = (struct promise_answer){.limit_item = node->item,
                                                .limit_day = day,
                                                .ready_day = days.due_day,
                                                .limit_qty = {lot.good},
                                                .limit = PROMISE_LEAD_TIME};
    struct bill_made made = {frac_of_int(lot.start), days.start_day, days.due_day, node->segment,
                             false};
    return take_components(promise, node->item, &made);
}

/* Orders for what is missing on a day; *spare is what their lots bring above it. */
static bool make(struct promise *promise, const struct node *node, int32_t day, int64_t missing,
                 int64_t *spare)
{
    struct net *net = &promise->net;
    const struct order_terms *terms = source_terms(net, day, missing);
    *spare = -missing;
    if (!terms)
        return false;
    net->lots.count = 0;
    if (!lot_for_need(&terms->limits, missing, &net->lots))
        return net_fail(net, STATUS_OVERFLOW, "promise");
    for (uint32_t k = 0; k < net->lots.count; k++) {
        *spare += net->lots.lots[k].good;
        if (!place(promise, node, terms, day, net->lots.lots[k]))
            return false;
    }
    return true;
}

static int take_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct take *a = left;
    const struct take *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return frac_cmp(a->qty, b->qty);
}

/* The node's takes by day, in promise->sorted. */
static bool sort_takes(struct promise *promise, const struct node *node, uint32_t *count)
{
    *count = 0;
    for (uint32_t t = node->first_take; t != 0; t = promise->takes[t - 1].next) {
        promise->sorted = list_grown(promise->net.arena, promise->sorted, *count,
                                     &promise->sorted_capacity, sizeof *promise->sorted);
        if (!promise->sorted)
            return promise_no_room(promise);
        promise->sorted[(*count)++] = promise->takes[t - 1];
    }
    void *spare = net_spare(&promise->net, *count + 1, sizeof *promise->sorted);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = promise->sorted,
                                  .spare = spare,
                                  .row_size = sizeof *promise->sorted,
                                  .count = *count,
                                  .compare = take_cmp});
    return true;
}

static bool serve_take(struct promise *promise, const struct node *node, const struct take *take,
                       int64_t *taken)
{
    struct qty qty;
    struct bill_made made = {take->qty, take->day, promise->model->horizon - 1, node->segment,
                             true};
    if (take->through || (promise->model->plan_items[node->item].flags & MODEL_PHANTOM))
        return take_components(promise, node->item, &made);
    /* take->qty counts millionths: as a quantity it is rounded at the item's unit */
    int128 step = (int128)take->qty.den * promise->net.unit;
    int128 whole = (take->qty.num + step - 1) / step * promise->net.unit;
    if (!int128_narrow(whole, &qty.micro) || qty.micro >= NET_QTY_MAX)
        return net_fail(&promise->net, STATUS_OVERFLOW, "promise");
    int64_t there = node->free[take->day] - *taken;
    int64_t use = there < 0 ? 0 : there < qty.micro ? there : qty.micro;
    int64_t spare = 0;
    *taken += use;
    if (use < qty.micro && !make(promise, node, take->day, qty.micro - use, &spare))
        return false;
    *taken -= spare;
    return true;
}

static bool serve_node(struct promise *promise, uint32_t number)
{
    struct net *net = &promise->net;
    const struct node node = promise->nodes[number];
    uint32_t count;
    int64_t taken = 0;
    if (node.first_take == 0)
        return true;
    net->item = node.item;
    net->params = plant_item_params(promise->model->plant, node.item);
    net->unit = model_unit(promise->model, node.item);
    source_start(net);
    if (!order_terms_of(net, node.item, &net->own) || !sort_takes(promise, &node, &count))
        return false;
    for (uint32_t k = 0; k < count; k++) {
        const struct take take = promise->sorted[k];
        if (!serve_take(promise, &node, &take, &taken))
            return false;
    }
    return true;
}

/* Can it be there on the day?  promise->late is the latest order of the attempt. */
static bool attempt(struct promise *promise, const struct promise_ask *ask, int32_t day, bool *fits)
{
    promise->late = (struct promise_answer){.limit = PROMISE_AS_WANTED};
    promise->take_count = 0;
    for (uint32_t k = 0; k < promise->order_count; k++)
        promise->nodes[promise->order[k]].first_take = 0;
    struct take take = {.qty = frac_of_int(ask->qty.micro), .day = day};
    if (!add_take(promise, ask->item, ask->segment, take))
        return false;
    for (uint32_t k = 0; k < promise->order_count; k++) {
        if (!serve_node(promise, promise->order[k]))
            return false;
    }
    *fits = promise->late.limit == PROMISE_AS_WANTED;
    return true;
}

/* The first day that fits lies in low + 1 .. high, and low does not fit: halve. */
static bool search(struct promise *promise, const struct promise_ask *ask, int32_t low,
                   int32_t high, struct promise_answer *answer)
{
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        bool fits;
        if (!attempt(promise, ask, middle, &fits))
            return false;
        if (fits) {
            high = middle;
        } else {
            low = middle;
            *answer = promise->late;
        }
    }
    answer->day = high;
    return true;
}

enum status promise_capable(struct promise *promise, const struct promise_ask *ask,
                            struct promise_answer *answer, struct fault *fault)
{
    const int32_t last = promise->model->horizon - 1;
    bool fits;
    struct promise_answer now;
    enum status status = promise_available(promise, ask, &now, fault);
    if (status != STATUS_OK)
        return status;
    if (!reach_all(promise, ask->item, ask->segment) || !attempt(promise, ask, ask->day, &fits))
        return fault->status;
    *answer = promise->late;
    answer->day = ask->day;
    if (!fits) {
        if (!attempt(promise, ask, last, &fits))
            return fault->status;
        if (!fits) {
            *answer = promise->late;
            answer->day = NO_DAYS;
        } else if (!search(promise, ask, ask->day, last, answer)) {
            return fault->status;
        }
    }
    answer->on_wanted = now.on_wanted;
    return STATUS_OK;
}
