#include "common/ledger/component_core.h"

#include "common/base/frac.h"

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a quantity of the order is out of range");
}

int64_t component_net(const struct work_component *component)
{
    return component->issued.micro - component->returned.micro;
}

enum status component_issue(struct book *book, const struct ledger_move *like,
                            struct work_component *component, struct qty part, struct fault *fault)
{
    struct amount cost;
    struct ledger_move move = *like;
    move.kind = LEDGER_ISSUE;
    move.qty = part;
    move.segment = component->segment;
    move.order_line = component->line;
    move.operation = component->operation;
    move.component = component;
    enum status status = ledger_take(book, &move, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    return qty_add(component->issued, part, &component->issued) &&
                   amount_add(component->issued_amount, cost, &component->issued_amount)
               ? book_reserve(book, component, fault)
               : out_of_range(fault);
}

bool component_used(const struct work_component *component, struct qty done, int decimals,
                    struct qty *out)
{
    struct frac per;
    struct frac used;
    if (done.micro == 0 || component->fixed) {
        *out = done.micro == 0 ? done : component->required;
        return true;
    }
    return frac_make(component->required.micro, component->order->qty.micro, &per) &&
           frac_of_qty(done, &used) && frac_mul(per, used, &used) && frac_ceil(used, decimals, out);
}

/* ---- by itself ---- */

static enum status flush_one(struct book *book, const struct ledger_move *like,
                             struct work_component *component, struct qty done, struct fault *fault)
{
    struct qty used;
    struct ledger_move move = *like;
    enum status status = book_item(book, component->item, "work_order", &move.item, fault);
    if (status != STATUS_OK)
        return status;
    if (!component_used(component, done, move.item->decimals, &used))
        return out_of_range(fault);
    int64_t part = used.micro - component_net(component);
    move.location = component->line_side;
    return part > 0 ? component_issue(book, &move, component, (struct qty){part}, fault)
                    : STATUS_OK;
}

enum status component_backflush(struct book *book, const struct ledger_move *like,
                                struct work_order *order, const struct work_operation *operation,
                                struct qty done, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++) {
        struct work_component *component = &order->components[i];
        if (component->backflush &&
            (!operation || text_equal(component->operation, operation->operation)))
            status = flush_one(book, like, component, done, fault);
    }
    return status;
}

enum status component_want_backflush(struct book *book, struct text work_order, struct fault *fault)
{
    struct work_order *order;
    struct fault missing = {0};
    enum status status = STATUS_OK;
    if (book_work_order(book, work_order, "work_order", &order, &missing) != STATUS_OK)
        return STATUS_OK; /* deciding says why */
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++) {
        if (order->components[i].backflush)
            status = book_want_item(book, order->components[i].item, fault);
    }
    return status;
}
