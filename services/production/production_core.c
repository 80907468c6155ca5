#include "services/production/production_core.h"

#include "common/ledger/component_core.h"

/* Release and close; issue_core.c has what moves material, operation_core.c what is reported. */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
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
    enum status status = book_code(asked->work_order, "work_order", fault);
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

/* ---- close ---- */

enum status close_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct close_request *asked = request;
    enum status status = book_code(asked->work_order, "work_order", fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order,
                              REACH_PRODUCT | (asked->anyway ? 0 : REACH_LINES), fault);
}

static enum status still_open(const struct work_order *order, struct qty qty, struct text what,
                              const char *how, struct fault *fault)
{
    char text[QTY_TEXT_MAX];
    qty_format(qty, text);
    return fault_set(fault, STATUS_STATE_CONFLICT, "work_order",
                     "work order \"%.*s\" has %s of %s \"%.*s\"", (int)order->work_order.length,
                     order->work_order.bytes, text, how, (int)what.length, what.bytes);
}

/* Material that was issued and is not used, pieces that were reported good and not received: with
   the last piece all of it was used, and what is too much is a variance. */
static enum status check_open(struct book *book, const struct work_order *order,
                              struct fault *fault)
{
    struct qty done = {order->received.micro + order->scrapped.micro};
    for (size_t i = 0; i < order->component_count; i++) {
        const struct work_component *component = &order->components[i];
        struct book_item *item;
        struct qty used;
        enum status status = book_item(book, component->item, "work_order", &item, fault);
        if (status != STATUS_OK)
            return status;
        if (!component_used(component, done, item->decimals, &used))
            return fault_set(fault, STATUS_OVERFLOW, "work_order", "a quantity is out of range");
        if (component_net(component) > used.micro)
            return still_open(order, (struct qty){component_net(component) - used.micro},
                              item->item, "issued and unused item", fault);
    }
    const struct work_operation *last =
        order->operation_count > 0 ? &order->operations[order->operation_count - 1] : NULL;
    if (last && last->good.micro > order->received.micro)
        return still_open(order, (struct qty){last->good.micro - order->received.micro},
                          last->operation, "the good pieces not received of operation", fault);
    return STATUS_OK;
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

enum status settle_and_close(struct book *book, struct work_order *order, date day,
                             struct amount *settled, struct fault *fault)
{
    enum status status = book_change(book, &order->row, fault);
    if (status == STATUS_OK)
        status = settle(book, order, day, settled, fault);
    if (status != STATUS_OK)
        return status;
    order->state = WORK_ORDER_CLOSED;
    order->closed_on = day;
    return book_reserve_order(book, order, fault);
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
    if (!asked->anyway && order->state != WORK_ORDER_COMPLETED)
        status = check_open(book, order, fault);
    out->order = order;
    *outcome = out;
    return status == STATUS_OK ? settle_and_close(book, order, day, &out->settled, fault) : status;
}
