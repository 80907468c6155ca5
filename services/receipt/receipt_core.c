#include "services/receipt/receipt_core.h"

#include "common/ledger/component_core.h"

#include <stdio.h>

static const struct qty zero;

enum status receipt_wants(const struct receipt_command *command, struct book *book,
                          struct fault *fault)
{
    enum status status = book_want_location(book, command->location, fault);
    for (size_t i = 0; i < command->output_count && status == STATUS_OK; i++)
        status = book_want_location(book, command->outputs[i].location, fault);
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
    enum status status = book_want_lot(book, order->item, command->lot, fault);
    for (size_t i = 0; i < command->serial_count && status == STATUS_OK; i++)
        status = book_want_lot(book, order->item, command->serials[i], fault);
    for (size_t i = 0; i < command->output_count && status == STATUS_OK; i++)
        status = book_want_lot(book, command->outputs[i].item, command->outputs[i].lot, fault);
    return status == STATUS_OK ? component_want_backflush(book, command->work_order, fault)
                               : status;
}

static enum status wrong_count(const struct receipt_command *command, struct fault *fault)
{
    char asked[QTY_TEXT_MAX];
    qty_format(command->quantity, asked);
    return fault_set(fault, STATUS_INVALID, "serials", "%zu serial numbers for a quantity of %s",
                     command->serial_count, asked);
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
    if (command->reason.length > RECEIPT_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "reason has %zu bytes, at most %d fit",
                         command->reason.length, RECEIPT_REASON_MAX);
    if (command->serial_count > 0 && command->lot.length > 0)
        return fault_set(fault, STATUS_INVALID, "lot",
                         "a lot and serial numbers exclude each other");
    if (command->serial_count > 0 &&
        command->quantity.micro != (int64_t)command->serial_count * QTY_SCALE)
        return wrong_count(command, fault);
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

/* In percent of what was started. */
static int64_t tolerance_micro(const struct book_item *product)
{
    return qty_given(product->over_receipt_pct) ? product->over_receipt_pct.micro
                                                : (int64_t)RECEIPT_OVER_PCT * QTY_SCALE;
}

/* received + scrapped, with this receipt, against the quantity started and its tolerance */
static enum status check_tolerance(const struct receipt_command *command,
                                   const struct work_order *order, const struct book_item *product,
                                   struct qty *accounted, struct fault *fault)
{
    struct qty sum = order->received;
    struct qty over = {tolerance_micro(product)};
    if (!qty_add(sum, order->scrapped, &sum) || !qty_add(sum, command->quantity, &sum) ||
        !qty_add(sum, command->scrapped, &sum))
        return fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity is out of range");
    if ((int128)sum.micro * 100 * QTY_SCALE >
        (int128)order->qty.micro * ((int128)100 * QTY_SCALE + over.micro)) {
        char have[QTY_TEXT_MAX];
        char started[QTY_TEXT_MAX];
        char pct[QTY_TEXT_MAX];
        qty_format(sum, have);
        qty_format(order->qty, started);
        qty_format(over, pct);
        return fault_set(fault, STATUS_OVER_RECEIPT, "quantity",
                         "%s received and scrapped in all is more than %s %% above the %s started",
                         have, pct, started);
    }
    *accounted = sum;
    return STATUS_OK;
}

/* Where pieces are reported by operation, no more is received than the last one has given. */
static enum status check_sequence(const struct receipt_command *command, const struct book *book,
                                  const struct work_order *order, struct fault *fault)
{
    bool by_pieces = false;
    for (size_t i = 0; i < order->operation_count; i++)
        by_pieces = by_pieces || order->operations[i].good.micro > 0;
    if (!by_pieces || (book->supervised && command->reason.length > 0))
        return STATUS_OK;
    const struct work_operation *last = &order->operations[order->operation_count - 1];
    struct qty sum;
    if (!qty_add(order->received, command->quantity, &sum))
        return fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity is out of range");
    if (qty_cmp(sum, last->good) <= 0)
        return STATUS_OK;
    char have[QTY_TEXT_MAX];
    char given[QTY_TEXT_MAX];
    qty_format(sum, have);
    qty_format(last->good, given);
    return fault_set(fault, STATUS_OUT_OF_SEQUENCE, "quantity",
                     "%s received in all, the last operation \"%.*s\" has given %s", have,
                     (int)last->operation.length, last->operation.bytes, given);
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
        .expires_on = command->expires_on,
        .status = (command->inspection_given ? command->inspection : product->inspect)
                      ? "inspection"
                      : NULL,
        .wip = order,
        .order_kind = BOOK_WORK_ORDER,
        .order_id = order->work_order,
        .document = document,
        .field = "",
    };
}

/* A serial number that was made or bought before comes back by a return only; of a rework order by
   what it took. */
static enum status check_unused(const struct receipt_master *master, const struct ledger_move *move,
                                struct fault *fault)
{
    for (size_t i = 0; master && i < master->serial_count; i++) {
        const struct used_serial *used = &master->serials[i];
        bool rework = move->wip->kind == WORK_ORDER_REWORK;
        if (text_equal(used->item, move->item->item) && text_equal(used->serial, move->lot) &&
            !rework)
            return fault_set(fault, STATUS_SERIAL_EXISTS, move->field,
                             "serial number \"%.*s\" of item \"%.*s\" came with order \"%.*s\"",
                             (int)move->lot.length, move->lot.bytes, (int)move->item->item.length,
                             move->item->item.bytes, (int)used->order_id.length,
                             used->order_id.bytes);
    }
    return STATUS_OK;
}

static enum status put_serials(struct book *book, const struct receipt_command *command,
                               const struct receipt_master *master, struct ledger_move move,
                               struct fault *fault)
{
    struct amount before = {0};
    struct amount upto;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < command->serial_count && status == STATUS_OK; i++) {
        char *field = arena_alloc(book->arena, sizeof fault->field, 1);
        if (!field)
            return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
        snprintf(field, sizeof fault->field, "serials[%zu]", i);
        move.field = field;
        move.lot = command->serials[i];
        move.qty.micro = (int64_t)(i + 1) * QTY_SCALE;
        if (move.lot.length == 0)
            return fault_set(fault, STATUS_INVALID, field, "serial number is missing");
        status = check_unused(master, &move, fault);
        if (status == STATUS_OK)
            status = ledger_product_cost(move.wip, move.item, move.qty, &upto, fault);
        move.qty.micro = QTY_SCALE;
        if (status == STATUS_OK)
            status = ledger_put(book, &move, (struct amount){upto.e4 - before.e4}, fault);
        before = upto;
    }
    return status;
}

static enum status put_good(struct book *book, const struct receipt_command *command,
                            const struct receipt_master *master, const struct ledger_move *move,
                            struct fault *fault)
{
    struct amount cost;
    enum status status = book_quantity(move->item, move->qty, "quantity", fault);
    if (status == STATUS_OK && command->serial_count > 0)
        return put_serials(book, command, master, *move, fault);
    if (status == STATUS_OK) {
        struct ledger_move named = *move;
        named.field = "lot";
        status = check_unused(master, &named, fault);
    }
    if (status == STATUS_OK)
        status = ledger_product_cost(move->wip, move->item, move->qty, &cost, fault);
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

/* ---- co- and by-products ---- */

static const char *output_field(const struct book *book, size_t i, const char *name)
{
    enum { FIELD_MAX = 48 };

    char *field = arena_alloc(book->arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "outputs[%zu]%s", i, name);
    return field ? field : "outputs";
}

static const struct frozen_output *find_output(const struct receipt_master *master,
                                               const struct work_order *order, struct text item)
{
    for (size_t i = 0; master && i < master->output_count; i++) {
        if (text_equal(master->outputs[i].work_order, order->work_order) &&
            text_equal(master->outputs[i].item, item))
            return &master->outputs[i];
    }
    return NULL;
}

/* What came before, also in this batch. */
static struct qty received_of(const struct book *book, const struct frozen_output *output)
{
    struct qty sum = output->received;
    for (size_t i = 0; i < book->line_count; i++) {
        const struct ledger_line *line = &book->lines[i];
        if (line->kind == LEDGER_RECEIPT && line->order_line == output->line &&
            text_equal(line->order_id, output->work_order) && text_equal(line->item, output->item))
            sum.micro += line->qty.micro;
    }
    return sum;
}

static enum status check_output(const struct book *book, const struct frozen_output *output,
                                const struct ledger_move *move, const char *field,
                                struct fault *fault)
{
    char have[QTY_TEXT_MAX];
    char planned[QTY_TEXT_MAX];
    struct qty sum;
    int64_t over = tolerance_micro(move->item);
    if (!qty_add(received_of(book, output), move->qty, &sum))
        return fault_set(fault, STATUS_OVERFLOW, field, "quantity is out of range");
    if ((int128)sum.micro * 100 * QTY_SCALE <=
        (int128)output->qty.micro * ((int128)100 * QTY_SCALE + over))
        return STATUS_OK;
    qty_format(sum, have);
    qty_format(output->qty, planned);
    return fault_set(fault, STATUS_OVER_RECEIPT, field,
                     "%s of item \"%.*s\" in all is above the %s planned", have,
                     (int)output->item.length, output->item.bytes, planned);
}

static enum status put_output(struct book *book, const struct receipt_output *asked,
                              const struct frozen_output *output, struct ledger_move move, size_t i,
                              struct fault *fault)
{
    struct amount cost;
    const char *quantity = output_field(book, i, ".quantity");
    enum status status =
        book_item(book, asked->item, output_field(book, i, ".item"), &move.item, fault);
    move.qty = asked->quantity;
    move.location = asked->location;
    move.lot = asked->lot;
    move.expires_on = asked->expires_on;
    move.status = asked->inspection ? "inspection" : NULL;
    move.field = output_field(book, i, "");
    move.order_line = output->line;
    move.aside = true;
    if (status == STATUS_OK)
        status = book_quantity(move.item, move.qty, quantity, fault);
    if (status == STATUS_OK)
        status = check_output(book, output, &move, quantity, fault);
    if (status != STATUS_OK)
        return status;
    if (!amount_extend(move.qty, output->unit_cost, &cost))
        return fault_set(fault, STATUS_OVERFLOW, quantity, "value is out of range");
    return ledger_put(book, &move, cost, fault);
}

static enum status put_outputs(struct book *book, const struct receipt_command *command,
                               const struct receipt_master *master, const struct ledger_move *move,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < command->output_count && status == STATUS_OK; i++) {
        const struct receipt_output *asked = &command->outputs[i];
        const struct frozen_output *output = find_output(master, move->wip, asked->item);
        if (!output)
            return fault_set(fault, STATUS_NOT_ON_ORDER, output_field(book, i, ".item"),
                             "work order \"%.*s\" brings no item \"%.*s\" beside its product",
                             (int)move->order_id.length, move->order_id.bytes,
                             (int)asked->item.length, asked->item.bytes);
        status = put_output(book, asked, output, *move, i, fault);
    }
    return status;
}

static enum status put_scrap(struct book *book, const struct receipt_command *command,
                             struct ledger_move move, struct fault *fault)
{
    enum status status = book_quantity(move.item, command->scrapped, "scrapped", fault);
    move.kind = LEDGER_SCRAP;
    move.qty = command->scrapped;
    move.reason = command->reason;
    move.status = NULL;
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

/* The lines of the document: good pieces, what comes beside them, scrap, material taken by itself.
 */
static enum status post_lines(struct book *book, const struct receipt_command *command,
                              const struct receipt_master *master, const struct ledger_move *move,
                              struct fault *fault)
{
    enum status status = STATUS_OK;
    if (qty_cmp(command->quantity, zero) > 0)
        status = put_good(book, command, master, move, fault);
    if (status == STATUS_OK)
        status = put_outputs(book, command, master, move, fault);
    if (status == STATUS_OK && qty_cmp(command->scrapped, zero) > 0)
        status = put_scrap(book, command, *move, fault);
    return status;
}

static enum status take_by_itself(struct book *book, const struct ledger_move *receipt,
                                  struct qty accounted, struct fault *fault)
{
    struct ledger_move like = {.wip = receipt->wip,
                               .order_kind = BOOK_WORK_ORDER,
                               .order_id = receipt->order_id,
                               .effective_on = receipt->effective_on,
                               .document = receipt->document};
    return component_backflush(book, &like, receipt->wip, NULL, accounted, fault);
}

/* The order is one that can be received so much of. */
static enum status check_order(const struct receipt_command *command, struct book *book,
                               struct ledger_move *move, struct qty *accounted, struct fault *fault)
{
    struct work_order *order;
    struct book_item *product;
    date day;
    enum status status = book_work_order(book, command->work_order, "work_order", &order, fault);
    if (status == STATUS_OK)
        status = book_day(book, command->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = check_state(order, fault);
    if (status == STATUS_OK)
        status = book_item(book, order->item, "work_order", &product, fault);
    if (status == STATUS_OK)
        status = check_tolerance(command, order, product, accounted, fault);
    if (status == STATUS_OK)
        status = check_sequence(command, book, order, fault);
    if (status != STATUS_OK)
        return status;
    *move = move_of(command, order, product, NULL);
    move->effective_on = day;
    return STATUS_OK;
}

enum status receipt_decide(const struct receipt_command *command,
                           const struct receipt_master *master, struct book *book,
                           struct receipt_outcome *outcome, struct fault *fault)
{
    struct book_number *document;
    struct qty accounted = zero;
    struct ledger_move move;

    enum status status = check_shape(command, fault);
    if (status == STATUS_OK)
        status = check_order(command, book, &move, &accounted, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "FG", &document, fault);
    if (status != STATUS_OK)
        return status;
    move.document = document;
    size_t first = book->line_count;
    status = post_lines(book, command, master, &move, fault);
    if (status == STATUS_OK)
        status = count_on_order(command, book, move.wip, accounted, fault);
    if (status == STATUS_OK)
        status = take_by_itself(book, &move, accounted, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = document;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    outcome->state = work_order_state_text(move.wip->state);
    return STATUS_OK;
}
