#include "services/cost/actual.h"

#include "services/cost/actual_store.h"

#define ACTUAL_ARENA_MAX (256 * MIB)
#define ORDERS_AT_ONCE   200

/* Orders that a level needs and the tree does not have; at most ORDERS_AT_ONCE. */
struct wanted {
    struct text orders[ORDERS_AT_ONCE];
    size_t count;
};

static bool is_wanted(const struct wanted *wanted, struct text order)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (text_equal(wanted->orders[i], order))
            return true;
    }
    return false;
}

/* Loads the makers of nodes `first` .. `end`. */
static enum status load_makers(struct rpc_request *request, struct actual_tree *tree, size_t first,
                               size_t end)
{
    struct text plant = text_of(request->plant);
    struct wanted wanted = {.count = 0};
    enum status status = STATUS_OK;
    for (size_t i = first; i < end && status == STATUS_OK; i++) {
        struct text maker = actual_maker(tree, i);
        if (maker.length > 0 && !actual_find_order(tree, maker) && !is_wanted(&wanted, maker))
            wanted.orders[wanted.count++] = maker;
        if (wanted.count < ORDERS_AT_ONCE && i + 1 < end)
            continue;
        if (wanted.count > 0)
            status = store_actual_orders(request->sql, plant, wanted.orders, wanted.count, tree,
                                         &request->fault);
        wanted.count = 0;
    }
    return status;
}

static enum status go_down(struct rpc_request *request, struct actual_tree *tree)
{
    enum status status = STATUS_OK;
    size_t first = 0;
    while (first < tree->count && status == STATUS_OK) {
        size_t end = tree->count;
        status = load_makers(request, tree, first, end);
        for (size_t i = first; i < end && status == STATUS_OK; i++) {
            if (actual_maker(tree, i).length > 0)
                status = actual_take_apart(tree, i, &request->fault);
        }
        first = end;
    }
    return status;
}

/* ---- where it begins ---- */

static enum status begin(struct rpc_request *request, struct actual_tree *tree,
                         const struct actual_origin *origin, struct text lot)
{
    struct text plant = text_of(request->plant);
    const struct actual_order *order;
    enum status status = STATUS_OK;
    if (!actual_find_order(tree, origin->work_order))
        status =
            store_actual_orders(request->sql, plant, &origin->work_order, 1, tree, &request->fault);
    if (status != STATUS_OK)
        return status;
    order = actual_find_order(tree, origin->work_order);
    if (!order)
        return fault_set(&request->fault, STATUS_NOT_FOUND, "work_order",
                         "work order \"%.*s\" does not exist", (int)origin->work_order.length,
                         origin->work_order.bytes);
    return actual_root(tree, order, lot, origin->qty, &request->fault);
}

static enum status begin_lot(struct rpc_request *request, const struct actual_query *query,
                             struct actual_tree *tree)
{
    struct actual_origin *origins;
    size_t count = 0;
    enum status status =
        store_lot_origins(request->sql, text_of(request->plant), query->item, query->lot,
                          tree->arena, &origins, &count, &request->fault);
    if (status == STATUS_OK && count == 0)
        return fault_set(&request->fault, STATUS_NOT_FOUND, "lot",
                         "lot \"%.*s\" of item \"%.*s\" comes from no work order",
                         (int)query->lot.length, query->lot.bytes, (int)query->item.length,
                         query->item.bytes);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = begin(request, tree, &origins[i], query->lot);
    return status;
}

static enum status answer(struct rpc_request *request, const struct actual_query *query,
                          struct arena *arena)
{
    struct actual_tree tree;
    enum status status = actual_init(&tree, arena, query->levels, &request->fault);
    if (status == STATUS_OK && query->work_order.bytes)
        status =
            begin(request, &tree, &(struct actual_origin){query->work_order, {0}}, text_of(""));
    else if (status == STATUS_OK)
        status = begin_lot(request, query, &tree);
    if (status == STATUS_OK)
        status = go_down(request, &tree);
    return status == STATUS_OK ? encode_actual(request, query, &tree) : status;
}

enum status handle_get_actual_cost(struct rpc_request *request)
{
    struct actual_query query;
    enum status status = decode_actual(request, &query);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new(ACTUAL_ARENA_MAX);
    if (!arena)
        return fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    status = sql_begin_snapshot(request->sql, &request->fault);
    if (status == STATUS_OK)
        status = answer(request, &query, arena);
    sql_rollback(request->sql);
    arena_free(&arena);
    return status;
}
