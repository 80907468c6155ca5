#include "common/ledger/component_core.h"
#include "services/production/production_core.h"
#include "services/production/release_core.h"

/* Material to a work order and back. */

#define LINE_FIELD_MAX 32

/* "lines[12]" */
static const char *line_field(size_t line, const char *tail, char out[LINE_FIELD_MAX + 32])
{
    char digits[DECIMAL_TEXT_MAX];
    size_t at = 0;
    decimal_format((int64_t)line, 0, digits);
    for (const char *from = "lines["; *from; from++)
        out[at++] = *from;
    for (const char *from = digits; *from; from++)
        out[at++] = *from;
    out[at++] = ']';
    for (const char *from = tail; *from; from++)
        out[at++] = *from;
    out[at] = '\0';
    return out;
}

static enum status wants(const struct issue_request *asked, struct book *book, unsigned reach,
                         struct fault *fault)
{
    char field[LINE_FIELD_MAX + 32];
    enum status status = book_code(asked->work_order, "work_order", fault);
    if (status != STATUS_OK)
        return status;
    if (asked->line_count > PRODUCTION_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "more than %d lines", PRODUCTION_LINES_MAX);
    book_want_past(book, asked->effective_on);
    status = book_want_document(book, BOOK_WORK_ORDER, asked->work_order, reach, fault);
    for (size_t i = 0; i < asked->line_count && status == STATUS_OK; i++) {
        status = book_code(asked->lines[i].item, line_field(i, ".item", field), fault);
        if (status != STATUS_OK)
            return status;
        if (asked->lines[i].reason.length > ISSUE_REASON_MAX)
            return fault_set(fault, STATUS_INVALID, line_field(i, ".reason", field),
                             "reason has %zu bytes, at most %d fit", asked->lines[i].reason.length,
                             ISSUE_REASON_MAX);
        status = book_want_lot(book, asked->lines[i].item, asked->lines[i].lot, fault);
        if (status == STATUS_OK)
            status = book_want_location(book, asked->lines[i].location, fault);
    }
    return status;
}

enum status rule_wants(const void *request, struct book *book, struct fault *fault)
{
    (void)request;
    (void)book;
    (void)fault;
    return STATUS_OK;
}

enum status rule_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault)
{
    (void)master;
    struct issue_rule *rule = arena_alloc(book->arena, 1, sizeof *rule);
    if (!rule)
        return fault_set(fault, STATUS_LIMIT, "", "rule does not fit in memory");
    *rule = *(const struct issue_rule *)request;
    rule->before = book->unplanned_issue;
    book->unplanned_issue = rule->unplanned_issue;
    book->unplanned_issue_set = true;
    *outcome = rule;
    return STATUS_OK;
}

/* What the posting of a document carries along. */
struct posting {
    struct book *book;
    struct work_order *order;
    struct text operation;   /* of the component lines that are meant; "" all */
    struct ledger_move move; /* what its lines have in common */
    struct fault *fault;
};

/* Is the component line of this item, "" any, among those that are meant? */
static bool is_meant(const struct posting *posting, const struct work_component *component,
                     struct text item)
{
    return (posting->operation.length == 0 ||
            text_equal(component->operation, posting->operation)) &&
           (item.length == 0 || text_equal(component->item, item));
}

/* Also an operation that needs nothing is a mistake. */
static enum status mean_operation(struct posting *posting, struct text operation)
{
    const struct work_order *order = posting->order;
    posting->operation = (struct text){0};
    if (operation.length == 0)
        return STATUS_OK;
    for (size_t i = 0; i < order->component_count; i++) {
        if (text_equal(order->components[i].operation, operation)) {
            posting->operation = order->components[i].operation;
            return STATUS_OK;
        }
    }
    return fault_set(posting->fault, STATUS_NOT_ON_ORDER, "operation",
                     "operation \"%.*s\" of work order \"%.*s\" needs no material",
                     (int)operation.length, operation.bytes, (int)order->work_order.length,
                     order->work_order.bytes);
}

/* The order must be open for material. */
static enum status open_posting(struct posting *posting, const struct issue_request *asked)
{
    struct fault *fault = posting->fault;
    struct ledger_move *move = &posting->move;
    enum status status =
        book_work_order(posting->book, asked->work_order, "work_order", &posting->order, fault);
    if (status == STATUS_OK)
        status = book_day(posting->book, asked->effective_on, &move->effective_on, fault);
    if (status != STATUS_OK)
        return status;
    const struct work_order *order = posting->order;
    if (order->state != WORK_ORDER_RELEASED && order->state != WORK_ORDER_IN_PROGRESS &&
        order->state != WORK_ORDER_COMPLETED)
        return fault_set(fault, book_closed_or(order, STATUS_STATE_CONFLICT), "work_order",
                         "work order \"%.*s\" is %s, material moves while it is released, in "
                         "progress or completed",
                         (int)order->work_order.length, order->work_order.bytes,
                         work_order_state_text(order->state));
    move->location = move->lot = move->reason = (struct text){0}; /* of an order before it */
    move->field = NULL;
    move->wip = posting->order;
    move->order_kind = BOOK_WORK_ORDER;
    move->order_id = order->work_order;
    return mean_operation(posting, asked->operation);
}

/* The document gets its number with its first line. */
static enum status number_document(struct posting *posting, const char *prefix)
{
    struct book_number *number;
    if (posting->move.document)
        return STATUS_OK;
    enum status status = book_next_number(posting->book, prefix, &number, posting->fault);
    if (status == STATUS_OK)
        posting->move.document = number;
    return status;
}

static enum status not_on_order(struct posting *posting, const struct issue_line *line,
                                const char *field)
{
    const struct work_order *order = posting->order;
    return fault_set(posting->fault, STATUS_NOT_ON_ORDER, field,
                     "item \"%.*s\" is not on work order \"%.*s\"", (int)line->item.length,
                     line->item.bytes, (int)order->work_order.length, order->work_order.bytes);
}

static enum status check_quantity(struct posting *posting, const struct issue_line *line, size_t at,
                                  struct book_item **item)
{
    char field[LINE_FIELD_MAX + 32];
    enum status status =
        book_item(posting->book, line->item, line_field(at, ".item", field), item, posting->fault);
    return status == STATUS_OK ? book_quantity(*item, line->quantity,
                                               line_field(at, ".quantity", field), posting->fault)
                               : status;
}

static enum status check_line(struct posting *posting, const struct issue_line *line, size_t at,
                              struct book_item **item)
{
    char field[LINE_FIELD_MAX + 32];
    const struct work_order *order = posting->order;
    enum status status = check_quantity(posting, line, at, item);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < order->component_count; i++) {
        if (text_equal(order->components[i].item, line->item))
            return STATUS_OK;
    }
    return not_on_order(posting, line, line_field(at, ".item", field));
}

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a quantity of the order is out of range");
}

/* ---- issue ---- */

enum status issue_wants(const void *request, struct book *book, struct fault *fault)
{
    /* only a line with a reason may be of an item that is added to the order */
    const struct issue_request *asked = request;
    unsigned grow = 0;
    for (size_t i = 0; i < asked->line_count && i < PRODUCTION_LINES_MAX; i++)
        grow |= asked->lines[i].reason.length > 0 ? REACH_GROW : 0;
    return wants(asked, book, REACH_LINES | grow, fault);
}

static int64_t still_needed(const struct work_component *component)
{
    int64_t need = component->required.micro - component_net(component);
    return need > 0 ? need : 0;
}

/* Above what the order needs: the item's percent or quantity, the larger; where it has neither,
   ISSUE_TOLERANCE_PCT. */
static int64_t tolerance_of(const struct book_item *item, struct qty required)
{
    bool pct_given = qty_given(item->over_issue_pct);
    bool qty_is = qty_given(item->over_issue_qty);
    int128 part = (int128)required.micro * item->over_issue_pct.micro / QTY_SCALE / 100;
    if (!pct_given && !qty_is)
        return required.micro / 100 * ISSUE_TOLERANCE_PCT;
    if (!pct_given || (qty_is && item->over_issue_qty.micro > part))
        return item->over_issue_qty.micro;
    return part > INT64_MAX ? INT64_MAX : (int64_t)part;
}

static enum status check_tolerance(struct posting *posting, const struct issue_line *line,
                                   const char *field)
{
    struct qty required = {0};
    struct qty net = {0};
    const struct work_order *order = posting->order;

    for (size_t i = 0; i < order->component_count; i++) {
        const struct work_component *component = &order->components[i];
        if (is_meant(posting, component, line->item) &&
            (!qty_add(required, component->required, &required) ||
             !qty_add(net, (struct qty){component_net(component)}, &net)))
            return out_of_range(posting->fault);
    }
    struct qty after;
    if (!qty_add(net, line->quantity, &after))
        return out_of_range(posting->fault);
    if (after.micro - required.micro <= tolerance_of(posting->move.item, required) ||
        required.micro == 0) /* allow_unplanned has judged what the order does not need at all */
        return STATUS_OK;
    if (line->reason.length > 0 && posting->book->supervised)
        return STATUS_OK;
    char needs[QTY_TEXT_MAX];
    char has[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    qty_format(required, needs);
    qty_format(net, has);
    qty_format(line->quantity, asked);
    char tolerated[QTY_TEXT_MAX];
    qty_format((struct qty){tolerance_of(posting->move.item, required)}, tolerated);
    return fault_set(
        posting->fault, STATUS_OVER_TOLERANCE, field,
        "the order needs %s of item \"%.*s\" and has %s, %s asked is more than %s above%s", needs,
        (int)line->item.length, line->item.bytes, has, asked, tolerated,
        posting->book->supervised ? ": give a reason" : ": a supervisor may, with a reason");
}

/* An item that the order does not need: with a reason where the plant allows it, on a line of its
   own that requires nothing. */
static enum status allow_unplanned(struct posting *posting, const struct issue_line *line,
                                   size_t at)
{
    char field[LINE_FIELD_MAX + 32];
    struct work_order *order = posting->order;
    struct work_component *found = NULL;
    bool needed = false;
    for (size_t i = 0; i < order->component_count; i++) {
        if (!is_meant(posting, &order->components[i], line->item))
            continue;
        found = &order->components[i];
        needed = needed || found->required.micro > 0;
    }
    if (needed)
        return STATUS_OK;
    if (!posting->book->unplanned_issue)
        return not_on_order(posting, line, line_field(at, ".item", field));
    if (line->reason.length == 0)
        return fault_set(posting->fault, STATUS_INVALID, line_field(at, ".reason", field),
                         "item \"%.*s\" is not on work order \"%.*s\": its issue needs a reason",
                         (int)line->item.length, line->item.bytes, (int)order->work_order.length,
                         order->work_order.bytes);
    if (found)
        return STATUS_OK;
    enum status status = book_add_component(posting->book, order, &found, posting->fault);
    if (status != STATUS_OK)
        return status;
    found->item = posting->move.item->item;
    found->operation = posting->operation;
    return release_unit_cost(posting->move.item, &found->planned_cost, posting->fault);
}

/* To the component lines of the item in order, what is above their need to the last. */
static enum status issue_line_to(struct posting *posting, const struct issue_line *line)
{
    struct work_order *order = posting->order;
    struct work_component *last = NULL;
    int64_t left = line->quantity.micro;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++) {
        struct work_component *component = &order->components[i];
        if (!is_meant(posting, component, line->item))
            continue;
        int64_t need = still_needed(component);
        int64_t part = need < left ? need : left;
        last = component;
        if (part > 0)
            status = component_issue(posting->book, &posting->move, component, (struct qty){part},
                                     posting->fault);
        left -= part;
    }
    ASSERT(last); /* check_line found one */
    if (status == STATUS_OK && left > 0)
        status = component_issue(posting->book, &posting->move, last, (struct qty){left},
                                 posting->fault);
    return status;
}

static enum status issue_named(struct posting *posting, const struct issue_request *asked)
{
    char field[LINE_FIELD_MAX + 32];
    char quantity[LINE_FIELD_MAX + 32];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < asked->line_count && status == STATUS_OK; i++) {
        const struct issue_line *line = &asked->lines[i];
        posting->move.location = line->location;
        posting->move.lot = line->lot;
        posting->move.reason = line->reason;
        posting->move.field = line_field(i, "", field);
        status = check_quantity(posting, line, i, &posting->move.item);
        if (status == STATUS_OK)
            status = allow_unplanned(posting, line, i);
        if (status == STATUS_OK)
            status = check_tolerance(posting, line, line_field(i, ".quantity", quantity));
        if (status == STATUS_OK)
            status = number_document(posting, "MI");
        if (status == STATUS_OK)
            status = issue_line_to(posting, line);
    }
    return status;
}

static enum status issue_needed(struct posting *posting)
{
    struct work_order *order = posting->order;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++) {
        struct work_component *component = &order->components[i];
        if (still_needed(component) == 0 || !is_meant(posting, component, text_of("")))
            continue;
        status = book_item(posting->book, component->item, "work_order", &posting->move.item,
                           posting->fault);
        if (status == STATUS_OK)
            status = number_document(posting, "MI");
        if (status == STATUS_OK)
            status = component_issue(posting->book, &posting->move, component,
                                     (struct qty){still_needed(component)}, posting->fault);
    }
    return status;
}

static enum status finish(struct posting *posting, size_t first, const void **outcome)
{
    struct posted_outcome *out = arena_alloc(posting->book->arena, 1, sizeof *out);
    if (!out)
        return fault_set(posting->fault, STATUS_LIMIT, "", "no room for the command");
    out->document = posting->move.document;
    out->lines = (struct ledger_range){first, posting->book->line_count - first};
    *outcome = out;
    return STATUS_OK;
}

/* One order's part of the document. */
static enum status issue_order(struct posting *posting, const struct issue_request *asked)
{
    size_t first = posting->book->line_count;
    enum status status = open_posting(posting, asked);
    if (status == STATUS_OK)
        status = asked->line_count > 0 ? issue_named(posting, asked) : issue_needed(posting);
    if (status != STATUS_OK || posting->book->line_count == first ||
        posting->order->state != WORK_ORDER_RELEASED)
        return status;
    status = book_change(posting->book, &posting->order->row, posting->fault);
    posting->order->state = status == STATUS_OK ? WORK_ORDER_IN_PROGRESS : posting->order->state;
    return status;
}

enum status issue_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault)
{
    struct posting posting = {.book = book, .fault = fault};
    size_t first = book->line_count;
    (void)master;
    enum status status = issue_order(&posting, request);
    return status == STATUS_OK ? finish(&posting, first, outcome) : status;
}

/* ---- several orders in one document ---- */

enum status wave_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct wave_request *asked = request;
    enum status status = STATUS_OK;
    if (asked->count == 0 || asked->count > WAVE_ORDERS_MAX)
        return fault_set(fault, STATUS_INVALID, "orders",
                         "%zu orders, 1 to %d can be issued at once", asked->count,
                         WAVE_ORDERS_MAX);
    for (size_t i = 0; i < asked->count && status == STATUS_OK; i++)
        status = issue_wants(&asked->orders[i], book, fault);
    return status;
}

/* "lines[0].quantity" of order 2 -> "orders[2].lines[0].quantity" */
static void name_order(const struct book *book, size_t i, struct fault *fault)
{
    char *field = arena_alloc(book->arena, sizeof fault->field + LINE_FIELD_MAX, 1);
    char digits[DECIMAL_TEXT_MAX];
    const char *const parts[] = {"orders[", digits, "].", fault->field};
    size_t at = 0;
    if (!field)
        return;
    decimal_format((int64_t)i, 0, digits);
    for (size_t part = 0; part < COUNT_OF(parts); part++) {
        for (const char *from = parts[part]; *from; from++)
            field[at++] = *from;
    }
    for (at = 0; at < sizeof fault->field - 1 && field[at]; at++)
        fault->field[at] = field[at];
    fault->field[at] = '\0';
}

/* Of a fault that is the batch's and not the order's. */
static bool of_batch(enum status status)
{
    return status == STATUS_LIMIT || status_retryable(status);
}

static enum status wave_order(struct posting *posting, const struct wave_request *asked, size_t i,
                              struct wave_outcome *out)
{
    struct book_mark mark = book_mark(posting->book);
    const struct book_number *document = posting->move.document;
    enum status status = issue_order(posting, &asked->orders[i]);
    if (status == STATUS_OK || of_batch(status))
        return status;
    name_order(posting->book, i, posting->fault);
    if (!asked->per_order)
        return status;
    book_undo(posting->book, mark);
    posting->move.document = document;
    out->refused[out->refused_count++] =
        (struct refused_order){asked->orders[i].work_order, *posting->fault};
    *posting->fault = (struct fault){0};
    return STATUS_OK;
}

enum status wave_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault)
{
    const struct wave_request *asked = request;
    struct wave_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct posting posting = {.book = book, .fault = fault};
    size_t first = book->line_count;
    enum status status = STATUS_OK;
    (void)master;
    if (!out)
        return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
    out->refused = arena_alloc(book->arena, asked->count, sizeof *out->refused);
    if (!out->refused)
        return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
    for (size_t i = 0; i < asked->count && status == STATUS_OK; i++)
        status = wave_order(&posting, asked, i, out);
    if (status == STATUS_OK && out->refused_count == asked->count) {
        *fault = out->refused[0].fault; /* nothing is left of it */
        return fault->status;
    }
    out->posted.document = posting.move.document;
    out->posted.lines = (struct ledger_range){first, book->line_count - first};
    *outcome = out;
    return status;
}

/* ---- return ---- */

enum status return_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct issue_request *asked = request;
    if (asked->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "a return needs at least one line");
    return wants(request, book, REACH_LINES | REACH_TAKEN, fault);
}

static enum status returnable(const struct work_component *component, const struct book_item *item,
                              int64_t *out, struct fault *fault)
{
    const struct work_order *order = component->order;
    struct qty done;
    struct qty used;
    if (!qty_add(order->received, order->scrapped, &done) ||
        !component_used(component, done, item->decimals, &used))
        return out_of_range(fault);
    int64_t left = component_net(component) - used.micro;
    *out = left > 0 ? left : 0;
    return STATUS_OK;
}

static enum status return_part(struct posting *posting, struct work_component *component,
                               struct qty part)
{
    struct amount cost;
    struct fault *fault = posting->fault;
    struct ledger_move move = posting->move;
    move.kind = LEDGER_RETURN;
    move.qty = part;
    move.segment = component->segment;
    move.order_line = component->line;
    move.operation = component->operation;
    move.component = component;
    enum status status = ledger_return(posting->book, &move, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(posting->book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    return qty_add(component->returned, part, &component->returned) &&
                   amount_sub(component->issued_amount, cost, &component->issued_amount)
               ? book_reserve(posting->book, component, fault)
               : out_of_range(fault);
}

/* From the last component line of the item to the first. */
static enum status return_line_from(struct posting *posting, const struct issue_line *line,
                                    const char *field)
{
    struct work_order *order = posting->order;
    int64_t left = line->quantity.micro;
    int64_t possible = 0;
    enum status status = STATUS_OK;

    for (size_t i = order->component_count; i > 0 && status == STATUS_OK; i--) {
        struct work_component *component = &order->components[i - 1];
        int64_t most = 0;
        if (!text_equal(component->item, line->item))
            continue;
        status = returnable(component, posting->move.item, &most, posting->fault);
        int64_t part = most < left ? most : left;
        possible += most;
        if (status == STATUS_OK && part > 0)
            status = return_part(posting, component, (struct qty){part});
        left -= part;
    }
    if (status != STATUS_OK || left == 0)
        return status;
    char can[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    qty_format((struct qty){possible}, can);
    qty_format(line->quantity, asked);
    return fault_set(posting->fault, STATUS_OVER_RETURN, field,
                     "%s of item \"%.*s\" can be returned, %s asked", can, (int)line->item.length,
                     line->item.bytes, asked);
}

/* The newest issue of the item, and of the lot unless that is "", to this order: in this batch or
   before. */
static bool find_issue(const struct posting *posting, const struct return_master *master,
                       struct text item, struct text lot, struct issued_from *from)
{
    const struct book *book = posting->book;
    for (size_t i = book->line_count; i > 0; i--) {
        const struct ledger_line *line = &book->lines[i - 1];
        *from = (struct issued_from){.location = line->location, .lot = line->lot};
        if (line->kind == LEDGER_ISSUE && text_equal(line->item, item) &&
            text_equal(line->order_id, posting->order->work_order) &&
            (lot.length == 0 || text_equal(line->lot, lot)))
            return true;
    }
    for (size_t i = 0; master && i < master->count; i++) {
        *from = master->rows[i];
        if (text_equal(from->item, item) &&
            text_equal(from->work_order, posting->order->work_order) &&
            (lot.length == 0 || text_equal(from->lot, lot)))
            return true;
    }
    return false;
}

/* A lot that was not issued comes where the item's newest issue was taken. */
static void where_from(const struct posting *posting, const struct return_master *master,
                       struct text item, struct ledger_move *move)
{
    struct issued_from from;
    if (!find_issue(posting, master, item, move->lot, &from) &&
        !find_issue(posting, master, item, text_of(""), &from))
        from = (struct issued_from){.location = text_of(""), .lot = text_of("")};
    if (move->location.length == 0)
        move->location = from.location;
    if (move->lot.length == 0 && move->item->valuation != VALUATION_LOT)
        move->lot = from.lot; /* LOT: the layers that are restored know it */
}

/* surplus, defective or other; what is defective or other says why.  Without a type the reason
   "defective" is one. */
static enum status read_type(struct posting *posting, const struct issue_line *line, size_t at)
{
    char field[LINE_FIELD_MAX + 32];
    struct ledger_move *move = &posting->move;
    bool given = line->type.length > 0;
    bool plain = !given || text_is(line->type, "surplus");
    bool defective = text_is(given ? line->type : line->reason, "defective");
    if (!plain && !defective && !text_is(line->type, "other"))
        return fault_set(posting->fault, STATUS_INVALID, line_field(at, ".type", field),
                         "type \"%.*s\" is none of surplus, defective, other",
                         (int)line->type.length, line->type.bytes);
    if (!plain && line->reason.length == 0)
        return fault_set(posting->fault, STATUS_INVALID, line_field(at, ".reason", field),
                         "a return of type %.*s needs a reason", (int)line->type.length,
                         line->type.bytes);
    move->reason = line->reason.length > 0 ? line->reason : line->type;
    move->status = defective ? "blocked" : NULL;
    return STATUS_OK;
}

enum status return_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault)
{
    char field[LINE_FIELD_MAX + 32];
    char quantity[LINE_FIELD_MAX + 32];
    const struct issue_request *asked = request;
    struct posting posting = {.book = book, .fault = fault};
    size_t first = book->line_count;

    enum status status = open_posting(&posting, asked);
    for (size_t i = 0; i < asked->line_count && status == STATUS_OK; i++) {
        const struct issue_line *line = &asked->lines[i];
        struct ledger_move *move = &posting.move;
        move->location = line->location;
        move->lot = line->lot;
        move->field = line_field(i, "", field);
        status = check_line(&posting, line, i, &move->item);
        if (status == STATUS_OK)
            status = read_type(&posting, line, i);
        if (status == STATUS_OK)
            where_from(&posting, master, line->item, move);
        if (status == STATUS_OK)
            status = number_document(&posting, "MR");
        if (status == STATUS_OK)
            status = return_line_from(&posting, line, line_field(i, ".quantity", quantity));
    }
    return status == STATUS_OK ? finish(&posting, first, outcome) : status;
}
