#include "services/order/order_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/order.pb-c.h"

const void *const order_descriptor = &millrace__order__descriptor;

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static struct text or_null(const char *field)
{
    return field && field[0] != '\0' ? text_of(field) : (struct text){NULL, 0};
}

/* ---- commands ---- */

enum status decode_accept(struct text body, struct arena *arena, struct accept_command *command,
                          struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__accept_planned_order_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__AcceptPlannedOrderRequest *asked =
        (const Millrace__AcceptPlannedOrderRequest *)message;
    if (!asked->planned_order_id)
        return fault_set(fault, STATUS_INVALID, "planned_order_id", "planned_order_id is missing");
    if (!asked->has_quantity_micro || !asked->has_due_on)
        return fault_set(fault, STATUS_INVALID, asked->has_quantity_micro ? "due_on" : "quantity",
                         "quantity and due_on of the planned order, as they were seen, are needed");
    command->planned_order_id = text_of(asked->planned_order_id);
    command->quantity.micro = asked->quantity_micro;
    command->due_on = asked->due_on;
    return STATUS_OK;
}

/* A code that the caller chooses for a new object. */
static enum status check_new_code(struct text code, const char *field, struct fault *fault)
{
    if (code.length == 0 || text_is_code(code))
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, field,
                     "\"%.*s\" is not a code: 1 to %d bytes without blanks at the ends",
                     (int)(code.length > 80 ? 80 : code.length), code.bytes, TEXT_CODE_MAX);
}

enum status decode_work_order(struct text body, struct arena *arena,
                              struct work_order_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__create_work_order_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__CreateWorkOrderRequest *asked =
        (const Millrace__CreateWorkOrderRequest *)message;
    if (!asked->item)
        return fault_set(fault, STATUS_INVALID, "item", "item is missing");
    *command = (struct work_order_command){
        .work_order = text_of(asked->work_order),
        .item = text_of(asked->item),
        .quantity = {asked->quantity_micro},
        .start_on = asked->has_start_on ? asked->start_on : NO_DATE,
        .due_on = asked->has_due_on ? asked->due_on : NO_DATE,
    };
    return check_new_code(command->work_order, "work_order", fault);
}

static enum status check_line_count(size_t count, struct fault *fault)
{
    if (count <= ORDER_LINES_MAX)
        return STATUS_OK;
    return fault_set(fault, STATUS_LIMIT, "lines", "%zu lines are more than %d", count,
                     ORDER_LINES_MAX);
}

enum status decode_purchase_order(struct text body, struct arena *arena,
                                  struct order_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__create_purchase_order_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__CreatePurchaseOrderRequest *asked =
        (const Millrace__CreatePurchaseOrderRequest *)message;
    status = check_line_count(asked->n_lines, fault);
    if (status != STATUS_OK)
        return status;
    struct order_line_command *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct order_line_command){
            .item = text_of(asked->lines[i]->item),
            .quantity = {asked->lines[i]->quantity_micro},
            .price = {asked->lines[i]->price_micro},
            .due_on = asked->lines[i]->has_due_on ? asked->lines[i]->due_on : NO_DATE,
            .priority = NO_DAYS,
        };
    *command = (struct order_command){text_of(asked->purchase_order), or_null(asked->supplier),
                                      lines, asked->n_lines};
    return check_new_code(command->order_id, "purchase_order", fault);
}

enum status decode_sales_order(struct text body, struct arena *arena, struct order_command *command,
                               struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__create_sales_order_request__descriptor, body, arena,
                                     &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__CreateSalesOrderRequest *asked =
        (const Millrace__CreateSalesOrderRequest *)message;
    status = check_line_count(asked->n_lines, fault);
    if (status != STATUS_OK)
        return status;
    struct order_line_command *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < asked->n_lines; i++) {
        const Millrace__SalesLine *line = asked->lines[i];
        lines[i] = (struct order_line_command){
            .item = text_of(line->item),
            .quantity = {line->quantity_micro},
            .due_on = line->has_due_on ? line->due_on : NO_DATE,
            .priority = line->has_priority && line->priority <= INT32_MAX ? (int64_t)line->priority
                                                                          : NO_DAYS,
        };
    }
    *command = (struct order_command){text_of(asked->sales_order), or_null(asked->customer), lines,
                                      asked->n_lines};
    return check_new_code(command->order_id, "sales_order", fault);
}

/* ---- replies of commands ---- */

enum status encode_accept(const struct order_outcome *outcome, const struct book *book,
                          struct text *reply, struct fault *fault)
{
    Millrace__AcceptPlannedOrderReply message;
    bool ok = true;
    millrace__accept_planned_order_reply__init(&message);
    message.type = line_text(book, text_of(outcome->type), &ok);
    message.order_id = line_text(
        book, outcome->work ? outcome->work->work_order : outcome->purchase->purchase_order, &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_work_order(const struct order_outcome *outcome, const struct book *book,
                              struct text *reply, struct fault *fault)
{
    Millrace__CreateWorkOrderReply message;
    bool ok = true;
    millrace__create_work_order_reply__init(&message);
    message.work_order = line_text(book, outcome->work->work_order, &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_purchase_order(const struct order_outcome *outcome, const struct book *book,
                                  struct text *reply, struct fault *fault)
{
    Millrace__CreatePurchaseOrderReply message;
    bool ok = true;
    millrace__create_purchase_order_reply__init(&message);
    message.purchase_order = line_text(book, outcome->purchase->purchase_order, &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_sales_order(const struct order_outcome *outcome, const struct book *book,
                               struct text *reply, struct fault *fault)
{
    Millrace__CreateSalesOrderReply message;
    bool ok = true;
    millrace__create_sales_order_reply__init(&message);
    message.sales_order = line_text(book, outcome->sales->sales_order, &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

/* ---- lists ---- */

enum status decode_list_purchase_orders(struct rpc_request *request, struct order_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_purchase_orders_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListPurchaseOrdersRequest *asked =
        (const Millrace__ListPurchaseOrdersRequest *)message;
    query->plant = text_of(request->plant);
    query->open_only = asked->open_only;
    query->after = text_of(asked->after);
    return page_limit(asked->has_limit, asked->limit, ORDER_PAGE_MAX, &query->limit,
                      &request->fault);
}

enum status decode_list_sales_orders(struct rpc_request *request, struct order_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_sales_orders_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListSalesOrdersRequest *asked =
        (const Millrace__ListSalesOrdersRequest *)message;
    query->plant = text_of(request->plant);
    query->open_only = asked->open_only;
    query->after = text_of(asked->after);
    return page_limit(asked->has_limit, asked->limit, ORDER_PAGE_MAX, &query->limit,
                      &request->fault);
}

static bool same_order(const struct order_row *rows, size_t i)
{
    return i > 0 && text_equal(rows[i].order_id, rows[i - 1].order_id);
}

static void fill_purchase_line(Millrace__PurchaseLine *out, const struct order_row *row,
                               struct arena *arena, bool *ok)
{
    millrace__purchase_line__init(out);
    out->has_line = out->has_quantity_micro = out->has_price_micro = true;
    out->has_due_on = out->has_received_micro = true;
    out->line = (uint32_t)row->line;
    out->item = page_text(row->item, arena, ok);
    out->quantity_micro = row->qty.micro;
    out->price_micro = row->price.micro;
    out->due_on = row->due;
    out->received_micro = row->done.micro;
}

/* Lines of one order are neighbours in `rows` and in the arrays made here. */
enum status encode_purchase_orders(struct rpc_request *request, const struct order_row *rows,
                                   size_t count, size_t limit)
{
    struct arena *arena = request->arena;
    Millrace__ListPurchaseOrdersReply reply;
    bool ok = true;
    millrace__list_purchase_orders_reply__init(&reply);
    Millrace__PurchaseOrder *orders = arena_alloc(arena, count + 1, sizeof *orders);
    Millrace__PurchaseLine *lines = arena_alloc(arena, count + 1, sizeof *lines);
    Millrace__PurchaseLine **places = arena_alloc(arena, count + 1, sizeof(void *));
    reply.purchase_orders = arena_alloc(arena, count + 1, sizeof(void *));
    if (!orders || !lines || !places || !reply.purchase_orders)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!same_order(rows, i)) {
            Millrace__PurchaseOrder *order = &orders[reply.n_purchase_orders];
            millrace__purchase_order__init(order);
            order->purchase_order = page_text(rows[i].order_id, arena, &ok);
            order->supplier = page_text(rows[i].partner, arena, &ok);
            order->lines = &places[i];
            reply.purchase_orders[reply.n_purchase_orders++] = order;
        }
        fill_purchase_line(&lines[i], &rows[i], arena, &ok);
        places[i] = &lines[i];
        orders[reply.n_purchase_orders - 1].n_lines++;
    }
    if (reply.n_purchase_orders == limit)
        reply.next = orders[limit - 1].purchase_order;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

static void fill_sales_line(Millrace__SalesLine *out, const struct order_row *row,
                            struct arena *arena, bool *ok)
{
    millrace__sales_line__init(out);
    out->has_line = out->has_quantity_micro = out->has_due_on = out->has_shipped_micro = true;
    out->line = (uint32_t)row->line;
    out->item = page_text(row->item, arena, ok);
    out->quantity_micro = row->qty.micro;
    out->due_on = row->due;
    out->has_priority = row->priority != NO_DAYS;
    out->priority = (uint32_t)row->priority;
    out->shipped_micro = row->done.micro;
}

enum status encode_sales_orders(struct rpc_request *request, const struct order_row *rows,
                                size_t count, size_t limit)
{
    struct arena *arena = request->arena;
    Millrace__ListSalesOrdersReply reply;
    bool ok = true;
    millrace__list_sales_orders_reply__init(&reply);
    Millrace__SalesOrder *orders = arena_alloc(arena, count + 1, sizeof *orders);
    Millrace__SalesLine *lines = arena_alloc(arena, count + 1, sizeof *lines);
    Millrace__SalesLine **places = arena_alloc(arena, count + 1, sizeof(void *));
    reply.sales_orders = arena_alloc(arena, count + 1, sizeof(void *));
    if (!orders || !lines || !places || !reply.sales_orders)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!same_order(rows, i)) {
            Millrace__SalesOrder *order = &orders[reply.n_sales_orders];
            millrace__sales_order__init(order);
            order->sales_order = page_text(rows[i].order_id, arena, &ok);
            order->customer = page_text(rows[i].partner, arena, &ok);
            order->lines = &places[i];
            reply.sales_orders[reply.n_sales_orders++] = order;
        }
        fill_sales_line(&lines[i], &rows[i], arena, &ok);
        places[i] = &lines[i];
        orders[reply.n_sales_orders - 1].n_lines++;
    }
    if (reply.n_sales_orders == limit)
        reply.next = orders[limit - 1].sales_order;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}
