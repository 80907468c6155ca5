#include "services/mrp/pegging_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

/* What a supply serves at the top, as a running sum of its good quantity. */
struct served {
    int64_t upto;
    uint32_t top;
    uint32_t reference;
    int32_t priority;
    uint32_t owner; /* ordinal + 1 */
};

/* The served ranges of an item's supplies that have components: events first, then orders, as the
   ordinals of struct need count them. */
struct served_item {
    uint32_t *first; /* [count + 1], index in rows */
    struct served *rows;
    uint32_t count;
    uint32_t spare;
};

struct supply_row {
    int64_t qty;
    int64_t left;
    int32_t day;
    int32_t last_day; /* of a lot that expires */
    int32_t due_day;  /* as the receipt or order says */
    uint32_t reference;
    uint32_t ordinal; /* of an event or order of the item; NO_INDEX: stock and by-products */
    uint32_t sequence;
    uint8_t kind; /* enum peg_supply */
    uint8_t spare[7];
};

/* A piece of a need with one top. */
struct need_row {
    int64_t qty;
    int32_t day;
    int32_t priority;
    uint32_t for_item;
    uint32_t order;
    uint32_t sequence; /* of the piece in its order */
    uint32_t top;
    uint32_t reference;
    uint32_t spare;
};

struct link {
    uint32_t ordinal;
    uint32_t top;
    uint32_t reference;
    int32_t priority;
    int64_t qty;
};

struct pegging {
    const struct plan *plan;
    struct net net;
    struct served_item *items;
    bool keep_rows;
    struct supply_row *supplies;
    uint32_t supply_count;
    uint32_t supply_capacity;
    struct need_row *needs;
    uint32_t need_count;
    uint32_t need_capacity;
    struct link *links; /* supply to top, of the whole item */
    uint32_t link_count;
    uint32_t link_capacity;
    struct peg *pegs;
    uint32_t peg_count;
    uint32_t peg_capacity;
};

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int supply_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct supply_row *a = left;
    const struct supply_row *b = right;
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

static bool add_supply(struct pegging *pegging, struct supply_row row)
{
    struct supply_row *rows =
        list_grown(pegging->net.arena, pegging->supplies, pegging->supply_count,
                   &pegging->supply_capacity, sizeof *rows);
    if (!rows)
        return net_fail(&pegging->net, STATUS_LIMIT, "pegging");
    row.left = row.qty;
    row.sequence = pegging->supply_count;
    pegging->supplies = rows;
    rows[pegging->supply_count++] = row;
    return true;
}

static bool add_need(struct pegging *pegging, struct need_row row)
{
    struct need_row *rows = list_grown(pegging->net.arena, pegging->needs, pegging->need_count,
                                       &pegging->need_capacity, sizeof *rows);
    if (!rows)
        return net_fail(&pegging->net, STATUS_LIMIT, "pegging");
    pegging->needs = rows;
    rows[pegging->need_count++] = row;
    return true;
}

/* A need of the item itself. */
static bool own_need(struct pegging *pegging, const struct need *need)
{
    const struct model *model = pegging->net.model;
    const struct event *event = &model->events[need->order];
    struct need_row row = {.qty = need->qty,
                           .day = need->day,
                           .for_item = pegging->net.item,
                           .order = need->order,
                           .top = NO_INDEX,
                           .priority = INT32_MAX};
    if (need->kind == NEED_COMPONENT) {
        row.reference = model->plant->order_components[event->row].reference;
    } else {
        const struct demand *demand = &model->plant->demands[event->row];
        row.top = event->row;
        row.reference = demand->reference;
        row.priority = days_given(demand->priority) ? demand->priority : INT32_MAX;
    }
    return add_need(pegging, row);
}

/* Good quantity of a parent's order, by its ordinal. */
static int64_t good_of(const struct model *model, uint32_t parent, uint32_t ordinal)
{
    uint32_t events = model->event_first[parent + 1] - model->event_first[parent];
    if (ordinal < events)
        return model->events[model->event_first[parent] + ordinal].qty;
    return model->plan_items[parent].orders[ordinal - events].qty.micro;
}

/* A need of a parent's order, divided among what the order serves. */
static bool parent_need(struct pegging *pegging, const struct need *need)
{
    const struct model *model = pegging->net.model;
    const struct served_item *parent = &pegging->items[need->from];
    struct need_row row = {.day = need->day,
                           .for_item = need->from,
                           .order = need->order,
                           .priority = INT32_MAX,
                           .top = NO_INDEX};
    int64_t done = 0;
    uint32_t k = parent->first ? parent->first[need->order] : 0;
    uint32_t end = parent->first ? parent->first[need->order + 1] : 0;
    int64_t good = k < end ? good_of(model, need->from, need->order) : 0;
    for (; k < end; k++) {
        const struct served *served = &parent->rows[k];
        int128 share = (int128)need->qty * served->upto / good;
        int64_t upto = (int64_t)(share - share % pegging->net.unit);
        if (upto <= done)
            continue;
        row.qty = upto - done;
        row.top = served->top;
        row.reference = served->reference;
        row.priority = served->priority;
        done = upto;
        row.sequence = k; /* the same top for every line of the order */
        if (!add_need(pegging, row))
            return false;
    }
    if (done == need->qty)
        return true;
    row.qty = need->qty - done;
    row.sequence = UINT32_MAX;
    row.top = NO_INDEX;
    row.reference = 0;
    row.priority = INT32_MAX;
    return add_need(pegging, row);
}

/* A phantom's own demand, on its way down, is a need of the phantom without an order. */
static bool passed_need(struct pegging *pegging, const struct need *need)
{
    const struct model *model = pegging->net.model;
    bool phantom = (model->items[need->from].flags & MODEL_PHANTOM) != 0;
    if (!phantom)
        return parent_need(pegging, need);
    struct need own = *need;
    own.kind = model->events[need->order].kind == EVENT_COMPONENT ? NEED_COMPONENT : NEED_DEMAND;
    if (!own_need(pegging, &own))
        return false;
    pegging->needs[pegging->need_count - 1].for_item = need->from;
    return true;
}

static bool add_stock(struct pegging *pegging, const struct need *need)
{
    const struct model *model = pegging->net.model;
    const struct stock *stock = &model->plant->stocks[model->events[need->order].row];
    struct supply_row row = {.qty = need->qty,
                             .last_day = INT32_MAX,
                             .reference = stock->lot,
                             .ordinal = NO_INDEX,
                             .kind = PEG_STOCK};
    if (date_given(stock->expiry))
        row.last_day = stock->expiry - model->plant->facts.plan_start;
    return need->qty <= 0 || add_supply(pegging, row);
}

static bool collect(struct pegging *pegging, const struct need *needs, uint32_t count)
{
    pegging->supply_count = pegging->need_count = 0;
    bool done = true;
    for (uint32_t k = 0; k < count && done; k++) {
        struct need open = needs[k];
        const struct need *need = &open;
        open.qty -= substitute_taken(&pegging->net, &open);
        if (open.qty == 0)
            continue;
        if (need->kind == NEED_STOCK)
            done = add_stock(pegging, need);
        else if (need->kind == NEED_BY_PRODUCT)
            done = add_supply(pegging, (struct supply_row){.qty = need->qty,
                                                           .day = need->day,
                                                           .due_day = need->day,
                                                           .last_day = INT32_MAX,
                                                           .ordinal = NO_INDEX,
                                                           .kind = PEG_BY_PRODUCT});
        else if (need->kind == NEED_PARENT)
            done = passed_need(pegging, need);
        else if (need->kind >= NEED_DEMAND)
            done = own_need(pegging, need);
    }
    return done;
}

/* Receipts where netting left them, and planned orders. */
static bool collect_orders(struct pegging *pegging)
{
    const struct net *net = &pegging->net;
    const struct model *model = net->model;
    const uint32_t first = model->event_first[net->item];
    const uint32_t events = model->event_first[net->item + 1] - first;
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        const struct receipt *receipt = &net->receipts[k];
        const struct supply *supply = &model->plant->supplies[model->events[receipt->event].row];
        if (!add_supply(pegging, (struct supply_row){.qty = receipt->qty,
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
        if (!add_supply(pegging, (struct supply_row){.qty = order->qty.micro,
                                                     .day = day < 0 ? 0 : day,
                                                     .due_day = order->due_day,
                                                     .last_day = INT32_MAX,
                                                     .ordinal = events + k,
                                                     .kind = PEG_PLANNED}))
            return false;
    }
    return true;
}

static bool sort_both(struct pegging *pegging)
{
    struct net *net = &pegging->net;
    void *spare = net_spare(net, pegging->supply_count + 1, sizeof *pegging->supplies);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = pegging->supplies,
                                  .spare = spare,
                                  .row_size = sizeof *pegging->supplies,
                                  .count = pegging->supply_count,
                                  .compare = supply_cmp});
    spare = net_spare(net, pegging->need_count + 1, sizeof *pegging->needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = pegging->needs,
                                  .spare = spare,
                                  .row_size = sizeof *pegging->needs,
                                  .count = pegging->need_count,
                                  .compare = need_cmp});
    return true;
}

static bool add_peg(struct pegging *pegging, const struct supply_row *supply,
                    const struct need_row *need, int64_t qty)
{
    struct net *net = &pegging->net;
    struct peg *rows = list_grown(net->arena, pegging->pegs, pegging->peg_count,
                                  &pegging->peg_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "pegging");
    pegging->pegs = rows;
    rows[pegging->peg_count++] = (struct peg){.supply_qty = {supply->qty},
                                              .qty = {qty},
                                              .supply_reference = supply->reference,
                                              .for_item = need->for_item,
                                              .top = need->top,
                                              .top_reference = need->reference,
                                              .segment = net->segment,
                                              .supply_day = supply->due_day,
                                              .for_day = need->day,
                                              .supply = supply->kind};
    return true;
}

static bool add_link(struct pegging *pegging, const struct supply_row *supply,
                     const struct need_row *need, int64_t qty)
{
    struct net *net = &pegging->net;
    struct link *rows = list_grown(net->arena, pegging->links, pegging->link_count,
                                   &pegging->link_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "pegging");
    pegging->links = rows;
    rows[pegging->link_count++] =
        (struct link){supply->ordinal, need->top, need->reference, need->priority, qty};
    return true;
}

/* First in first out. */
static bool match(struct pegging *pegging)
{
    uint32_t s = 0;
    for (uint32_t n = 0; n < pegging->need_count; n++) {
        const struct need_row *need = &pegging->needs[n];
        for (int64_t open = need->qty; open > 0 && s < pegging->supply_count;) {
            struct supply_row *supply = &pegging->supplies[s];
            if (supply->left == 0 || supply->last_day < need->day) {
                s++;
                continue;
            }
            int64_t qty = supply->left < open ? supply->left : open;
            supply->left -= qty;
            open -= qty;
            bool done = pegging->keep_rows
                            ? add_peg(pegging, supply, need, qty)
                            : supply->ordinal == NO_INDEX || add_link(pegging, supply, need, qty);
            if (!done)
                return false;
        }
    }
    return true;
}

static bool peg_segment(struct net *net, const struct need *needs, uint32_t count)
{
    struct pegging *pegging = net->context;
    return collect(pegging, needs, count) && collect_orders(pegging) && sort_both(pegging) &&
           match(pegging);
}

/* Turn the item's links into served ranges by ordinal, in the order of the links. */
static bool keep_served(struct pegging *pegging)
{
    struct net *net = &pegging->net;
    const struct model *model = net->model;
    struct served_item *item = &pegging->items[net->item];
    if (pegging->link_count == 0 || !(model->items[net->item].flags & MODEL_HAS_BILL))
        return true;
    item->count =
        model->event_first[net->item + 1] - model->event_first[net->item] + net->order_count;
    item->first = arena_alloc(net->arena, (size_t)item->count + 2, sizeof *item->first);
    item->rows = arena_alloc(net->arena, pegging->link_count, sizeof *item->rows);
    if (!item->first || !item->rows)
        return net_fail(net, STATUS_LIMIT, "pegging");
    uint32_t *next = item->first + 1;
    for (uint32_t k = 0; k < pegging->link_count; k++)
        next[pegging->links[k].ordinal + 1]++;
    for (uint32_t k = 0; k < item->count; k++)
        next[k + 1] += next[k];
    for (uint32_t k = 0; k < pegging->link_count; k++) {
        const struct link *link = &pegging->links[k];
        uint32_t at = next[link->ordinal]++;
        bool follows = at > 0 && item->rows[at - 1].owner == link->ordinal + 1;
        item->rows[at] =
            (struct served){.upto = link->qty + (follows ? item->rows[at - 1].upto : 0),
                            .top = link->top,
                            .reference = link->reference,
                            .priority = link->priority,
                            .owner = link->ordinal + 1};
    }
    return true;
}

static bool peg_item(struct pegging *pegging, uint32_t item)
{
    pegging->link_count = pegging->peg_count = 0;
    if (pegging->net.model->items[item].flags & MODEL_PHANTOM)
        return true;
    return net_item(&pegging->net, item) == STATUS_OK;
}

enum status pegging_make(const struct plan *plan, struct arena *arena, struct pegging **out,
                         struct fault *fault)
{
    struct pegging *pegging = arena_alloc(arena, 1, sizeof *pegging);
    struct served_item *items = arena_alloc(arena, (size_t)plan->item_count + 1, sizeof *items);
    if (!pegging || !items)
        return fault_set(fault, STATUS_LIMIT, "", "pegging does not fit in memory");
    pegging->plan = plan;
    pegging->items = items;
    enum status status = net_init(&pegging->net, plan->model, arena, fault);
    pegging->net.on_segment = peg_segment;
    pegging->net.context = pegging;
    for (uint32_t k = 0; k < plan->item_count && status == STATUS_OK; k++) {
        if (!peg_item(pegging, plan->model->sequence[k]) || !keep_served(pegging))
            status = fault->status;
    }
    if (status == STATUS_OK)
        *out = pegging;
    return status;
}

const struct plan *pegging_plan(const struct pegging *pegging)
{
    return pegging->plan;
}

enum status pegging_rows(struct pegging *pegging, uint32_t item, const struct peg **rows,
                         uint32_t *count, struct fault *fault)
{
    pegging->net.fault = fault;
    pegging->keep_rows = true;
    if (!peg_item(pegging, item))
        return fault->status;
    *rows = pegging->pegs;
    *count = pegging->peg_count;
    return STATUS_OK;
}
