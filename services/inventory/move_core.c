#include "services/inventory/move_core.h"

#include "common/ledger/ledger_core.h"

#define IN_TRANSIT "in_transit"

/* What all postings here share. */
struct step {
    struct book *book;
    struct fault *fault;
    struct ledger_move move;
    struct book_number *document;
    size_t first; /* line of the book */
};

static enum status want_items(struct book *book, const struct text *item, size_t stride,
                              size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    const char *at = (const char *)item;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = book_want_item(book, *(const struct text *)(const void *)(at + i * stride), fault);
    return status;
}

enum status move_wants(const struct move_command *command, struct book *book, struct fault *fault)
{
    enum status status = book_want_location(book, command->to_location, fault);
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = book_want_location(book, command->lines[i].location, fault);
    if (command->line_count == 0 || status != STATUS_OK)
        return status;
    return want_items(book, &command->lines->item, sizeof *command->lines, command->line_count,
                      fault);
}

enum status inspection_wants(const struct inspection_command *command, struct book *book,
                             struct fault *fault)
{
    if (command->line_count == 0)
        return STATUS_OK;
    return want_items(book, &command->lines->item, sizeof *command->lines, command->line_count,
                      fault);
}

enum status arrival_wants(const struct arrival_command *command, struct book *book,
                          struct fault *fault)
{
    return book_want_document(book, BOOK_STOCK_DOCUMENT, command->transfer, REACH_LINES, fault);
}

static enum status check_shape(size_t line_count, struct text reason, struct fault *fault)
{
    if (line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "at least one line is needed");
    if (reason.length > ADJUSTMENT_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "reason is longer than %d bytes",
                         ADJUSTMENT_REASON_MAX);
    return STATUS_OK;
}

static enum status begin(struct step *step, date effective_on, const char *prefix,
                         struct inventory_outcome *outcome)
{
    enum status status = book_day(step->book, effective_on, &step->move.effective_on, step->fault);
    if (status == STATUS_OK)
        status = book_next_number(step->book, prefix, &step->document, step->fault);
    step->move.document = step->document;
    step->move.order_kind = BOOK_NO_KIND;
    step->move.expired_too = true;
    step->first = step->book->line_count;
    outcome->document = step->document;
    return status;
}

static void finish(const struct step *step, struct inventory_outcome *outcome)
{
    outcome->lines = (struct ledger_range){step->first, step->book->line_count - step->first};
}

/* The quality statuses that people may set. */
static const char *status_named(struct text text)
{
    static const char *const names[] = {"available", "inspection", "blocked"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (text_is(text, names[i]))
            return names[i];
    }
    return NULL;
}

static enum status check_status(struct text text, const char *field, const char **out,
                                struct fault *fault)
{
    *out = status_named(text);
    if (*out)
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, field,
                     "status \"%.*s\" is not available, inspection or blocked", (int)text.length,
                     text.bytes ? text.bytes : "");
}

/* The move of one requested line, with its item; the quantity is checked under that name. */
static enum status take_line(struct step *step, const struct move_line *line, size_t i,
                             const char *quantity)
{
    struct book *book = step->book;
    enum status status = book_item(book, line->item, inventory_sub_field(book, i, "item"),
                                   &step->move.item, step->fault);
    if (status == STATUS_OK)
        status = book_quantity(step->move.item, line->quantity,
                               inventory_sub_field(book, i, quantity), step->fault);
    step->move.qty = line->quantity;
    step->move.location = line->location;
    step->move.lot = line->lot;
    step->move.segment = line->segment;
    step->move.field = inventory_line_field(book, i);
    return status;
}

/* ---- transfer ---- */

static enum status shift_line(struct step *step, const struct move_command *command, size_t i)
{
    const struct move_line *line = &command->lines[i];
    struct ledger_place to = {command->to_location, command->two_steps ? IN_TRANSIT : NULL};
    enum status status = take_line(step, line, i, "quantity");
    if (status == STATUS_OK && line->location.length > 0 &&
        text_equal(line->location, command->to_location))
        return fault_set(step->fault, STATUS_INVALID,
                         inventory_sub_field(step->book, i, "location"),
                         "location \"%.*s\" is where it goes to", (int)line->location.length,
                         line->location.bytes);
    if (status == STATUS_OK)
        status = book_location(step->book, step->move.item, command->to_location, "to_location",
                               step->fault);
    return status == STATUS_OK ? ledger_shift(step->book, &step->move, to, step->fault) : status;
}

/* What was sent, by the ledger: each pair of lines is a line of the document. */
static enum status write_document(struct step *step, const struct move_command *command)
{
    struct stock_document *sent;
    struct book *book = step->book;
    size_t pairs = (book->line_count - step->first) / 2;
    enum status status = book_new_stock_document(book, step->document, pairs, &sent, step->fault);
    if (status != STATUS_OK)
        return status;
    sent->kind = STOCK_TRANSFER;
    sent->state = STOCK_SENT;
    sent->to_location = command->to_location;
    sent->reason = command->reason.bytes ? command->reason : text_of("");
    sent->effective_on = step->move.effective_on;
    for (size_t i = 0; i < pairs; i++) {
        const struct ledger_line *from = &book->lines[step->first + 2 * i];
        struct stock_document_line *line = &sent->lines[i];
        line->item = from->item;
        line->location = from->location;
        line->lot = from->lot;
        line->status = from->status;
        line->segment = from->segment;
        line->qty.micro = -from->qty.micro;
    }
    return STATUS_OK;
}

enum status transfer_decide(const struct move_command *command, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault)
{
    struct step step = {.book = book, .fault = fault, .move.kind = LEDGER_TRANSFER};
    enum status status = check_shape(command->line_count, command->reason, fault);
    if (status == STATUS_OK && !text_is_code(command->to_location))
        return fault_set(fault, STATUS_INVALID, "to_location",
                         "a transfer needs the location it goes to");
    if (status == STATUS_OK)
        status = begin(&step, command->effective_on, "TR", outcome);
    step.move.reason = command->reason;
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = shift_line(&step, command, i);
    if (status == STATUS_OK && command->two_steps)
        status = write_document(&step, command);
    outcome->state = command->two_steps ? "sent" : "done";
    finish(&step, outcome);
    return status;
}

/* ---- arrival ---- */

static struct qty on_its_way(const struct stock_document_line *line)
{
    return (struct qty){line->qty.micro - line->done.micro};
}

/* In transit it lies at the location it goes to, whatever status it had before. */
static enum status arrive(struct step *step, struct stock_document_line *line, struct qty qty,
                          bool send_back)
{
    const char *had = status_named(line->status);
    struct stock_document *sent = line->document;
    struct ledger_place to = {send_back ? line->location : sent->to_location, had};
    ASSERT(had);
    enum status status =
        book_item(step->book, line->item, "transfer", &step->move.item, step->fault);
    if (status == STATUS_OK)
        status = book_change(step->book, &line->row, step->fault);
    if (status != STATUS_OK)
        return status;
    step->move.qty = qty;
    step->move.status = IN_TRANSIT;
    step->move.location = sent->to_location;
    step->move.lot = line->lot;
    step->move.segment = line->segment;
    line->done.micro += qty.micro;
    return ledger_shift(step->book, &step->move, to, step->fault);
}

static enum status arrive_named(struct step *step, const struct arrival_command *command,
                                const struct stock_document *sent, size_t i)
{
    const struct arrival_line *asked = &command->lines[i];
    const char *field = inventory_sub_field(step->book, i, "quantity");
    if (asked->line < 1 || (uint64_t)asked->line > sent->line_count)
        return fault_set(step->fault, STATUS_NOT_FOUND, inventory_sub_field(step->book, i, "line"),
                         "transfer \"%.*s\" has no line %lld", (int)sent->document.length,
                         sent->document.bytes, (long long)asked->line);
    struct stock_document_line *line = &sent->lines[asked->line - 1];
    if (asked->quantity.micro <= 0 || asked->quantity.micro > on_its_way(line).micro) {
        char way[QTY_TEXT_MAX];
        char is[QTY_TEXT_MAX];
        qty_format(on_its_way(line), way);
        qty_format(asked->quantity, is);
        return fault_set(step->fault,
                         asked->quantity.micro <= 0 ? STATUS_INVALID : STATUS_OVER_TOLERANCE, field,
                         "line %lld has %s on its way, %s asked", (long long)asked->line, way, is);
    }
    step->move.field = inventory_line_field(step->book, i);
    return arrive(step, line, asked->quantity, command->send_back);
}

static enum status arrive_all(struct step *step, const struct arrival_command *command,
                              const struct stock_document *sent)
{
    enum status status = STATUS_OK;
    step->move.field = "transfer";
    for (size_t i = 0; i < sent->line_count && status == STATUS_OK; i++) {
        struct qty rest = on_its_way(&sent->lines[i]);
        if (rest.micro > 0)
            status = arrive(step, &sent->lines[i], rest, command->send_back);
    }
    return status;
}

static enum status find_sent(const struct arrival_command *command, struct book *book,
                             struct stock_document **out, struct fault *fault)
{
    enum status status = book_stock_document(book, command->transfer, "transfer", out, fault);
    if (status != STATUS_OK)
        return status;
    if ((*out)->kind != STOCK_TRANSFER || (*out)->state != STOCK_SENT)
        return fault_set(fault, STATUS_STATE_CONFLICT, "transfer",
                         "%s \"%.*s\" is %s; only a transfer that was sent can arrive",
                         stock_document_kind_text((*out)->kind), (int)command->transfer.length,
                         command->transfer.bytes, stock_document_state_text((*out)->state));
    return STATUS_OK;
}

static bool all_arrived(const struct stock_document *sent)
{
    for (size_t i = 0; i < sent->line_count; i++) {
        if (on_its_way(&sent->lines[i]).micro > 0)
            return false;
    }
    return true;
}

enum status arrival_decide(const struct arrival_command *command, struct book *book,
                           struct inventory_outcome *outcome, struct fault *fault)
{
    struct stock_document *sent;
    struct step step = {.book = book, .fault = fault, .move.kind = LEDGER_TRANSFER};
    enum status status = find_sent(command, book, &sent, fault);
    if (status == STATUS_OK)
        status = begin(&step, command->effective_on, "TA", outcome);
    if (status != STATUS_OK)
        return status;
    step.move.operation = sent->document; /* which transfer it was, for its reversal */
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = arrive_named(&step, command, sent, i);
    if (status == STATUS_OK && command->line_count == 0)
        status = arrive_all(&step, command, sent);
    if (status == STATUS_OK)
        status = book_change(book, &sent->row, fault);
    if (status != STATUS_OK)
        return status;
    sent->decided_by = book->principal;
    sent->state = all_arrived(sent) ? STOCK_DONE : STOCK_SENT;
    outcome->state = stock_document_state_text(sent->state);
    finish(&step, outcome);
    return STATUS_OK;
}

/* ---- quality status ---- */

static enum status change_line(struct step *step, const struct move_line *line, size_t i)
{
    struct book *book = step->book;
    struct ledger_place to = {0};
    enum status status = take_line(step, line, i, "quantity");
    if (status == STATUS_OK)
        status = check_status(line->from_status, inventory_sub_field(book, i, "from_status"),
                              &step->move.status, step->fault);
    if (status == STATUS_OK)
        status = check_status(line->to_status, inventory_sub_field(book, i, "to_status"),
                              &to.status, step->fault);
    if (status == STATUS_OK && text_equal(line->from_status, line->to_status))
        return fault_set(step->fault, STATUS_INVALID, inventory_sub_field(book, i, "to_status"),
                         "it is %s already", to.status);
    return status == STATUS_OK ? ledger_shift(book, &step->move, to, step->fault) : status;
}

enum status status_decide(const struct move_command *command, struct book *book,
                          struct inventory_outcome *outcome, struct fault *fault)
{
    struct step step = {.book = book, .fault = fault, .move.kind = LEDGER_STATUS};
    enum status status = check_shape(command->line_count, command->reason, fault);
    if (status == STATUS_OK && command->reason.length == 0)
        return fault_set(fault, STATUS_INVALID, "reason", "a change of status needs a reason");
    if (status == STATUS_OK)
        status = begin(&step, command->effective_on, "QS", outcome);
    step.move.reason = command->reason;
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = change_line(&step, &command->lines[i], i);
    finish(&step, outcome);
    return status;
}

/* One side of a verdict: that much of what waits for inspection gets the status. */
static enum status judge(struct step *step, const struct inspection_line *line, size_t i,
                         bool accepted)
{
    struct move_line part = {.item = line->item,
                             .quantity = accepted ? line->accepted : line->rejected,
                             .location = line->location,
                             .lot = line->lot,
                             .segment = line->segment};
    struct ledger_place to = {.status = accepted ? "available" : "blocked"};
    if (part.quantity.micro == 0)
        return STATUS_OK;
    enum status status = take_line(step, &part, i, accepted ? "accepted" : "rejected");
    step->move.status = "inspection";
    return status == STATUS_OK ? ledger_shift(step->book, &step->move, to, step->fault) : status;
}

static enum status check_inspection(const struct inspection_command *command, struct book *book,
                                    struct fault *fault)
{
    enum status status = check_shape(command->line_count, command->reason, fault);
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++) {
        const struct inspection_line *line = &command->lines[i];
        if (line->accepted.micro == 0 && line->rejected.micro == 0)
            return fault_set(fault, STATUS_INVALID, inventory_sub_field(book, i, "accepted"),
                             "a result accepts or rejects something");
        if (line->rejected.micro != 0 && command->reason.length == 0)
            return fault_set(fault, STATUS_INVALID, "reason", "what is rejected needs a reason");
    }
    return status;
}

enum status inspection_decide(const struct inspection_command *command, struct book *book,
                              struct inventory_outcome *outcome, struct fault *fault)
{
    struct step step = {.book = book, .fault = fault, .move.kind = LEDGER_STATUS};
    enum status status = check_inspection(command, book, fault);
    if (status == STATUS_OK)
        status = begin(&step, command->effective_on, "QS", outcome);
    step.move.reason = command->reason;
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++) {
        status = judge(&step, &command->lines[i], i, true);
        if (status == STATUS_OK)
            status = judge(&step, &command->lines[i], i, false);
    }
    finish(&step, outcome);
    return status;
}
