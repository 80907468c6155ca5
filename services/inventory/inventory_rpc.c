/* The inventory service: purchase receipts, shipments, adjustments, and what is on the shelf. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/inventory/inventory_codec.h"
#include "services/inventory/inventory_core.h"
#include "services/inventory/inventory_store.h"
#include "services/inventory/move_codec.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
}

/* What common/ledger/post.h calls, for one method: all postings of this service have the same shape
   of outcome and reply. */
#define POSTING(name, type, decode_it, wants_it, decide_it)                                   \
 static enum status name##_read(struct text body, struct arena *arena, const void **request,  \
                                struct fault *fault)                                          \
 {                                                                                            \
  struct type *command = arena_alloc(arena, 1, sizeof *command);                              \
  *request = command;                                                                         \
  return command ? decode_it(body, arena, command, fault) : no_room(fault);                   \
 }                                                                                            \
 static enum status name##_reach(const void *request, struct book *book, struct fault *fault) \
 {                                                                                            \
  return wants_it((const struct type *)request, book, fault);                                 \
 }                                                                                            \
 static enum status name##_judge(const void *request, const void *master, struct book *book,  \
                                 const void **outcome, struct fault *fault)                   \
 {                                                                                            \
  (void)master;                                                                               \
  struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);                 \
  *outcome = made;                                                                            \
  return made ? decide_it((const struct type *)request, book, made, fault) : no_room(fault);  \
 }

POSTING(receipt, order_command, decode_post_purchase_receipt, purchase_receipt_wants,
        purchase_receipt_decide)
POSTING(shipment, order_command, decode_post_shipment, shipment_wants, shipment_decide)
POSTING(adjustment, adjustment_command, decode_post_adjustment, adjustment_wants, adjustment_decide)
POSTING(transfer, move_command, decode_transfer, move_wants, transfer_decide)
POSTING(arrival, arrival_command, decode_arrival, arrival_wants, arrival_decide)
POSTING(change, move_command, decode_status_change, move_wants, status_decide)
POSTING(inspection, inspection_command, decode_inspection, inspection_wants, inspection_decide)
POSTING(supplier, return_command, decode_supplier_return, supplier_return_wants,
        supplier_return_decide)
POSTING(customer, return_command, decode_customer_return, customer_return_wants,
        customer_return_decide)

static enum status encode(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    return encode_posting(outcome, book, reply, fault);
}

/* ---- rules: no document, no line ---- */

static enum status set_decode(struct text body, struct arena *arena, const void **request,
                              struct fault *fault)
{
    struct rule_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_rule(body, arena, command, fault) : no_room(fault);
}

static enum status set_want(const void *request, struct book *book, struct fault *fault)
{
    return rule_wants(request, book, fault);
}

static enum status set_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    (void)master;
    *outcome = request;
    return rule_decide(request, book, fault);
}

static enum status set_encode(const void *outcome, const struct book *book, struct text *reply,
                              struct fault *fault)
{
    return encode_rule(outcome, book, reply, fault);
}

#define KIND(method, name)                                \
 {                                                        \
  method, name##_read, name##_reach, name##_judge, encode \
 }

static const struct post_kind kinds[] = {
    KIND("PostPurchaseReceipt", receipt),
    KIND("PostShipment", shipment),
    KIND("PostAdjustment", adjustment),
    KIND("PostTransfer", transfer),
    KIND("ReceiveTransfer", arrival),
    KIND("ChangeStatus", change),
    KIND("PostInspection", inspection),
    KIND("PostSupplierReturn", supplier),
    KIND("PostCustomerReturn", customer),
    {"SetStockRule", set_decode, set_want, set_decide, set_encode},
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
    {"PostPurchaseReceipt", NULL},    {"PostShipment", NULL},
    {"PostAdjustment", NULL},         {"PostTransfer", NULL},
    {"ReceiveTransfer", NULL},        {"ChangeStatus", NULL},
    {"PostInspection", NULL},         {"PostSupplierReturn", NULL},
    {"PostCustomerReturn", NULL},     {"SetStockRule", NULL},
    {"ListStock", handle_list_stock}, {"ListLedger", handle_list_ledger},
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
