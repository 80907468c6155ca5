#include "services/inventory/document_core.h"

#include "common/ledger/ledger_core.h"

#define US_PER_SECOND  ((int64_t)1000000)
#define CLOCK_SLACK_US (DEVICE_AHEAD_S * US_PER_SECOND)

enum status count_start_wants(const struct count_start *command, struct book *book,
                              struct fault *fault)
{
    enum status status = book_want_location(book, command->location, fault);
    for (size_t i = 0; i < command->item_count && status == STATUS_OK; i++)
        status = book_want_item(book, command->items[i], fault);
    return status;
}

enum status count_record_wants(const struct count_record *command, struct book *book,
                               struct fault *fault)
{
    return book_want_document(book, BOOK_STOCK_DOCUMENT, command->count, REACH_NONE, fault);
}

enum status decision_wants(const struct document_decision *command, struct book *book,
                           struct fault *fault)
{
    return book_want_document(book, BOOK_STOCK_DOCUMENT, command->document, REACH_LINES, fault);
}

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "lines", "value of the document is out of range");
}

/* ---- the start of a count ---- */

static bool is_counted(const struct book_balance *balance, const struct count_start *command)
{
    return balance->qty.micro != 0 && balance->owner.length == 0 &&
           !text_is(balance->status, "in_transit") &&
           (command->location.length == 0 || text_equal(balance->location, command->location));
}

static size_t count_balances(const struct book_item *item, const struct count_start *command)
{
    size_t count = 0;
    for (const struct book_balance *at = item->balances; at; at = at->next)
        count += is_counted(at, command);
    return count;
}

static enum status add_balance(struct book *book, struct book_balance *balance,
                               struct stock_document *count, size_t i, struct fault *fault)
{
    struct stock_document_line *line = &count->lines[i];
    line->item = balance->item->item;
    line->location = balance->location;
    line->lot = balance->lot;
    line->status = balance->status;
    line->segment = balance->segment;
    line->done = balance->qty;
    if (!count->frozen)
        return STATUS_OK;
    if (balance->frozen_by.length > 0 || balance->frozen_now)
        return fault_set(fault, STATUS_STATE_CONFLICT, "location",
                         "item \"%.*s\" in location \"%.*s\" is held still by another count",
                         (int)line->item.length, line->item.bytes, (int)line->location.length,
                         line->location.bytes);
    enum status status = book_change(book, &balance->row, fault);
    balance->frozen_now = count->number;
    return status;
}

static enum status find_items(const struct count_start *command, const struct item_list *found,
                              struct book *book, struct book_item **items, size_t *lines,
                              struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t count = found ? found->count : command->item_count;
    *lines = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status =
            book_item(book, found ? found->items[i] : command->items[i], "items", &items[i], fault);
        if (status == STATUS_OK)
            *lines += count_balances(items[i], command);
    }
    if (status == STATUS_OK && (*lines == 0 || *lines > INVENTORY_LINES_MAX))
        return fault_set(fault, *lines == 0 ? STATUS_NOT_FOUND : STATUS_LIMIT, "location",
                         "there are %zu balances to count, a count has 1 to %d", *lines,
                         INVENTORY_LINES_MAX);
    return status;
}

static enum status fill_count(const struct count_start *command, struct book *book,
                              struct book_item **items, size_t item_count,
                              struct stock_document *count, struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t line = 0;
    for (size_t i = 0; i < item_count; i++) {
        for (struct book_balance *at = items[i]->balances; at && status == STATUS_OK;
             at = at->next) {
            if (is_counted(at, command))
                status = add_balance(book, at, count, line++, fault);
        }
    }
    return status;
}

enum status count_start_decide(const struct count_start *command, const struct item_list *found,
                               struct book *book, struct inventory_outcome *outcome,
                               struct fault *fault)
{
    struct book_number *number;
    struct stock_document *count;
    size_t lines;
    date day;
    size_t item_count = found ? found->count : command->item_count;
    struct book_item **items = arena_alloc(book->arena, item_count + 1, sizeof *items);
    if (!items)
        return fault_set(fault, STATUS_LIMIT, "items", "count does not fit in memory");
    enum status status = book_day(book, command->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = book_location(book, NULL, command->location, "location", fault);
    if (status == STATUS_OK)
        status = find_items(command, found, book, items, &lines, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "CT", &number, fault);
    if (status == STATUS_OK)
        status = book_new_stock_document(book, number, lines, &count, fault);
    if (status != STATUS_OK)
        return status;
    count->kind = STOCK_COUNT;
    count->state = STOCK_OPEN;
    count->location = command->location.bytes ? command->location : text_of("");
    count->reason = command->reason.bytes ? command->reason : text_of("");
    count->frozen = command->freeze;
    count->effective_on = day;
    status = fill_count(command, book, items, item_count, count, fault);
    outcome->document = number;
    outcome->lines = (struct ledger_range){book->line_count, 0};
    outcome->state = stock_document_state_text(STOCK_OPEN);
    return status;
}

/* ---- what was found ---- */

/* The document's own number, for replies and ledger lines: known already. */
static enum status number_of(struct book *book, const struct stock_document *document,
                             struct book_number **out, struct fault *fault)
{
    struct book_number *number = arena_alloc(book->arena, 1, sizeof *number);
    if (!number || document->document.length >= sizeof number->text)
        return fault_set(fault, STATUS_LIMIT, "document", "document does not fit in memory");
    for (size_t i = 0; i < document->document.length; i++)
        number->text[i] = document->document.bytes[i];
    *out = number;
    return STATUS_OK;
}

/* The device says a moment that has not come: its clock, or its user, is wrong. */
static enum status in_the_future(const struct book *book, const struct counted_line *asked,
                                 size_t i, struct fault *fault)
{
    int64_t ahead_us = asked->at_us - book->now_us;
    return fault_set(fault, STATUS_FUTURE_TIME, inventory_sub_field(book, i, "counted_at"),
                     "the moment of counting is %lld s ahead of the clock here, at most %d s are "
                     "allowed",
                     (long long)(ahead_us / US_PER_SECOND), DEVICE_AHEAD_S);
}

static enum status record_line(struct book *book, struct stock_document *count,
                               const struct counted_line *asked, size_t i, struct fault *fault)
{
    if (asked->line < 1 || (uint64_t)asked->line > count->line_count)
        return fault_set(fault, STATUS_NOT_FOUND, inventory_sub_field(book, i, "line"),
                         "count \"%.*s\" has no line %lld", (int)count->document.length,
                         count->document.bytes, (long long)asked->line);
    if (asked->quantity.micro < 0)
        return fault_set(fault, STATUS_INVALID, inventory_sub_field(book, i, "quantity"),
                         "what was counted cannot be below zero");
    if (asked->at_us < 0)
        return fault_set(fault, STATUS_INVALID, inventory_sub_field(book, i, "counted_at"),
                         "the moment of counting is out of range");
    if (book->now_us > 0 && asked->at_us > book->now_us + CLOCK_SLACK_US)
        return in_the_future(book, asked, i, fault);
    struct stock_document_line *line = &count->lines[asked->line - 1];
    struct book_item *item;
    enum status status =
        book_item(book, line->item, inventory_sub_field(book, i, "line"), &item, fault);
    if (status == STATUS_OK && asked->quantity.micro > 0)
        status =
            book_quantity(item, asked->quantity, inventory_sub_field(book, i, "quantity"), fault);
    if (status == STATUS_OK)
        status = book_change(book, &line->row, fault);
    if (status != STATUS_OK)
        return status;
    line->qty = asked->quantity;
    line->counted_at_us = asked->at_us;
    return STATUS_OK;
}

static enum status find_count(struct book *book, struct text id, struct stock_document **out,
                              struct fault *fault)
{
    enum status status = book_stock_document(book, id, "count", out, fault);
    if (status != STATUS_OK)
        return status;
    if ((*out)->kind == STOCK_COUNT && (*out)->state == STOCK_OPEN)
        return STATUS_OK;
    return fault_set(fault, STATUS_STATE_CONFLICT, "count", "%s \"%.*s\" is %s, not an open count",
                     stock_document_kind_text((*out)->kind), (int)id.length, id.bytes,
                     stock_document_state_text((*out)->state));
}

enum status count_record_decide(const struct count_record *command, struct book *book,
                                struct inventory_outcome *outcome, struct fault *fault)
{
    struct stock_document *count;
    struct book_number *number;
    enum status status = find_count(book, command->count, &count, fault);
    if (status == STATUS_OK && command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "at least one line is needed");
    if (status == STATUS_OK)
        status = number_of(book, count, &number, fault);
    for (size_t i = 0; i < command->line_count && status == STATUS_OK; i++)
        status = record_line(book, count, &command->lines[i], i, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->lines = (struct ledger_range){book->line_count, 0};
    outcome->state = stock_document_state_text(count->state);
    return STATUS_OK;
}

/* ---- what it comes to ---- */

static struct ledger_move move_of(const struct stock_document_line *line, struct book_item *item,
                                  const struct book_number *document)
{
    struct stock_document *of = line->document;
    bool count = of->kind == STOCK_COUNT;
    return (struct ledger_move){.kind = count ? LEDGER_COUNT : LEDGER_ADJUSTMENT,
                                .item = item,
                                .location = line->location,
                                .lot = line->lot,
                                .segment = line->segment,
                                .expires_on = line->expires_on,
                                .expired_too = count,
                                .order_kind = BOOK_NO_KIND,
                                .reason =
                                    of->reason.length > 0 || !count ? of->reason : text_of("count"),
                                .effective_on = of->effective_on,
                                .document = document,
                                .field = "document"};
}

/* Posts `by` (signed) as the line says. */
static enum status post_by(struct book *book, struct ledger_move *move,
                           const struct stock_document_line *line, struct qty by,
                           struct fault *fault)
{
    struct amount cost;
    move->qty.micro = by.micro < 0 ? -by.micro : by.micro;
    if (by.micro < 0)
        return ledger_take(book, move, &cost, fault);
    enum status status = STATUS_OK;
    if (!cost_given(line->unit_cost))
        status = ledger_present_cost(move->item, move->qty, &cost, fault);
    else if (!amount_extend(move->qty, line->unit_cost, &cost))
        status = out_of_range(fault);
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

static const char *quality(struct text status)
{
    return text_is(status, "blocked")
               ? "blocked"
               : (text_is(status, "inspection") ? "inspection" : "available");
}

/* What to post for a line: an adjustment's quantity, or what a count found too much or too little.
 */
static bool difference(const struct stock_document_line *line, struct qty *out)
{
    if (line->document->kind != STOCK_COUNT) {
        *out = line->qty;
        return true;
    }
    *out = (struct qty){0};
    return line->counted_at_us == NO_MOMENT || qty_sub(line->qty, line->done, out);
}

/* Unsigned worth of a document: what its lines add and take, at present cost. */
static enum status value_of(struct book *book, const struct stock_document *document,
                            struct amount *out, struct fault *fault)
{
    enum status status = STATUS_OK;
    struct amount sum = {0};
    for (size_t i = 0; i < document->line_count && status == STATUS_OK; i++) {
        const struct stock_document_line *line = &document->lines[i];
        struct book_item *item;
        struct amount part = {0};
        struct qty by;
        status = book_item(book, line->item, "document", &item, fault);
        if (status != STATUS_OK || !difference(line, &by) || by.micro == 0)
            continue;
        by.micro = by.micro < 0 ? -by.micro : by.micro;
        if (cost_given(line->unit_cost) && line->qty.micro > 0) {
            if (!amount_extend(by, line->unit_cost, &part))
                return out_of_range(fault);
        } else {
            status = ledger_present_cost(item, by, &part, fault);
        }
        if (status == STATUS_OK && !amount_add(sum, part, &sum))
            return out_of_range(fault);
    }
    *out = sum;
    return status;
}

static bool is_large(const struct stock_document *document)
{
    return document->approve_above.e4 != INT64_MIN &&
           document->value.e4 > document->approve_above.e4;
}

/* ---- deciding ---- */

/* The count lets go of what it held still. */
static enum status thaw(struct book *book, const struct stock_document *count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count->line_count && status == STATUS_OK; i++) {
        struct book_item *item;
        status = book_item(book, count->lines[i].item, "document", &item, fault);
        if (status != STATUS_OK)
            break;
        for (struct book_balance *at = item->balances; at && status == STATUS_OK; at = at->next) {
            if (!text_equal(at->frozen_by, count->document))
                continue;
            status = book_change(book, &at->row, fault);
            at->frozen_by = text_of("");
        }
    }
    return status;
}

static enum status post_lines(struct book *book, struct stock_document *document,
                              const struct book_number *number, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < document->line_count && status == STATUS_OK; i++) {
        struct book_item *item;
        struct qty by;
        if (!difference(&document->lines[i], &by))
            return out_of_range(fault);
        if (by.micro == 0)
            continue;
        status = book_item(book, document->lines[i].item, "document", &item, fault);
        if (status != STATUS_OK)
            break;
        struct ledger_move move = move_of(&document->lines[i], item, number);
        move.status = quality(document->lines[i].status);
        status = post_by(book, &move, &document->lines[i], by, fault);
    }
    return status;
}

/* The book at each line's moment, as it is known now. */
static enum status take_facts(struct book *book, struct stock_document *count,
                              const struct count_facts *facts, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; facts && i < facts->count && status == STATUS_OK; i++) {
        int64_t line = facts->lines[i].line;
        if (line < 1 || (uint64_t)line > count->line_count)
            continue;
        status = book_change(book, &count->lines[line - 1].row, fault);
        count->lines[line - 1].done = facts->lines[i].book;
    }
    return status;
}

static enum status check_state(const struct document_decision *command,
                               const struct stock_document *document, struct fault *fault)
{
    bool finish = command->verdict == VERDICT_FINISH;
    bool fits = finish ? document->kind == STOCK_COUNT && document->state == STOCK_OPEN
                       : document->state == STOCK_WAITING;
    if (command->verdict == VERDICT_REJECT && document->kind == STOCK_COUNT)
        fits = fits || document->state == STOCK_OPEN; /* given up */
    if (fits)
        return STATUS_OK;
    return fault_set(fault, STATUS_STATE_CONFLICT, "document", "%s \"%.*s\" is %s",
                     stock_document_kind_text(document->kind), (int)document->document.length,
                     document->document.bytes, stock_document_state_text(document->state));
}

static enum status check_checker(const struct document_decision *command, const struct book *book,
                                 const struct stock_document *document, struct fault *fault)
{
    if (command->verdict != VERDICT_APPROVE || !text_equal(document->created_by, book->principal))
        return STATUS_OK;
    return fault_set(fault, STATUS_FORBIDDEN, "document",
                     "\"%.*s\" made %s \"%.*s\" and cannot approve it", (int)book->principal.length,
                     book->principal.bytes, stock_document_kind_text(document->kind),
                     (int)document->document.length, document->document.bytes);
}

static enum status post_document(struct book *book, struct stock_document *document,
                                 const struct book_number *number, struct fault *fault)
{
    date day;
    enum status status = book_day(book, document->effective_on, &day, fault);
    if (status == STATUS_OK && document->kind == STOCK_COUNT)
        status = thaw(book, document, fault);
    if (status == STATUS_OK)
        status = post_lines(book, document, number, fault);
    document->state = STOCK_DONE;
    return status;
}

static enum status carry_out(const struct document_decision *command, struct book *book,
                             struct stock_document *document, const struct book_number *number,
                             struct fault *fault)
{
    if (command->verdict == VERDICT_REJECT) {
        document->state = document->state == STOCK_OPEN ? STOCK_CANCELLED : STOCK_REJECTED;
        return document->kind == STOCK_COUNT ? thaw(book, document, fault) : STATUS_OK;
    }
    if (document->kind == STOCK_COUNT) {
        enum status status = value_of(book, document, &document->value, fault);
        if (status != STATUS_OK)
            return status;
    }
    if (command->verdict == VERDICT_FINISH && is_large(document)) {
        document->state = STOCK_WAITING;
        return STATUS_OK;
    }
    if (command->verdict == VERDICT_APPROVE)
        document->decided_by = book->principal;
    return post_document(book, document, number, fault);
}

enum status decision_decide(const struct document_decision *command,
                            const struct count_facts *facts, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault)
{
    struct stock_document *document;
    struct book_number *number;
    size_t first = book->line_count;
    enum status status = book_stock_document(book, command->document, "document", &document, fault);
    if (status == STATUS_OK)
        status = check_state(command, document, fault);
    if (status == STATUS_OK)
        status = check_checker(command, book, document, fault);
    if (status == STATUS_OK)
        status = number_of(book, document, &number, fault);
    if (status == STATUS_OK)
        status = book_change(book, &document->row, fault);
    if (status == STATUS_OK)
        status = take_facts(book, document, facts, fault);
    if (status == STATUS_OK)
        status = carry_out(command, book, document, number, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->lines = (struct ledger_range){first, book->line_count - first};
    outcome->state = stock_document_state_text(document->state);
    return STATUS_OK;
}

/* ---- adjustments that wait ---- */

static void fill_line(struct stock_document_line *line, const struct adjustment_line *asked,
                      const struct book *book)
{
    line->item = asked->item;
    line->location = asked->location.length > 0 ? asked->location : book->plant.main_location;
    if (asked->quantity.micro < 0 && asked->location.length == 0)
        line->location = text_of("");
    line->lot = asked->lot.bytes ? asked->lot : text_of("");
    line->qty = asked->quantity;
    line->unit_cost = asked->unit_cost;
    line->expires_on = asked->expires_on;
}

enum status adjustment_is_large(const struct adjustment_command *command, struct book *book,
                                struct stock_document *probe, bool *large, struct fault *fault)
{
    *probe =
        (struct stock_document){.kind = STOCK_ADJUSTMENT, .approve_above = book->approve_above};
    *large = false;
    if (book->approve_above.e4 == INT64_MIN)
        return STATUS_OK;
    probe->line_count = command->line_count;
    probe->lines = arena_alloc(book->arena, command->line_count + 1, sizeof *probe->lines);
    if (!probe->lines)
        return fault_set(fault, STATUS_LIMIT, "lines", "adjustment does not fit in memory");
    for (size_t i = 0; i < command->line_count; i++) {
        probe->lines[i].document = probe;
        fill_line(&probe->lines[i], &command->lines[i], book);
    }
    enum status status = value_of(book, probe, &probe->value, fault);
    *large = status == STATUS_OK && is_large(probe);
    return status;
}

enum status adjustment_wait(const struct adjustment_command *command, struct book *book,
                            const struct stock_document *probe, struct inventory_outcome *outcome,
                            struct fault *fault)
{
    struct stock_document *made;
    struct book_number *number;
    date day;
    enum status status = book_next_number(book, "AD", &number, fault);
    if (status == STATUS_OK)
        status = book_day(book, command->effective_on, &day, fault);
    if (status == STATUS_OK)
        status = book_new_stock_document(book, number, command->line_count, &made, fault);
    if (status != STATUS_OK)
        return status;
    made->kind = STOCK_ADJUSTMENT;
    made->state = STOCK_WAITING;
    made->reason = command->reason;
    made->value = probe->value;
    made->effective_on = day;
    for (size_t i = 0; i < command->line_count; i++)
        fill_line(&made->lines[i], &command->lines[i], book);
    outcome->document = number;
    outcome->lines = (struct ledger_range){book->line_count, 0};
    outcome->state = stock_document_state_text(STOCK_WAITING);
    return STATUS_OK;
}
