#include "services/order/order_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/order.pb-c.h"

#include <stdio.h>
#include <string.h>

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

static enum status read_accept(const Millrace__AcceptPlannedOrderRequest *asked,
                               struct accept_item *item, struct fault *fault)
{
    if (!asked->planned_order_id)
        return fault_set(fault, STATUS_INVALID, "planned_order_id", "planned_order_id is missing");
    if (!asked->has_quantity_micro || !asked->has_due_on)
        return fault_set(fault, STATUS_INVALID, asked->has_quantity_micro ? "due_on" : "quantity",
                         "quantity and due_on of the planned order, as they were seen, are needed");
    item->planned_order_id = text_of(asked->planned_order_id);
    item->quantity.micro = asked->quantity_micro;
    item->due_on = asked->due_on;
    item->order_quantity =
        asked->has_order_quantity_micro ? (struct qty){asked->order_quantity_micro} : NO_QTY;
    item->order_due_on = asked->has_order_due_on ? asked->order_due_on : NO_DATE;
    return STATUS_OK;
}

static enum status new_items(struct accept_command *command, struct accept_item **items,
                             size_t count, struct arena *arena, struct fault *fault)
{
    *items = arena_alloc(arena, count + 1, sizeof **items);
    *command = (struct accept_command){.items = *items, .count = count};
    return *items ? STATUS_OK : full(fault);
}

enum status decode_accept(struct text body, struct arena *arena, struct accept_command *command,
                          struct fault *fault)
{
    const ProtobufCMessage *message;
    struct accept_item *items;
    enum status status = wire_unpack(&millrace__accept_planned_order_request__descriptor, body,
                                     arena, &message, fault);
    if (status == STATUS_OK)
        status = new_items(command, &items, 1, arena, fault);
    if (status != STATUS_OK)
        return status;
    items[0].alone = true;
    return read_accept((const Millrace__AcceptPlannedOrderRequest *)message, &items[0], fault);
}

/* The fault's field as a field of the i-th order. */
static enum status in_order(size_t i, struct fault *fault)
{
    char field[sizeof fault->field];
    int length = snprintf(field, sizeof field, "orders[%zu].%.*s", i, (int)(sizeof field - 32),
                          fault->field);
    ASSERT(length > 0);
    memcpy(fault->field, field, sizeof field);
    return fault->status;
}

enum status decode_accept_many(struct text body, struct arena *arena,
                               struct accept_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    struct accept_item *items;
    enum status status = wire_unpack(&millrace__accept_planned_orders_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__AcceptPlannedOrdersRequest *asked =
        (const Millrace__AcceptPlannedOrdersRequest *)message;
    if (asked->n_orders < 1 || asked->n_orders > ORDER_LINES_MAX)
        return fault_set(fault, STATUS_INVALID, "orders", "%zu orders are outside 1..%d",
                         asked->n_orders, ORDER_LINES_MAX);
    status = new_items(command, &items, asked->n_orders, arena, fault);
    for (size_t i = 0; status == STATUS_OK && i < asked->n_orders; i++) {
        items[i].place = i;
        if (read_accept(asked->orders[i], &items[i], fault) != STATUS_OK)
            return in_order(i, fault);
    }
    return status;
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

static struct qty given(bool has, int64_t micro)
{
    return has ? (struct qty){micro} : NO_QTY;
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
        .quantity = given(asked->has_quantity_micro, asked->quantity_micro),
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

static enum status take_purchase_lines(Millrace__PurchaseLine *const *asked, size_t count,
                                       struct arena *arena, struct order_command *command,
                                       struct fault *fault)
{
    enum status status = check_line_count(count, fault);
    if (status != STATUS_OK)
        return status;
    struct order_line_command *lines = arena_alloc(arena, count + 1, sizeof *lines);
    if (!lines)
        return full(fault);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct order_line_command){
            .item = text_of(asked[i]->item),
            .quantity = given(asked[i]->has_quantity_micro, asked[i]->quantity_micro),
            .price = asked[i]->has_price_micro ? (struct unitcost){asked[i]->price_micro} : NO_COST,
            .due_on = asked[i]->has_due_on ? asked[i]->due_on : NO_DATE,
            .priority = NO_DAYS,
            .uom = text_of(asked[i]->uom),
        };
    command->lines = lines;
    command->line_count = count;
    return STATUS_OK;
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
    *command = (struct order_command){.order_id = text_of(asked->purchase_order),
                                      .partner = or_null(asked->supplier),
                                      .draft = asked->draft,
                                      .of_past = asked->has_ordered_on,
                                      .ordered_on = asked->ordered_on};
    status = take_purchase_lines(asked->lines, asked->n_lines, arena, command, fault);
    return status == STATUS_OK ? check_new_code(command->order_id, "purchase_order", fault)
                               : status;
}

enum status decode_transfer_order(struct text body, struct arena *arena,
                                  struct order_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__create_transfer_order_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__CreateTransferOrderRequest *asked =
        (const Millrace__CreateTransferOrderRequest *)message;
    *command = (struct order_command){.order_id = text_of(asked->transfer_order),
                                      .partner = or_null(asked->source_plant)};
    status = take_purchase_lines(asked->lines, asked->n_lines, arena, command, fault);
    return status == STATUS_OK ? check_new_code(command->order_id, "transfer_order", fault)
                               : status;
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
            .quantity = given(line->has_quantity_micro, line->quantity_micro),
            .price = {line->price_micro},
            .due_on = line->has_due_on ? line->due_on : NO_DATE,
            .priority = line->has_priority && line->priority <= INT32_MAX ? (int64_t)line->priority
                                                                          : NO_DAYS,
            .uom = text_of(line->uom),
        };
    }
    *command = (struct order_command){.order_id = text_of(asked->sales_order),
                                      .partner = or_null(asked->customer),
                                      .to_plant = or_null(asked->to_plant),
                                      .of_past = asked->has_ordered_on,
                                      .ordered_on = asked->ordered_on,
                                      .lines = lines,
                                      .line_count = asked->n_lines};
    return check_new_code(command->order_id, "sales_order", fault);
}

/* ---- replies of commands ---- */

static struct text accepted_id(const struct accepted *accepted)
{
    return accepted->work ? accepted->work->work_order : accepted->purchase->purchase_order;
}

enum status encode_accept(const struct order_outcome *outcome, const struct book *book,
                          struct text *reply, struct fault *fault)
{
    Millrace__AcceptPlannedOrderReply message;
    bool ok = true;
    millrace__accept_planned_order_reply__init(&message);
    message.type = line_text(book, text_of(outcome->accepted[0].type), &ok);
    message.order_id = line_text(book, accepted_id(&outcome->accepted[0]), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_accept_many(const struct order_outcome *outcome, const struct book *book,
                               struct text *reply, struct fault *fault)
{
    const size_t count = outcome->accept->count;
    Millrace__AcceptPlannedOrdersReply message;
    millrace__accept_planned_orders_reply__init(&message);
    Millrace__AcceptedOrder *rows = arena_alloc(book->arena, count + 1, sizeof *rows);
    message.orders = arena_alloc(book->arena, count + 1, sizeof *message.orders);
    bool ok = rows && message.orders;
    for (size_t i = 0; ok && i < count; i++) {
        const struct accepted *accepted = &outcome->accepted[i];
        millrace__accepted_order__init(&rows[i]);
        rows[i].planned_order_id = line_text(book, outcome->accept->items[i].planned_order_id, &ok);
        rows[i].type = line_text(book, text_of(accepted->type), &ok);
        rows[i].order_id = line_text(book, accepted_id(accepted), &ok);
        rows[i].has_line = accepted->purchase != NULL;
        rows[i].line = (uint32_t)accepted->line;
        message.orders[i] = &rows[i];
    }
    message.n_orders = count;
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
    message.state = line_text(book, text_of(order_state_text(outcome->purchase->state)), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

enum status encode_transfer_order(const struct order_outcome *outcome, const struct book *book,
                                  struct text *reply, struct fault *fault)
{
    Millrace__CreateTransferOrderReply message;
    bool ok = true;
    millrace__create_transfer_order_reply__init(&message);
    message.transfer_order = line_text(book, outcome->purchase->purchase_order, &ok);
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

/* A state that no order can be in would give an empty list, and a wrong picture. */
static enum status check_state(const char *state, const char *const *known, size_t count,
                               struct fault *fault)
{
    char names[128] = "";
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names);
        if (!state || state[0] == '\0' || strcmp(state, known[i]) == 0)
            return STATUS_OK;
        snprintf(names + length, sizeof names - length, "%s%s", i == 0 ? "" : ", ", known[i]);
    }
    return fault_set(fault, STATUS_INVALID, "state", "state \"%.40s\" is none of %s", state, names);
}

enum status decode_list_purchase_orders(struct rpc_request *request, struct order_query *query)
{
    static const char *const states[] = {"draft",           "approved", "sent",
                                         "partly_received", "closed",   "cancelled"};
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_purchase_orders_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListPurchaseOrdersRequest *asked =
        (const Millrace__ListPurchaseOrdersRequest *)message;
    status = check_state(asked->state, states, COUNT_OF(states), &request->fault);
    if (status != STATUS_OK)
        return status;
    *query = (struct order_query){
        .plant = text_of(request->plant),
        .open_only = asked->open_only,
        .after = text_of(asked->after),
        .state = text_of(asked->state),
        .partner = text_of(asked->supplier),
        .item = text_of(asked->item),
        .due_from = asked->has_due_from_on ? asked->due_from_on : NO_DATE,
        .due_to = asked->has_due_to_on ? asked->due_to_on : NO_DATE,
    };
    return page_limit(asked->has_limit, asked->limit, ORDER_PAGE_MAX, &query->limit,
                      &request->fault);
}

enum status decode_list_sales_orders(struct rpc_request *request, struct order_query *query)
{
    static const char *const states[] = {"open", "partly_shipped", "closed", "cancelled"};
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_sales_orders_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListSalesOrdersRequest *asked =
        (const Millrace__ListSalesOrdersRequest *)message;
    status = check_state(asked->state, states, COUNT_OF(states), &request->fault);
    if (status != STATUS_OK)
        return status;
    *query = (struct order_query){
        .plant = text_of(request->plant),
        .open_only = asked->open_only,
        .after = text_of(asked->after),
        .state = text_of(asked->state),
        .partner = text_of(asked->customer),
        .item = text_of(asked->item),
        .due_from = asked->has_due_from_on ? asked->due_from_on : NO_DATE,
        .due_to = asked->has_due_to_on ? asked->due_to_on : NO_DATE,
    };
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

static void fill_purchase_head(Millrace__PurchaseOrder *order, const struct order_row *row,
                               struct arena *arena, bool *ok)
{
    millrace__purchase_order__init(order);
    order->purchase_order = page_text(row->order_id, arena, ok);
    order->supplier = page_text(row->partner, arena, ok);
    order->state = page_text(row->state, arena, ok);
    order->has_version = order->has_value_e4 = true;
    order->version = (uint64_t)row->version;
    order->value_e4 = row->value.e4;
    order->made_by = page_text(row->made_by, arena, ok);
    order->approved_by = page_text(row->approved_by, arena, ok);
    order->source_plant = page_text(row->other_plant, arena, ok);
    order->has_approve_above_e4 = row->approve_above.e4 != NO_LIMIT.e4;
    order->approve_above_e4 = row->approve_above.e4;
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
            fill_purchase_head(order, &rows[i], arena, &ok);
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
    out->has_price_micro = true;
    out->price_micro = row->price.micro;
    out->shipped_micro = row->done.micro;
    out->has_promised_on = date_given(row->promised);
    out->promised_on = row->promised;
    if (row->promise_limit.length > 0)
        out->promise_limit = page_text(row->promise_limit, arena, ok);
}

static void fill_sales_head(Millrace__SalesOrder *order, const struct order_row *row,
                            struct arena *arena, bool *ok)
{
    millrace__sales_order__init(order);
    order->sales_order = page_text(row->order_id, arena, ok);
    order->customer = page_text(row->partner, arena, ok);
    order->state = page_text(row->state, arena, ok);
    order->has_version = true;
    order->version = (uint64_t)row->version;
    order->made_by = page_text(row->made_by, arena, ok);
    order->to_plant = page_text(row->other_plant, arena, ok);
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
            fill_sales_head(order, &rows[i], arena, &ok);
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

/* ---- one order: rows of its lines ---- */

enum status encode_one_purchase(const struct order_row *rows, size_t count, struct arena *arena,
                                struct text *reply, struct fault *fault)
{
    Millrace__PurchaseOrder order;
    bool ok = true;
    Millrace__PurchaseLine *lines = arena_alloc(arena, count + 1, sizeof *lines);
    Millrace__PurchaseLine **places = arena_alloc(arena, count + 1, sizeof(void *));
    if (!lines || !places)
        return full(fault);
    fill_purchase_head(&order, &rows[0], arena, &ok);
    for (size_t i = 0; i < count; i++) {
        fill_purchase_line(&lines[i], &rows[i], arena, &ok);
        places[i] = &lines[i];
    }
    order.lines = places;
    order.n_lines = count;
    return ok ? wire_pack(&order.base, arena, reply, fault) : full(fault);
}

enum status encode_one_sale(const struct order_row *rows, size_t count, struct arena *arena,
                            struct text *reply, struct fault *fault)
{
    Millrace__SalesOrder order;
    bool ok = true;
    Millrace__SalesLine *lines = arena_alloc(arena, count + 1, sizeof *lines);
    Millrace__SalesLine **places = arena_alloc(arena, count + 1, sizeof(void *));
    if (!lines || !places)
        return full(fault);
    fill_sales_head(&order, &rows[0], arena, &ok);
    for (size_t i = 0; i < count; i++) {
        fill_sales_line(&lines[i], &rows[i], arena, &ok);
        places[i] = &lines[i];
    }
    order.lines = places;
    order.n_lines = count;
    return ok ? wire_pack(&order.base, arena, reply, fault) : full(fault);
}
