#include "common/base/frac.h"
#include "common/ledger/component_core.h"
#include "services/production/rework_core.h"

/* Taking a product apart: rework_core.h says how it is valued. */

/* A component of the bill: what the product has of it, what of the cost is its own, what came. */
struct part {
    struct book_item *item;
    struct qty qty;
    struct amount weight;
    struct amount value;
    struct qty recovered;
};

struct taking {
    struct book *book;
    const struct unbuild_request *asked;
    struct work_order *order;
    struct ledger_move like;
    struct part *parts;
    size_t part_count;
    struct fault *fault;
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
}

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "quantity", "a value is out of range");
}

static const char *line_field(const struct taking *taking, size_t i, const char *name)
{
    char digits[DECIMAL_TEXT_MAX];
    char *field = arena_alloc(taking->book->arena, sizeof taking->fault->field, 1);
    const char *const texts[] = {"lines[", digits, "]", name};
    size_t at = 0;
    if (!field)
        return "lines";
    decimal_format((int64_t)i, 0, digits);
    for (size_t text = 0; text < COUNT_OF(texts); text++) {
        for (const char *from = texts[text]; *from; from++)
            field[at++] = *from;
    }
    return field;
}

enum status unbuild_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct unbuild_request *asked = request;
    enum status status = book_code(asked->item, "item", fault);
    if (status != STATUS_OK)
        return status;
    if (asked->reason.length == 0 || asked->reason.length > ISSUE_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason",
                         "taking apart needs a reason of 1 to %d bytes", ISSUE_REASON_MAX);
    if (asked->line_count > PRODUCTION_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "more than %d lines", PRODUCTION_LINES_MAX);
    status = book_want_item(book, asked->item, fault);
    if (status == STATUS_OK)
        status = book_want_location(book, asked->location, fault);
    for (size_t i = 0; i < asked->line_count && status == STATUS_OK; i++) {
        status = book_want_location(book, asked->lines[i].location, fault);
        if (status == STATUS_OK && text_is_code(asked->lines[i].item))
            status = book_want_lot(book, asked->lines[i].item, asked->lines[i].lot, fault);
    }
    return status;
}

/* ---- what the bill says is in it ---- */

static enum status find_parts(struct taking *taking, const struct release_master *master)
{
    struct release_needs needs;
    struct fault *fault = taking->fault;
    enum status status = release_explode(taking->book, taking->order, master, &needs, fault);
    if (status != STATUS_OK)
        return status;
    taking->parts = arena_alloc(taking->book->arena, needs.count + 1, sizeof *taking->parts);
    if (!taking->parts)
        return no_room(fault);
    for (size_t i = 0; i < needs.count && status == STATUS_OK; i++) {
        struct part *part = &taking->parts[taking->part_count];
        status = book_item(taking->book, needs.rows[i].item, "item", &part->item, fault);
        if (status != STATUS_OK)
            return status;
        if (!frac_floor(needs.rows[i].exact, part->item->decimals, &part->qty))
            return out_of_range(fault);
        if (part->qty.micro > 0)
            taking->part_count++;
    }
    if (taking->part_count == 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "item",
                         "item \"%.*s\" has no bill to be taken apart by",
                         (int)taking->order->item.length, taking->order->item.bytes);
    return status;
}

/* Each part's share of what the product cost, by what the parts cost now; the last takes the rest.
 */
static enum status share_cost(struct taking *taking, struct amount cost)
{
    struct amount sum = {0};
    struct amount left = cost;
    for (size_t i = 0; i < taking->part_count; i++) {
        struct part *part = &taking->parts[i];
        enum status status =
            ledger_present_cost(part->item, part->qty, &part->weight, taking->fault);
        if (status != STATUS_OK)
            return status;
        if (!amount_add(sum, part->weight, &sum))
            return out_of_range(taking->fault);
    }
    for (size_t i = 0; i < taking->part_count && sum.e4 != 0; i++) {
        struct part *part = &taking->parts[i];
        bool last = i + 1 == taking->part_count;
        if (last)
            part->value = left;
        else if (!amount_share(cost, (struct qty){part->weight.e4}, (struct qty){sum.e4},
                               &part->value))
            return out_of_range(taking->fault);
        left.e4 -= part->value.e4;
    }
    return STATUS_OK;
}

/* ---- what is recovered ---- */

static enum status recover(struct taking *taking, struct part *part, struct ledger_move move)
{
    struct amount before;
    struct amount after;
    struct qty sum;
    struct fault *fault = taking->fault;
    if (!qty_add(part->recovered, move.qty, &sum) ||
        !amount_share(part->value, part->recovered, part->qty, &before) ||
        !amount_share(part->value, sum, part->qty, &after))
        return out_of_range(fault);
    part->recovered = sum;
    move.kind = LEDGER_RECEIPT;
    move.item = part->item;
    move.order_line = part - taking->parts + 1;
    move.aside = true;
    return ledger_put(taking->book, &move, (struct amount){after.e4 - before.e4}, fault);
}

static struct part *find_part(struct taking *taking, struct text item)
{
    for (size_t i = 0; i < taking->part_count; i++) {
        if (text_equal(taking->parts[i].item->item, item))
            return &taking->parts[i];
    }
    return NULL;
}

static enum status too_much(struct taking *taking, const struct part *part, size_t i)
{
    char has[QTY_TEXT_MAX];
    char came[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    qty_format(part->qty, has);
    qty_format(part->recovered, came);
    qty_format(taking->asked->lines[i].quantity, asked);
    return fault_set(taking->fault, STATUS_OVER_RECEIPT, line_field(taking, i, ".quantity"),
                     "there are %s of item \"%.*s\" in it, %s recovered already, %s asked", has,
                     (int)part->item->item.length, part->item->item.bytes, came, asked);
}

static enum status recover_line(struct taking *taking, size_t i)
{
    const struct unbuild_line *asked = &taking->asked->lines[i];
    struct part *part = find_part(taking, asked->item);
    struct ledger_move move = taking->like;
    if (!part)
        return fault_set(taking->fault, STATUS_NOT_ON_ORDER, line_field(taking, i, ".item"),
                         "item \"%.*s\" is not in the bill of item \"%.*s\"",
                         (int)asked->item.length, asked->item.bytes,
                         (int)taking->order->item.length, taking->order->item.bytes);
    enum status status = book_quantity(part->item, asked->quantity,
                                       line_field(taking, i, ".quantity"), taking->fault);
    if (status != STATUS_OK)
        return status;
    if (asked->quantity.micro > part->qty.micro - part->recovered.micro)
        return too_much(taking, part, i);
    move.qty = asked->quantity;
    move.location = asked->location;
    move.lot = asked->lot;
    move.expires_on = asked->expires_on;
    move.status = asked->status.length == 0              ? NULL
                  : text_is(asked->status, "blocked")    ? "blocked"
                  : text_is(asked->status, "inspection") ? "inspection"
                                                         : NULL;
    move.field = line_field(taking, i, "");
    return recover(taking, part, move);
}

static enum status recover_all(struct taking *taking)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < taking->asked->line_count && status == STATUS_OK; i++)
        status = recover_line(taking, i);
    for (size_t i = 0; i < taking->part_count && taking->asked->line_count == 0; i++) {
        struct ledger_move move = taking->like;
        move.qty = taking->parts[i].qty;
        move.expires_on = NO_DATE;
        move.field = "lines";
        if (status == STATUS_OK)
            status = recover(taking, &taking->parts[i], move);
    }
    return status;
}

/* ---- the document ---- */

static enum status take_product(struct taking *taking, struct book_item *item)
{
    const struct unbuild_request *asked = taking->asked;
    struct work_component *component = &taking->order->components[0];
    struct ledger_move move = taking->like;
    component->item = item->item;
    component->required = asked->quantity;
    component->due_on = taking->order->start_on;
    move.item = item;
    move.location = asked->location;
    move.lot = asked->lot;
    move.status = text_is(asked->status, "blocked")      ? "blocked"
                  : text_is(asked->status, "inspection") ? "inspection"
                                                         : NULL;
    move.expired_too = true;
    enum status status =
        component_issue(taking->book, &move, component, asked->quantity, taking->fault);
    if (status == STATUS_OK &&
        !unitcost_of(component->issued_amount, asked->quantity, &component->planned_cost))
        return out_of_range(taking->fault);
    return status;
}

/* The order of the document, which is closed with it. */
static enum status begin(struct taking *taking, struct book_item *item)
{
    struct book *book = taking->book;
    struct book_number *document;
    struct work_order *order;
    date day;
    enum status status = book_day(book, taking->asked->effective_on, &day, taking->fault);
    if (status == STATUS_OK)
        status = book_new_work_order(book, text_of(""), &order, taking->fault);
    if (status != STATUS_OK)
        return status;
    order->kind = WORK_ORDER_UNBUILD;
    order->item = item->item;
    order->segment = text_of("");
    order->qty = order->good = taking->asked->quantity;
    order->start_on = order->due_on = order->released_on = order->closed_on = day;
    order->state = WORK_ORDER_CLOSED;
    status = book_new_components(book, order, 1, 0, taking->fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "UB", &document, taking->fault);
    if (status != STATUS_OK)
        return status;
    taking->order = order;
    taking->like = (struct ledger_move){.wip = order,
                                        .order_kind = BOOK_WORK_ORDER,
                                        .order_id = text_of(""),
                                        .reason = taking->asked->reason,
                                        .effective_on = day,
                                        .document = document};
    return STATUS_OK;
}

enum status unbuild_decide(const void *request, const void *master, struct book *book,
                           const void **outcome, struct fault *fault)
{
    const struct unbuild_request *asked = request;
    struct made_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct taking taking = {.book = book, .asked = asked, .fault = fault};
    struct book_item *item;
    size_t first = book->line_count;
    enum status status = book_item(book, asked->item, "item", &item, fault);
    if (status == STATUS_OK)
        status = book_quantity(item, asked->quantity, "quantity", fault);
    if (status != STATUS_OK || !out || !master)
        return status != STATUS_OK ? status : no_room(fault);
    status = begin(&taking, item);
    if (status == STATUS_OK)
        status = find_parts(&taking, master);
    if (status == STATUS_OK)
        status = take_product(&taking, item);
    if (status == STATUS_OK)
        status = share_cost(&taking, taking.order->wip);
    if (status == STATUS_OK)
        status = recover_all(&taking);
    if (status == STATUS_OK) {
        taking.like.item = item;
        status = ledger_write_off(book, &taking.like, fault);
    }
    if (status != STATUS_OK)
        return status;
    out->order = taking.order;
    out->posted = (struct posted_outcome){taking.like.document, {first, book->line_count - first}};
    *outcome = out;
    return STATUS_OK;
}
