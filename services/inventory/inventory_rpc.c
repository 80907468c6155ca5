/* The inventory service: purchase receipts, shipments, adjustments, and what is on the shelf. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/inventory/inventory_codec.h"
#include "services/inventory/inventory_core.h"
#include "services/inventory/inventory_store.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
}

static enum status receipt_decode(struct text body, struct arena *arena, const void **request,
                                  struct fault *fault)
{
    struct order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_post_purchase_receipt(body, arena, command, fault) : no_room(fault);
}

static enum status shipment_decode(struct text body, struct arena *arena, const void **request,
                                   struct fault *fault)
{
    struct order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_post_shipment(body, arena, command, fault) : no_room(fault);
}

static enum status adjustment_decode(struct text body, struct arena *arena, const void **request,
                                     struct fault *fault)
{
    struct adjustment_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_post_adjustment(body, arena, command, fault) : no_room(fault);
}

static enum status receipt_want(const void *request, struct book *book, struct fault *fault)
{
    return purchase_receipt_wants(request, book, fault);
}

static enum status shipment_want(const void *request, struct book *book, struct fault *fault)
{
    return shipment_wants(request, book, fault);
}

static enum status adjustment_want(const void *request, struct book *book, struct fault *fault)
{
    return adjustment_wants(request, book, fault);
}

static struct inventory_outcome *new_outcome(struct book *book, const void **outcome)
{
    struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made;
}

static enum status receipt_decide(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    (void)master;
    struct inventory_outcome *made = new_outcome(book, outcome);
    return made ? purchase_receipt_decide(request, book, made, fault) : no_room(fault);
}

static enum status ship_decide(const void *request, const void *master, struct book *book,
                               const void **outcome, struct fault *fault)
{
    (void)master;
    struct inventory_outcome *made = new_outcome(book, outcome);
    return made ? shipment_decide(request, book, made, fault) : no_room(fault);
}

static enum status adjust_decide(const void *request, const void *master, struct book *book,
                                 const void **outcome, struct fault *fault)
{
    (void)master;
    struct inventory_outcome *made = new_outcome(book, outcome);
    return made ? adjustment_decide(request, book, made, fault) : no_room(fault);
}

static enum status encode(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    return encode_posting(outcome, book, reply, fault);
}

static const struct post_kind kinds[] = {
    {"PostPurchaseReceipt", receipt_decode, receipt_want, receipt_decide, encode},
    {"PostShipment", shipment_decode, shipment_want, ship_decide, encode},
    {"PostAdjustment", adjustment_decode, adjustment_want, adjust_decide, encode},
};

static const struct post_service posting = {"Inventory", kinds, COUNT_OF(kinds), NULL};

static void batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

static enum status handle_list_stock(struct rpc_request *request)
{
    struct stock_query query;
    struct stock_row *rows;
    size_t count;
    enum status status = decode_list_stock(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_stock(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_stock(request, rows, count, count == query.limit) : status;
}

static enum status handle_list_ledger(struct rpc_request *request)
{
    struct ledger_query query;
    struct ledger_row *rows;
    size_t count;
    enum status status = decode_list_ledger(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_ledger(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_ledger(request, rows, count, count == query.limit) : status;
}

static const struct rpc_method methods[] = {
    {"PostPurchaseReceipt", NULL},      {"PostShipment", NULL},
    {"PostAdjustment", NULL},           {"ListStock", handle_list_stock},
    {"ListLedger", handle_list_ledger},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Inventory",
        .process = "inventory",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = inventory_descriptor,
        .batch = batch,
        .schema = &inventory_schema,
        .open = post_open,
        .close = post_close,
    };
    return rpc_serve(&service, argc, argv);
}
