#include "services/order/order_core.h"

#include "common/base/frac.h"

#include <stdio.h>

#define FIELD_MAX 48

static const char *line_field(const struct book *book, size_t line, const char *name)
{
    char *field = arena_alloc(book->arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "lines[%zu].%s", line, name);
    return field ? field : name;
}

/* ---- suggestions ---- */

enum status accept_wants(const struct accept_command *command, struct book *book,
                         struct fault *fault)
{
    return book_want_document(book, BOOK_SUGGESTION, command->planned_order_id, REACH_NONE, fault);
}

static enum status check_unchanged(const struct accept_command *command,
                                   const struct suggestion *suggestion, struct fault *fault)
{
    if (suggestion->accepted)
        return fault_set(fault, STATUS_STATE_CONFLICT, "planned_order_id",
                         "planned order \"%.*s\" was accepted already",
                         (int)suggestion->planned_order_id.length,
                         suggestion->planned_order_id.bytes);
    if (qty_cmp(command->quantity, suggestion->qty) == 0 && command->due_on == suggestion->due)
        return STATUS_OK;
    char quantity[QTY_TEXT_MAX];
    char due[DATE_TEXT_MAX];
    qty_format(suggestion->qty, quantity);
    date_format(suggestion->due, due);
    return fault_set(fault, STATUS_STATE_CONFLICT, "planned_order_id",
                     "planned order \"%.*s\" has changed: it is now %s due on %s",
                     (int)suggestion->planned_order_id.length, suggestion->planned_order_id.bytes,
                     quantity, due);
}

/*
 * A suggestion that is past due counts on its need day in the plan (planning.md section 3).  The
 * firm order it becomes is due then, so that it goes on to cover that need and is not suggested
 * again.
 */
static date due_of(const struct suggestion *suggestion)
{
    date need = suggestion->need < suggestion->start ? suggestion->start : suggestion->need;
    return suggestion->due < need ? suggestion->due : need;
}

static enum status make(const struct suggestion *suggestion, struct book *book,
                        struct order_outcome *outcome, struct fault *fault)
{
    struct work_order *order;
    enum status status = book_new_work_order(book, text_of(""), &order, fault);
    if (status != STATUS_OK)
        return status;
    order->item = suggestion->item;
    order->qty = suggestion->start_qty;
    order->good = suggestion->qty;
    order->start_on = suggestion->start;
    order->due_on = due_of(suggestion);
    order->segment = suggestion->segment;
    outcome->work = order;
    return STATUS_OK;
}

/* The price of a stock unit: what the purchase units cost, over what they hold. */
static bool stock_price(const struct suggestion *suggestion, struct unitcost *price)
{
    *price = (struct unitcost){0};
    if (!cost_given(suggestion->price) || !qty_given(suggestion->purchase_qty))
        return true;
    int128 total = (int128)suggestion->price.micro * suggestion->purchase_qty.micro;
    return int128_narrow(div_half_away(total, suggestion->qty.micro), &price->micro);
}

static enum status buy(const struct suggestion *suggestion, struct book *book,
                       struct order_outcome *outcome, struct fault *fault)
{
    struct purchase_order *order;
    struct unitcost price;
    if (!suggestion->supplier.bytes)
        return fault_set(fault, STATUS_INVALID, "planned_order_id",
                         "item \"%.*s\" has no supplier; give it one, or order it by hand",
                         (int)suggestion->item.length, suggestion->item.bytes);
    if (!stock_price(suggestion, &price))
        return fault_set(fault, STATUS_OVERFLOW, "planned_order_id", "price is out of range");
    enum status status = book_new_purchase_order(book, text_of(""), 1, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->supplier = suggestion->supplier;
    order->lines[0].item = suggestion->item;
    order->lines[0].qty = suggestion->qty;
    order->lines[0].price = price;
    order->lines[0].due = suggestion->due;
    order->lines[0].segment = suggestion->segment;
    outcome->purchase = order;
    return STATUS_OK;
}

enum status accept_decide(const struct accept_command *command, struct book *book,
                          struct order_outcome *outcome, struct fault *fault)
{
    struct suggestion *suggestion;
    enum status status =
        book_suggestion(book, command->planned_order_id, "planned_order_id", &suggestion, fault);
    if (status == STATUS_OK)
        status = check_unchanged(command, suggestion, fault);
    if (status != STATUS_OK)
        return status;
    bool makes = text_is(suggestion->type, "make");
    if (!makes && !text_is(suggestion->type, "buy"))
        return fault_set(fault, STATUS_INVALID, "planned_order_id",
                         "a planned transfer cannot be accepted here yet");
    status = makes ? make(suggestion, book, outcome, fault) : buy(suggestion, book, outcome, fault);
    if (status == STATUS_OK)
        status = book_change(book, &suggestion->row, fault);
    if (status != STATUS_OK)
        return status;
    suggestion->accepted = true;
    outcome->type = makes ? "make" : "buy";
    return STATUS_OK;
}

/* ---- work orders ---- */

enum status work_order_wants(const struct work_order_command *command, struct book *book,
                             struct fault *fault)
{
    enum status status = book_want_item(book, command->item, fault);
    if (status == STATUS_OK && command->work_order.length > 0)
        status = book_want_document(book, BOOK_WORK_ORDER, command->work_order, REACH_NONE, fault);
    return status;
}

static enum status check_made(const struct book_item *item, struct fault *fault)
{
    if (item->type == ITEM_MAKE)
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, "item", "item \"%.*s\" is not made here",
                     (int)item->item.length, item->item.bytes);
}

static enum status check_days(const struct work_order_command *command, struct fault *fault)
{
    if (!date_given(command->start_on))
        return fault_set(fault, STATUS_INVALID, "start_on", "start_on is missing");
    if (!date_given(command->due_on))
        return fault_set(fault, STATUS_INVALID, "due_on", "due_on is missing");
    if (command->due_on < command->start_on)
        return fault_set(fault, STATUS_INVALID, "due_on", "due_on lies before start_on");
    return STATUS_OK;
}

/* Good pieces of what is started: rounded down at the item's decimals (planning.md section 3). */
static enum status good_of(struct qty started, struct qty yield_pct, int decimals, struct qty *good,
                           struct fault *fault)
{
    struct frac share;
    struct frac pieces;
    if (!frac_make(yield_pct.micro, (int128)100 * QTY_SCALE, &share) ||
        !frac_of_qty(started, &pieces) || !frac_mul(pieces, share, &pieces) ||
        !frac_floor(pieces, decimals, good))
        return fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity is out of range");
    return STATUS_OK;
}

enum status work_order_decide(const struct work_order_command *command,
                              const struct order_master *master, struct book *book,
                              struct order_outcome *outcome, struct fault *fault)
{
    struct book_item *item;
    struct work_order *order;
    struct qty good;
    enum status status = book_item(book, command->item, "item", &item, fault);
    if (status == STATUS_OK)
        status = check_made(item, fault);
    if (status == STATUS_OK)
        status = book_quantity(item, command->quantity, "quantity", fault);
    if (status == STATUS_OK)
        status = check_days(command, fault);
    if (status == STATUS_OK)
        status = good_of(command->quantity, master->yield_pct, item->decimals, &good, fault);
    if (status == STATUS_OK)
        status = book_new_work_order(book, command->work_order, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->item = command->item;
    order->qty = command->quantity;
    order->good = good;
    order->start_on = command->start_on;
    order->due_on = command->due_on;
    outcome->work = order;
    return STATUS_OK;
}

/* ---- purchase and sales orders ---- */

static enum status lines_want(const struct order_command *command, enum book_kind kind,
                              struct book *book, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (command->order_id.length > 0)
        status = book_want_document(book, kind, command->order_id, REACH_NONE, fault);
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++)
        status = book_want_item(book, command->lines[i].item, fault);
    return status;
}

enum status purchase_wants(const struct order_command *command, struct book *book,
                           struct fault *fault)
{
    return lines_want(command, BOOK_PURCHASE_ORDER, book, fault);
}

enum status sales_wants(const struct order_command *command, struct book *book, struct fault *fault)
{
    return lines_want(command, BOOK_SALES_ORDER, book, fault);
}

static enum status check_line(const struct order_line_command *line, size_t i, struct book *book,
                              struct fault *fault)
{
    struct book_item *item;
    enum status status = book_item(book, line->item, line_field(book, i, "item"), &item, fault);
    if (status == STATUS_OK)
        status = book_quantity(item, line->quantity, line_field(book, i, "quantity"), fault);
    if (status == STATUS_OK && !date_given(line->due_on))
        status =
            fault_set(fault, STATUS_INVALID, line_field(book, i, "due_on"), "due_on is missing");
    if (status == STATUS_OK && line->price.micro < 0)
        status = fault_set(fault, STATUS_INVALID, line_field(book, i, "price"),
                           "price cannot be negative");
    return status;
}

static enum status check_lines(const struct order_command *command, struct book *book,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    if (command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "an order needs at least one line");
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++)
        status = check_line(&command->lines[i], i, book, fault);
    return status;
}

enum status purchase_decide(const struct order_command *command, struct book *book,
                            struct order_outcome *outcome, struct fault *fault)
{
    struct purchase_order *order;
    enum status status = check_lines(command, book, fault);
    if (status == STATUS_OK)
        status =
            book_new_purchase_order(book, command->order_id, command->line_count, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->supplier = command->partner;
    for (size_t i = 0; i < command->line_count; i++) {
        order->lines[i].item = command->lines[i].item;
        order->lines[i].qty = command->lines[i].quantity;
        order->lines[i].price = command->lines[i].price;
        order->lines[i].due = command->lines[i].due_on;
        order->lines[i].segment = text_of("");
    }
    outcome->purchase = order;
    return STATUS_OK;
}

enum status sales_decide(const struct order_command *command, struct book *book,
                         struct order_outcome *outcome, struct fault *fault)
{
    struct sales_order *order;
    enum status status = check_lines(command, book, fault);
    if (status == STATUS_OK)
        status = book_new_sales_order(book, command->order_id, command->line_count, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->customer = command->partner;
    for (size_t i = 0; i < command->line_count; i++) {
        order->lines[i].item = command->lines[i].item;
        order->lines[i].qty = command->lines[i].quantity;
        order->lines[i].due = command->lines[i].due_on;
        order->lines[i].priority = command->lines[i].priority;
        order->lines[i].segment = text_of("");
    }
    outcome->sales = order;
    return STATUS_OK;
}
