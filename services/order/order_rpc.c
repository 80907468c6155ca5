/* The order service: sales, purchase and work orders as documents, and suggestions accepted. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/order/order_codec.h"
#include "services/order/order_core.h"
#include "services/order/order_store.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
}

static struct order_outcome *new_outcome(struct book *book, const void **outcome)
{
    struct order_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made;
}

/* ---- AcceptPlannedOrder ---- */

static enum status accept_decode(struct text body, struct arena *arena, const void **request,
                                 struct fault *fault)
{
    struct accept_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_accept(body, arena, command, fault) : no_room(fault);
}

static enum status accept_want(const void *request, struct book *book, struct fault *fault)
{
    return accept_wants(request, book, fault);
}

static enum status accept_apply(const void *request, const void *master, struct book *book,
                                const void **outcome, struct fault *fault)
{
    (void)master;
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? accept_decide(request, book, made, fault) : no_room(fault);
}

static enum status accept_encode(const void *outcome, const struct book *book, struct text *reply,
                                 struct fault *fault)
{
    return encode_accept(outcome, book, reply, fault);
}

/* ---- CreateWorkOrder ---- */

static enum status work_decode(struct text body, struct arena *arena, const void **request,
                               struct fault *fault)
{
    struct work_order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_work_order(body, arena, command, fault) : no_room(fault);
}

static enum status work_want(const void *request, struct book *book, struct fault *fault)
{
    return work_order_wants(request, book, fault);
}

static enum status work_apply(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? work_order_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status work_encode(const void *outcome, const struct book *book, struct text *reply,
                               struct fault *fault)
{
    return encode_work_order(outcome, book, reply, fault);
}

/* ---- CreatePurchaseOrder ---- */

static enum status purchase_decode(struct text body, struct arena *arena, const void **request,
                                   struct fault *fault)
{
    struct order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_purchase_order(body, arena, command, fault) : no_room(fault);
}

static enum status purchase_want(const void *request, struct book *book, struct fault *fault)
{
    return purchase_wants(request, book, fault);
}

static enum status purchase_apply(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    (void)master;
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? purchase_decide(request, book, made, fault) : no_room(fault);
}

static enum status purchase_encode(const void *outcome, const struct book *book, struct text *reply,
                                   struct fault *fault)
{
    return encode_purchase_order(outcome, book, reply, fault);
}

/* ---- CreateSalesOrder ---- */

static enum status sales_decode(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    struct order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_sales_order(body, arena, command, fault) : no_room(fault);
}

static enum status sales_want(const void *request, struct book *book, struct fault *fault)
{
    return sales_wants(request, book, fault);
}

static enum status sales_apply(const void *request, const void *master, struct book *book,
                               const void **outcome, struct fault *fault)
{
    (void)master;
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? sales_decide(request, book, made, fault) : no_room(fault);
}

static enum status sales_encode(const void *outcome, const struct book *book, struct text *reply,
                                struct fault *fault)
{
    return encode_sales_order(outcome, book, reply, fault);
}

/* ---- the posting path ---- */

enum { ACCEPT, WORK, PURCHASE, SALES };

static const struct post_kind kinds[] = {
    [ACCEPT] = {"AcceptPlannedOrder", accept_decode, accept_want, accept_apply, accept_encode},
    [WORK] = {"CreateWorkOrder", work_decode, work_want, work_apply, work_encode},
    [PURCHASE] = {"CreatePurchaseOrder", purchase_decode, purchase_want, purchase_apply,
                  purchase_encode},
    [SALES] = {"CreateSalesOrder", sales_decode, sales_want, sales_apply, sales_encode},
};

/* The yield of the items of new work orders, which the book does not know. */
static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    struct text *items = arena_alloc(book->arena, count + 1, sizeof *items);
    struct qty *yields = arena_alloc(book->arena, count + 1, sizeof *yields);
    struct order_master *masters = arena_alloc(book->arena, count + 1, sizeof *masters);
    size_t wanted = 0;
    if (!items || !yields || !masters)
        return no_room(fault);
    for (size_t i = 0; i < count; i++) {
        if (commands[i].kind != &kinds[WORK])
            continue;
        items[wanted] = ((const struct work_order_command *)commands[i].request)->item;
        commands[i].master = &masters[wanted++];
    }
    if (wanted == 0)
        return STATUS_OK;
    enum status status =
        store_yields(sql, book->plant.plant, items, wanted, book->arena, yields, fault);
    for (size_t i = 0; status == STATUS_OK && i < wanted; i++)
        masters[i].yield_pct = yields[i];
    return status;
}

static const struct post_service posting = {
    .name = "Order", .kinds = kinds, .kind_count = COUNT_OF(kinds), .load = load};

static void batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

/* ---- lists ---- */

static enum status handle_list_purchase_orders(struct rpc_request *request)
{
    struct order_query query;
    struct order_row *rows;
    size_t count;
    enum status status = decode_list_purchase_orders(request, &query);
    if (status == STATUS_OK)
        status = store_purchase_orders(request->sql, &query, request->arena, &rows, &count,
                                       &request->fault);
    return status == STATUS_OK ? encode_purchase_orders(request, rows, count, query.limit) : status;
}

static enum status handle_list_sales_orders(struct rpc_request *request)
{
    struct order_query query;
    struct order_row *rows;
    size_t count;
    enum status status = decode_list_sales_orders(request, &query);
    if (status == STATUS_OK)
        status = store_sales_orders(request->sql, &query, request->arena, &rows, &count,
                                    &request->fault);
    return status == STATUS_OK ? encode_sales_orders(request, rows, count, query.limit) : status;
}

static const struct rpc_method methods[] = {
    {"AcceptPlannedOrder", NULL},
    {"CreateWorkOrder", NULL},
    {"CreatePurchaseOrder", NULL},
    {"CreateSalesOrder", NULL},
    {"ListPurchaseOrders", handle_list_purchase_orders},
    {"ListSalesOrders", handle_list_sales_orders},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Order",
        .process = "order",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = order_descriptor,
        .batch = batch,
        .schema = &order_schema,
        .open = post_open,
        .close = post_close,
    };
    return rpc_serve(&service, argc, argv);
}
