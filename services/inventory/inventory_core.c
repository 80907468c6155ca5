#include "services/inventory/inventory_core.h"

#include "common/ledger/ledger_core.h"
#include "services/inventory/document_core.h"

#include <stdio.h>

enum status purchase_receipt_wants(const struct order_command *command, struct book *book,
                                   struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++)
        status = book_want_location(book, command->lines[i].location, fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_PURCHASE_ORDER, command->order_id, REACH_LINES, fault);
}

enum status purchase_receipt_lots(const struct order_command *command, struct book *book,
                                  struct fault *fault)
{
    struct purchase_order *order;
    struct fault missing = {0};
    enum status status = STATUS_OK;
    if (book_purchase_order(book, command->order_id, "purchase_order", &order, &missing) !=
        STATUS_OK)
        return STATUS_OK;
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++) {
        int64_t line = command->lines[i].line;
        if (line >= 1 && (uint64_t)line <= order->line_count)
            status = book_want_lot(book, order->lines[line - 1].item, command->lines[i].lot, fault);
    }
    return status;
}

enum status shipment_wants(const struct order_command *command, struct book *book,
                           struct fault *fault)
{
    book_want_past(book, command->effective_on);
    return book_want_document(book, BOOK_SALES_ORDER, command->order_id, REACH_LINES, fault);
}

enum status adjustment_wants(const struct adjustment_command *command, struct book *book,
                             struct fault *fault)
{
    enum status status = STATUS_OK;
    book_want_past(book, command->effective_on);
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++) {
        status = book_want_lot(book, command->lines[i].item, command->lines[i].lot, fault);
        if (status == STATUS_OK)
            status = book_want_location(book, command->lines[i].location, fault);
    }
    return status;
}

/* "lines[2]" in the arena: what faults of the line's fields begin with. */
const char *inventory_line_field(const struct book *book, size_t line)
{
    return book_line_field(book, line, "");
}

const char *inventory_sub_field(const struct book *book, size_t line, const char *name)
{
    return book_line_field(book, line, name);
}

/* What purchase and sales lines have in common: how much was ordered and how much is done. */
struct order_line {
    struct book_row *row;
    struct text item;
    struct qty ordered;
    struct qty *done;
    struct text segment;
    struct unitcost price; /* of purchase lines */
    int64_t line;
};

/* One way of posting against order lines. */
struct order_posting {
    enum ledger_kind kind;
    enum book_kind order_kind;
    const char *prefix;
    int over_pct;
};

static const struct order_posting receiving = {LEDGER_PURCHASE_RECEIPT, BOOK_PURCHASE_ORDER, "PR",
                                               PURCHASE_OVER_PCT};
static const struct order_posting shipping = {LEDGER_SHIPMENT, BOOK_SALES_ORDER, "SH", 0};

static enum status post_quantity(struct book *book, const struct order_posting *posting,
                                 const struct order_line *line, const struct ledger_move *move,
                                 struct fault *fault)
{
    struct amount cost;
    if (posting->kind == LEDGER_SHIPMENT)
        return ledger_take(book, move, &cost, fault);
    if (!amount_extend(move->qty, line->price, &cost))
        return fault_set(fault, STATUS_OVERFLOW, move->field, "value of the line is out of range");
    return ledger_put(book, move, cost, fault);
}

static enum status check_tolerance(const struct order_posting *posting,
                                   const struct order_line *line, struct qty done,
                                   const char *field, struct fault *fault)
{
    if ((int128)done.micro * 100 <= (int128)line->ordered.micro * (100 + posting->over_pct))
        return STATUS_OK;
    char ordered[QTY_TEXT_MAX];
    char already[QTY_TEXT_MAX];
    char sum[QTY_TEXT_MAX];
    qty_format(line->ordered, ordered);
    qty_format(*line->done, already);
    qty_format(done, sum);
    enum status status =
        posting->kind == LEDGER_PURCHASE_RECEIPT ? STATUS_OVER_RECEIPT : STATUS_OVER_TOLERANCE;
    return fault_set(fault, status, field,
                     "%s in all (%s before) is above the %s ordered on line %lld", sum, already,
                     ordered, (long long)line->line);
}

/* The request's words for one line of the order. */
struct line_request {
    const struct order_line_quantity *asked;
    const char *field;    /* "lines[2]" */
    const char *quantity; /* "lines[2].quantity" */
};

static enum status post_line(struct book *book, const struct order_posting *posting,
                             const struct order_line *line, const struct line_request *request,
                             struct ledger_move move, struct fault *fault)
{
    struct qty done;
    enum status status = book_item(book, line->item, request->field, &move.item, fault);
    if (status == STATUS_OK)
        status = book_quantity(move.item, request->asked->quantity, request->quantity, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(*line->done, request->asked->quantity, &done))
        return fault_set(fault, STATUS_OVERFLOW, request->quantity, "quantity is out of range");
    status = check_tolerance(posting, line, done, request->quantity, fault);
    if (status == STATUS_OK)
        status = book_change(book, line->row, fault);
    if (status != STATUS_OK)
        return status;
    *line->done = done;
    move.qty = request->asked->quantity;
    move.location = request->asked->location;
    move.lot = request->asked->lot;
    move.expires_on = request->asked->expires_on;
    move.segment = line->segment;
    move.order_line = line->line;
    move.field = request->field;
    if (posting->kind == LEDGER_PURCHASE_RECEIPT && !move.status && move.item->inspect)
        move.status = "inspection";
    return post_quantity(book, posting, line, &move, fault);
}

static enum status purchase_lines(struct book *book, struct text id, struct order_line **out,
                                  size_t *count, struct fault *fault)
{
    struct purchase_order *order;
    enum status status = book_purchase_order(book, id, "purchase_order", &order, fault);
    if (status == STATUS_OK && order->state != ORDER_SENT)
        status = fault_set(fault, STATUS_STATE_CONFLICT, "purchase_order",
                           "purchase order \"%.*s\" is %s; only a sent one is received",
                           (int)id.length, id.bytes, order_state_text(order->state));
    if (status != STATUS_OK)
        return status;
    struct order_line *lines = arena_alloc(book->arena, order->line_count + 1, sizeof *lines);
    if (!lines)
        return fault_set(fault, STATUS_LIMIT, "lines", "order does not fit in memory");
    for (size_t i = 0; i < order->line_count; i++) {
        struct purchase_line *l = &order->lines[i];
        lines[i] = (struct order_line){&l->row,    l->item,  l->qty, &l->received,
                                       l->segment, l->price, l->line};
    }
    *out = lines;
    *count = order->line_count;
    return STATUS_OK;
}

static enum status sales_lines(struct book *book, struct text id, struct order_line **out,
                               size_t *count, struct fault *fault)
{
    struct sales_order *order;
    enum status status = book_sales_order(book, id, "sales_order", &order, fault);
    if (status == STATUS_OK && order->state != ORDER_OPEN)
        status =
            fault_set(fault, STATUS_STATE_CONFLICT, "sales_order", "sales order \"%.*s\" is %s",
                      (int)id.length, id.bytes, order_state_text(order->state));
    if (status != STATUS_OK)
        return status;
    struct order_line *lines = arena_alloc(book->arena, order->line_count + 1, sizeof *lines);
    if (!lines)
        return fault_set(fault, STATUS_LIMIT, "lines", "order does not fit in memory");
    for (size_t i = 0; i < order->line_count; i++) {
        struct sales_line *l = &order->lines[i];
        lines[i] =
            (struct order_line){&l->row, l->item, l->qty, &l->shipped, l->segment, {0}, l->line};
    }
    *out = lines;
    *count = order->line_count;
    return STATUS_OK;
}

static const struct order_line *line_of(const struct order_line *lines, size_t count,
                                        int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].line == number)
            return &lines[i];
    }
    return NULL;
}

/* Lines that the request names. */
static enum status post_named(struct book *book, const struct order_posting *posting,
                              const struct order_command *command, const struct ledger_move *move,
                              struct fault *fault)
{
    struct order_line *lines;
    size_t count;
    enum status status = posting->kind == LEDGER_SHIPMENT
                             ? sales_lines(book, command->order_id, &lines, &count, fault)
                             : purchase_lines(book, command->order_id, &lines, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++) {
        const struct order_line_quantity *asked = &command->lines[i];
        const struct order_line *line = line_of(lines, count, asked->line);
        if (!line)
            return fault_set(fault, STATUS_NOT_FOUND, inventory_sub_field(book, i, "line"),
                             "order \"%.*s\" has no line %lld", (int)command->order_id.length,
                             command->order_id.bytes, (long long)asked->line);
        struct line_request request = {asked, inventory_line_field(book, i),
                                       inventory_sub_field(book, i, "quantity")};
        status = post_line(book, posting, line, &request, *move, fault);
    }
    return status;
}

/* Everything that is open. */
static enum status post_open_lines(struct book *book, const struct order_posting *posting,
                                   const struct order_command *command,
                                   const struct ledger_move *move, struct fault *fault)
{
    struct order_line *lines;
    size_t count;
    bool any = false;
    enum status status = posting->kind == LEDGER_SHIPMENT
                             ? sales_lines(book, command->order_id, &lines, &count, fault)
                             : purchase_lines(book, command->order_id, &lines, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct order_line_quantity open = {.line = lines[i].line,
                                           .location = text_of(NULL),
                                           .lot = text_of(NULL),
                                           .expires_on = NO_DATE};
        if (qty_cmp(lines[i].ordered, *lines[i].done) <= 0)
            continue;
        if (!qty_sub(lines[i].ordered, *lines[i].done, &open.quantity))
            return fault_set(fault, STATUS_OVERFLOW, "lines", "quantity is out of range");
        struct line_request request = {&open, "lines", "lines"};
        status = post_line(book, posting, &lines[i], &request, *move, fault);
        any = true;
    }
    if (status == STATUS_OK && !any)
        return fault_set(fault, STATUS_STATE_CONFLICT, "lines", "order \"%.*s\" has nothing open",
                         (int)command->order_id.length, command->order_id.bytes);
    return status;
}

static enum status order_decide(const struct order_posting *posting,
                                const struct order_command *command, struct book *book,
                                struct inventory_outcome *outcome, struct fault *fault)
{
    struct book_number *document;
    date day;
    enum status status = book_day(book, command->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, posting->prefix, &document, fault);
    if (status != STATUS_OK)
        return status;

    struct ledger_move move = {
        .kind = posting->kind,
        .order_kind = posting->order_kind,
        .order_id = command->order_id,
        .effective_on = day,
        .document = document,
        .oldest_first = command->oldest_first,
    };
    if (posting->kind == LEDGER_PURCHASE_RECEIPT && command->inspection_given)
        move.status = command->inspection ? "inspection" : "available";
    size_t first = book->line_count;
    status = command->line_count > 0 ? post_named(book, posting, command, &move, fault)
                                     : post_open_lines(book, posting, command, &move, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = document;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    return STATUS_OK;
}

enum status purchase_receipt_decide(const struct order_command *command, struct book *book,
                                    struct inventory_outcome *outcome, struct fault *fault)
{
    return order_decide(&receiving, command, book, outcome, fault);
}

enum status shipment_decide(const struct order_command *command, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault)
{
    return order_decide(&shipping, command, book, outcome, fault);
}

/* Adds at the given cost or the item's present one; takes at what the valuation says. */
static enum status adjust(struct book *book, const struct adjustment_line *line,
                          struct ledger_move *move, const char *quantity_field, struct fault *fault)
{
    struct amount cost;
    bool adds = line->quantity.micro > 0;
    move->qty.micro = adds ? line->quantity.micro : -line->quantity.micro;
    enum status status = book_quantity(move->item, move->qty, quantity_field, fault);
    if (status != STATUS_OK)
        return status;
    if (!adds)
        return ledger_take(book, move, &cost, fault);
    if (!cost_given(line->unit_cost))
        status = ledger_present_cost(move->item, move->qty, &cost, fault);
    else if (!amount_extend(move->qty, line->unit_cost, &cost))
        status = fault_set(fault, STATUS_OVERFLOW, quantity_field, "value is out of range");
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

static enum status adjust_line(struct book *book, const struct adjustment_command *command,
                               size_t i, struct ledger_move move, struct fault *fault)
{
    const struct adjustment_line *line = &command->lines[i];
    const char *quantity = inventory_sub_field(book, i, "quantity");
    enum status status =
        book_item(book, line->item, inventory_sub_field(book, i, "item"), &move.item, fault);
    if (status != STATUS_OK)
        return status;
    move.location = line->location;
    move.lot = line->lot;
    move.expires_on = line->expires_on;
    move.field = inventory_line_field(book, i);
    return adjust(book, line, &move, quantity, fault);
}

/* What can be said of the lines without moving anything. */
static enum status check_adjustment(const struct adjustment_command *command, struct book *book,
                                    struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++) {
        const struct adjustment_line *line = &command->lines[i];
        struct book_item *item;
        const char *quantity = inventory_sub_field(book, i, "quantity");
        if (line->quantity.micro == 0 || line->quantity.micro == INT64_MIN)
            return fault_set(fault, STATUS_INVALID, quantity, "quantity must not be zero");
        struct qty size = {line->quantity.micro < 0 ? -line->quantity.micro : line->quantity.micro};
        if (cost_given(line->unit_cost) && line->unit_cost.micro < 0)
            return fault_set(fault, STATUS_INVALID, inventory_sub_field(book, i, "unit_cost"),
                             "unit cost cannot be negative");
        if (line->unit_cost.micro > QTY_STORED_MAX)
            return fault_set(fault, STATUS_OVERFLOW, inventory_sub_field(book, i, "unit_cost"),
                             "unit cost is out of range");
        status = book_item(book, line->item, inventory_sub_field(book, i, "item"), &item, fault);
        if (status == STATUS_OK)
            status = book_quantity(item, size, quantity, fault);
        if (status == STATUS_OK)
            status = book_location(book, item, line->location,
                                   inventory_sub_field(book, i, "location"), fault);
    }
    return status;
}

static enum status post_adjustment(const struct adjustment_command *command, struct book *book,
                                   struct inventory_outcome *outcome, struct fault *fault)
{
    struct ledger_move move = {
        .kind = LEDGER_ADJUSTMENT, .order_kind = BOOK_NO_KIND, .reason = command->reason};
    struct book_number *document = NULL;
    const size_t first = book->line_count;
    enum status status = book_day(book, command->effective_on, &move.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "AD", &document, fault);
    move.document = document;
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++)
        status = adjust_line(book, command, i, move, fault);
    outcome->document = document;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    return status;
}

/* A large one is posted and taken back before it waits for a second person: what is wrong with it
   is said to its maker, now, not to the one who decides. */
enum status adjustment_decide(const struct adjustment_command *command, struct book *book,
                              struct inventory_outcome *outcome, struct fault *fault)
{
    struct stock_document probe;
    bool large;
    if (command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "an adjustment needs at least one line");
    if (command->reason.length == 0 || command->reason.length > ADJUSTMENT_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason",
                         "an adjustment needs a reason of 1 to %d bytes", ADJUSTMENT_REASON_MAX);
    enum status status = check_adjustment(command, book, fault);
    if (status == STATUS_OK)
        status = adjustment_is_large(command, book, &probe, &large, fault);
    if (status != STATUS_OK)
        return status;
    const struct book_mark mark = book_mark(book);
    status = post_adjustment(command, book, outcome, fault);
    if (status != STATUS_OK || !large)
        return status;
    book_undo(book, mark);
    return adjustment_wait(command, book, &probe, outcome, fault);
}
