#include "services/order/accept_core.h"

#include "common/base/frac.h"

#include <stdio.h>

#define FIELD_MAX 48

/* "orders[3].quantity", or the bare name where one order is accepted. */
static const char *field_of(const struct accept_item *item, const struct book *book,
                            const char *name)
{
    if (item->alone)
        return name;
    char *field = arena_alloc(book->arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "orders[%zu].%s", item->place, name);
    return field ? field : name;
}

enum status accept_wants(const struct accept_command *command, struct book *book,
                         struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < command->count; i++)
        status = book_want_document(book, BOOK_SUGGESTION, command->items[i].planned_order_id,
                                    REACH_NONE, fault);
    return status;
}

static enum status check_unchanged(const struct accept_item *item,
                                   const struct suggestion *suggestion, const struct book *book,
                                   struct fault *fault)
{
    const char *field = field_of(item, book, "planned_order_id");
    if (suggestion->accepted)
        return fault_set(
            fault, STATUS_STATE_CONFLICT, field, "planned order \"%.*s\" was accepted already",
            (int)suggestion->planned_order_id.length, suggestion->planned_order_id.bytes);
    if (qty_cmp(item->quantity, suggestion->qty) == 0 && item->due_on == suggestion->due)
        return STATUS_OK;
    char quantity[QTY_TEXT_MAX];
    char due[DATE_TEXT_MAX];
    qty_format(suggestion->qty, quantity);
    date_format(suggestion->due, due);
    return fault_set(fault, STATUS_STATE_CONFLICT, field,
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

/* One suggestion on its way: what was asked and what it becomes. */
struct accepting {
    const struct accept_item *item;
    struct suggestion *suggestion;
    const struct order_facts *facts;
    struct text from; /* supplier, or source plant; without bytes: made here */
    struct qty qty;   /* good quantity ordered */
    date due;         /* of a bought or moved one */
    size_t group;     /* place of the first that goes into the same order */
};

struct accepting_list {
    struct accepting *all;
    size_t count;
    const struct order_master *master;
};

/* The planner's own quantity and day, where given. */
static enum status take_changes(struct accepting *one, const struct accepting_list *list,
                                const struct book *book, struct fault *fault)
{
    const struct accept_item *item = one->item;
    char due[DATE_TEXT_MAX];
    one->qty = one->suggestion->qty;
    one->due = one->suggestion->due;
    if (qty_given(item->order_quantity)) {
        if (item->order_quantity.micro <= 0 ||
            !qty_fits_decimals(item->order_quantity, one->facts->decimals))
            return fault_set(fault, STATUS_INVALID, field_of(item, book, "order_quantity"),
                             "order_quantity must be above 0 with at most %d decimals",
                             one->facts->decimals);
        one->qty = item->order_quantity;
    }
    if (date_given(item->order_due_on))
        one->due = item->order_due_on;
    if (date_given(item->order_due_on) && one->due < list->master->rule.first_day) {
        date_format(one->due, due);
        return fault_set(fault, STATUS_INVALID, field_of(item, book, "order_due_on"),
                         "order_due_on %s is past", due);
    }
    if (date_given(item->order_due_on) && one->due < one->suggestion->start &&
        text_is(one->suggestion->type, "make"))
        return fault_set(fault, STATUS_INVALID, field_of(item, book, "order_due_on"),
                         "order_due_on lies before the start of the planned order");
    return STATUS_OK;
}

/* What is started for the quantity ordered: as the suggestion's, rounded up. */
static enum status started(const struct accepting *one, const struct book *book, struct qty *qty,
                           struct fault *fault)
{
    const struct suggestion *suggestion = one->suggestion;
    struct frac share;
    struct frac pieces;
    *qty = suggestion->start_qty;
    if (qty_cmp(one->qty, suggestion->qty) == 0)
        return STATUS_OK;
    if (!frac_make(suggestion->start_qty.micro, suggestion->qty.micro, &share) ||
        !frac_of_qty(one->qty, &pieces) || !frac_mul(pieces, share, &pieces) ||
        !frac_ceil(pieces, one->facts->decimals, qty))
        return fault_set(fault, STATUS_OVERFLOW, field_of(one->item, book, "order_quantity"),
                         "quantity is out of range");
    return STATUS_OK;
}

static enum status make(const struct accepting *one, struct book *book, struct accepted *out,
                        struct fault *fault)
{
    const struct suggestion *suggestion = one->suggestion;
    struct work_order *order;
    struct qty start;
    enum status status = started(one, book, &start, fault);
    if (status == STATUS_OK)
        status = book_new_work_order(book, text_of(""), &order, fault);
    if (status != STATUS_OK)
        return status;
    order->item = suggestion->item;
    order->qty = start;
    order->good = one->qty;
    order->start_on = suggestion->start;
    order->due_on = date_given(one->item->order_due_on) ? one->due : due_of(suggestion);
    order->segment = suggestion->segment;
    out->type = "make";
    out->work = order;
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

/* Where a bought or moved one comes from. */
static enum status source_of(struct accepting *one, const struct book *book, struct fault *fault)
{
    const struct suggestion *suggestion = one->suggestion;
    const char *lacks = NULL;
    if (text_is(suggestion->type, "make"))
        return STATUS_OK;
    one->from = text_is(suggestion->type, "buy") ? suggestion->supplier : one->facts->source_plant;
    if (!one->from.bytes)
        lacks = text_is(suggestion->type, "buy") ? "supplier" : "source plant";
    return !lacks ? STATUS_OK
                  : fault_set(fault, STATUS_INVALID, field_of(one->item, book, "planned_order_id"),
                              "item \"%.*s\" has no %s; give it one, or order it by hand",
                              (int)suggestion->item.length, suggestion->item.bytes, lacks);
}

/* Between plants of one company no money changes hands. */
static enum status fill_line(const struct accepting *one, struct purchase_line *line,
                             const struct book *book, struct fault *fault)
{
    const struct suggestion *suggestion = one->suggestion;
    line->item = suggestion->item;
    line->qty = one->qty;
    line->due = one->due;
    line->segment = suggestion->segment;
    line->price = one->facts->last_cost;
    if (text_is(suggestion->type, "buy") && !stock_price(suggestion, &line->price))
        return fault_set(fault, STATUS_OVERFLOW, field_of(one->item, book, "planned_order_id"),
                         "price is out of range");
    return STATUS_OK;
}

/* One purchase order for all that come from where the first does. */
static enum status order_group(const struct accepting_list *list, size_t first, struct book *book,
                               struct accepted *out, struct fault *fault)
{
    const struct accepting *all = list->all;
    const size_t count = list->count;
    struct purchase_order *order;
    const bool buys = text_is(all[first].suggestion->type, "buy");
    size_t lines = 0;
    for (size_t i = first; i < count; i++)
        lines += all[i].group == first;
    enum status status = book_new_purchase_order(book, text_of(""), lines, &order, fault);
    if (status != STATUS_OK)
        return status;
    if (buys)
        order->supplier = all[first].from;
    else
        order->source_plant = all[first].from;
    size_t line = 0;
    for (size_t i = first; i < count && status == STATUS_OK; i++) {
        if (all[i].group != first)
            continue;
        status = fill_line(&all[i], &order->lines[line], book, fault);
        out[i] =
            (struct accepted){.type = buys ? "buy" : "transfer", .purchase = order, .line = ++line};
    }
    return status == STATUS_OK && buys ? order_price(order, &list->master->rule, false, fault)
                                       : status;
}

static enum status open_one(const struct accepting_list *list, const struct accept_item *item,
                            size_t i, struct book *book, struct fault *fault)
{
    struct accepting *all = list->all;
    struct accepting *one = &all[i];
    *one = (struct accepting){.item = item, .facts = &list->master->facts[i], .group = i};
    enum status status =
        book_suggestion(book, one->item->planned_order_id,
                        field_of(one->item, book, "planned_order_id"), &one->suggestion, fault);
    if (status == STATUS_OK)
        status = check_unchanged(one->item, one->suggestion, book, fault);
    if (status == STATUS_OK)
        status = take_changes(one, list, book, fault);
    if (status == STATUS_OK)
        status = source_of(one, book, fault);
    if (status == STATUS_OK)
        status = book_change(book, &one->suggestion->row, fault);
    if (status != STATUS_OK)
        return status;
    one->suggestion->accepted = true; /* the same one again in this command is refused */
    for (size_t k = 0; one->from.bytes && k < i && one->group == i; k++) {
        if (all[k].from.bytes && text_equal(all[k].from, one->from) &&
            text_equal(all[k].suggestion->type, one->suggestion->type))
            one->group = all[k].group;
    }
    return STATUS_OK;
}

enum status accept_decide(const struct accept_command *command, const struct order_master *master,
                          struct book *book, struct accepted *out, struct fault *fault)
{
    struct accepting_list list = {.count = command->count, .master = master};
    list.all = arena_alloc(book->arena, command->count + 1, sizeof *list.all);
    if (!list.all)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < command->count; i++)
        status = open_one(&list, &command->items[i], i, book, fault);
    for (size_t i = 0; status == STATUS_OK && i < command->count; i++) {
        if (!list.all[i].from.bytes)
            status = make(&list.all[i], book, &out[i], fault);
        else if (list.all[i].group == i)
            status = order_group(&list, i, book, out, fault);
    }
    return status;
}
