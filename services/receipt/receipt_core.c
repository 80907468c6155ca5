#include "services/receipt/receipt_core.h"

#include "common/ledger/ledger_core.h"

static const struct qty zero;

enum status receipt_wants(const struct receipt_command *command, struct book *book,
                          struct fault *fault)
{
    enum status status = book_want_location(book, command->location, fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, command->work_order, REACH_PRODUCT, fault);
}

enum status receipt_lots(const struct receipt_command *command, struct book *book,
                         struct fault *fault)
{
    struct work_order *order;
    struct fault missing = {0};
    if (book_work_order(book, command->work_order, "work_order", &order, &missing) != STATUS_OK)
        return STATUS_OK;
    return book_want_lot(book, order->item, command->lot, fault);
}

static enum status check_shape(const struct receipt_command *command, struct fault *fault)
{
    if (command->quantity.micro < 0)
        return fault_set(fault, STATUS_INVALID, "quantity", "quantity cannot be negative");
    if (command->scrapped.micro < 0)
        return fault_set(fault, STATUS_INVALID, "scrapped", "scrapped cannot be negative");
    if (command->quantity.micro == 0 && command->scrapped.micro == 0 && !command->final)
        return fault_set(fault, STATUS_INVALID, "quantity",
                         "a receipt needs a quantity, a scrapped quantity, or to be final");
    return STATUS_OK;
}

static enum status check_state(const struct work_order *order, struct fault *fault)
{
    if (order->state == WORK_ORDER_RELEASED || order->state == WORK_ORDER_IN_PROGRESS)
        return STATUS_OK;
    return fault_set(fault, book_closed_or(order, STATUS_STATE_CONFLICT), "work_order",
                     "work order \"%.*s\" is %s; only a released one can be received",
                     (int)order->work_order.length, order->work_order.bytes,
                     work_order_state_text(order->state));
}

/* received + scrapped, with this receipt, against the quantity started and its tolerance */
static enum status check_tolerance(const struct receipt_command *command,
                                   const struct work_order *order, struct qty *accounted,
                                   struct fault *fault)
{
    struct qty sum = order->received;
    if (!qty_add(sum, order->scrapped, &sum) || !qty_add(sum, command->quantity, &sum) ||
        !qty_add(sum, command->scrapped, &sum))
        return fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity is out of range");
    if ((int128)sum.micro * 100 > (int128)order->qty.micro * (100 + RECEIPT_OVER_PCT)) {
        char have[QTY_TEXT_MAX];
        char started[QTY_TEXT_MAX];
        qty_format(sum, have);
        qty_format(order->qty, started);
        return fault_set(fault, STATUS_OVER_RECEIPT, "quantity",
                         "%s received and scrapped in all is more than %d %% above the %s started",
                         have, RECEIPT_OVER_PCT, started);
    }
    *accounted = sum;
    return STATUS_OK;
}

static struct ledger_move move_of(const struct receipt_command *command, struct work_order *order,
                                  struct book_item *product, const struct book_number *document)
{
    return (struct ledger_move){
        .kind = LEDGER_RECEIPT,
        .item = product,
        .qty = command->quantity,
        .location = command->location,
        .lot = command->lot,
        .segment = order->segment,
        .expires_on = NO_DATE,
        .wip = order,
        .order_kind = BOOK_WORK_ORDER,
        .order_id = order->work_order,
        .document = document,
        .field = "",
    };
}

static enum status put_good(struct book *book, const struct ledger_move *move, struct fault *fault)
{
    struct amount cost;
    enum status status = book_quantity(move->item, move->qty, "quantity", fault);
    if (status == STATUS_OK)
        status = ledger_product_cost(move->wip, move->item, move->qty, &cost, fault);
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

static enum status put_scrap(struct book *book, const struct receipt_command *command,
                             struct ledger_move move, struct fault *fault)
{
    enum status status = book_quantity(move.item, command->scrapped, "scrapped", fault);
    move.kind = LEDGER_SCRAP;
    move.qty = command->scrapped;
    return status == STATUS_OK ? ledger_scrap(book, &move, fault) : status;
}

static enum status count_on_order(const struct receipt_command *command, struct book *book,
                                  struct work_order *order, struct qty accounted,
                                  struct fault *fault)
{
    enum status status = book_change(book, &order->row, fault);
    if (status != STATUS_OK)
        return status;
    bool fits = qty_add(order->received, command->quantity, &order->received) &&
                qty_add(order->scrapped, command->scrapped, &order->scrapped);
    ASSERT(fits); /* their sum did */
    bool complete = command->final || qty_cmp(accounted, order->qty) >= 0;
    order->state = complete ? WORK_ORDER_COMPLETED : WORK_ORDER_IN_PROGRESS;
    return book_reserve_order(book, order, fault);
}

enum status receipt_decide(const struct receipt_command *command, struct book *book,
                           struct receipt_outcome *outcome, struct fault *fault)
{
    struct work_order *order;
    struct book_item *product;
    struct book_number *document;
    struct qty accounted = zero;
    date day;

    enum status status = check_shape(command, fault);
    if (status == STATUS_OK)
        status = book_work_order(book, command->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = book_day(book, command->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = check_state(order, fault);
    if (status == STATUS_OK)
        status = check_tolerance(command, order, &accounted, fault);
    if (status == STATUS_OK)
        status = book_item(book, order->item, "work_order", &product, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "FG", &document, fault);
    if (status != STATUS_OK)
        return status;

    struct ledger_move move = move_of(command, order, product, document);
    size_t first = book->line_count;
    move.effective_on = day;
    if (qty_cmp(command->quantity, zero) > 0)
        status = put_good(book, &move, fault);
    if (status == STATUS_OK && qty_cmp(command->scrapped, zero) > 0)
        status = put_scrap(book, command, move, fault);
    if (status == STATUS_OK)
        status = count_on_order(command, book, order, accounted, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = document;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    outcome->state = work_order_state_text(order->state);
    return STATUS_OK;
}
