#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

#include <string.h>

/*
 * Pulling: a component's needs are read from the orders of its parents, one bill line at a time.
 * A need is exact and rounded up once for an order and line, at the component's precision.
 */

/* One bill line while its parent's orders are read. */
struct use {
    const struct bom_line *line;
    const struct bom_terms *terms;
    const struct route *route;
    const struct calendar *calendar; /* of the parent, for offsets */
    struct frac rate;
    int32_t offset_days;
    uint32_t timed_end; /* operations whose hours give the offset instead; 0: none */
    bool passes_segment;
    bool by_product;
    bool always; /* it counts for every order */
    bool to_phantom;
    bool through; /* the line makes a phantom of a component that is none */
};

/* An order of the parent, planned or firm. */
struct made {
    int64_t start_qty;
    int32_t start_day;
    int32_t due_day;
    uint32_t segment;
    uint32_t ordinal;
};

static bool add_need(struct net *net, struct need need)
{
    struct need *needs =
        list_grown(net->arena, net->needs, net->need_count, &net->need_capacity, sizeof *needs);
    if (!needs)
        return net_fail(net, STATUS_LIMIT, "needs");
    net->needs = needs;
    needs[net->need_count++] = need;
    return true;
}

static bool add_share(struct net *net, struct pass share)
{
    struct pass *shares =
        list_grown(net->arena, net->shares, net->share_count, &net->share_capacity, sizeof *shares);
    if (!shares)
        return net_fail(net, STATUS_LIMIT, "shares");
    net->shares = shares;
    shares[net->share_count++] = share;
    return true;
}

/* Is the receipt free to move?  Firm ones, and what is not open yet, are not. */
static bool is_movable(const struct net *net, const struct supply *supply)
{
    int32_t window = net->params->reschedule_days;
    if (!days_given(window))
        window = net->model->plant->facts.reschedule_days;
    if (!days_given(window))
        window = 0; /* of a folder that says nothing */
    return !supply->firm && supply->kind != SUPPLY_PLANNED &&
           (int64_t)supply->due - net->model->plant->facts.plan_start < window;
}

static bool gather_events(struct net *net)
{
    static const uint8_t kinds[EVENT_KINDS] = {NEED_STOCK, NEED_SUPPLY, NEED_DEMAND, NEED_FORECAST,
                                               NEED_COMPONENT};
    const struct model *model = net->model;
    const bool phantom = (model->plan_items[net->item].flags & MODEL_PHANTOM) != 0;
    for (uint32_t e = model->event_first[net->item]; e < model->event_end[net->item]; e++) {
        const struct event *event = &model->events[e];
        struct need need = {.qty = event->qty,
                            .day = event->day,
                            .segment = event->segment,
                            .from = NO_INDEX,
                            .order = e,
                            .kind = kinds[event->kind]};
        if (event->qty == 0)
            continue;
        if (event->kind == EVENT_SUPPLY)
            need.movable = is_movable(net, &model->plant->supplies[event->row]);
        if (phantom && need.kind >= NEED_DEMAND) {
            struct pass share = {.origin_item = net->item,
                                 .origin_order = e - model->event_first[net->item],
                                 .origin_line = NO_INDEX,
                                 .segment = need.segment,
                                 .day = need.day,
                                 .qty = frac_of_int(need.qty)};
            if (!add_share(net, share))
                return false;
        } else if (!add_need(net, need)) {
            return false;
        }
    }
    return true;
}

/* Does this line count for this order of its parent? */
static bool line_counts(const struct net *net, const struct use *use, const struct made *made)
{
    return use->always ||
           choice_counts(net->model, use->line,
                         net->model->plant->facts.plan_start + made->start_day, made->start_qty);
}

static int32_t use_day(const struct net *net, const struct use *use, const struct made *made)
{
    int32_t offset = use->offset_days;
    if (use->by_product)
        return made->due_day;
    if (use->timed_end > 0)
        offset = (int32_t)(route_days(net->model, use->route, use->timed_end, made->start_qty) /
                           ROUTE_DAY);
    if (offset <= 0)
        return made->start_day;
    int32_t day = calendar_forward(use->calendar, made->start_day, offset);
    return day < made->due_day ? day : made->due_day;
}

/* Exact quantity of the component, in micro. */
static bool use_qty(struct net *net, const struct use *use, struct frac started, struct frac *qty)
{
    if (use->terms->qty_fixed)
        *qty = use->rate;
    else if (!frac_mul(started, use->rate, qty))
        return net_fail(net, STATUS_OVERFLOW, "gross requirement");
    return true;
}

/* Micro, rounded to the item's precision. */
static bool round_to_unit(struct net *net, struct frac qty, bool up, int64_t *out)
{
    int128 step = (int128)qty.den * net->unit;
    int128 count = (qty.num + (up ? step - 1 : 0)) / step;
    if (!int128_narrow(count * net->unit, out))
        return net_fail(net, STATUS_OVERFLOW, "gross requirement");
    return true;
}

static bool use_order(struct net *net, const struct use *use, const struct made *made)
{
    int32_t day = use_day(net, use, made);
    if (day >= net->model->horizon || !line_counts(net, use, made))
        return true;
    uint32_t segment = use->passes_segment ? made->segment : 0;
    struct frac qty;
    if (!use_qty(net, use, frac_of_int(made->start_qty), &qty))
        return false;
    if (use->to_phantom)
        return add_share(
            net, (struct pass){.qty = qty,
                               .origin_item = use->line->parent,
                               .origin_order = made->ordinal,
                               .origin_line = (uint32_t)(use->line - net->model->plant->bom_lines),
                               .segment = segment,
                               .day = day,
                               .through = use->through});
    struct need need = {.day = day,
                        .segment = segment,
                        .from = use->line->parent,
                        .order = made->ordinal,
                        .kind = use->by_product ? NEED_BY_PRODUCT : NEED_PARENT};
    if (use->terms->substitute_group != 0 && !qty_given(use->terms->mix_pct))
        need.line = (uint32_t)(use->line - net->model->plant->bom_lines) + 1;
    if (!round_to_unit(net, qty, !use->by_product, &need.qty))
        return false;
    return need.qty == 0 || add_need(net, need);
}

/* Consumables under a phantom are as little made to order as those of an order. */
static uint32_t terms_segment(const struct use *use, uint32_t segment)
{
    return use->terms->kind == BOM_CONSUMABLE ? 0 : segment;
}

/* A phantom's passes: exact, and still of the line that began them.  A phantom has no order on
   whose due day co- and by-products could come: such lines of it do not count. */
static bool use_passes(struct net *net, const struct use *use)
{
    const struct pass_list *list = &net->model->passes[use->line->parent];
    if (use->by_product)
        return true;
    for (uint32_t k = 0; k < list->count; k++) {
        const struct pass *pass = &list->passes[k];
        int64_t whole = pass->qty.num / pass->qty.den;
        struct made made = {whole, pass->day, net->model->horizon - 1, pass->segment, k};
        struct pass share = *pass;
        if (!line_counts(net, use, &made))
            continue;
        share.day = use_day(net, use, &made);
        share.through = use->through;
        share.segment = terms_segment(use, share.segment);
        if (!use_qty(net, use, pass->qty, &share.qty) || !add_share(net, share))
            return false;
    }
    return true;
}

/* Events of the parent that are orders already: firm planned ones for components, all that will
   still be made for by-products. */
static bool use_events(struct net *net, const struct use *use)
{
    const struct model *model = net->model;
    const uint32_t parent = use->line->parent;
    for (uint32_t e = model->event_first[parent]; e < model->event_end[parent]; e++) {
        const struct event *event = &model->events[e];
        if (event->kind != EVENT_SUPPLY || event->qty == 0)
            continue;
        uint8_t kind = model->plant->supplies[event->row].kind;
        if (kind != SUPPLY_PLANNED && !(use->by_product && kind == SUPPLY_WORK_ORDER))
            continue;
        struct firm_order order;
        if (!firm_order_of(net, parent, event, &order))
            return false;
        struct made made = {order.start_qty, order.start_day, order.due_day, order.segment,
                            e - model->event_first[parent]};
        if (!use_order(net, use, &made))
            return false;
    }
    return true;
}

/* A line of an operation is needed when that begins. */
static void operation_offset(const struct model *model, struct use *use)
{
    if (use->route->timed)
        use->timed_end = route_place(model, use->route, use->terms->operation);
    else
        use->offset_days = route_begin(use->route, use->terms->operation);
}

static bool use_open(struct net *net, const struct edge *edge, struct use *use)
{
    const struct model *model = net->model;
    const struct plant *plant = model->plant;
    const struct bom_line *line = &plant->bom_lines[edge->line];
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    *use = (struct use){
        .line = line,
        .terms = terms,
        .always = edge->whole != 0,
        .by_product = terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT,
        .passes_segment = (model->plan_items[line->parent].flags & MODEL_INDIVIDUAL) != 0,
    };
    const bool phantom = (model->plan_items[line->component].flags & MODEL_PHANTOM) != 0;
    use->through = terms->kind == BOM_PHANTOM && !phantom;
    use->to_phantom = use->through || (phantom && !use->by_product);
    if (terms->kind == BOM_CONSUMABLE)
        use->passes_segment = false; /* stock of the shop floor is never made to order */
    uint32_t route = model->items[line->parent].route;
    use->calendar = model->plant_calendar;
    if (route != NO_INDEX) {
        use->route = &model->routes[route];
        use->calendar = calendar_find(&model->calendars, use->route->calendar);
    }
    if (days_given(terms->offset_days))
        use->offset_days =
            terms->offset_days < PLAN_LEAD_DAYS_MAX ? terms->offset_days : PLAN_LEAD_DAYS_MAX;
    else if (terms->operation != 0 && use->route)
        operation_offset(model, use);
    if (!edge_rate(model, line, &use->rate))
        return net_fail(net, STATUS_OVERFLOW, "quantity of a bill line");
    return true;
}

/* A line that depends on the order, or has fractions. */
static bool gather_edge(struct net *net, const struct edge *edge)
{
    const struct model *model = net->model;
    const struct plan_item *parent = &model->plan_items[edge->parent];
    struct use use;
    if (!use_open(net, edge, &use))
        return false;
    if (parent->flags & MODEL_PHANTOM)
        return use_passes(net, &use);
    if (((parent->flags & MODEL_FIRM) || use.by_product) && !use_events(net, &use))
        return false;
    uint32_t firm = model->event_end[edge->parent] - model->event_first[edge->parent];
    for (uint32_t k = 0; k < parent->order_count; k++) {
        const struct plan_order *order = &parent->orders[k];
        struct made made = {order->start_qty.micro, order->start_day, order->due_day,
                            order->segment, firm + k};
        if (!use_order(net, &use, &made))
            return false;
    }
    return !(parent->flags & MODEL_THROUGH) || use_passes(net, &use);
}

/* Firm orders of a parent whose planned ones are read as the common line's. */
static bool gather_firm(struct net *net, const struct edge *edge)
{
    struct use use;
    return use_open(net, edge, &use) && use_events(net, &use);
}

/* The common line: a whole number for each unit, used when the order starts. */
static bool gather_whole(struct net *net, const struct edge *edge)
{
    const struct model *model = net->model;
    const struct plan_item *parent = &model->plan_items[edge->parent];
    const bool individual = (parent->flags & MODEL_INDIVIDUAL) != 0;
    const uint32_t firm = model->event_end[edge->parent] - model->event_first[edge->parent];
    for (uint32_t k = 0; k < parent->order_count; k++) {
        const struct plan_order *order = &parent->orders[k];
        struct need need = {.day = order->start_day,
                            .from = edge->parent,
                            .order = firm + k,
                            .segment = individual ? order->segment : 0,
                            .kind = NEED_PARENT};
        if (order->start_day >= model->horizon)
            continue;
        if (__builtin_mul_overflow(order->start_qty.micro, edge->whole, &need.qty))
            return net_fail(net, STATUS_OVERFLOW, "gross requirement");
        if (!add_need(net, need))
            return false;
    }
    return true;
}

/* The same straight onto the days: what a run does that needs orders only.  Such a parent's needs
   are all of the empty segment. */
static bool gather_days(struct net *net, const struct edge *edge)
{
    const struct plan_item *parent = &net->model->plan_items[edge->parent];
    bool fits = true;
    for (uint32_t k = 0; k < parent->order_count; k++) {
        const struct plan_order *order = &parent->orders[k];
        int64_t qty;
        if (order->start_day >= net->model->horizon)
            continue;
        struct net_day *day = &net->days[order->start_day];
        fits = fits && !__builtin_mul_overflow(order->start_qty.micro, edge->whole, &qty) &&
               !__builtin_add_overflow(day->gross, qty, &day->gross);
        net_touch(net, order->start_day);
    }
    return fits || net_fail(net, STATUS_OVERFLOW, "gross requirement");
}

static bool wants_days_only(const struct net *net)
{
    return !net->one_by_one && !net->on_segment;
}

bool gather_line(struct net *net, uint32_t line, const struct bill_made *made, struct bill_use *out)
{
    const struct edge edge = {.parent = net->model->plant->bom_lines[line].parent, .line = line};
    const struct made order = {made->started.num / made->started.den, made->start_day,
                               made->due_day, made->segment, 0};
    struct use use;
    *out = (struct bill_use){.counts = false};
    if (!use_open(net, &edge, &use))
        return false;
    out->through = use.through;
    out->counts =
        !use.by_product && use.terms->kind != BOM_CONSUMABLE && line_counts(net, &use, &order);
    out->segment = made->passing || use.passes_segment ? made->segment : 0;
    out->day = use_day(net, &use, &order);
    return !out->counts || use_qty(net, &use, made->started, &out->qty);
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Lines of one parent by position (9 before 10), then by what they say: whatever the order of rows
   in bom.csv. */
static int line_cmp(const struct model *model, uint32_t left, uint32_t right)
{
    const struct bom_line *a = &model->plant->bom_lines[left];
    const struct bom_line *b = &model->plant->bom_lines[right];
    const struct bom_terms *x = plant_bom_terms(model->plant, a);
    const struct bom_terms *y = plant_bom_terms(model->plant, b);
    const uint32_t texts[][2] = {{a->position, b->position},
                                 {x->operation, y->operation},
                                 {x->alternative, y->alternative},
                                 {x->revision, y->revision},
                                 {x->uom, y->uom}};
    const int64_t numbers[][2] = {
        {a->component, b->component},       {a->qty.micro, b->qty.micro},
        {x->valid_from, y->valid_from},     {x->lot_from.micro, y->lot_from.micro},
        {x->offset_days, y->offset_days},   {x->per_qty.micro, y->per_qty.micro},
        {x->pieces.micro, y->pieces.micro}, {x->scrap_pct.micro, y->scrap_pct.micro},
        {x->qty_fixed, y->qty_fixed},       {left, right}};
    int order = number_cmp((int64_t)strlen(plant_text(model->plant, a->position)),
                           (int64_t)strlen(plant_text(model->plant, b->position)));
    for (size_t k = 0; order == 0 && k < COUNT_OF(texts); k++)
        order = model_text_cmp(model, texts[k][0], texts[k][1]);
    for (size_t k = 0; order == 0 && k < COUNT_OF(numbers); k++)
        order = number_cmp(numbers[k][0], numbers[k][1]);
    return order;
}

/* The same origin, day and segment are one need. */
static int share_cmp(const void *left, const void *right, const void *context)
{
    const struct pass *a = left;
    const struct pass *b = right;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    if (a->through != b->through)
        return a->through < b->through ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->origin_item != b->origin_item)
        return a->origin_item < b->origin_item ? -1 : 1;
    if (a->origin_order != b->origin_order)
        return a->origin_order < b->origin_order ? -1 : 1;
    if (a->origin_line == b->origin_line)
        return 0;
    return line_cmp(context, a->origin_line, b->origin_line);
}

static bool sum_shares(struct net *net)
{
    void *spare = net_spare(net, net->share_count, sizeof *net->shares);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->shares,
                                  .spare = spare,
                                  .row_size = sizeof *net->shares,
                                  .count = net->share_count,
                                  .compare = share_cmp,
                                  .context = net->model});
    uint32_t kept = 0;
    for (uint32_t k = 0; k < net->share_count; k++) {
        struct pass *last = kept > 0 ? &net->shares[kept - 1] : NULL;
        if (!last || share_cmp(last, &net->shares[k], net->model) != 0)
            net->shares[kept++] = net->shares[k];
        else if (!frac_add(last->qty, net->shares[k].qty, &last->qty))
            return net_fail(net, STATUS_OVERFLOW, "gross requirement");
    }
    net->share_count = kept;
    return true;
}

/* Shares that arrive at an item that is no phantom are rounded and become needs. */
static bool round_shares(struct net *net)
{
    for (uint32_t k = 0; k < net->share_count; k++) {
        const struct pass *share = &net->shares[k];
        if (share->through)
            continue;
        struct need need = {.day = share->day,
                            .segment = share->segment,
                            .from = share->origin_item,
                            .order = share->origin_order,
                            .kind = NEED_PARENT};
        if (!round_to_unit(net, share->qty, true, &need.qty) ||
            (need.qty > 0 && !add_need(net, need)))
            return false;
    }
    return true;
}

int gather_giver_cmp(const struct model *model, const struct bom_line *a, const struct bom_line *b)
{
    int order = number_cmp(plant_bom_terms(model->plant, a)->substitute_priority,
                           plant_bom_terms(model->plant, b)->substitute_priority);
    if (order == 0)
        order = number_cmp(a->component, b->component);
    if (order != 0 || a == b)
        return order;
    return line_cmp(model, (uint32_t)(a - model->plant->bom_lines),
                    (uint32_t)(b - model->plant->bom_lines));
}

/* What the item gives as a substitute is a need of the parent it serves. */
static bool gather_takings(struct net *net)
{
    const struct model *model = net->model;
    if (!(model->plan_items[net->item].flags & MODEL_LINKED))
        return true;
    for (const struct taking *taking = model->taking_giver[net->item]; taking;
         taking = taking->next_of_giver) {
        struct need need = {.qty = taking->giver_qty,
                            .day = taking->day,
                            .from = taking->parent,
                            .order = taking->order,
                            .segment = taking->segment,
                            .kind = NEED_PARENT};
        if (!add_need(net, need))
            return false;
    }
    return true;
}

void gather_ahead(const struct model *model, uint32_t item)
{
    for (uint32_t k = model->edge_first[item]; k < model->edge_first[item + 1]; k++) {
        const struct edge *edge = &model->edges[k];
        __builtin_prefetch(&model->plan_items[edge->parent]);
        if (edge->whole > 0)
            continue;
        __builtin_prefetch(&model->plant->bom_lines[edge->line]);
        __builtin_prefetch(&model->event_first[edge->parent]);
    }
}

void gather_ahead_orders(const struct model *model, uint32_t item)
{
    for (uint32_t k = model->edge_first[item]; k < model->edge_first[item + 1]; k++) {
        const struct plan_item *parent = &model->plan_items[model->edges[k].parent];
        const char *orders = (const char *)parent->orders;
        const size_t bytes = parent->order_count * sizeof *parent->orders;
        for (size_t at = 0; at < bytes; at += 64)
            __builtin_prefetch(orders + at);
    }
}

static bool gather_from(struct net *net, const struct edge *edge, bool to_phantom)
{
    const uint16_t flags = net->model->plan_items[edge->parent].flags;
    if (edge->whole == EDGE_NEVER)
        return true;
    if (edge->whole <= 0 || to_phantom)
        return gather_edge(net, edge);
    if ((flags & MODEL_FIRM) && !gather_firm(net, edge))
        return false;
    if (wants_days_only(net) && !(flags & MODEL_INDIVIDUAL))
        return gather_days(net, edge);
    return gather_whole(net, edge);
}

bool gather_item(struct net *net)
{
    const struct model *model = net->model;
    const bool phantom = (model->plan_items[net->item].flags & MODEL_PHANTOM) != 0;
    net->need_count = 0;
    net->share_count = 0;
    if (!gather_events(net) || !gather_takings(net))
        return false;
    for (uint32_t k = model->edge_first[net->item]; k < model->edge_first[net->item + 1]; k++) {
        if (!gather_from(net, &model->edges[k], phantom))
            return false;
    }
    if (net->share_count > 0 && !sum_shares(net))
        return false;
    /* Shares by lines of kind phantom pass on whole: stock and receipts of an item that is no
       phantom are there for its own orders. */
    if ((model->plan_items[net->item].flags & MODEL_THROUGH) && net->planning &&
        !phantom_keep(net, true))
        return false;
    return phantom || round_shares(net);
}
