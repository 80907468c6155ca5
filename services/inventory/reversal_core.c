#include "services/inventory/reversal_core.h"

#include "common/ledger/layer_core.h"

enum status reversal_wants(const struct posted_document *posted, struct book *book,
                           struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < posted->count && status == STATUS_OK; i++) {
        const struct posted_line *at = &posted->lines[i];
        const struct ledger_line *line = &at->line;
        if (line->item.bytes)
            status = book_want_item(book, line->item, fault);
        bool material = line->kind == LEDGER_ISSUE || line->kind == LEDGER_RETURN;
        unsigned reach = material ? REACH_LINES | REACH_TAKEN : REACH_NONE;
        if (status == STATUS_OK && line->order_kind != BOOK_NO_KIND)
            status = book_want_document(book, line->order_kind, line->order_id, reach, fault);
        if (status == STATUS_OK && line->kind == LEDGER_TRANSFER)
            status = book_want_document(book, BOOK_STOCK_DOCUMENT,
                                        line->operation.length > 0 ? line->operation : at->document,
                                        REACH_NONE, fault);
    }
    return status;
}

static enum status depends(const struct text document, const char *what, struct fault *fault)
{
    return fault_set(fault, STATUS_STATE_CONFLICT, "document", "document \"%.*s\": %s",
                     (int)document.length, document.bytes, what);
}

/* ---- work orders ---- */

static struct work_component *component_of(struct work_order *order, int64_t line)
{
    for (size_t i = 0; i < order->component_count; i++) {
        if (order->components[i].line == line)
            return &order->components[i];
    }
    return NULL;
}

/* What the pieces that the order delivered have used of a component, rounded down. */
static int64_t used(const struct work_component *component)
{
    const struct work_order *order = component->order;
    int64_t done = order->received.micro + order->scrapped.micro;
    if (done == 0 || component->fixed)
        return done == 0 ? 0 : component->required.micro;
    return (int64_t)((int128)component->required.micro * done / order->qty.micro);
}

static enum status untake(struct book *book, const struct posted_line *at,
                          struct work_component *component, struct fault *fault)
{
    struct book_item *item;
    enum status status = book_item(book, at->line.item, "document", &item, fault);
    for (size_t i = 0; i < at->take_count && status == STATUS_OK; i++) {
        const struct posted_take *take = &at->takes[i];
        struct layer_undo undo = {component, item, take->layer, take->qty, take->amount};
        status = layer_untake(book, &undo, fault);
    }
    return status;
}

static enum status count_component(struct book *book, const struct posted_line *at,
                                   struct work_order *order, struct fault *fault)
{
    struct work_component *component = component_of(order, at->line.order_line);
    if (!component)
        return depends(at->document, "its component line is gone", fault);
    enum status status = book_change(book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    if (at->line.kind == LEDGER_ISSUE)
        component->issued.micro -= at->line.counted.micro;
    else
        component->returned.micro -= at->line.counted.micro;
    component->issued_amount.e4 -= at->line.wip.e4;
    int64_t net = component->issued.micro - component->returned.micro;
    if (net < 0)
        return depends(at->document, "what it issued was returned since", fault);
    if (at->line.kind == LEDGER_ISSUE && net < used(component))
        return depends(at->document, "what it issued is in pieces received since", fault);
    return untake(book, at, component, fault);
}

/* Pieces that a later operation has had since stay. */
static enum status count_pieces(const struct posted_line *at, struct work_operation *operation,
                                struct fault *fault)
{
    const struct work_order *order = operation->order;
    const struct work_operation *next = operation + 1;
    struct qty *counter = at->line.kind == LEDGER_SCRAP ? &operation->scrapped : &operation->good;
    counter->micro -= at->line.counted.micro;
    if (next < order->operations + order->operation_count && at->line.kind != LEDGER_SCRAP &&
        next->good.micro + next->scrapped.micro > operation->good.micro)
        return depends(at->document, "the next operation has had its pieces since", fault);
    return STATUS_OK;
}

/* What a subcontractor has billed stays, with the pieces it is for and what was charged for them.
 */
static enum status check_billed(const struct posted_line *at,
                                const struct work_operation *operation, struct fault *fault)
{
    int64_t left = operation->good.micro + operation->scrapped.micro - operation->billed.micro;
    int64_t owed = operation->subcontract.e4 - operation->billed_amount.e4;
    bool billed = operation->billed.micro > 0 && (left < 0 || owed < 0 || (left == 0 && owed != 0));
    return billed ? depends(at->document, "it is invoiced since", fault) : STATUS_OK;
}

static enum status count_operation(struct book *book, const struct posted_line *at,
                                   struct work_order *order, struct fault *fault)
{
    struct work_operation *found = NULL;
    for (size_t i = 0; i < order->operation_count && !found; i++) {
        if (text_equal(order->operations[i].operation, at->line.operation))
            found = &order->operations[i];
    }
    if (!found)
        return depends(at->document, "its operation is gone", fault);
    enum status status = book_change(book, &found->row, fault);
    if (at->line.kind == LEDGER_SCRAP || text_is(at->line.reason, "good")) {
        status = status == STATUS_OK ? count_pieces(at, found, fault) : status;
        return status == STATUS_OK ? check_billed(at, found, fault) : status;
    }
    found->reported_hours.micro -= at->line.counted.micro;
    struct amount *element = text_is(at->line.reason, "machine")       ? &found->machine
                             : text_is(at->line.reason, "overhead")    ? &found->overhead
                             : text_is(at->line.reason, "subcontract") ? &found->subcontract
                                                                       : &found->labor;
    element->e4 -= at->line.wip.e4;
    return status == STATUS_OK ? check_billed(at, found, fault) : status;
}

static bool untouched(const struct work_order *order)
{
    bool any = order->received.micro != 0 || order->scrapped.micro != 0;
    for (size_t i = 0; i < order->component_count; i++)
        any = any || order->components[i].issued.micro != order->components[i].returned.micro;
    for (size_t i = 0; i < order->operation_count; i++)
        any = any || order->operations[i].reported_hours.micro != 0 ||
              order->operations[i].good.micro != 0 || order->operations[i].scrapped.micro != 0;
    return !any;
}

/* The state that the order's counters say. */
static void restore_state(struct work_order *order, bool reopens)
{
    bool all = order->received.micro + order->scrapped.micro >= order->qty.micro;
    bool completed = order->state == WORK_ORDER_COMPLETED;
    if (!completed && order->state != WORK_ORDER_IN_PROGRESS)
        return;
    if (untouched(order)) /* of rework and taking apart nothing is left to do */
        order->state = order->kind == WORK_ORDER_MAKE ? WORK_ORDER_RELEASED : WORK_ORDER_CANCELLED;
    else if (completed && reopens && !all)
        order->state = WORK_ORDER_IN_PROGRESS;
}

static enum status count_work_order(struct book *book, const struct posted_line *at,
                                    struct work_order *order, struct fault *fault)
{
    enum ledger_kind kind = at->line.kind;
    enum status status = book_change(book, &order->row, fault);
    if (status != STATUS_OK)
        return status;
    bool reopens = kind == LEDGER_SETTLEMENT || order->kind == WORK_ORDER_UNBUILD;
    if (reopens && order->state == WORK_ORDER_CLOSED) {
        order->state = WORK_ORDER_COMPLETED;
        order->closed_on = NO_DATE;
    }
    if (kind == LEDGER_SETTLEMENT)
        return STATUS_OK;
    if (order->state == WORK_ORDER_CLOSED)
        return depends(at->document, "its work order is closed since", fault);
    if (order->state == WORK_ORDER_CANCELLED)
        return depends(at->document, "its work order is cancelled since", fault);
    if (kind == LEDGER_ISSUE || kind == LEDGER_RETURN)
        status = count_component(book, at, order, fault);
    if (kind == LEDGER_OPERATION || (kind == LEDGER_SCRAP && at->line.operation.length > 0))
        status = count_operation(book, at, order, fault);
    restore_state(order, kind == LEDGER_RECEIPT || kind == LEDGER_SCRAP);
    return status == STATUS_OK ? book_reserve_order(book, order, fault) : status;
}

/* ---- purchase and sales orders, transfers ---- */

static enum status count_trade(struct book *book, const struct posted_line *at,
                               struct book_row *row, struct qty *counter, struct fault *fault)
{
    enum status status = book_change(book, row, fault);
    counter->micro -= at->line.counted.micro;
    if (status == STATUS_OK && counter->micro < 0)
        return depends(at->document, "what it moved was given back since", fault);
    return status;
}

static enum status count_order_line(struct book *book, const struct posted_line *at,
                                    struct fault *fault)
{
    size_t index = (size_t)at->line.order_line - 1;
    if (at->line.order_kind == BOOK_PURCHASE_ORDER) {
        struct purchase_order *order;
        enum status status =
            book_purchase_order(book, at->line.order_id, "document", &order, fault);
        if (status != STATUS_OK || index >= order->line_count)
            return status;
        struct purchase_line *line = &order->lines[index];
        if (line->invoiced.micro > line->received.micro - at->line.counted.micro)
            return depends(at->document, "it is invoiced since", fault);
        return count_trade(book, at, &line->row, &line->received, fault);
    }
    struct sales_order *order;
    enum status status = book_sales_order(book, at->line.order_id, "document", &order, fault);
    if (status != STATUS_OK || index >= order->line_count)
        return status;
    return count_trade(book, at, &order->lines[index].row, &order->lines[index].shipped, fault);
}

/* A transfer's arrival is on its way again. */
static enum status undo_arrival(struct book *book, const struct posted_line *at,
                                struct stock_document *sent, struct fault *fault)
{
    int64_t left = -at->line.qty.micro;
    enum status status = book_change(book, &sent->row, fault);
    for (size_t i = 0; i < sent->line_count && left > 0 && status == STATUS_OK; i++) {
        struct stock_document_line *line = &sent->lines[i];
        int64_t part = line->done.micro < left ? line->done.micro : left;
        if (part <= 0 || !text_equal(line->item, at->line.item) ||
            !text_equal(line->lot, at->line.lot) || !text_equal(line->segment, at->line.segment))
            continue;
        status = book_change(book, &line->row, fault);
        line->done.micro -= part;
        left -= part;
    }
    sent->state = STOCK_SENT;
    return status;
}

static enum status undo_transfer(struct book *book, const struct posted_line *at,
                                 struct fault *fault)
{
    struct stock_document *sent;
    bool arrival = at->line.operation.length > 0;
    struct text id = arrival ? at->line.operation : at->document;
    enum status status = book_stock_document(book, id, "document", &sent, fault);
    if (status == STATUS_NOT_FOUND && !arrival) {
        *fault = (struct fault){0}; /* it went at once */
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    if (arrival)
        return text_is(at->line.status, "in_transit") ? undo_arrival(book, at, sent, fault)
                                                      : STATUS_OK;
    for (size_t i = 0; i < sent->line_count; i++) {
        if (sent->lines[i].done.micro != 0)
            return depends(at->document, "some of it has arrived since", fault);
    }
    status = book_change(book, &sent->row, fault);
    sent->state = STOCK_CANCELLED;
    return status;
}

/* ---- the document ---- */

static enum status reverse_one(struct book *book, const struct posted_line *at,
                               const struct ledger_line *as, struct fault *fault)
{
    struct work_order *order = NULL;
    struct posted_line line = *at;
    enum status status = STATUS_OK;
    if (at->line.order_kind == BOOK_WORK_ORDER) {
        status = book_work_order(book, at->line.order_id, "document", &order, fault);
        if (status == STATUS_OK)
            status = count_work_order(book, at, order, fault);
    } else if (at->line.order_kind != BOOK_NO_KIND) {
        status = count_order_line(book, at, fault);
    }
    if (status == STATUS_OK && at->line.kind == LEDGER_TRANSFER)
        status = undo_transfer(book, at, fault);
    if (status != STATUS_OK)
        return status;
    line.line.effective_on = as->effective_on;
    return ledger_reverse(book, &line, as->document, order, fault);
}

/* What somebody mistyped he takes back himself; what others posted, a supervisor or finance. */
static enum status check_person(const struct book *book, const struct posted_line *line,
                                struct fault *fault)
{
    if (book->supervised || book->of_finance || text_equal(line->posted_by, book->principal))
        return STATUS_OK;
    return fault_set(fault, STATUS_FORBIDDEN, "document",
                     "document \"%.*s\" was posted by \"%.*s\": a supervisor takes it back",
                     (int)line->document.length, line->document.bytes, (int)line->posted_by.length,
                     line->posted_by.bytes);
}

static enum status check(const struct reversal_command *command,
                         const struct posted_document *posted, struct fault *fault)
{
    if (command->reason.length == 0 || command->reason.length > ADJUSTMENT_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason",
                         "a reversal needs a reason of 1 to %d bytes", ADJUSTMENT_REASON_MAX);
    if (!posted || posted->count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "document",
                         "document \"%.*s\" has posted nothing", (int)command->document.length,
                         command->document.bytes);
    for (size_t i = 0; i < posted->count; i++) {
        if (posted->lines[i].reversed)
            return depends(command->document, "it is reversed already", fault);
        if (posted->lines[i].line.reverses != 0)
            return depends(command->document, "it is a reversal itself; post anew", fault);
        if (posted->lines[i].line.kind == LEDGER_INVOICE ||
            posted->lines[i].line.kind == LEDGER_LATE_COST)
            return depends(command->document, "a bill is taken back with ReverseInvoice", fault);
        if (posted->lines[i].line.kind == LEDGER_REVALUATION)
            return depends(command->document, "a new standard is taken back with RevertCostVersion",
                           fault);
        if (posted->lines[i].line.kind == LEDGER_OPENING)
            return depends(command->document, "an opening balance is adjusted, not reversed",
                           fault);
    }
    return STATUS_OK;
}

/* Pieces of work orders first: what the document took of material for them goes back with them. */
static enum status uncount_pieces(struct book *book, const struct posted_document *posted,
                                  struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < posted->count && status == STATUS_OK; i++) {
        const struct ledger_line *line = &posted->lines[i].line;
        struct work_order *order;
        bool scrap = line->kind == LEDGER_SCRAP;
        if (line->order_kind != BOOK_WORK_ORDER || (line->kind != LEDGER_RECEIPT && !scrap))
            continue;
        status = book_work_order(book, line->order_id, "document", &order, fault);
        if (status == STATUS_OK)
            status = book_change(book, &order->row, fault);
        if (status != STATUS_OK)
            return status;
        struct qty *counter = scrap ? &order->scrapped : &order->received;
        counter->micro -= line->counted.micro;
    }
    return status;
}

enum status reversal_decide(const struct reversal_command *command,
                            const struct posted_document *posted, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault)
{
    struct book_number *number;
    struct ledger_line as = {0};
    size_t first = book->line_count;
    enum status status = check(command, posted, fault);
    if (status == STATUS_OK)
        status = check_person(book, &posted->lines[0], fault);
    if (status == STATUS_OK)
        status = book_day(book, command->effective_on, &as.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "RV", &number, fault);
    if (status != STATUS_OK)
        return status;
    as.document = number;
    status = uncount_pieces(book, posted, fault);
    for (size_t i = posted->count; i > 0 && status == STATUS_OK; i--)
        status = reverse_one(book, &posted->lines[i - 1], &as, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    return STATUS_OK;
}
