#include "services/production/change_core.h"

/* Two orders of one item become one: design/inventory.md section 2. */

struct merge {
    struct book *book;
    const struct change_request *asked;
    struct work_order *into;
    struct work_order *other;
    struct book_number *document;
    date day;
    struct fault *fault;
};

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "work_order", "a sum of the orders is out of range");
}

enum status merge_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct change_request *asked = request;
    enum status status = book_code(asked->work_order, "work_order", fault);
    if (status == STATUS_OK)
        status = book_code(asked->made, "merged_work_order", fault);
    if (status != STATUS_OK)
        return status;
    if (text_equal(asked->made, asked->work_order))
        return fault_set(fault, STATUS_INVALID, "merged_work_order", "it is the same order");
    if (asked->reason.length > CHANGE_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "reason has %zu bytes, at most %d fit",
                         asked->reason.length, CHANGE_REASON_MAX);
    status = book_want_document(book, BOOK_WORK_ORDER, asked->work_order, REACH_LINES | REACH_GROW,
                                fault);
    return status == STATUS_OK
               ? book_want_document(book, BOOK_WORK_ORDER, asked->made, REACH_LINES, fault)
               : status;
}

static bool untouched(const struct work_order *order)
{
    bool any = order->received.micro != 0 || order->scrapped.micro != 0 || order->wip.e4 != 0;
    for (size_t i = 0; i < order->component_count; i++)
        any = any || order->components[i].issued.micro != order->components[i].returned.micro;
    for (size_t i = 0; i < order->operation_count; i++)
        any = any || order->operations[i].reported_hours.micro != 0 ||
              order->operations[i].good.micro != 0 || order->operations[i].scrapped.micro != 0;
    return !any;
}

static enum status refuse(const struct merge *merge, const struct work_order *order,
                          const char *field, const char *why)
{
    return fault_set(merge->fault, book_closed_or(order, STATUS_STATE_CONFLICT), field,
                     "work order \"%.*s\" is %s: %s", (int)order->work_order.length,
                     order->work_order.bytes, work_order_state_text(order->state), why);
}

static enum status check_orders(const struct merge *merge)
{
    const struct work_order *into = merge->into;
    const struct work_order *other = merge->other;
    bool firm = into->state == WORK_ORDER_FIRM;
    if (!firm && into->state != WORK_ORDER_RELEASED && into->state != WORK_ORDER_IN_PROGRESS)
        return refuse(merge, into, "work_order", "firm, released or in progress is needed");
    if (other->state != (firm ? WORK_ORDER_FIRM : WORK_ORDER_RELEASED) || !untouched(other))
        return refuse(merge, other, "merged_work_order",
                      firm ? "the other is firm" : "released and untouched is needed");
    if (!text_equal(into->item, other->item) || !text_equal(into->segment, other->segment) ||
        into->kind != WORK_ORDER_MAKE || other->kind != WORK_ORDER_MAKE)
        return fault_set(
            merge->fault, STATUS_STATE_CONFLICT, "merged_work_order",
            "work order \"%.*s\" makes item \"%.*s\", not item \"%.*s\" of the same segment",
            (int)other->work_order.length, other->work_order.bytes, (int)other->item.length,
            other->item.bytes, (int)into->item.length, into->item.bytes);
    return STATUS_OK;
}

/* ---- lines ---- */

static enum status merge_operations(struct merge *merge)
{
    struct work_order *into = merge->into;
    enum status status = STATUS_OK;
    bool same = into->operation_count == merge->other->operation_count;
    for (size_t i = 0; same && i < into->operation_count; i++)
        same = text_equal(into->operations[i].operation, merge->other->operations[i].operation) &&
               text_equal(into->operations[i].work_center, merge->other->operations[i].work_center);
    if (!same)
        return fault_set(merge->fault, STATUS_STATE_CONFLICT, "merged_work_order",
                         "the operations of the two orders differ");
    for (size_t i = 0; i < into->operation_count && status == STATUS_OK; i++) {
        struct work_operation *operation = &into->operations[i];
        status = book_change(merge->book, &operation->row, merge->fault);
        if (status == STATUS_OK &&
            !qty_add(operation->planned_hours, merge->other->operations[i].planned_hours,
                     &operation->planned_hours))
            return out_of_range(merge->fault);
    }
    return status;
}

static struct work_component *same_need(struct work_order *into, const struct work_component *need)
{
    for (size_t i = 0; i < into->component_count; i++) {
        struct work_component *at = &into->components[i];
        if (text_equal(at->item, need->item) && text_equal(at->operation, need->operation) &&
            text_equal(at->segment, need->segment) && at->fixed == need->fixed)
            return at;
    }
    return NULL;
}

static enum status add_need(struct merge *merge, const struct work_component *need)
{
    struct work_component *made;
    enum status status = book_add_component(merge->book, merge->into, &made, merge->fault);
    if (status != STATUS_OK)
        return status;
    made->item = need->item;
    made->required = need->required;
    made->fixed = need->fixed;
    made->due_on = need->due_on;
    made->operation = need->operation;
    made->segment = need->segment;
    made->planned_cost = need->planned_cost;
    made->backflush = need->backflush;
    made->line_side = need->line_side;
    return STATUS_OK;
}

/* What is fixed is needed once. */
static enum status merge_component(struct merge *merge, const struct work_component *need)
{
    struct amount spared;
    struct work_order *into = merge->into;
    struct work_component *at = same_need(into, need);
    if (!at)
        return add_need(merge, need);
    if (need->fixed) {
        if (!amount_extend(need->required, need->planned_cost, &spared) ||
            !amount_sub(into->planned_cost, spared, &into->planned_cost))
            return out_of_range(merge->fault);
        return STATUS_OK;
    }
    enum status status = book_change(merge->book, &at->row, merge->fault);
    if (status == STATUS_OK && !qty_add(at->required, need->required, &at->required))
        return out_of_range(merge->fault);
    return status;
}

/* ---- the record ---- */

static enum status record(struct merge *merge, struct order_change row, struct text reason)
{
    row.document = merge->document;
    row.item = text_of("");
    row.reason = reason.length > 0 ? reason : text_of("merged");
    row.effective_on = merge->day;
    return book_order_change(merge->book, &row, merge->fault);
}

static struct text qty_text(const struct merge *merge, struct qty qty)
{
    char text[QTY_TEXT_MAX];
    qty_format(qty, text);
    return text_of(text_copy(text_of(text), merge->book->arena));
}

static enum status record_merge(struct merge *merge, struct qty before)
{
    enum status status = book_next_number(merge->book, "WC", &merge->document, merge->fault);
    if (status == STATUS_OK)
        status = record(merge,
                        (struct order_change){.order = merge->into,
                                              .what = CHANGE_QUANTITY,
                                              .before = qty_text(merge, before),
                                              .after = qty_text(merge, merge->into->qty)},
                        merge->asked->reason);
    if (status == STATUS_OK)
        status = record(
            merge,
            (struct order_change){.order = merge->other,
                                  .what = CHANGE_STATE,
                                  .before = text_of(work_order_state_text(merge->other->state)),
                                  .after = text_of(work_order_state_text(WORK_ORDER_CANCELLED))},
            merge->asked->reason);
    return status;
}

static enum status add_up(struct merge *merge)
{
    struct work_order *into = merge->into;
    const struct work_order *other = merge->other;
    enum status status = book_change(merge->book, &into->row, merge->fault);
    if (status == STATUS_OK)
        status = book_change(merge->book, &merge->other->row, merge->fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(into->qty, other->qty, &into->qty) ||
        !qty_add(into->good, other->good, &into->good) ||
        !amount_add(into->planned_cost, other->planned_cost, &into->planned_cost))
        return out_of_range(merge->fault);
    if (into->state == WORK_ORDER_FIRM)
        return STATUS_OK;
    status = merge_operations(merge);
    for (size_t i = 0; i < other->component_count && status == STATUS_OK; i++) {
        if (other->components[i].required.micro > 0)
            status = merge_component(merge, &other->components[i]);
    }
    return status;
}

enum status merge_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault)
{
    struct merge merge = {.book = book, .asked = request, .fault = fault};
    struct change_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    (void)master;
    enum status status =
        book_work_order(book, merge.asked->work_order, "work_order", &merge.into, fault);
    if (status == STATUS_OK)
        status = book_work_order(book, merge.asked->made, "merged_work_order", &merge.other, fault);
    if (status == STATUS_OK)
        status = book_day(book, merge.asked->effective_on, &merge.day, fault);
    if (status == STATUS_OK)
        status = check_orders(&merge);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status
                                   : fault_set(fault, STATUS_LIMIT, "", "no room for the command");
    struct qty before = merge.into->qty;
    status = add_up(&merge);
    if (status == STATUS_OK)
        status = record_merge(&merge, before);
    if (status != STATUS_OK)
        return status;
    merge.other->state = WORK_ORDER_CANCELLED;
    *out = (struct change_outcome){.order = merge.into,
                                   .document = merge.document,
                                   .state = merge.into->state,
                                   .qty = merge.into->qty};
    *outcome = out;
    status = book_reserve_order(book, merge.other, fault);
    return status == STATUS_OK ? book_reserve_order(book, merge.into, fault) : status;
}
