#include "services/production/rework_core.h"

#include "common/ledger/component_core.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
}

static const char *quality(struct text status, const char *otherwise)
{
    static const char *const names[] = {"available", "inspection", "blocked"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (text_is(status, names[i]))
            return names[i];
    }
    return status.length == 0 ? otherwise : NULL;
}

static enum status check_shape(const struct rework_request *asked, struct fault *fault)
{
    enum status status = book_code(asked->item, "item", fault);
    if (status != STATUS_OK)
        return status;
    if (asked->reason.length == 0 || asked->reason.length > ISSUE_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "rework needs a reason of 1 to %d bytes",
                         ISSUE_REASON_MAX);
    if (!quality(asked->status, "blocked"))
        return fault_set(fault, STATUS_INVALID, "status",
                         "status \"%.*s\" is not available, inspection or blocked",
                         (int)asked->status.length, asked->status.bytes);
    if (asked->operation_count > PRODUCTION_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "operations", "more than %d operations",
                         PRODUCTION_LINES_MAX);
    return STATUS_OK;
}

enum status rework_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct rework_request *asked = request;
    enum status status = check_shape(asked, fault);
    if (status == STATUS_OK)
        status = book_want_item(book, asked->item, fault);
    if (status == STATUS_OK)
        status = book_want_location(book, asked->location, fault);
    if (status == STATUS_OK && asked->work_order.length > 0)
        status = book_want_document(book, BOOK_WORK_ORDER, asked->work_order, REACH_NONE, fault);
    return status;
}

/* An order that is there as soon as it is made, with one component: its own product. */
static enum status make_order(struct book *book, struct text id, const struct book_item *item,
                              struct work_order **out, struct fault *fault)
{
    struct work_order *order;
    enum status status = book_new_work_order(book, id, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->item = item->item;
    order->segment = text_of("");
    *out = order;
    return STATUS_OK;
}

static void date_order(struct work_order *order, struct qty qty, date day, date due_on)
{
    order->qty = order->good = qty;
    order->start_on = order->released_on = day;
    order->due_on = date_given(due_on) && due_on > day ? due_on : day;
    order->closed_on = NO_DATE;
    order->state = WORK_ORDER_IN_PROGRESS;
}

static struct work_component *own_component(struct work_order *order)
{
    struct work_component *component = &order->components[0];
    component->item = order->item;
    component->required = order->qty;
    component->due_on = order->start_on;
    return component;
}

/* ---- rework ---- */

static const struct center_rates *rates_of(const struct rework_master *master, struct text center)
{
    for (size_t i = 0; master && i < master->count; i++) {
        if (text_equal(master->rows[i].work_center, center))
            return &master->rows[i];
    }
    return NULL;
}

static enum status no_center(const struct book *book, size_t i, struct text center,
                             struct fault *fault)
{
    char digits[DECIMAL_TEXT_MAX];
    char *field = arena_alloc(book->arena, sizeof fault->field, 1);
    const char *const parts[] = {"operations[", digits, "].work_center"};
    size_t at = 0;
    if (!field)
        return no_room(fault);
    decimal_format((int64_t)i, 0, digits);
    for (size_t part = 0; part < COUNT_OF(parts); part++) {
        for (const char *from = parts[part]; *from; from++)
            field[at++] = *from;
    }
    return fault_set(fault, STATUS_NOT_FOUND, field, "work centre \"%.*s\" does not exist",
                     (int)center.length, center.bytes);
}

static enum status plan_operation(struct book *book, const struct rework_operation *asked,
                                  const struct center_rates *rates, struct work_operation *out,
                                  struct fault *fault)
{
    struct operation_cost cost;
    struct work_order *order = out->order;
    out->operation = asked->operation;
    out->work_center = asked->work_center;
    out->planned_hours = asked->hours;
    out->labor_rate = rates->labor;
    out->machine_rate = rates->machine;
    out->overhead_rate = rates->overhead;
    out->overhead_basis = release_overhead_basis(rates->overhead_basis);
    enum status status = operation_cost(out, asked->hours, &cost, fault);
    (void)book;
    if (status != STATUS_OK)
        return status;
    return amount_add(order->planned_cost, cost.labor, &order->planned_cost) &&
                   amount_add(order->planned_cost, cost.machine, &order->planned_cost) &&
                   amount_add(order->planned_cost, cost.overhead, &order->planned_cost)
               ? STATUS_OK
               : fault_set(fault, STATUS_OVERFLOW, "operations", "the cost is out of range");
}

static enum status plan_operations(struct book *book, const struct rework_request *asked,
                                   const struct rework_master *master, struct work_order *order,
                                   struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < asked->operation_count && status == STATUS_OK; i++) {
        const struct rework_operation *operation = &asked->operations[i];
        const struct center_rates *rates = rates_of(master, operation->work_center);
        if (!rates)
            return no_center(book, i, operation->work_center, fault);
        if (!text_is_code(operation->operation) || operation->hours.micro < 0)
            return fault_set(fault, STATUS_INVALID, "operations",
                             "an operation needs a code and hours not below zero");
        status = plan_operation(book, operation, rates, &order->operations[i], fault);
    }
    return status;
}

/* The pieces leave stock for the order. */
static enum status take_pieces(struct book *book, const struct rework_request *asked,
                               struct work_order *order, struct book_item *item,
                               const struct book_number *document, struct fault *fault)
{
    struct work_component *component = own_component(order);
    struct ledger_move like = {.item = item,
                               .location = asked->location,
                               .lot = asked->lot,
                               .status = quality(asked->status, "blocked"),
                               .expired_too = true,
                               .wip = order,
                               .order_kind = BOOK_WORK_ORDER,
                               .order_id = asked->work_order,
                               .reason = asked->reason,
                               .effective_on = order->start_on,
                               .document = document};
    enum status status = component_issue(book, &like, component, asked->quantity, fault);
    if (status == STATUS_OK &&
        !unitcost_of(component->issued_amount, asked->quantity, &component->planned_cost))
        return fault_set(fault, STATUS_OVERFLOW, "quantity", "the cost is out of range");
    order->planned_cost = component->issued_amount;
    return status;
}

enum status rework_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault)
{
    const struct rework_request *asked = request;
    struct made_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct book_number *document;
    struct book_item *item;
    struct work_order *order;
    date day;
    enum status status = book_item(book, asked->item, "item", &item, fault);
    if (status == STATUS_OK)
        status = book_quantity(item, asked->quantity, "quantity", fault);
    if (status == STATUS_OK)
        status = book_day(book, asked->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = make_order(book, asked->work_order, item, &order, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    date_order(order, asked->quantity, day, asked->due_on);
    order->kind = WORK_ORDER_REWORK;
    status = book_new_components(book, order, 1, asked->operation_count, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "RW", &document, fault);
    size_t first = book->line_count;
    if (status == STATUS_OK)
        status = take_pieces(book, asked, order, item, document, fault);
    if (status == STATUS_OK)
        status = plan_operations(book, asked, master, order, fault);
    if (status != STATUS_OK)
        return status;
    out->order = order;
    out->posted = (struct posted_outcome){document, {first, book->line_count - first}};
    *outcome = out;
    return STATUS_OK;
}
