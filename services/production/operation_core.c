#include "common/ledger/component_core.h"
#include "services/production/production_core.h"

/*
 * Reports of operations: hours, good pieces, scrap.
 *
 * Pieces follow the routing: an operation can have no more of them (good and scrapped) than the one
 * before it has given good, the first one no more than the order starts and OPERATION_OVER_PCT
 * above.  Operations of one parallel group stand side by side.  A supervisor may go ahead of the
 * sequence with a reason.  Scrap is the order's: what it used of material is consumed.
 *
 * An operation that a subcontractor does is charged with the planned price of the pieces that were
 * reported, or with what he is expected to bill for them; more or less for pieces of before is
 * reported alone.  What his bill differs by is charged by the bill (services/cost), so pieces that
 * are billed are charged no more from here.  His papers come after the pieces: a completed order
 * still takes them.
 */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
}

static bool has_pieces(const struct operation_request *asked)
{
    return asked->good.micro != 0 || asked->scrapped.micro != 0;
}

static enum status check_shape(const struct operation_request *asked, struct fault *fault)
{
    char text[QTY_TEXT_MAX];
    qty_format(asked->hours, text);
    enum status status = book_code(asked->work_order, "work_order", fault);
    if (status == STATUS_OK)
        status = book_code(asked->operation, "operation", fault);
    if (status != STATUS_OK)
        return status;
    if (asked->good.micro < 0)
        return fault_set(fault, STATUS_INVALID, "good", "good cannot be negative");
    if (asked->scrapped.micro < 0)
        return fault_set(fault, STATUS_INVALID, "scrapped", "scrapped cannot be negative");
    bool empty = asked->hours.micro == 0 && !has_pieces(asked) && !asked->billed;
    if (asked->hours.micro < 0 || empty)
        return fault_set(fault, STATUS_INVALID, "hours", "hours %s are not above zero", text);
    if (asked->hours.micro > (int64_t)OPERATION_HOURS_MAX * QTY_SCALE)
        return fault_set(fault, STATUS_OVERFLOW, "hours", "hours %s are above the %d of one report",
                         text, OPERATION_HOURS_MAX);
    if (asked->scrapped.micro > 0 && asked->reason.length == 0)
        return fault_set(fault, STATUS_INVALID, "reason", "scrap needs a reason");
    if (asked->reason.length > ISSUE_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "reason has %zu bytes, at most %d fit",
                         asked->reason.length, ISSUE_REASON_MAX);
    return STATUS_OK;
}

enum status operation_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct operation_request *asked = request;
    enum status status = check_shape(asked, fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order,
                              has_pieces(asked) ? REACH_PRODUCT : REACH_NONE, fault);
}

static struct work_operation *find_operation(const struct work_order *order, struct text code)
{
    for (size_t i = 0; i < order->operation_count; i++) {
        if (text_equal(order->operations[i].operation, code))
            return &order->operations[i];
    }
    return NULL;
}

/* One line an element, so that the ledger itself tells labour from machine from overhead; the hours
   are counted once. */
static enum status charge_element(struct book *book, struct ledger_move *move, const char *element,
                                  struct amount amount, struct fault *fault)
{
    bool labor = element[0] == 'l';
    struct qty hours = labor ? move->qty : (struct qty){0};
    if (amount.e4 == 0 && !labor)
        return STATUS_OK;
    move->reason = text_of(element);
    return ledger_charge(book, move, amount, hours, fault);
}

static enum status charge(struct book *book, struct work_operation *operation,
                          struct ledger_move *move, struct amount *total, struct fault *fault)
{
    struct operation_cost cost;
    enum status status = operation_cost(operation, move->qty, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(book, &operation->row, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "labor", cost.labor, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "machine", cost.machine, fault);
    if (status == STATUS_OK)
        status = charge_element(book, move, "overhead", cost.overhead, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(operation->reported_hours, move->qty, &operation->reported_hours) ||
        !amount_add(operation->labor, cost.labor, &operation->labor) ||
        !amount_add(operation->machine, cost.machine, &operation->machine) ||
        !amount_add(operation->overhead, cost.overhead, &operation->overhead) ||
        !amount_add(cost.labor, cost.machine, total) || !amount_add(*total, cost.overhead, total))
        return fault_set(fault, STATUS_OVERFLOW, "hours", "the hours are out of range");
    return STATUS_OK;
}

/* What the subcontractor is owed, as a line of its own: see journal_core.h of services/cost. */
static enum status charge_subcontract(struct book *book, const struct operation_request *asked,
                                      struct work_operation *operation, struct ledger_move *move,
                                      struct amount *total, struct fault *fault)
{
    struct amount owed = asked->subcontract;
    struct qty pieces;
    if (asked->billed && operation->subcontract_price.micro == 0)
        return fault_set(fault, STATUS_INVALID, "subcontract",
                         "operation \"%.*s\" has no subcontract price: it is done in the plant",
                         (int)operation->operation.length, operation->operation.bytes);
    if (!qty_add(asked->good, asked->scrapped, &pieces) ||
        (!asked->billed && !amount_extend(pieces, operation->subcontract_price, &owed)) ||
        !amount_add(operation->subcontract, owed, &operation->subcontract) ||
        !amount_add(*total, owed, total))
        return fault_set(fault, STATUS_OVERFLOW, "subcontract", "subcontract is out of range");
    if (operation->subcontract.e4 < operation->billed_amount.e4)
        return fault_set(fault, STATUS_INVALID, "subcontract",
                         "subcontract takes back more than was charged and is not billed");
    if (owed.e4 == 0)
        return STATUS_OK;
    if (operation->billed.micro > 0 &&
        operation->billed.micro == operation->good.micro + operation->scrapped.micro)
        return fault_set(fault, STATUS_STATE_CONFLICT, "subcontract",
                         "all reported pieces of operation \"%.*s\" are billed",
                         (int)operation->operation.length, operation->operation.bytes);
    move->reason = text_of(OPERATION_SUBCONTRACT);
    enum status status = book_change(book, &operation->row, fault);
    return status == STATUS_OK ? ledger_charge(book, move, owed, (struct qty){0}, fault) : status;
}

static enum status check_operation(struct work_order *order, const struct operation_request *asked,
                                   struct work_operation **out, struct fault *fault)
{
    *out = find_operation(order, asked->operation);
    if (!*out && order->state != WORK_ORDER_FIRM)
        return fault_set(fault, STATUS_NOT_FOUND, "operation",
                         "operation \"%.*s\" of work order \"%.*s\" does not exist",
                         (int)asked->operation.length, asked->operation.bytes,
                         (int)order->work_order.length, order->work_order.bytes);
    bool outside = *out && (*out)->subcontract_price.micro != 0;
    if (order->state == WORK_ORDER_RELEASED || order->state == WORK_ORDER_IN_PROGRESS ||
        (order->state == WORK_ORDER_COMPLETED && outside))
        return STATUS_OK;
    return fault_set(fault, book_closed_or(order, STATUS_STATE_CONFLICT), "work_order",
                     "work order \"%.*s\" is %s, not released or in progress",
                     (int)order->work_order.length, order->work_order.bytes,
                     work_order_state_text(order->state));
}

/* ---- pieces ---- */

/* The nearest operation that is not beside it; NULL: it is the first. */
static const struct work_operation *before(const struct work_operation *operation)
{
    const struct work_operation *at = operation;
    while (at > operation->order->operations) {
        at--;
        if (at->parallel_group.length == 0 ||
            !text_equal(at->parallel_group, operation->parallel_group))
            return at;
    }
    return NULL;
}

static bool may_go_ahead(const struct book *book, const struct operation_request *asked)
{
    return book->supervised && asked->reason.length > 0;
}

static enum status check_sequence(const struct book *book, const struct operation_request *asked,
                                  const struct work_operation *operation, struct qty done,
                                  struct fault *fault)
{
    const struct work_operation *previous = before(operation);
    const struct work_order *order = operation->order;
    const char *field = asked->good.micro > 0 ? "good" : "scrapped";
    char have[QTY_TEXT_MAX];
    char limit[QTY_TEXT_MAX];
    qty_format(done, have);
    if (previous && qty_cmp(done, previous->good) > 0 && !may_go_ahead(book, asked)) {
        qty_format(previous->good, limit);
        return fault_set(
            fault, STATUS_OUT_OF_SEQUENCE, field,
            "operation \"%.*s\" would have %s pieces, operation \"%.*s\" before it has "
            "given %s",
            (int)operation->operation.length, operation->operation.bytes, have,
            (int)previous->operation.length, previous->operation.bytes, limit);
    }
    if ((int128)done.micro * 100 <= (int128)order->qty.micro * (100 + OPERATION_OVER_PCT))
        return STATUS_OK;
    qty_format(order->qty, limit);
    return fault_set(
        fault, STATUS_OVER_RECEIPT, field,
        "operation \"%.*s\" would have %s pieces, more than %d %% above the %s started",
        (int)operation->operation.length, operation->operation.bytes, have, OPERATION_OVER_PCT,
        limit);
}

static enum status check_pieces(const struct book_item *product,
                                const struct operation_request *asked, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (asked->good.micro > 0)
        status = book_quantity(product, asked->good, "good", fault);
    if (status == STATUS_OK && asked->scrapped.micro > 0)
        status = book_quantity(product, asked->scrapped, "scrapped", fault);
    return status;
}

/* A line that counts good pieces, one that counts scrap. */
static enum status count_lines(struct book *book, const struct operation_request *asked,
                               struct ledger_move move, struct book_item *product,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    move.reason = text_of(OPERATION_GOOD);
    if (asked->good.micro > 0)
        status = ledger_charge(book, &move, (struct amount){0}, asked->good, fault);
    if (status != STATUS_OK || asked->scrapped.micro == 0)
        return status;
    move.kind = LEDGER_SCRAP;
    move.item = product;
    move.qty = asked->scrapped;
    move.reason = asked->reason;
    return ledger_scrap(book, &move, fault);
}

static enum status report_pieces(struct book *book, const struct operation_request *asked,
                                 struct work_operation *operation, const struct ledger_move *move,
                                 struct fault *fault)
{
    struct book_item *product;
    struct work_order *order = operation->order;
    struct qty done = operation->good;
    enum status status = book_item(book, order->item, "work_order", &product, fault);
    if (status == STATUS_OK)
        status = check_pieces(product, asked, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(done, operation->scrapped, &done) || !qty_add(done, asked->good, &done) ||
        !qty_add(done, asked->scrapped, &done) ||
        !qty_add(order->scrapped, asked->scrapped, &order->scrapped))
        return fault_set(fault, STATUS_OVERFLOW, "good", "good is out of range");
    status = check_sequence(book, asked, operation, done, fault);
    if (status == STATUS_OK)
        status = book_change(book, &operation->row, fault);
    if (status == STATUS_OK)
        status = count_lines(book, asked, *move, product, fault);
    if (status != STATUS_OK)
        return status;
    operation->good.micro += asked->good.micro;
    operation->scrapped.micro += asked->scrapped.micro;
    return STATUS_OK;
}

/* ---- the report ---- */

enum status operation_decide(const void *request, const void *master, struct book *book,
                             const void **outcome, struct fault *fault)
{
    const struct operation_request *asked = request;
    struct operation_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct book_number *number;
    struct work_order *order;
    struct work_operation *operation = NULL;
    struct ledger_move move = {.kind = LEDGER_OPERATION, .qty = asked->hours};
    (void)master;

    enum status status = book_work_order(book, asked->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = check_operation(order, asked, &operation, fault);
    if (status == STATUS_OK)
        status = book_day(book, asked->effective_on, &move.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "OP", &number, fault);
    if (status == STATUS_OK)
        status = book_change(book, &order->row, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    if (order->state != WORK_ORDER_COMPLETED)
        order->state = WORK_ORDER_IN_PROGRESS;
    move.wip = order;
    move.order_kind = BOOK_WORK_ORDER;
    move.order_id = order->work_order;
    move.order_line = operation->line;
    move.operation = operation->operation;
    move.document = number;
    if (asked->hours.micro > 0)
        status = charge(book, operation, &move, &out->amount, fault);
    if (status == STATUS_OK && has_pieces(asked))
        status = report_pieces(book, asked, operation, &move, fault);
    if (status == STATUS_OK)
        status = charge_subcontract(book, asked, operation, &move, &out->amount, fault);
    size_t first = book->line_count;
    if (status == STATUS_OK && has_pieces(asked))
        status = component_backflush(
            book, &move, order, operation,
            (struct qty){operation->good.micro + operation->scrapped.micro}, fault);
    out->document = number;
    out->operation = operation;
    out->lines = (struct ledger_range){first, book->line_count - first};
    *outcome = out;
    return status;
}
