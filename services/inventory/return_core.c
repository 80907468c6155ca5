#include "services/inventory/return_core.h"

#include "common/ledger/ledger_core.h"

enum status supplier_return_wants(const struct return_command *command, struct book *book,
                                  struct fault *fault)
{
    return book_want_document(book, BOOK_PURCHASE_ORDER, command->order_id, REACH_LINES, fault);
}

enum status customer_return_wants(const struct return_command *command, struct book *book,
                                  struct fault *fault)
{
    return book_want_document(book, BOOK_SALES_ORDER, command->order_id, REACH_LINES, fault);
}

/* The order's line, of either kind. */
struct target {
    struct book_row *row;
    struct text item;
    struct text segment;
    struct qty *done; /* received or shipped */
};

static enum status find_target(struct book *book, enum ledger_kind kind, struct text order_id,
                               int64_t number, struct target *out, struct fault *fault)
{
    *out = (struct target){0};
    if (kind == LEDGER_SUPPLIER_RETURN) {
        struct purchase_order *order;
        enum status status = book_purchase_order(book, order_id, "purchase_order", &order, fault);
        if (status == STATUS_OK && number >= 1 && (uint64_t)number <= order->line_count) {
            struct purchase_line *l = &order->lines[number - 1];
            *out = (struct target){&l->row, l->item, l->segment, &l->received};
        }
        return status;
    }
    struct sales_order *order;
    enum status status = book_sales_order(book, order_id, "sales_order", &order, fault);
    if (status == STATUS_OK && number >= 1 && (uint64_t)number <= order->line_count) {
        struct sales_line *l = &order->lines[number - 1];
        *out = (struct target){&l->row, l->item, l->segment, &l->shipped};
    }
    return status;
}

static enum status check_returnable(const struct return_line *line, const struct target *target,
                                    const char *field, const char *verb, struct fault *fault)
{
    char done[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    if (line->quantity.micro <= target->done->micro)
        return STATUS_OK;
    qty_format(*target->done, done);
    qty_format(line->quantity, asked);
    return fault_set(fault, STATUS_OVER_RETURN, field,
                     "line %lld has %s %s and not given back, %s asked", (long long)line->line,
                     done, verb, asked);
}

static enum status move_back(struct book *book, const struct ledger_move *move, struct fault *fault)
{
    struct amount cost;
    size_t first = book->line_count;
    enum status status;
    if (move->kind == LEDGER_SUPPLIER_RETURN) {
        status = ledger_take(book, move, &cost, fault);
    } else {
        status = ledger_present_cost(move->item, move->qty, &cost, fault);
        if (status == STATUS_OK)
            status = ledger_put(book, move, cost, fault);
    }
    /* to the order's counter, which falls */
    for (size_t i = first; i < book->line_count; i++)
        book->lines[i].counted.micro = -book->lines[i].counted.micro;
    return status;
}

static const char *stock_status(struct text asked, const char *otherwise)
{
    static const char *const names[] = {"available", "inspection", "blocked"};
    if (asked.length == 0)
        return otherwise;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (text_is(asked, names[i]))
            return names[i];
    }
    return NULL;
}

static enum status return_one(struct book *book, const struct return_command *command, size_t i,
                              struct ledger_move move, struct fault *fault)
{
    struct target target;
    const struct return_line *line = &command->lines[i];
    bool out = move.kind == LEDGER_SUPPLIER_RETURN;
    const char *quantity = inventory_sub_field(book, i, "quantity");
    enum status status =
        find_target(book, move.kind, command->order_id, line->line, &target, fault);
    if (status != STATUS_OK)
        return status;
    if (!target.row)
        return fault_set(fault, STATUS_NOT_FOUND, inventory_sub_field(book, i, "line"),
                         "order \"%.*s\" has no line %lld", (int)command->order_id.length,
                         command->order_id.bytes, (long long)line->line);
    status = book_item(book, target.item, inventory_line_field(book, i), &move.item, fault);
    if (status == STATUS_OK)
        status = book_quantity(move.item, line->quantity, quantity, fault);
    if (status == STATUS_OK)
        status = check_returnable(line, &target, quantity, out ? "received" : "shipped", fault);
    if (status == STATUS_OK)
        status = book_change(book, target.row, fault);
    if (status != STATUS_OK)
        return status;
    move.status = stock_status(line->status, out ? "available" : "inspection");
    if (!move.status)
        return fault_set(fault, STATUS_INVALID, inventory_sub_field(book, i, "status"),
                         "status \"%.*s\" is not available, inspection or blocked",
                         (int)line->status.length, line->status.bytes);
    target.done->micro -= line->quantity.micro;
    move.qty = line->quantity;
    move.location = line->location;
    move.lot = line->lot;
    move.segment = target.segment;
    move.order_line = line->line;
    move.field = inventory_line_field(book, i);
    return move_back(book, &move, fault);
}

static enum status return_decide(const struct return_command *command, struct book *book,
                                 struct ledger_move move, struct inventory_outcome *outcome,
                                 struct fault *fault)
{
    struct book_number *document;
    bool out = move.kind == LEDGER_SUPPLIER_RETURN;
    if (command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "at least one line is needed");
    if (command->reason.length == 0 || command->reason.length > ADJUSTMENT_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason",
                         "a return needs a reason of 1 to %d bytes", ADJUSTMENT_REASON_MAX);
    enum status status = book_day(book, command->effective_on, &move.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, out ? "RS" : "RC", &document, fault);
    if (status != STATUS_OK)
        return status;
    move.order_id = command->order_id;
    move.reason = command->reason;
    move.document = document;
    move.expired_too = true;
    size_t first = book->line_count;
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = return_one(book, command, i, move, fault);
    outcome->document = document;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    return status;
}

enum status supplier_return_decide(const struct return_command *command, struct book *book,
                                   struct inventory_outcome *outcome, struct fault *fault)
{
    struct ledger_move move = {.kind = LEDGER_SUPPLIER_RETURN, .order_kind = BOOK_PURCHASE_ORDER};
    return return_decide(command, book, move, outcome, fault);
}

enum status customer_return_decide(const struct return_command *command, struct book *book,
                                   struct inventory_outcome *outcome, struct fault *fault)
{
    struct ledger_move move = {.kind = LEDGER_CUSTOMER_RETURN, .order_kind = BOOK_SALES_ORDER};
    return return_decide(command, book, move, outcome, fault);
}

enum status rule_wants(const struct rule_command *command, struct book *book, struct fault *fault)
{
    return command->item.length > 0 ? book_want_item(book, command->item, fault) : STATUS_OK;
}

static enum status check_part(struct qty part, const char *field, struct fault *fault)
{
    if (qty_given(part) && part.micro < 0)
        return fault_set(fault, STATUS_INVALID, field, "a tolerance cannot be negative");
    return part.micro > QTY_STORED_MAX
               ? fault_set(fault, STATUS_OVERFLOW, field, "a tolerance is out of range")
               : STATUS_OK;
}

static enum status set_item_rule(struct book *book, struct book_item *item,
                                 const struct rule_command *command, struct fault *fault)
{
    enum status status = check_part(command->over_issue_pct, "over_issue_pct", fault);
    if (status == STATUS_OK)
        status = check_part(command->over_issue_qty, "over_issue_quantity", fault);
    if (status == STATUS_OK)
        status = check_part(command->over_receipt_pct, "over_receipt_pct", fault);
    if (status != STATUS_OK)
        return status;
    item->inspect = command->inspect_given ? command->inspect : item->inspect;
    item->backflush = command->backflush_given ? command->backflush : item->backflush;
    if (qty_given(command->over_issue_pct))
        item->over_issue_pct = command->over_issue_pct;
    if (qty_given(command->over_issue_qty))
        item->over_issue_qty = command->over_issue_qty;
    if (qty_given(command->over_receipt_pct))
        item->over_receipt_pct = command->over_receipt_pct;
    return book_set_rule(book, item, fault);
}

/* What the command is about to set, as it is. */
static void note_item_rule(const struct book_item *item, struct rule_command *before)
{
    before->inspect = item->inspect;
    before->backflush = item->backflush;
    if (qty_given(before->over_issue_pct))
        before->over_issue_pct = item->over_issue_pct;
    if (qty_given(before->over_issue_qty))
        before->over_issue_qty = item->over_issue_qty;
    if (qty_given(before->over_receipt_pct))
        before->over_receipt_pct = item->over_receipt_pct;
}

enum status rule_decide(const struct rule_command *command, struct book *book,
                        struct rule_command *before, struct fault *fault)
{
    struct book_item *item;
    *before = *command;
    if (!command->limit_given && command->item.length == 0)
        return fault_set(fault, STATUS_INVALID, "approve_above", "a limit or an item is needed");
    if (command->limit_given && command->approve_above.e4 < 0)
        return fault_set(fault, STATUS_INVALID, "approve_above", "a limit cannot be negative");
    if (command->item.length > 0) {
        enum status status = book_item(book, command->item, "item", &item, fault);
        if (status == STATUS_OK)
            status = book_change(book, &item->row, fault);
        if (status != STATUS_OK)
            return status;
        note_item_rule(item, before);
        status = set_item_rule(book, item, command, fault);
        if (status != STATUS_OK)
            return status;
    }
    if (command->limit_given) {
        before->approve_above = book->approve_above;
        before->limit_given = book->approve_above.e4 != NO_LIMIT.e4;
        book->approve_above = command->approve_above;
        book->approve_above_set = true;
    }
    return STATUS_OK;
}
