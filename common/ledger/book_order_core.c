#include "common/ledger/book_core.h"
#include "common/ledger/book_state_core.h"

enum status book_closed_or(const struct work_order *order, enum status other)
{
    bool over = order->state == WORK_ORDER_CLOSED || order->state == WORK_ORDER_CANCELLED;
    return over ? STATUS_ORDER_CLOSED : other;
}

/* Work orders of a book: what they reserve, lines that are added, changes that are recorded. */

static bool is_open(const struct work_order *order)
{
    return order->state == WORK_ORDER_RELEASED || order->state == WORK_ORDER_IN_PROGRESS ||
           order->state == WORK_ORDER_HELD;
}

static struct qty open_need(const struct work_component *component)
{
    int64_t need = component->required.micro - component->issued.micro + component->returned.micro;
    return (struct qty){is_open(component->order) && need > 0 ? need : 0};
}

/* The item's sum, where the book has the item; it is read, not written, so it needs no change. */
static enum status follow(struct book *book, const struct work_component *component,
                          struct qty before, struct fault *fault)
{
    struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, component->item);
    struct qty rest;
    if (!item || !item->row.exists)
        return STATUS_OK;
    enum status status = book_save(book, &item->row, fault);
    if (status != STATUS_OK)
        return status;
    return qty_sub(item->reserved, before, &rest) &&
                   qty_add(rest, component->reserved, &item->reserved)
               ? STATUS_OK
               : fault_set(fault, STATUS_OVERFLOW, "", "a reserved quantity is out of range");
}

enum status book_reserve(struct book *book, struct work_component *component, struct fault *fault)
{
    struct qty before = component->reserved;
    struct qty need = open_need(component);
    if (qty_cmp(before, need) == 0)
        return STATUS_OK;
    enum status status = book_change(book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    component->reserved = need;
    return follow(book, component, before, fault);
}

enum status book_reserve_order(struct book *book, struct work_order *order, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++)
        status = book_reserve(book, &order->components[i], fault);
    return status;
}

enum status book_add_component(struct book *book, struct work_order *order,
                               struct work_component **out, struct fault *fault)
{
    enum status status = book_change(book, &order->row, fault);
    if (status != STATUS_OK)
        return status;
    if (order->component_count == 0 && order->component_room == 0) {
        order->components = book_record(book, BOOK_TYPE_WORK_COMPONENT, BOOK_COMPONENTS_ADDED_MAX);
        order->component_room = order->components ? BOOK_COMPONENTS_ADDED_MAX : 0;
    }
    if (order->component_room == 0)
        return fault_set(fault, STATUS_LIMIT, "", "more than %d components are added at once",
                         BOOK_COMPONENTS_ADDED_MAX);
    struct work_component *added = &order->components[order->component_count];
    int64_t last = order->component_count > 0 ? added[-1].line : 0;
    order->component_room--;
    order->component_count++;
    *added = (struct work_component){.row = added->row,
                                     .order = order,
                                     .line = last + 1,
                                     .due_on = order->start_on,
                                     .segment = text_of(""),
                                     .line_side = text_of("")};
    added->row.changed = false; /* one that was taken back stood here */
    *out = added;
    return book_made(book, &added->row, fault);
}

enum status book_order_change(struct book *book, const struct order_change *change,
                              struct fault *fault)
{
    struct book_list *list = &book->state->order_changes;
    struct book_order_changed *row = book_list_add(book, list, sizeof *row, BOOK_LINES_MAX);
    if (!row)
        return book_full(fault);
    *row = (struct book_order_changed){*change, book->principal};
    return STATUS_OK;
}

enum status book_order_output(struct book *book, const struct order_output *output,
                              struct fault *fault)
{
    struct book_list *list = &book->state->outputs;
    struct order_output *row = book_list_add(book, list, sizeof *row, BOOK_LINES_MAX);
    if (!row)
        return book_full(fault);
    *row = *output;
    return STATUS_OK;
}

enum status book_set_rule(struct book *book, struct book_item *item, struct fault *fault)
{
    struct book_list *list = &book->state->rules;
    struct book_item **row = book_list_add(book, list, sizeof *row, BOOK_LINES_MAX);
    if (!row)
        return book_full(fault);
    *row = item;
    return STATUS_OK;
}
