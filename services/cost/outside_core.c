#include "services/cost/outside_core.h"

#include "services/cost/follow_core.h"

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of amounts is out of range");
}

enum status outside_operation(struct work_order *order, struct text code, const char *field,
                              struct work_operation **out, struct fault *fault)
{
    for (size_t i = 0; i < order->operation_count; i++) {
        *out = &order->operations[i];
        if (text_equal((*out)->operation, code))
            return STATUS_OK;
    }
    return fault_set(fault, STATUS_NOT_FOUND, field,
                     "operation \"%.*s\" of work order \"%.*s\" does not exist", (int)code.length,
                     code.bytes, (int)order->work_order.length, order->work_order.bytes);
}

struct qty outside_reported(const struct work_operation *operation)
{
    return (struct qty){operation->good.micro + operation->scrapped.micro};
}

bool outside_late(const struct work_operation *operation, struct outside_bill *bill)
{
    struct qty open = {outside_reported(operation).micro - operation->billed.micro};
    struct amount owed;
    struct amount accrued;
    return amount_sub(operation->subcontract, operation->billed_amount, &owed) &&
           amount_share(owed, bill->pieces, open, &accrued) &&
           amount_sub(bill->payable, accrued, &bill->late);
}

enum status outside_charge(struct book *book, struct work_operation *operation,
                           const struct outside_bill *bill, const struct ledger_move *of,
                           struct fault *fault)
{
    struct work_order *order = operation->order;
    struct ledger_move move = {.kind = of->kind,
                               .wip = order,
                               .order_kind = BOOK_WORK_ORDER,
                               .order_id = order->work_order,
                               .order_line = operation->line,
                               .operation = operation->operation,
                               .reason = of->reason,
                               .effective_on = of->effective_on,
                               .document = of->document};
    enum status status = book_change(book, &operation->row, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(operation->billed, bill->pieces, &operation->billed) ||
        !amount_add(operation->billed_amount, bill->payable, &operation->billed_amount) ||
        !amount_add(operation->subcontract, bill->late, &operation->subcontract))
        return overflow(fault);
    status = ledger_charge(book, &move, bill->late, bill->pieces, fault);
    if (status == STATUS_OK)
        status = follow_reason(book, of->reason, order->closed_on, &move.reason, fault);
    return status == STATUS_OK ? follow_settle(book, &move, fault) : status;
}
