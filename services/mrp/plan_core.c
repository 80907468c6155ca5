#include "services/mrp/plan_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/load_core.h"
#include "services/mrp/run_core.h"

#include <string.h>

/*
 * The run: items in low-level-code order, each netted against the orders of its parents.  Orders
 * are kept in blocks, a hand's in its own; those of one item stand together.
 */

#define ORDER_BLOCK_MIN ((size_t)1 << 10)
#define ORDER_BLOCK_MAX ((size_t)13000) /* eight fill an arena's block of huge pages */

static struct plan_order *store_room(struct order_store *store, size_t count, struct arena *arena)
{
    if (count > store->size - store->used) {
        size_t next = store->size < ORDER_BLOCK_MAX / 2 ? store->size * 2 : ORDER_BLOCK_MAX;
        if (next < ORDER_BLOCK_MIN)
            next = ORDER_BLOCK_MIN;
        if (next < count)
            next = count;
        store->block = arena_alloc(arena, next, sizeof *store->block);
        store->size = store->block ? next : 0;
        store->used = 0;
    }
    if (!store->block)
        return NULL;
    struct plan_order *room = store->block + store->used;
    store->used += count;
    return room;
}

/* What is written is needed until something else is. */
static void let_go(struct net *net, const struct plan_item *row)
{
    struct written_orders *written = net->model->written ? &net->model->written[net->item] : NULL;
    if (written && !written->kept)
        *written = (struct written_orders){row->orders, row->order_count, true};
    else
        pool_give(net->pool, (void *)(uintptr_t)row->orders,
                  row->order_count * sizeof *row->orders);
}

/* A living plan keeps what is the same, and lets go what is not. */
static bool is_kept(struct net *net, struct plan_item *row)
{
    const size_t bytes = row->order_count * sizeof *net->orders;
    if (!net->pool)
        return false;
    if (row->order_count == net->order_count &&
        (bytes == 0 || memcmp(row->orders, net->orders, bytes) == 0))
        return true;
    let_go(net, row);
    return false;
}

static enum status keep_orders(struct net *net, struct order_store *store)
{
    struct plan_item *row = &net->model->plan_items[net->item];
    if (is_kept(net, row))
        return STATUS_OK;
    net->moved = true;
    store->order_count -= row->order_count; /* of a linked item netted before it gave something */
    row->level = net->model->items[net->item].level;
    row->order_count = net->order_count;
    if (net->order_count == 0)
        return STATUS_OK;
    struct pool *pool = net->pool;
    struct plan_order *orders = pool ? pool_take(pool, net->order_count * sizeof *orders)
                                     : store_room(store, net->order_count, net->arena);
    if (!orders) {
        net_fail(net, STATUS_LIMIT, "planned orders");
        return net->fault->status;
    }
    memcpy(orders, net->orders, net->order_count * sizeof *orders);
    row->orders = orders;
    store->order_count += net->order_count;
    return STATUS_OK;
}

static enum status plan_item(struct run_hand *hand, uint32_t item)
{
    enum status status = net_item(&hand->net, item);
    return status == STATUS_OK ? keep_orders(&hand->net, hand->store) : status;
}

/* Bring near what gathering the item of a chain will read, and go on to the next. */
static uint32_t chain_ahead(const struct model *model, uint32_t item,
                            void (*fetch)(const struct model *model, uint32_t item))
{
    if (item == NO_INDEX)
        return item;
    fetch(model, item);
    return model->link_next[item];
}

/* The first of a linked set lets each of them, in the order of their codes, take what the others
   have left over; linked items stand on one level, so that all their parents are planned.  Nobody
   outside looks at a set, so that it is planned whole. */
static enum status plan_set(struct run_hand *hand, uint32_t first)
{
    const struct model *model = hand->net.model;
    enum status status = STATUS_OK;
    uint32_t rows = first;
    uint32_t orders = first;
    substitute_forget(&hand->net, first);
    hand->net.serving = true;
    for (uint32_t k = 0; k < AHEAD_ROWS; k++)
        rows = chain_ahead(model, rows, gather_ahead);
    for (uint32_t k = 0; k < AHEAD_ORDERS; k++)
        orders = chain_ahead(model, orders, gather_ahead_orders);
    for (uint32_t i = first; i != NO_INDEX && status == STATUS_OK; i = model->link_next[i]) {
        rows = chain_ahead(model, rows, gather_ahead);
        orders = chain_ahead(model, orders, gather_ahead_orders);
        model->taking_seen[i] = model->taking_giver[i];
        status = plan_item(hand, i);
    }
    hand->net.serving = false;
    for (uint32_t i = first; i != NO_INDEX && status == STATUS_OK; i = model->link_next[i]) {
        if (model->taking_seen[i] != model->taking_giver[i])
            status = plan_item(hand, i);
    }
    return status;
}

enum status run_plan_item(struct run_hand *hand, uint32_t item)
{
    const struct model *model = hand->net.model;
    if (!(model->plan_items[item].flags & MODEL_LINKED))
        return plan_item(hand, item);
    return model->links[item] == item ? plan_set(hand, item) : STATUS_OK;
}

static enum status net_all(struct run *run, struct plan *plan, struct fault *fault)
{
    const uint32_t hands = run->crew->hands;
    struct order_store *stores = arena_alloc(run->arena, hands, sizeof *stores);
    if (!stores)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    enum status status = run_init(run, fault);
    if (status != STATUS_OK)
        return status;
    run->item = run_plan_item;
    for (uint32_t k = 0; k < hands; k++) {
        run->hands[k].store = &stores[k];
        run->hands[k].net.planning = true;
    }
    status = run_levels(run, fault);
    for (uint32_t k = 0; k < hands; k++)
        plan->order_count += stores[k].order_count;
    return status;
}

enum status plan_net_by(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct plan **out, struct fault *fault)
{
    struct plan *plan = arena_alloc(arena, 1, sizeof *plan);
    struct model *model = arena_alloc(arena, 1, sizeof *model);
    if (!plan || !model)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    struct run run = {.model = model, .crew = crew, .arena = arena};
    enum status status = model_build(plant, crew, arena, model, fault);
    if (status == STATUS_OK)
        status = net_all(&run, plan, fault);
    if (status != STATUS_OK)
        return status;
    plan->plant = plant;
    plan->items = model->plan_items;
    plan->item_count = model->item_count;
    plan->model = model;
    status = load_make(plan, arena, fault);
    if (status == STATUS_OK)
        status = load_note(plan, arena, fault);
    if (status == STATUS_OK)
        *out = plan;
    return status;
}

enum status plan_net(const struct plant *plant, struct arena *arena, struct plan **out,
                     struct fault *fault)
{
    return plan_net_by(plant, &crew_alone, arena, out, fault);
}

/* Every item's messages, in one array. */
static enum status collect_messages(struct plan *plan, const struct crew *crew, struct arena *arena,
                                    struct fault *fault)
{
    struct message_list *lists;
    uint64_t total = 0;
    enum status status = run_messages(plan->model, crew, arena, &lists, fault);
    if (status != STATUS_OK)
        return status;
    for (uint32_t item = 0; item < plan->item_count; item++)
        total += lists[item].count;
    struct plan_message *all =
        total > UINT32_MAX ? NULL : arena_alloc(arena, (size_t)total + 1, sizeof *all);
    if (!all)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t item = 0; item < plan->item_count; item++) {
        if (lists[item].count > 0)
            memcpy(all + plan->message_count, lists[item].rows, lists[item].count * sizeof *all);
        plan->message_count += lists[item].count;
    }
    plan->messages = all;
    return STATUS_OK;
}

enum status plan_run(const struct plant *plant, struct arena *arena, struct plan **out,
                     struct fault *fault)
{
    return plan_run_by(plant, &crew_alone, arena, out, fault);
}

enum status plan_run_by(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct plan **out, struct fault *fault)
{
    struct plan *plan;
    enum status status = plan_net_by(plant, crew, arena, &plan, fault);
    if (status == STATUS_OK)
        status = collect_messages(plan, crew, arena, fault);
    if (status == STATUS_OK)
        *out = plan;
    return status;
}

struct qty plan_purchase_qty(const struct plan *plan, const struct plan_order *order)
{
    ASSERT(order->source < plan->plant->suppliers_count);
    const struct supplier *row = &plan->plant->suppliers[order->source];
    int128 units =
        ((int128)order->qty.micro * QTY_SCALE + row->uom_factor.micro - 1) / row->uom_factor.micro;
    struct qty qty = {INT64_MAX};
    if (!int128_narrow(units, &qty.micro))
        qty.micro = INT64_MAX;
    return qty;
}

uint32_t plan_purchase_uom(const struct plan *plan, uint32_t item, const struct plan_order *order)
{
    ASSERT(order->source < plan->plant->suppliers_count);
    uint32_t uom = plan->plant->suppliers[order->source].uom;
    return uom != 0 ? uom : plan->plant->items[item].uom;
}
