#include "services/order/order_core.h"

#include "common/base/frac.h"

#include <stdio.h>

#define FIELD_MAX          48
#define FAULT_MESSAGE_TEXT 256

static const char *line_field(const struct book *book, size_t line, const char *name)
{
    char *field = arena_alloc(book->arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "lines[%zu].%s", line, name);
    return field ? field : name;
}

enum status order_price(struct purchase_order *order, const struct order_rule *rule, bool draft,
                        struct fault *fault)
{
    struct amount line;
    order->value = (struct amount){0};
    for (size_t i = 0; i < order->line_count; i++) {
        if (!amount_extend(order->lines[i].qty, order->lines[i].price, &line) ||
            !amount_add(order->value, line, &order->value))
            return fault_set(fault, STATUS_OVERFLOW, "lines", "value of the order is out of range");
    }
    order->approve_above = rule->approve_above;
    bool large = rule->approve_above.e4 != NO_LIMIT.e4 && order->value.e4 > rule->approve_above.e4;
    order->state = draft || large ? ORDER_DRAFT : ORDER_SENT;
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

/* The past is no fault here: what the floor has begun on paper is entered later. */
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
    if (status == STATUS_OK && !qty_given(command->quantity))
        status = fault_set(fault, STATUS_INVALID, "quantity", "quantity is missing");
    if (status == STATUS_OK)
        status = book_quantity(item, command->quantity, "quantity", fault);
    if (status == STATUS_OK)
        status = check_days(command, fault);
    if (status == STATUS_OK)
        status = good_of(command->quantity, master->facts->yield_pct, item->decimals, &good, fault);
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

static enum status line_fault(struct fault *fault, struct arena *arena, size_t line,
                              const char *name, const char *message)
{
    char *field = arena_alloc(arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "lines[%zu].%s", line, name);
    return fault_set(fault, STATUS_INVALID, field ? field : name, "%s", message);
}

enum status order_check_facts(const struct order_line_command *line, size_t i,
                              const struct order_master *master, struct arena *arena,
                              struct fault *fault)
{
    const struct order_facts *facts = &master->facts[i];
    char message[FAULT_MESSAGE_TEXT];
    if (facts->known && !facts->active) {
        snprintf(message, sizeof message, "item \"%.*s\" is not active", (int)line->item.length,
                 line->item.bytes);
        return line_fault(fault, arena, i, "item", message);
    }
    if (facts->known && line->uom.length > 0 && !text_equal(line->uom, facts->uom)) {
        snprintf(message, sizeof message,
                 "unit \"%.*s\" is not \"%.*s\", the unit of item \"%.*s\"", (int)line->uom.length,
                 line->uom.bytes, (int)facts->uom.length, facts->uom.bytes, (int)line->item.length,
                 line->item.bytes);
        return line_fault(fault, arena, i, "uom", message);
    }
    if (date_given(line->due_on) && line->due_on < master->rule.first_day) {
        char due[DATE_TEXT_MAX];
        date_format(line->due_on, due);
        snprintf(message, sizeof message, "due_on %s is past", due);
        return line_fault(fault, arena, i, "due_on", message);
    }
    return STATUS_OK;
}

static enum status check_line(const struct order_line_command *line, size_t i, struct book *book,
                              struct fault *fault)
{
    struct book_item *item;
    enum status status = book_item(book, line->item, line_field(book, i, "item"), &item, fault);
    if (status == STATUS_OK && !qty_given(line->quantity))
        status = fault_set(fault, STATUS_INVALID, line_field(book, i, "quantity"),
                           "quantity is missing");
    if (status == STATUS_OK)
        status = book_quantity(item, line->quantity, line_field(book, i, "quantity"), fault);
    if (status == STATUS_OK && !date_given(line->due_on))
        status =
            fault_set(fault, STATUS_INVALID, line_field(book, i, "due_on"), "due_on is missing");
    if (status == STATUS_OK && cost_given(line->price) && line->price.micro < 0)
        status = fault_set(fault, STATUS_INVALID, line_field(book, i, "price"),
                           "price cannot be negative");
    return status;
}

static enum status check_lines(const struct order_command *command,
                               const struct order_master *master, struct book *book,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    struct order_master then = *master;
    if (command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "an order needs at least one line");
    if (command->of_past)
        then.rule.first_day = command->ordered_on;
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++) {
        status = check_line(&command->lines[i], i, book, fault);
        if (status == STATUS_OK)
            status = order_check_facts(&command->lines[i], i, &then, book->arena, fault);
    }
    return status;
}

static enum status new_purchase(const struct order_command *command,
                                const struct order_master *master, struct book *book,
                                struct purchase_order **out, struct fault *fault)
{
    struct purchase_order *order;
    enum status status = check_lines(command, master, book, fault);
    if (status == STATUS_OK)
        status =
            book_new_purchase_order(book, command->order_id, command->line_count, &order, fault);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < command->line_count; i++) {
        order->lines[i].item = command->lines[i].item;
        order->lines[i].qty = command->lines[i].quantity;
        order->lines[i].price = cost_given(command->lines[i].price) ? command->lines[i].price
                                                                    : master->facts[i].last_cost;
        order->lines[i].due = command->lines[i].due_on;
        order->lines[i].segment = text_of("");
    }
    *out = order;
    return STATUS_OK;
}

enum status purchase_decide(const struct order_command *command, const struct order_master *master,
                            struct book *book, struct order_outcome *outcome, struct fault *fault)
{
    struct purchase_order *order;
    enum status status = new_purchase(command, master, book, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->supplier = command->partner;
    outcome->purchase = order;
    return order_price(order, &master->rule, command->draft, fault);
}

enum status transfer_order_decide(const struct order_command *command,
                                  const struct order_master *master, struct book *book,
                                  struct order_outcome *outcome, struct fault *fault)
{
    struct purchase_order *order;
    if (!command->partner.bytes)
        return fault_set(fault, STATUS_INVALID, "source_plant", "source_plant is missing");
    if (text_equal(command->partner, book->plant.plant))
        return fault_set(fault, STATUS_INVALID, "source_plant",
                         "a plant cannot order from itself; move stock by Inventory.PostTransfer");
    if (master->source_unknown)
        return fault_set(fault, STATUS_NOT_FOUND, "source_plant", "plant \"%.*s\" does not exist",
                         (int)command->partner.length, command->partner.bytes);
    enum status status = new_purchase(command, master, book, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->source_plant = command->partner;
    outcome->purchase = order;
    return STATUS_OK;
}

enum status sales_decide(const struct order_command *command, const struct order_master *master,
                         struct book *book, struct order_outcome *outcome, struct fault *fault)
{
    struct sales_order *order;
    if (command->to_plant.bytes &&
        (command->partner.bytes || text_equal(command->to_plant, book->plant.plant)))
        return fault_set(fault, STATUS_INVALID, "to_plant",
                         command->partner.bytes ? "an order goes to a customer or to a plant"
                                                : "a plant cannot send to itself");
    enum status status = check_lines(command, master, book, fault);
    if (status == STATUS_OK)
        status = book_new_sales_order(book, command->order_id, command->line_count, &order, fault);
    if (status != STATUS_OK)
        return status;
    order->customer = command->partner;
    order->to_plant = command->to_plant;
    for (size_t i = 0; i < command->line_count; i++) {
        order->lines[i].item = command->lines[i].item;
        order->lines[i].qty = command->lines[i].quantity;
        order->lines[i].due = command->lines[i].due_on;
        order->lines[i].price = command->lines[i].price;
        order->lines[i].priority = command->lines[i].priority;
        order->lines[i].segment = text_of("");
    }
    outcome->sales = order;
    return STATUS_OK;
}
