#include "services/mrp/pegging_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/peg_work_core.h"

#include <string.h>

/*
 * Pegging of any item: its needs with what they serve at the top, its supplies, both in date order,
 * matched by two pointers.  peg_plain_core.c does the common item without looking at needs one by
 * one.
 */

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int supply_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct peg_supply_row *a = left;
    const struct peg_supply_row *b = right;
    int order = number_cmp(a->day, b->day);
    if (order == 0)
        order = number_cmp(a->last_day, b->last_day);
    if (order == 0)
        order = number_cmp(a->kind, b->kind);
    if (order == 0 && a->kind == PEG_BY_PRODUCT) /* the others come in an order of their own */
        order = number_cmp(a->qty, b->qty);
    return order != 0 ? order : number_cmp(a->sequence, b->sequence);
}

static int need_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct need_row *a = left;
    const struct need_row *b = right;
    int order = number_cmp(a->day, b->day);
    if (order == 0)
        order = number_cmp(a->priority, b->priority);
    if (order == 0)
        order = number_cmp(a->for_item, b->for_item);
    if (order == 0)
        order = number_cmp(a->order, b->order);
    if (order == 0)
        order = number_cmp(a->sequence, b->sequence);
    return order != 0 ? order : number_cmp(a->qty, b->qty); /* of two lines of one order */
}

static bool add_supply(struct peg_hand *hand, struct peg_supply_row row)
{
    struct peg_supply_row *rows = list_grown(hand->net->arena, hand->supplies, hand->supply_count,
                                             &hand->supply_capacity, sizeof *rows);
    if (!rows)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    row.left = row.qty;
    row.sequence = hand->supply_count;
    row.segment = hand->net->segment;
    hand->supplies = rows;
    rows[hand->supply_count++] = row;
    return true;
}

static bool add_need(struct peg_hand *hand, struct need_row row)
{
    struct need_row *rows = list_grown(hand->net->arena, hand->needs, hand->need_count,
                                       &hand->need_capacity, sizeof *rows);
    if (!rows)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    hand->needs = rows;
    rows[hand->need_count++] = row;
    return true;
}

/* A need of the item itself. */
static bool own_need(struct peg_hand *hand, const struct need *need)
{
    const struct event *event = &hand->net->model->events[need->order];
    uint32_t top = peg_top_of_event(hand->pegging, event);
    return add_need(hand, (struct need_row){.qty = need->qty,
                                            .day = need->day,
                                            .for_item = hand->net->item,
                                            .order = need->order,
                                            .top = top,
                                            .priority = peg_priority(hand->pegging, top)});
}

/* Good quantity of a parent's order, by its ordinal. */
static int64_t good_of(const struct model *model, uint32_t parent, uint32_t ordinal)
{
    uint32_t events = model->event_end[parent] - model->event_first[parent];
    if (ordinal < events)
        return model->events[model->event_first[parent] + ordinal].qty;
    return model->plan_items[parent].orders[ordinal - events].qty.micro;
}

/* A need of a parent's order, divided among what the order serves. */
static bool parent_need(struct peg_hand *hand, const struct need *need)
{
    const struct peg_item *parent = &hand->pegging->items[need->from];
    const struct peg_range served =
        parent->served ? parent->served[need->order] : (struct peg_range){0, 0};
    struct need_row row = {.day = need->day, .for_item = need->from, .order = need->order};
    const int64_t good =
        served.first < served.end ? good_of(hand->net->model, need->from, need->order) : 0;
    int64_t upto = 0;
    int64_t done = 0;
    for (uint32_t k = served.first; k < served.end; k++) {
        upto += parent->rows[k].qty;
        int128 exact = (int128)need->qty * upto / good;
        int64_t share = (int64_t)(exact - exact % hand->net->unit);
        if (share <= done)
            continue;
        row.qty = share - done;
        row.top = parent->rows[k].top;
        row.priority = peg_priority(hand->pegging, row.top);
        done = share;
        row.sequence = k; /* the same top for every line of the order */
        if (!add_need(hand, row))
            return false;
    }
    if (done == need->qty)
        return true;
    row.qty = need->qty - done;
    row.sequence = UINT32_MAX;
    row.top = NO_INDEX;
    row.priority = INT32_MAX;
    return add_need(hand, row);
}

/* A phantom's own demand, on its way down, is a need of the phantom without an order. */
static bool passed_need(struct peg_hand *hand, const struct need *need)
{
    if (!(hand->net->model->plan_items[need->from].flags & MODEL_PHANTOM))
        return parent_need(hand, need);
    struct need own = *need;
    own.order += hand->net->model->event_first[need->from];
    if (!own_need(hand, &own))
        return false;
    hand->needs[hand->need_count - 1].for_item = need->from;
    return true;
}

static bool add_stock(struct peg_hand *hand, const struct need *need)
{
    const struct model *model = hand->net->model;
    const struct stock *stock = &model->plant->stocks[model->events[need->order].row];
    struct peg_supply_row row = {.qty = need->qty,
                                 .last_day = INT32_MAX,
                                 .reference = stock->lot,
                                 .ordinal = NO_INDEX,
                                 .kind = PEG_STOCK};
    if (date_given(stock->expiry))
        row.last_day = stock->expiry - model->plant->facts.plan_start;
    return need->qty <= 0 || add_supply(hand, row);
}

static bool collect(struct peg_hand *hand, const struct need *needs, uint32_t count)
{
    hand->supply_count = hand->need_count = 0;
    bool done = true;
    for (uint32_t k = 0; k < count && done; k++) {
        struct need open = needs[k];
        const struct need *need = &open;
        open.qty -= substitute_taken(hand->net, &open);
        if (open.qty == 0)
            continue;
        if (need->kind == NEED_STOCK)
            done = add_stock(hand, need);
        else if (need->kind == NEED_BY_PRODUCT)
            done = add_supply(hand, (struct peg_supply_row){.qty = need->qty,
                                                            .day = need->day,
                                                            .due_day = need->day,
                                                            .last_day = INT32_MAX,
                                                            .ordinal = NO_INDEX,
                                                            .kind = PEG_BY_PRODUCT});
        else if (need->kind == NEED_PARENT)
            done = passed_need(hand, need);
        else if (need->kind >= NEED_DEMAND)
            done = own_need(hand, need);
    }
    return done;
}

/* Receipts where netting left them, and planned orders. */
static bool collect_orders(struct peg_hand *hand)
{
    const struct net *net = hand->net;
    const struct model *model = net->model;
    const uint32_t first = model->event_first[net->item];
    const uint32_t events = model->event_end[net->item] - first;
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        const struct receipt *receipt = &net->receipts[k];
        const struct supply *supply = &model->plant->supplies[model->events[receipt->event].row];
        if (!add_supply(hand, (struct peg_supply_row){.qty = receipt->qty,
                                                      .day = receipt->to_day,
                                                      .due_day = receipt->day,
                                                      .last_day = INT32_MAX,
                                                      .reference = supply->reference,
                                                      .ordinal = receipt->event - first,
                                                      .kind = PEG_RECEIPT}))
            return false;
    }
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        int32_t day = order->need_day - net->params->safety_days;
        if (!add_supply(hand, (struct peg_supply_row){.qty = order->qty.micro,
                                                      .day = day < 0 ? 0 : day,
                                                      .due_day = order->due_day,
                                                      .last_day = INT32_MAX,
                                                      .ordinal = events + k,
                                                      .kind = PEG_PLANNED}))
            return false;
    }
    return true;
}

static bool sort_both(struct peg_hand *hand)
{
    struct net *net = hand->net;
    void *spare = net_spare(net, hand->supply_count + 1, sizeof *hand->supplies);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = hand->supplies,
                                  .spare = spare,
                                  .row_size = sizeof *hand->supplies,
                                  .count = hand->supply_count,
                                  .compare = supply_cmp});
    spare = net_spare(net, hand->need_count + 1, sizeof *hand->needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = hand->needs,
                                  .spare = spare,
                                  .row_size = sizeof *hand->needs,
                                  .count = hand->need_count,
                                  .compare = need_cmp});
    return true;
}

static bool add_peg(struct peg_hand *hand, uint32_t supply, const struct need_row *need,
                    int64_t qty)
{
    struct net *net = hand->net;
    struct peg_row *rows =
        list_grown(net->arena, hand->pegs, hand->peg_count, &hand->peg_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "pegging");
    hand->pegs = rows;
    rows[hand->peg_count++] = (struct peg_row){.qty = qty,
                                               .supply = hand->kept_count + supply,
                                               .for_item = need->for_item,
                                               .top = need->top,
                                               .for_day = need->day};
    return true;
}

/* First in first out. */
static bool match(struct peg_hand *hand)
{
    uint32_t s = 0;
    for (uint32_t n = 0; n < hand->need_count; n++) {
        const struct need_row *need = &hand->needs[n];
        for (int64_t open = need->qty; open > 0 && s < hand->supply_count;) {
            struct peg_supply_row *supply = &hand->supplies[s];
            if (supply->left == 0 || supply->last_day < need->day) {
                s++;
                continue;
            }
            int64_t qty = supply->left < open ? supply->left : open;
            supply->left -= qty;
            open -= qty;
            if (!add_peg(hand, s, need, qty))
                return false;
        }
    }
    return true;
}

/* The segment's supplies behind those of the segments before. */
static bool keep_supplies(struct peg_hand *hand)
{
    for (uint32_t k = 0; k < hand->supply_count; k++) {
        struct peg_supply_row *rows = list_grown(hand->net->arena, hand->kept, hand->kept_count,
                                                 &hand->kept_capacity, sizeof *rows);
        if (!rows)
            return net_fail(hand->net, STATUS_LIMIT, "pegging");
        hand->kept = rows;
        rows[hand->kept_count++] = hand->supplies[k];
    }
    return true;
}

static bool peg_segment(struct net *net, const struct need *needs, uint32_t count)
{
    struct peg_hand *hand = net->context;
    return collect(hand, needs, count) && collect_orders(hand) && sort_both(hand) && match(hand) &&
           keep_supplies(hand);
}

/* The item's pegs and supplies in memory of their own. */
static bool keep_item(struct peg_hand *hand, uint32_t item)
{
    struct peg_item *kept = &hand->pegging->items[item];
    if (hand->peg_count == 0)
        return true;
    kept->rows = peg_room(hand, hand->peg_count);
    kept->supplies = arena_alloc(hand->net->arena, hand->kept_count, sizeof *kept->supplies);
    if (!kept->rows || !kept->supplies)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    memcpy(kept->rows, hand->pegs, hand->peg_count * sizeof *kept->rows);
    kept->row_count = hand->peg_count;
    for (uint32_t k = 0; k < hand->kept_count; k++) {
        const struct peg_supply_row *row = &hand->kept[k];
        kept->supplies[k] = (struct peg_source){.qty = row->qty,
                                                .due_day = row->due_day,
                                                .reference = row->reference,
                                                .segment = row->segment,
                                                .ordinal = row->ordinal,
                                                .kind = row->kind};
    }
    return peg_serve(hand, item);
}

static enum status peg_item(struct run_hand *run_hand, uint32_t item)
{
    struct peg_hand *hand = run_hand->context;
    const struct model *model = hand->net->model;
    if (model->plan_items[item].flags & MODEL_PHANTOM)
        return STATUS_OK;
    if (peg_is_plain(model, item))
        return peg_plain(hand, item) ? STATUS_OK : hand->net->fault->status;
    hand->peg_count = hand->kept_count = 0;
    enum status status = net_item(hand->net, item);
    if (status == STATUS_OK && !keep_item(hand, item))
        status = hand->net->fault->status;
    return status;
}

static void fetch_parents(const struct run_hand *run_hand, uint32_t item)
{
    const struct peg_hand *hand = run_hand->context;
    const struct model *model = hand->net->model;
    gather_ahead(model, item);
    for (uint32_t k = model->edge_first[item]; k < model->edge_first[item + 1]; k++)
        __builtin_prefetch(&hand->pegging->items[model->edges[k].parent]);
}

static void fetch_pegs(const struct run_hand *run_hand, uint32_t item)
{
    const struct peg_hand *hand = run_hand->context;
    const struct model *model = hand->net->model;
    const uint32_t step = 64 / sizeof(struct peg_row) + 1; /* pegs that begin in a cache line */
    gather_ahead_orders(model, item);
    for (uint32_t k = model->edge_first[item]; k < model->edge_first[item + 1]; k++) {
        const struct peg_item *pegs = &hand->pegging->items[model->edges[k].parent];
        for (uint32_t row = 0; row < pegs->row_count; row += step)
            __builtin_prefetch(pegs->rows + row);
        __builtin_prefetch(pegs->served);
    }
}

static const struct run_stage peg_stages[] = {{AHEAD_ROWS, fetch_parents},
                                              {AHEAD_ORDERS, fetch_pegs}};

/* Does any demand have a priority?  Where none has, sorting by date is enough. */
static bool has_priorities(const struct plant *plant)
{
    bool any = false;
    for (uint32_t k = 0; k < plant->demands_count && !any; k++)
        any = days_given(plant->demands[k].priority);
    return any;
}

static enum status open_hands(struct pegging *pegging, struct run *run, struct fault *fault)
{
    enum status status = run_init(run, fault);
    for (uint32_t k = 0; k < run->crew->hands && status == STATUS_OK; k++) {
        struct run_hand *hand = &run->hands[k];
        struct peg_hand *work = arena_alloc(hand->arena, 1, sizeof *work);
        if (!work)
            return fault_set(fault, STATUS_LIMIT, "", "pegging does not fit in memory");
        *work = (struct peg_hand){.pegging = pegging, .net = &hand->net};
        work->day_first =
            arena_alloc(hand->arena, (size_t)run->model->horizon + 1, sizeof *work->day_first);
        if (!work->day_first)
            status = fault_set(fault, STATUS_LIMIT, "", "pegging does not fit in memory");
        hand->net.on_segment = peg_segment;
        hand->net.context = work;
        hand->context = work;
    }
    return status;
}

enum status pegging_make(const struct plan *plan, const struct crew *crew, struct arena *arena,
                         struct pegging **out, struct fault *fault)
{
    struct pegging *pegging = arena_alloc(arena, 1, sizeof *pegging);
    struct peg_item *items = arena_alloc(arena, (size_t)plan->item_count + 1, sizeof *items);
    if (!pegging || !items)
        return fault_set(fault, STATUS_LIMIT, "", "pegging does not fit in memory");
    *pegging = (struct pegging){.plan = plan, .items = items};
    pegging->priorities = has_priorities(plan->plant);
    struct run run = {.model = plan->model,
                      .crew = crew,
                      .arena = arena,
                      .item = peg_item,
                      .stages = peg_stages,
                      .stage_count = COUNT_OF(peg_stages)};
    enum status status = open_hands(pegging, &run, fault);
    if (status == STATUS_OK)
        status = run_levels(&run, fault);
    if (status == STATUS_OK)
        *out = pegging;
    return status;
}

const struct plan *pegging_plan(const struct pegging *pegging)
{
    return pegging->plan;
}

uint32_t pegging_count(const struct pegging *pegging, uint32_t item)
{
    return pegging->items[item].row_count;
}

static uint32_t top_reference(const struct plant *plant, uint32_t top)
{
    if (top == NO_INDEX)
        return 0;
    return top < plant->demands_count
               ? plant->demands[top].reference
               : plant->order_components[top - plant->demands_count].reference;
}

struct peg pegging_row(const struct pegging *pegging, uint32_t item, uint32_t row)
{
    const struct peg_item *pegs = &pegging->items[item];
    const struct plant *plant = pegging->plan->plant;
    ASSERT(row < pegs->row_count);
    const struct peg_row *peg = &pegs->rows[row];
    const struct peg_source *supply = &pegs->supplies[peg->supply];
    return (struct peg){.supply_qty = {supply->qty},
                        .qty = {peg->qty},
                        .supply_reference = supply->reference,
                        .for_item = peg->for_item,
                        .top = peg->top < plant->demands_count ? peg->top : NO_INDEX,
                        .top_reference = top_reference(plant, peg->top),
                        .segment = supply->segment,
                        .supply_day = supply->due_day,
                        .for_day = peg->for_day,
                        .supply = supply->kind};
}
