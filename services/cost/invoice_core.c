#include "services/cost/invoice_core.h"

#include "common/ledger/layer_core.h"
#include "services/cost/outside_core.h"
#include "services/cost/share_core.h"

#include <stdio.h>

#define FIELD_MAX 48

const char *const invoice_bases[INVOICE_BASES] = {"", "quantity", "weight", "value"};

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of amounts is out of range");
}

static const char *field_of(size_t line, const char *name, char out[FIELD_MAX])
{
    (void)snprintf(out, FIELD_MAX, "lines[%zu].%s", line, name);
    return out;
}

static bool is_outside(const struct invoice_line *line)
{
    return line->work_order.length > 0;
}

enum status invoice_wants(const struct invoice_command *bill, struct book *book,
                          struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < bill->line_count && status == STATUS_OK; i++) {
        const struct invoice_line *line = &bill->lines[i];
        status = is_outside(line) ? book_want_document(book, BOOK_WORK_ORDER, line->work_order,
                                                       REACH_PRODUCT, fault)
                                  : book_want_document(book, BOOK_PURCHASE_ORDER,
                                                       line->purchase_order, REACH_LINES, fault);
    }
    return status;
}

/* ---- what a bill must be ---- */

/* ISO 4217: currencies whose smallest unit is no hundredth. */
static int64_t smallest_of(struct text currency)
{
    static const char *const whole[] = {"JPY", "KRW", "VND", "CLP", "ISK", "XOF", "XAF"};
    static const char *const thousandths[] = {"KWD", "BHD", "JOD", "OMR", "TND", "IQD"};
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        if (text_is(currency, whole[i]))
            return AMOUNT_SCALE;
    }
    for (size_t i = 0; i < COUNT_OF(thousandths); i++) {
        if (text_is(currency, thousandths[i]))
            return AMOUNT_SCALE / 1000;
    }
    return AMOUNT_SCALE / 100;
}

static enum status check_amount(const struct invoice_facts *facts, struct amount amount,
                                const char *field, struct fault *fault)
{
    char text[DECIMAL_TEXT_MAX];
    amount_format(amount, text);
    if (amount.e4 <= 0)
        return fault_set(fault, STATUS_INVALID, field, "amount %s is not above zero", text);
    if (amount.e4 % smallest_of(facts->currency) != 0)
        return fault_set(fault, STATUS_INVALID, field,
                         "amount %s is finer than the smallest unit of %.*s", text,
                         (int)facts->currency.length, facts->currency.bytes);
    return STATUS_OK;
}

static enum status check_head(const struct invoice_command *bill, const struct invoice_facts *facts,
                              struct fault *fault)
{
    if (!text_is_code(bill->supplier))
        return fault_set(fault, STATUS_INVALID, "supplier", "supplier is not a code");
    if (bill->number.length == 0 || bill->number.length > INVOICE_NUMBER_MAX)
        return fault_set(fault, STATUS_INVALID, "number",
                         "the supplier's number of the bill has 1 to %d bytes", INVOICE_NUMBER_MAX);
    if (facts->taken_by.length > 0)
        return fault_set(fault, STATUS_EXISTS, "number",
                         "number \"%.*s\" of supplier \"%.*s\" is entered already, as \"%.*s\"",
                         (int)bill->number.length, bill->number.bytes, (int)bill->supplier.length,
                         bill->supplier.bytes, (int)facts->taken_by.length, facts->taken_by.bytes);
    if (bill->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "a bill needs a line");
    return bill->freight ? check_amount(facts, bill->amount, "amount", fault) : STATUS_OK;
}

static enum status find_line(struct book *book, const struct invoice_command *bill, size_t at,
                             struct purchase_line **out, struct fault *fault)
{
    char field[FIELD_MAX];
    const struct invoice_line *line = &bill->lines[at];
    struct purchase_order *order;
    enum status status = book_purchase_order(book, line->purchase_order,
                                             field_of(at, "purchase_order", field), &order, fault);
    if (status != STATUS_OK)
        return status;
    if (order->source_plant.bytes)
        return fault_set(fault, STATUS_INVALID, field, "order \"%.*s\" is a transfer",
                         (int)line->purchase_order.length, line->purchase_order.bytes);
    if (!bill->freight && order->supplier.bytes && !text_equal(order->supplier, bill->supplier))
        return fault_set(fault, STATUS_INVALID, "supplier",
                         "purchase order \"%.*s\" is with supplier \"%.*s\"",
                         (int)line->purchase_order.length, line->purchase_order.bytes,
                         (int)order->supplier.length, order->supplier.bytes);
    for (size_t i = 0; i < order->line_count; i++) {
        *out = &order->lines[i];
        if ((*out)->line == line->order_line)
            return STATUS_OK;
    }
    return fault_set(fault, STATUS_NOT_FOUND, field_of(at, "order_line", field),
                     "purchase order \"%.*s\" has no line %lld", (int)line->purchase_order.length,
                     line->purchase_order.bytes, (long long)line->order_line);
}

static enum status find_operation(struct book *book, const struct invoice_command *bill, size_t at,
                                  struct work_operation **out, struct fault *fault)
{
    char field[FIELD_MAX];
    struct work_order *order;
    const struct invoice_line *line = &bill->lines[at];
    if (line->purchase_order.length > 0)
        return fault_set(fault, STATUS_INVALID, field_of(at, "work_order", field),
                         "a line is of a purchase order or of a work order, not of both");
    if (bill->freight)
        return fault_set(fault, STATUS_INVALID, field_of(at, "work_order", field),
                         "freight is shared out over lines of purchase orders");
    enum status status =
        book_work_order(book, line->work_order, field_of(at, "work_order", field), &order, fault);
    if (status == STATUS_OK)
        status =
            outside_operation(order, line->operation, field_of(at, "operation", field), out, fault);
    if (status != STATUS_OK)
        return status;
    if ((*out)->subcontract_price.micro == 0)
        return fault_set(fault, STATUS_INVALID, field,
                         "operation \"%.*s\" has no subcontract price: it is done in the plant",
                         (int)line->operation.length, line->operation.bytes);
    if ((*out)->supplier.length > 0 && !text_equal((*out)->supplier, bill->supplier))
        return fault_set(fault, STATUS_INVALID, "supplier",
                         "operation \"%.*s\" of work order \"%.*s\" is with supplier \"%.*s\"",
                         (int)line->operation.length, line->operation.bytes,
                         (int)line->work_order.length, line->work_order.bytes,
                         (int)(*out)->supplier.length, (*out)->supplier.bytes);
    return STATUS_OK;
}

/* What a line of the bill is matched with. */
struct billed_order {
    struct purchase_line *line;       /* NULL: it is of .. */
    struct work_operation *operation; /* .. this */
    struct text item;
    struct unitcost price;
    struct qty done; /* received, or reported */
    struct qty billed;
};

static enum status find_order(struct book *book, const struct invoice_command *bill, size_t at,
                              struct billed_order *out, struct fault *fault)
{
    enum status status;
    *out = (struct billed_order){.line = NULL};
    if (is_outside(&bill->lines[at])) {
        status = find_operation(book, bill, at, &out->operation, fault);
        if (status != STATUS_OK)
            return status;
        out->item = out->operation->order->item;
        out->price = out->operation->subcontract_price;
        out->done = outside_reported(out->operation);
        out->billed = out->operation->billed;
        return STATUS_OK;
    }
    status = find_line(book, bill, at, &out->line, fault);
    if (status != STATUS_OK)
        return status;
    out->item = out->line->item;
    out->price = out->line->price;
    out->done = out->line->received;
    out->billed = out->line->invoiced;
    return STATUS_OK;
}

static bool same_order(const struct invoice_line *a, const struct invoice_line *b)
{
    return a->order_line == b->order_line && text_equal(a->purchase_order, b->purchase_order) &&
           text_equal(a->work_order, b->work_order) && text_equal(a->operation, b->operation);
}

static enum status check_once(const struct invoice_command *bill, size_t at, struct fault *fault)
{
    char field[FIELD_MAX];
    const char *name = is_outside(&bill->lines[at]) ? "operation" : "order_line";
    for (size_t i = 0; i < at; i++) {
        if (same_order(&bill->lines[i], &bill->lines[at]))
            return fault_set(fault, STATUS_INVALID, field_of(at, name, field),
                             "the %s of the order stands in the bill twice",
                             is_outside(&bill->lines[at]) ? "operation" : "line");
    }
    return STATUS_OK;
}

static enum status check_line(struct book *book, const struct invoice_command *bill,
                              const struct invoice_facts *facts, size_t at, struct fault *fault)
{
    char field[FIELD_MAX];
    struct billed_order order;
    struct book_item *item;
    enum status status = find_order(book, bill, at, &order, fault);
    if (status == STATUS_OK)
        status = check_once(bill, at, fault);
    if (status == STATUS_OK && bill->basis == BASIS_WEIGHT && bill->lines[at].weight.micro <= 0)
        return fault_set(fault, STATUS_INVALID, field_of(at, "weight", field),
                         "freight by weight needs the weight of each line, above zero");
    if (status == STATUS_OK && bill->freight && order.done.micro <= 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, field_of(at, "order_line", field),
                         "nothing of the line has been received");
    if (status != STATUS_OK || bill->freight)
        return status;
    status = book_item(book, order.item, field, &item, fault);
    if (status == STATUS_OK)
        status =
            book_quantity(item, bill->lines[at].quantity, field_of(at, "quantity", field), fault);
    return status == STATUS_OK
               ? check_amount(facts, bill->lines[at].amount, field_of(at, "amount", field), fault)
               : status;
}

static enum status sum_lines(const struct invoice_command *bill, struct amount *sum,
                             struct fault *fault)
{
    char is[DECIMAL_TEXT_MAX];
    char said[DECIMAL_TEXT_MAX];
    *sum = bill->freight ? bill->amount : (struct amount){0};
    for (size_t i = 0; i < bill->line_count && !bill->freight; i++) {
        if (!amount_add(*sum, bill->lines[i].amount, sum))
            return overflow(fault);
    }
    if (bill->amount.e4 == NO_LIMIT.e4 || bill->amount.e4 == sum->e4)
        return STATUS_OK;
    amount_format(*sum, is);
    amount_format(bill->amount, said);
    return fault_set(fault, STATUS_INVALID, "amount", "the bill says %s, its lines add up to %s",
                     said, is);
}

/* ---- three-way match ---- */

static bool within(const struct invoice_facts *facts, struct amount difference,
                   struct amount expected)
{
    int64_t off = difference.e4 < 0 ? -difference.e4 : difference.e4;
    bool any = qty_given(facts->tolerance_pct) || facts->tolerance_amount.e4 != NO_LIMIT.e4;
    if (off == 0)
        return true;
    /* off <= expected x pct / 100, in whole numbers */
    if (qty_given(facts->tolerance_pct) &&
        (int128)off * QTY_SCALE * 100 > (int128)expected.e4 * facts->tolerance_pct.micro)
        return false;
    if (facts->tolerance_amount.e4 != NO_LIMIT.e4 && off > facts->tolerance_amount.e4)
        return false;
    return any;
}

/* What is billed above the order's price. */
static bool difference_of(const struct invoice_line *billed, struct unitcost price,
                          struct amount *expected, struct amount *difference)
{
    return amount_extend(billed->quantity, price, expected) &&
           amount_sub(billed->amount, *expected, difference);
}

static bool more_than_done(const struct invoice_line *billed, const struct billed_order *order)
{
    return billed->quantity.micro > order->done.micro - order->billed.micro;
}

/* "" where everything matches. */
static enum status match(struct book *book, const struct invoice_command *bill,
                         const struct invoice_facts *facts, const char **blocked_for,
                         struct fault *fault)
{
    *blocked_for = "";
    if (bill->freight && book->approve_above.e4 != NO_LIMIT.e4 &&
        bill->amount.e4 > book->approve_above.e4)
        *blocked_for = "amount";
    for (size_t i = 0; i < bill->line_count && !bill->freight; i++) {
        struct billed_order order;
        struct amount expected;
        struct amount difference;
        enum status status = find_order(book, bill, i, &order, fault);
        if (status != STATUS_OK)
            return status;
        if (!difference_of(&bill->lines[i], order.price, &expected, &difference))
            return overflow(fault);
        if (more_than_done(&bill->lines[i], &order))
            *blocked_for = "quantity";
        else if ((*blocked_for)[0] == '\0' && !within(facts, difference, expected))
            *blocked_for = "price";
    }
    return STATUS_OK;
}

/* ---- posting ---- */

/* What of a bill's line is for one receipt. */
struct posting_part {
    struct qty pieces;
    uint64_t receipt; /* 0: of before the ledger */
    struct qty received;
};

struct posting {
    struct book *book;
    const struct invoice_facts *facts;
    struct invoice_outcome *outcome;
    struct ledger_move move;
    size_t room;
};

static enum status post_part(struct posting *post, int64_t bill_line, struct late_value value,
                             struct amount payable, struct fault *fault)
{
    struct invoice_outcome *outcome = post->outcome;
    if (value.amount.e4 == 0 && payable.e4 == 0 && value.counted.micro == 0)
        return STATUS_OK;
    ASSERT(outcome->payable_count < post->room);
    outcome->payables[outcome->payable_count++] = (struct invoice_payable){
        post->book->line_count, bill_line, value.receipt, value.qty, payable};
    return ledger_late(post->book, &post->move, &value, fault);
}

/* Two amounts in step over the same pieces. */
struct part_walk {
    struct share_walk late;
    struct share_walk payable;
    struct qty from; /* pieces of the order's line that are passed over */
    struct qty left;
    bool freight;
};

static enum status post_piece(struct posting *post, struct part_walk *walk,
                              const struct posting_part *part, int64_t bill_line,
                              struct fault *fault)
{
    struct amount late;
    struct amount payable;
    if (!share_next(&walk->late, part->pieces, &late) ||
        !share_next(&walk->payable, part->pieces, &payable))
        return overflow(fault);
    walk->left.micro -= part->pieces.micro;
    bool layered = layer_valued(post->move.item) && part->receipt != 0;
    struct late_value value = {.amount = late,
                               .qty = layered ? part->received : part->pieces,
                               .receipt = part->receipt,
                               .counted = walk->freight ? (struct qty){0} : part->pieces};
    return post_part(post, bill_line, value, payable, fault);
}

/* The oldest receipts first; those of before the ledger are the oldest of all. */
static enum status post_pieces(struct posting *post, struct part_walk *walk,
                               const struct purchase_line *line, int64_t bill_line,
                               struct fault *fault)
{
    struct qty known = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < post->facts->receipt_count; i++) {
        const struct invoice_receipt *at = &post->facts->receipts[i];
        if (at->order_line == line->line &&
            text_equal(at->purchase_order, line->order->purchase_order))
            known.micro += at->qty.micro;
    }
    struct posting_part part = {.received = {line->received.micro - known.micro}};
    for (size_t i = 0; i <= post->facts->receipt_count && status == STATUS_OK; i++) {
        int64_t skip =
            walk->from.micro < part.received.micro ? walk->from.micro : part.received.micro;
        skip = skip < 0 ? 0 : skip;
        walk->from.micro -= skip;
        part.pieces.micro = part.received.micro - skip;
        if (part.pieces.micro > walk->left.micro)
            part.pieces = walk->left;
        if (part.pieces.micro > 0)
            status = post_piece(post, walk, &part, bill_line, fault);
        if (i == post->facts->receipt_count)
            break;
        const struct invoice_receipt *at = &post->facts->receipts[i];
        bool same = at->order_line == line->line &&
                    text_equal(at->purchase_order, line->order->purchase_order);
        part = same ? (struct posting_part){.receipt = at->posted_seq, .received = at->qty}
                    : (struct posting_part){.pieces = {0}};
    }
    part = (struct posting_part){.pieces = walk->left, .received = walk->left};
    return status == STATUS_OK && walk->left.micro > 0
               ? post_piece(post, walk, &part, bill_line, fault)
               : status;
}

static enum status post_outside(struct posting *post, struct work_operation *operation,
                                int64_t bill_line, const struct outside_bill *of,
                                struct fault *fault)
{
    struct invoice_outcome *outcome = post->outcome;
    ASSERT(outcome->payable_count < post->room);
    outcome->payables[outcome->payable_count++] =
        (struct invoice_payable){post->book->line_count, bill_line, 0, of->pieces, of->payable};
    return outside_charge(post->book, operation, of, &post->move, fault);
}

static enum status post_operation(struct posting *post, const struct invoice_command *bill,
                                  size_t at, struct fault *fault)
{
    struct work_operation *operation;
    const struct invoice_line *line = &post->outcome->lines[at];
    struct outside_bill of = {.pieces = line->quantity, .payable = line->amount};
    enum status status = find_operation(post->book, bill, at, &operation, fault);
    if (status != STATUS_OK)
        return status;
    return outside_late(operation, &of) ? post_outside(post, operation, (int64_t)at + 1, &of, fault)
                                        : overflow(fault);
}

static enum status post_line(struct posting *post, const struct invoice_command *bill, size_t at,
                             struct fault *fault)
{
    struct purchase_line *line;
    struct amount expected = {0};
    struct amount late = post->outcome->lines[at].amount;
    enum status status = find_line(post->book, bill, at, &line, fault);
    if (status == STATUS_OK)
        status = book_item(post->book, line->item, "lines", &post->move.item, fault);
    if (status == STATUS_OK && !bill->freight)
        status = book_change(post->book, &line->row, fault);
    if (status != STATUS_OK)
        return status;
    if (!bill->freight && !difference_of(&bill->lines[at], line->price, &expected, &late))
        return overflow(fault);
    struct qty pieces = bill->freight ? line->received : bill->lines[at].quantity;
    struct part_walk walk = {.late = {.total = late, .whole = pieces},
                             .payable = {.total = post->outcome->lines[at].amount, .whole = pieces},
                             .from = bill->freight ? (struct qty){0} : line->invoiced,
                             .left = pieces,
                             .freight = bill->freight};
    post->outcome->lines[at].quantity = pieces;
    post->move.order_id = line->order->purchase_order;
    post->move.order_line = line->line;
    if (!bill->freight && !qty_add(line->invoiced, pieces, &line->invoiced))
        return overflow(fault);
    return post_pieces(post, &walk, line, (int64_t)at + 1, fault);
}

/* Freight on its lines, by what its basis says. */
static enum status share_freight(struct posting *post, const struct invoice_command *bill,
                                 struct fault *fault)
{
    struct qty *weights = arena_alloc(post->book->arena, bill->line_count, sizeof *weights);
    struct share_walk walk = {.total = bill->amount};
    if (!weights)
        return fault_set(fault, STATUS_LIMIT, "lines", "the bill does not fit in memory");
    for (size_t i = 0; i < bill->line_count; i++) {
        struct purchase_line *line;
        struct amount value;
        enum status status = find_line(post->book, bill, i, &line, fault);
        if (status != STATUS_OK)
            return status;
        if (!amount_extend(line->received, line->price, &value))
            return overflow(fault);
        weights[i] = bill->basis == BASIS_WEIGHT  ? bill->lines[i].weight
                     : bill->basis == BASIS_VALUE ? (struct qty){value.e4}
                                                  : line->received;
        if (!qty_add(walk.whole, weights[i], &walk.whole))
            return overflow(fault);
    }
    if (walk.whole.micro <= 0)
        return fault_set(fault, STATUS_INVALID, "basis", "what was received has no value");
    for (size_t i = 0; i < bill->line_count; i++) {
        if (!share_next(&walk, weights[i], &post->outcome->lines[i].amount))
            return overflow(fault);
    }
    return STATUS_OK;
}

static enum status begin(struct posting *post, const struct invoice_command *bill, size_t rows,
                         struct fault *fault)
{
    struct book *book = post->book;
    struct invoice_outcome *outcome = post->outcome;
    post->room = rows;
    outcome->bill = bill;
    outcome->range.first = book->line_count;
    outcome->payables = arena_alloc(book->arena, rows + 1, sizeof *outcome->payables);
    outcome->lines = arena_alloc(book->arena, bill->line_count + 1, sizeof *outcome->lines);
    if (!outcome->payables || !outcome->lines)
        return fault_set(fault, STATUS_LIMIT, "lines", "the bill does not fit in memory");
    for (size_t i = 0; i < bill->line_count; i++)
        outcome->lines[i] = bill->lines[i];
    for (size_t i = 0; i < bill->line_count && outcome->step == INVOICE_ENTERED; i++) {
        struct work_operation *operation;
        if (!is_outside(&bill->lines[i]))
            continue;
        enum status status = find_operation(book, bill, i, &operation, fault);
        if (status != STATUS_OK)
            return status;
        outcome->lines[i].order_line = operation->line;
    }
    post->move = (struct ledger_move){.kind = LEDGER_INVOICE,
                                      .order_kind = BOOK_PURCHASE_ORDER,
                                      .reason = bill->number,
                                      .effective_on = outcome->effective_on,
                                      .document = outcome->document};
    return STATUS_OK;
}

static enum status post_bill(struct book *book, const struct invoice_command *bill,
                             const struct invoice_facts *facts, struct invoice_outcome *outcome,
                             struct fault *fault)
{
    struct posting post = {.book = book, .facts = facts, .outcome = outcome};
    enum status status = begin(&post, bill, bill->line_count * 2 + facts->receipt_count, fault);
    if (status == STATUS_OK && bill->freight)
        status = share_freight(&post, bill, fault);
    for (size_t i = 0; i < bill->line_count && status == STATUS_OK; i++)
        status = is_outside(&bill->lines[i]) ? post_operation(&post, bill, i, fault)
                                             : post_line(&post, bill, i, fault);
    outcome->range.count = book->line_count - outcome->range.first;
    outcome->state = "posted";
    return status;
}

enum status invoice_enter(const struct invoice_command *bill, const struct invoice_facts *facts,
                          struct book *book, struct invoice_outcome *outcome, struct fault *fault)
{
    struct book_number *number;
    *outcome = (struct invoice_outcome){.step = INVOICE_ENTERED, .by = book->principal};
    enum status status = check_head(bill, facts, fault);
    for (size_t i = 0; i < bill->line_count && status == STATUS_OK; i++)
        status = check_line(book, bill, facts, i, fault);
    if (status == STATUS_OK)
        status = sum_lines(bill, &outcome->amount, fault);
    if (status == STATUS_OK)
        status = book_day(book, bill->effective_on, &outcome->effective_on, fault);
    if (status == STATUS_OK)
        status = match(book, bill, facts, &outcome->blocked_for, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, bill->freight ? "FB" : "SI", &number, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    if (outcome->blocked_for[0] == '\0')
        return post_bill(book, bill, facts, outcome, fault);
    struct posting post = {.book = book, .facts = facts, .outcome = outcome};
    outcome->state = "blocked";
    return begin(&post, bill, 0, fault);
}

/* ---- a second person ---- */

static enum status check_stored(const struct invoice_facts *facts, struct text invoice,
                                const char *state, struct fault *fault)
{
    if (!facts->stored)
        return fault_set(fault, STATUS_NOT_FOUND, "invoice", "bill \"%.*s\" does not exist",
                         (int)invoice.length, invoice.bytes);
    if (!text_is(facts->state, state))
        return fault_set(fault, STATUS_STATE_CONFLICT, "invoice", "bill \"%.*s\" is %.*s, not %s",
                         (int)invoice.length, invoice.bytes, (int)facts->state.length,
                         facts->state.bytes, state);
    return STATUS_OK;
}

/* What was not received, or reported, is not owed, whoever says so. */
static enum status check_received(struct book *book, const struct invoice_command *bill,
                                  struct fault *fault)
{
    char field[FIELD_MAX];
    for (size_t i = 0; i < bill->line_count && !bill->freight; i++) {
        struct billed_order order;
        const struct invoice_line *line = &bill->lines[i];
        enum status status = find_order(book, bill, i, &order, fault);
        if (status != STATUS_OK)
            return status;
        if (more_than_done(line, &order) && order.operation)
            return fault_set(
                fault, STATUS_STATE_CONFLICT, field_of(i, "quantity", field),
                "more is billed of operation \"%.*s\" of order \"%.*s\" than was reported",
                (int)line->operation.length, line->operation.bytes, (int)line->work_order.length,
                line->work_order.bytes);
        if (more_than_done(line, &order))
            return fault_set(fault, STATUS_STATE_CONFLICT, field_of(i, "quantity", field),
                             "more is billed of line %lld of order \"%.*s\" than was received",
                             (long long)line->order_line, (int)line->purchase_order.length,
                             line->purchase_order.bytes);
    }
    return STATUS_OK;
}

enum status invoice_decide(const struct invoice_verdict *verdict, const struct invoice_facts *facts,
                           struct book *book, struct invoice_outcome *outcome, struct fault *fault)
{
    struct book_number *number;
    *outcome = (struct invoice_outcome){.step = INVOICE_DECIDED,
                                        .invoice = verdict->invoice,
                                        .by = book->principal,
                                        .state = "rejected",
                                        .blocked_for = "",
                                        .bill = &facts->bill};
    enum status status = check_stored(facts, verdict->invoice, "blocked", fault);
    if (status == STATUS_OK && text_equal(facts->entered_by, book->principal))
        return fault_set(fault, STATUS_FORBIDDEN, "invoice",
                         "who entered a bill cannot release or reject it");
    if (status == STATUS_OK)
        status = book_day(book, verdict->effective_on, &outcome->effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "IR", &number, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->amount = facts->bill.amount;
    if (!verdict->release)
        return STATUS_OK;
    status = check_received(book, &facts->bill, fault);
    return status == STATUS_OK ? post_bill(book, &facts->bill, facts, outcome, fault) : status;
}

/* ---- taking back ---- */

static enum status unbill_operation(struct posting *post, const struct invoice_billed *at,
                                    struct fault *fault)
{
    struct work_order *order;
    struct work_operation *operation;
    enum status status = book_work_order(post->book, at->order, "invoice", &order, fault);
    if (status == STATUS_OK)
        status = outside_operation(order, at->operation, "invoice", &operation, fault);
    struct outside_bill back = {{-at->counted.micro}, {-at->payable.e4}, {-at->late.e4}};
    return status == STATUS_OK ? post_outside(post, operation, at->line, &back, fault) : status;
}

static enum status unbill(struct posting *post, const struct invoice_billed *at,
                          struct fault *fault)
{
    struct purchase_order *order;
    enum status status = book_purchase_order(post->book, at->order, "invoice", &order, fault);
    if (status != STATUS_OK)
        return status;
    struct purchase_line *line = order->lines;
    while (line->line != at->order_line)
        line++;
    status = book_item(post->book, line->item, "invoice", &post->move.item, fault);
    if (status == STATUS_OK && at->counted.micro != 0)
        status = book_change(post->book, &line->row, fault);
    if (status != STATUS_OK)
        return status;
    line->invoiced.micro -= at->counted.micro;
    post->move.order_id = order->purchase_order;
    post->move.order_line = at->order_line;
    struct late_value value = {{-at->late.e4}, at->qty, at->receipt, {-at->counted.micro}};
    return post_part(post, at->line, value, (struct amount){-at->payable.e4}, fault);
}

enum status invoice_reverse(const struct invoice_reversal *reversal,
                            const struct invoice_facts *facts, struct book *book,
                            struct invoice_outcome *outcome, struct fault *fault)
{
    struct book_number *number;
    struct posting post = {.book = book, .facts = facts, .outcome = outcome};
    *outcome = (struct invoice_outcome){.step = INVOICE_REVERSED,
                                        .invoice = reversal->invoice,
                                        .by = book->principal,
                                        .state = "reversed",
                                        .blocked_for = ""};
    if (reversal->reason.length == 0)
        return fault_set(fault, STATUS_INVALID, "reason", "a reversal needs a reason");
    enum status status = check_stored(facts, reversal->invoice, "posted", fault);
    if (status == STATUS_OK)
        status = book_day(book, reversal->effective_on, &outcome->effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "RV", &number, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->amount.e4 = -facts->bill.amount.e4;
    status = begin(&post, &facts->bill, facts->billed_count, fault);
    post.move.reason = reversal->reason;
    for (size_t i = 0; i < facts->billed_count && status == STATUS_OK; i++)
        status = facts->billed[i].operation.length > 0
                     ? unbill_operation(&post, &facts->billed[i], fault)
                     : unbill(&post, &facts->billed[i], fault);
    outcome->range.count = book->line_count - outcome->range.first;
    return status;
}
