/* The order service: sales, purchase and work orders as documents, and suggestions accepted. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/order/life.h"
#include "services/order/life_store.h"
#include "services/order/mirror.h"
#include "services/order/mirror_store.h"
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

/* ---- AcceptPlannedOrder, AcceptPlannedOrders ---- */

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
    const struct accept_command *command = request;
    struct order_outcome *made = new_outcome(book, outcome);
    struct accepted *accepted = arena_alloc(book->arena, command->count + 1, sizeof *accepted);
    if (!made || !accepted)
        return no_room(fault);
    *made = (struct order_outcome){.accepted = accepted, .accept = command};
    return accept_decide(command, master, book, accepted, fault);
}

static enum status accept_many_decode(struct text body, struct arena *arena, const void **request,
                                      struct fault *fault)
{
    struct accept_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_accept_many(body, arena, command, fault) : no_room(fault);
}

static enum status accept_many_encode(const void *outcome, const struct book *book,
                                      struct text *reply, struct fault *fault)
{
    return encode_accept_many(outcome, book, reply, fault);
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
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? purchase_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status purchase_encode(const void *outcome, const struct book *book, struct text *reply,
                                   struct fault *fault)
{
    return encode_purchase_order(outcome, book, reply, fault);
}

/* ---- CreateTransferOrder ---- */

static enum status transfer_decode(struct text body, struct arena *arena, const void **request,
                                   struct fault *fault)
{
    struct order_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_transfer_order(body, arena, command, fault) : no_room(fault);
}

static enum status transfer_apply(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? transfer_order_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status transfer_encode(const void *outcome, const struct book *book, struct text *reply,
                                   struct fault *fault)
{
    return encode_transfer_order(outcome, book, reply, fault);
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
    struct order_outcome *made = new_outcome(book, outcome);
    return made ? sales_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status sales_encode(const void *outcome, const struct book *book, struct text *reply,
                                struct fault *fault)
{
    return encode_sales_order(outcome, book, reply, fault);
}

/* ---- the posting path ---- */

enum { ACCEPT, ACCEPT_MANY, WORK, PURCHASE, SALES, TRANSFER };

static const struct post_kind kinds[] = {
    [ACCEPT] = {"AcceptPlannedOrder", accept_decode, accept_want, accept_apply, accept_encode},
    [ACCEPT_MANY] = {"AcceptPlannedOrders", accept_many_decode, accept_want, accept_apply,
                     accept_many_encode},
    [WORK] = {"CreateWorkOrder", work_decode, work_want, work_apply, work_encode},
    [PURCHASE] = {"CreatePurchaseOrder", purchase_decode, purchase_want, purchase_apply,
                  purchase_encode},
    [SALES] = {"CreateSalesOrder", sales_decode, sales_want, sales_apply, sales_encode},
    [TRANSFER] = {"CreateTransferOrder", transfer_decode, purchase_want, transfer_apply,
                  transfer_encode},
};

/* Items that a command is about: their facts are no part of the book. */
static size_t items_of(const struct post_command *command, struct book *book, struct text *items)
{
    struct fault ignored = {0};
    struct suggestion *suggestion;
    if (command->kind == &kinds[WORK]) {
        items[0] = ((const struct work_order_command *)command->request)->item;
        return 1;
    }
    if (command->kind == &kinds[ACCEPT] || command->kind == &kinds[ACCEPT_MANY]) {
        const struct accept_command *asked = command->request;
        for (size_t i = 0; i < asked->count; i++) {
            bool found = book_suggestion(book, asked->items[i].planned_order_id, "", &suggestion,
                                         &ignored) == STATUS_OK;
            items[i] = found ? suggestion->item : text_of("");
        }
        return asked->count;
    }
    const struct order_command *asked = command->request;
    for (size_t i = 0; i < asked->line_count; i++)
        items[i] = asked->lines[i].item;
    return asked->line_count;
}

static size_t most_items(const struct post_command *command)
{
    if (command->kind == &kinds[WORK])
        return 1;
    if (command->kind == &kinds[ACCEPT] || command->kind == &kinds[ACCEPT_MANY])
        return ((const struct accept_command *)command->request)->count + 1;
    return ((const struct order_command *)command->request)->line_count + 1;
}

static enum status find_source(struct sql *sql, struct book *book,
                               const struct order_command *asked, struct order_master *master,
                               struct fault *fault)
{
    bool known = true;
    enum status status = STATUS_OK;
    if (asked->partner.bytes)
        status = store_plant_known(sql, asked->partner, book->arena, &known, fault);
    master->source_unknown = !known;
    return status;
}

static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    size_t most = 1;
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++)
        most += most_items(&commands[i]);
    struct text *items = arena_alloc(book->arena, most, sizeof *items);
    struct order_facts *facts = arena_alloc(book->arena, most, sizeof *facts);
    struct order_master *masters = arena_alloc(book->arena, count + 1, sizeof *masters);
    if (!items || !facts || !masters)
        return no_room(fault);
    struct order_rule rule;
    enum status status = store_rule(sql, book->plant.plant, book->arena, &rule, fault);
    for (size_t i = 0; i < count; i++) {
        masters[i] = (struct order_master){.rule = rule, .facts = facts + wanted};
        commands[i].master = &masters[i];
        if (status == STATUS_OK && commands[i].kind == &kinds[TRANSFER])
            status = find_source(sql, book, commands[i].request, &masters[i], fault);
        wanted += items_of(&commands[i], book, items + wanted);
    }
    return status == STATUS_OK
               ? store_facts(sql, book->plant.plant, items, wanted, book->arena, facts, fault)
               : status;
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

static enum status handle_list_transfer_orders(struct rpc_request *request)
{
    struct order_query query;
    struct order_row *rows;
    size_t count;
    enum status status = decode_list_purchase_orders(request, &query);
    query.transfers = true;
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
    {"AcceptPlannedOrders", NULL},
    {"CreateWorkOrder", NULL},
    {"CreatePurchaseOrder", NULL},
    {"CreateSalesOrder", NULL},
    {"CreateTransferOrder", NULL},
    {"ChangePurchaseOrder", handle_change_purchase},
    {"ApprovePurchaseOrder", handle_approve_purchase},
    {"SendPurchaseOrder", handle_send_purchase},
    {"ClosePurchaseOrder", handle_close_purchase},
    {"CancelPurchaseOrder", handle_cancel_purchase},
    {"ChangeSalesOrder", handle_change_sale},
    {"CloseSalesOrder", handle_close_sale},
    {"CancelSalesOrder", handle_cancel_sale},
    {"RescheduleWorkOrder", handle_reschedule_work_order},
    {"SetForecast", handle_set_forecast},
    {"SetOrderRule", handle_set_rule},
    {"ImportOrders", handle_import_orders},
    {"GetPurchaseOrder", handle_get_purchase},
    {"GetSalesOrder", handle_get_sale},
    {"ListTransferOrders", handle_list_transfer_orders},
    {"ListForecasts", handle_list_forecasts},
    {"ListOrderChanges", handle_list_changes},
    {"ListPurchaseOrders", handle_list_purchase_orders},
    {"ListSalesOrders", handle_list_sales_orders},
};

/* Beside the requests, not of them: the posting path owns what `open` gives. */
static struct mirror *mirror;

static enum status order_open(const struct conf *conf, void **service, struct fault *fault)
{
    enum status status = post_open(conf, service, fault);
    return status == STATUS_OK ? mirror_start(conf, &mirror, fault) : status;
}

static void order_close(void *service)
{
    mirror_stop(&mirror);
    post_close(service);
}

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
        .open = order_open,
        .close = order_close,
    };
    return rpc_serve(&service, argc, argv);
}
