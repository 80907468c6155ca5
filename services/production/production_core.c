#include "services/production/production_core.h"

/* Release, operation and close; issue_core.c has what moves material. */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
}

static enum status check_code(struct text code, const char *field, struct fault *fault)
{
    return text_is_code(code) ? STATUS_OK
                              : fault_set(fault, STATUS_INVALID, field, "%s is missing", field);
}

static enum status wrong_state(const struct work_order *order, const char *needed,
                               struct fault *fault)
{
    return fault_set(fault, book_closed_or(order, STATUS_STATE_CONFLICT), "work_order",
                     "work order \"%.*s\" is %s, not %s", (int)order->work_order.length,
                     order->work_order.bytes, work_order_state_text(order->state), needed);
}

/* ---- release ---- */

enum status release_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct release_request *asked = request;
    enum status status = check_code(asked->work_order, "work_order", fault);
    if (status != STATUS_OK)
        return status;
    book->want_reserved = true;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order, REACH_PRODUCT, fault);
}

/* Components reserve in order, so that a second line of an item finds less. */
static enum status list_missing(struct book *book, struct release_outcome *out, date day,
                                struct fault *fault)
{
    const struct work_order *order = out->order;
    out->missing = arena_alloc(book->arena, order->component_count + 1, sizeof *out->missing);
    if (!out->missing)
        return no_room(fault);
    for (size_t i = 0; i < order->component_count; i++) {
        struct work_component *component = &order->components[i];
        struct book_item *item;
        struct qty available;
        enum status status = book_item(book, component->item, "work_order", &item, fault);
        if (status == STATUS_OK)
            status = ledger_available(item, component->segment, day, &available, fault);
        if (status != STATUS_OK)
            return status;
        int64_t free = available.micro - item->reserved.micro;
        if (free < component->required.micro)
            out->missing[out->missing_count++] =
                (struct missing_component){item->item, component->required, {free > 0 ? free : 0}};
        status = book_reserve(book, component, fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status refuse_missing(const struct release_outcome *out, struct fault *fault)
{
    const struct missing_component *first = &out->missing[0];
    char needs[QTY_TEXT_MAX];
    char has[QTY_TEXT_MAX];
    qty_format(first->required, needs);
    qty_format(first->available, has);
    return fault_set(fault, STATUS_INSUFFICIENT_STOCK, "work_order",
                     "%zu components are missing, the first is item \"%.*s\": %s free, %s needed",
                     out->missing_count, (int)first->item.length, first->item.bytes, has, needs);
}

enum status release_decide(const void *request, const void *master, struct book *book,
                           const void **outcome, struct fault *fault)
{
    const struct release_request *asked = request;
    struct work_order *order;
    date day;

    enum status status = book_work_order(book, asked->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = book_day(book, asked->effective_on, &day, fault);
    if (status != STATUS_OK)
        return status;
    if (order->state != WORK_ORDER_FIRM)
        return wrong_state(order, "firm", fault);
    struct release_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    if (!out || !master)
        return no_room(fault);
    status = book_change(book, &order->row, fault);
    if (status == STATUS_OK)
        status = release_freeze(book, order, master, fault);
    if (status != STATUS_OK)
        return status;
    order->state = WORK_ORDER_RELEASED;
    order->released_on = day;
    out->order = order;
    *outcome = out;
    status = list_missing(book, out, day, fault);
    if (status == STATUS_OK && asked->complete_only && out->missing_count > 0)
        return refuse_missing(out, fault);
    return status;
}

/* ---- operation ---- */

enum status operation_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct operation_request *asked = request;
    enum status status = check_code(asked->work_order, "work_order", fault);
    if (status == STATUS_OK)
        status = check_code(asked->operation, "operation", fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order, REACH_NONE, fault);
}

static struct work_operation *find_operation(const struct work_order *order, struct text code)
{
    for (size_t i = 0; i < order->operation_count; i++) {
        if (text_equal(order->operations[i].operation, code))
            return &order->operations[i];
    }
    return NULL;
}

/* One line an element, so that the ledger itself tells labour from machine from overhead; the hours
   are counted once. */
static enum status charge_element(struct book *book, struct ledger_move *move, const char *element,
                                  struct amount amount, struct fault *fault)
{
    bool labor = element[0] == 'l';
    struct qty hours = labor ? move->qty : (struct qty){0};
    if (amount.e4 == 0 && !labor)
        return STATUS_OK;
    move->reason = text_of(element);
    return ledger_charge(book, move, amount, hours, fault);
}

static enum status charge(struct book *book, struct work_operation *operation,
                          struct ledger_move *move, struct amount *total, struct fault *fault)
{
    struct operation_cost cost;
    enum status status = operation_cost(operation, move->qty, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(book, &operation->row, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "labor", cost.labor, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "machine", cost.machine, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "overhead", cost.overhead, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(operation->reported_hours, move->qty, &operation->reported_hours) ||
        !amount_add(operation->labor, cost.labor, &operation->labor) ||
        !amount_add(operation->machine, cost.machine, &operation->machine) ||
        !amount_add(operation->overhead, cost.overhead, &operation->overhead) ||
        !amount_add(cost.labor, cost.machine, total) || !amount_add(*total, cost.overhead, total))
        return fault_set(fault, STATUS_OVERFLOW, "hours", "the hours are out of range");
    return STATUS_OK;
}

static enum status check_operation(struct work_order *order, const struct operation_request *asked,
                                   struct work_operation **out, struct fault *fault)
{
    char text[QTY_TEXT_MAX];
    qty_format(asked->hours, text);
    if (asked->hours.micro <= 0)
        return fault_set(fault, STATUS_INVALID, "hours", "hours %s are not above zero", text);
    *out = find_operation(order, asked->operation);
    if (!*out && order->state != WORK_ORDER_FIRM)
        return fault_set(fault, STATUS_NOT_FOUND, "operation",
                         "operation \"%.*s\" of work order \"%.*s\" does not exist",
                         (int)asked->operation.length, asked->operation.bytes,
                         (int)order->work_order.length, order->work_order.bytes);
    if (order->state != WORK_ORDER_RELEASED && order->state != WORK_ORDER_IN_PROGRESS)
        return wrong_state(order, "released or in progress", fault);
    return STATUS_OK;
}

enum status operation_decide(const void *request, const void *master, struct book *book,
                             const void **outcome, struct fault *fault)
{
    const struct operation_request *asked = request;
    struct operation_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct book_number *number;
    struct work_order *order;
    struct work_operation *operation = NULL;
    struct ledger_move move = {.kind = LEDGER_OPERATION, .qty = asked->hours};
    (void)master;

    enum status status = book_work_order(book, asked->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = check_operation(order, asked, &operation, fault);
    if (status == STATUS_OK)
        status = book_day(book, asked->effective_on, &move.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "OP", &number, fault);
    if (status == STATUS_OK)
        status = book_change(book, &order->row, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    order->state = WORK_ORDER_IN_PROGRESS;
    move.wip = order;
    move.order_kind = BOOK_WORK_ORDER;
    move.order_id = order->work_order;
    move.order_line = operation->line;
    move.operation = operation->operation;
    move.document = number;
    out->document = number;
    *outcome = out;
    return charge(book, operation, &move, &out->amount, fault);
}

/* ---- close ---- */

enum status close_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct close_request *asked = request;
    enum status status = check_code(asked->work_order, "work_order", fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order, REACH_PRODUCT, fault);
}

static enum status settle(struct book *book, struct work_order *order, date day,
                          struct amount *settled, struct fault *fault)
{
    struct book_number *number;
    struct ledger_move move = {.kind = LEDGER_SETTLEMENT,
                               .wip = order,
                               .order_kind = BOOK_WORK_ORDER,
                               .order_id = order->work_order,
                               .segment = order->segment,
                               .effective_on = day};
    if (order->wip.e4 == 0)
        return STATUS_OK;
    enum status status = book_next_number(book, "ST", &number, fault);
    if (status == STATUS_OK)
        status = book_item(book, order->item, "work_order", &move.item, fault);
    move.document = number;
    return status == STATUS_OK ? ledger_settle(book, &move, settled, fault) : status;
}

enum status close_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault)
{
    const struct close_request *asked = request;
    struct close_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct work_order *order;
    date day;
    (void)master;

    enum status status = book_work_order(book, asked->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = book_day(book, asked->effective_on, &day, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    if (order->state != WORK_ORDER_RELEASED && order->state != WORK_ORDER_IN_PROGRESS &&
        order->state != WORK_ORDER_COMPLETED)
        return wrong_state(order, "released, in progress or completed", fault);
    status = book_change(book, &order->row, fault);
    if (status == STATUS_OK)
        status = settle(book, order, day, &out->settled, fault);
    if (status != STATUS_OK)
        return status;
    order->state = WORK_ORDER_CLOSED;
    order->closed_on = day;
    out->order = order;
    *outcome = out;
    return book_reserve_order(book, order, fault);
}
