#include "services/production/change_core.h"

#include "common/base/frac.h"
#include "services/production/release_core.h"

/* One change of an order, while it is decided. */
struct change {
    struct book *book;
    const struct change_request *asked;
    struct work_order *order;
    struct change_outcome *out;
    date day;
    struct fault *fault;
};

/* ---- what all have in common ---- */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the command");
}

static enum status out_of_range(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "quantity", "a quantity of the order is out of range");
}

static enum status check_request(const struct change_request *asked, struct fault *fault)
{
    if (asked->reason.length > CHANGE_REASON_MAX)
        return fault_set(fault, STATUS_INVALID, "reason", "reason has %zu bytes, at most %d fit",
                         asked->reason.length, CHANGE_REASON_MAX);
    return book_code(asked->work_order, "work_order", fault);
}

static enum status wants(const struct change_request *asked, struct book *book, unsigned reach,
                         struct fault *fault)
{
    enum status status = check_request(asked, fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->work_order, reach, fault);
}

static enum status need_reason(const struct change *change, const char *what)
{
    return change->asked->reason.length > 0
               ? STATUS_OK
               : fault_set(change->fault, STATUS_INVALID, "reason", "%s needs a reason", what);
}

static enum status wrong_state(const struct change *change, const char *needed)
{
    const struct work_order *order = change->order;
    return fault_set(change->fault, STATUS_STATE_CONFLICT, "work_order",
                     "work order \"%.*s\" is %s, not %s", (int)order->work_order.length,
                     order->work_order.bytes, work_order_state_text(order->state), needed);
}

static bool is_in(const struct work_order *order, unsigned states)
{
    return (1u << order->state & states) != 0;
}

#define FIRM     (1u << WORK_ORDER_FIRM)
#define RELEASED (1u << WORK_ORDER_RELEASED | 1u << WORK_ORDER_IN_PROGRESS)
#define HELD     (1u << WORK_ORDER_HELD)

/* The order, which must be in one of the states. */
static enum status begin(struct change *change, unsigned states, const char *needed)
{
    struct book *book = change->book;
    enum status status = book_work_order(book, change->asked->work_order, "work_order",
                                         &change->order, change->fault);
    if (status == STATUS_OK)
        status = book_day(book, change->asked->effective_on, &change->day, change->fault);
    if (status != STATUS_OK)
        return status;
    if (!is_in(change->order, states))
        return wrong_state(change, needed);
    change->out = arena_alloc(book->arena, 1, sizeof *change->out);
    return change->out ? book_change(book, &change->order->row, change->fault)
                       : no_room(change->fault);
}

static struct text qty_text(struct change *change, struct qty qty)
{
    char text[QTY_TEXT_MAX];
    qty_format(qty, text);
    return text_of(text_copy(text_of(text), change->book->arena));
}

/* One row of the record; the first takes the number. */
static enum status record(struct change *change, struct order_change row)
{
    struct book_number *number;
    if (!change->out->document) {
        enum status status = book_next_number(change->book, "WC", &number, change->fault);
        if (status != STATUS_OK)
            return status;
        change->out->document = number;
    }
    row.document = change->out->document;
    row.reason = change->asked->reason.length > 0 ? change->asked->reason : text_of("");
    row.effective_on = change->day;
    if (!row.order)
        row.order = change->order;
    if (!row.item.bytes)
        row.item = text_of("");
    return book_order_change(change->book, &row, change->fault);
}

static enum status end(struct change *change, const void **outcome)
{
    change->out->order = change->order;
    change->out->state = change->order->state;
    change->out->qty = change->order->qty;
    *outcome = change->out;
    return book_reserve_order(change->book, change->order, change->fault);
}

static enum status set_state(struct change *change, enum work_order_state state)
{
    struct text before = text_of(work_order_state_text(change->order->state));
    change->order->state = state;
    return record(change, (struct order_change){.what = CHANGE_STATE,
                                                .before = before,
                                                .after = text_of(work_order_state_text(state))});
}

/* ---- hold, resume, cancel ---- */

enum status state_wants(const void *request, struct book *book, struct fault *fault)
{
    return wants(request, book, REACH_NONE, fault);
}

enum status hold_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    (void)master;
    enum status status = need_reason(&change, "a hold");
    if (status == STATUS_OK)
        status = begin(&change, RELEASED, "released or in progress");
    if (status == STATUS_OK)
        status = set_state(&change, WORK_ORDER_HELD);
    return status == STATUS_OK ? end(&change, outcome) : status;
}

/* Has anything happened on the floor? */
static bool was_begun(const struct work_order *order)
{
    bool begun = order->received.micro != 0 || order->scrapped.micro != 0;
    for (size_t i = 0; i < order->component_count && !begun; i++)
        begun = order->components[i].issued.micro != 0;
    for (size_t i = 0; i < order->operation_count && !begun; i++)
        begun = order->operations[i].reported_hours.micro != 0;
    return begun;
}

enum status resume_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    (void)master;
    enum status status = begin(&change, HELD, "held");
    if (status == STATUS_OK)
        status = set_state(&change,
                           was_begun(change.order) ? WORK_ORDER_IN_PROGRESS : WORK_ORDER_RELEASED);
    return status == STATUS_OK ? end(&change, outcome) : status;
}

static enum status check_nothing_left(const struct change *change)
{
    char text[QTY_TEXT_MAX];
    const struct work_order *order = change->order;
    struct qty made = {order->received.micro + order->scrapped.micro};
    for (size_t i = 0; i < order->component_count; i++) {
        const struct work_component *component = &order->components[i];
        struct qty left = {component->issued.micro - component->returned.micro};
        qty_format(left, text);
        if (left.micro != 0)
            return fault_set(change->fault, STATUS_STATE_CONFLICT, "work_order",
                             "work order \"%.*s\" has %s of item \"%.*s\" that was issued and not "
                             "returned",
                             (int)order->work_order.length, order->work_order.bytes, text,
                             (int)component->item.length, component->item.bytes);
    }
    qty_format(made, text);
    if (made.micro != 0)
        return fault_set(change->fault, STATUS_STATE_CONFLICT, "work_order",
                         "work order \"%.*s\" has %s pieces received or scrapped, close it instead",
                         (int)order->work_order.length, order->work_order.bytes, text);
    amount_format(order->wip, text);
    if (order->wip.e4 != 0)
        return fault_set(change->fault, STATUS_STATE_CONFLICT, "work_order",
                         "work order \"%.*s\" has %s in work in process, close it instead",
                         (int)order->work_order.length, order->work_order.bytes, text);
    return STATUS_OK;
}

enum status cancel_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    (void)master;
    enum status status = need_reason(&change, "a cancellation");
    if (status == STATUS_OK)
        status = begin(&change, FIRM | RELEASED | HELD, "firm, released, in progress or held");
    if (status == STATUS_OK)
        status = check_nothing_left(&change);
    if (status == STATUS_OK)
        status = set_state(&change, WORK_ORDER_CANCELLED);
    return status == STATUS_OK ? end(&change, outcome) : status;
}

/* ---- shares ---- */

/* value x part / whole, up to whole decimals */
static bool share_up(struct qty value, const struct qty part_whole[2], int decimals,
                     struct qty *out)
{
    struct frac share;
    struct frac of;
    return frac_make(part_whole[0].micro, part_whole[1].micro, &share) && frac_of_qty(value, &of) &&
           frac_mul(of, share, &of) && frac_ceil(of, decimals, out) && out->micro <= QTY_STORED_MAX;
}

/* Planned cost of the components that do not follow the quantity. */
static bool fixed_cost(const struct work_order *order, struct amount *out)
{
    *out = (struct amount){0};
    for (size_t i = 0; i < order->component_count; i++) {
        const struct work_component *component = &order->components[i];
        struct amount cost;
        if (!component->fixed)
            continue;
        if (!amount_extend(component->required, component->planned_cost, &cost) ||
            !amount_add(*out, cost, out))
            return false;
    }
    return true;
}

/* What of the order's planned cost falls to `part` of it, without what is fixed. */
static bool cost_share(const struct work_order *order, struct qty part, struct amount *fixed,
                       struct amount *out)
{
    struct amount rest;
    return fixed_cost(order, fixed) && amount_sub(order->planned_cost, *fixed, &rest) &&
           amount_share(rest, part, order->qty, out);
}

/* Rework has the pieces that it took; neither more nor less. */
static enum status check_kind(struct change *change)
{
    const struct work_order *order = change->order;
    if (order->kind == WORK_ORDER_MAKE)
        return STATUS_OK;
    return fault_set(change->fault, STATUS_STATE_CONFLICT, "work_order",
                     "work order \"%.*s\" is for %s: its quantity is what it took",
                     (int)order->work_order.length, order->work_order.bytes,
                     work_order_kind_text(order->kind));
}

static enum status check_whole(struct change *change, struct book_item **product)
{
    enum status status =
        book_item(change->book, change->order->item, "work_order", product, change->fault);
    return status == STATUS_OK
               ? book_quantity(*product, change->asked->qty, "quantity", change->fault)
               : status;
}

static enum status item_decimals(struct change *change, struct text code, int *out)
{
    struct book_item *item;
    enum status status = book_item(change->book, code, "work_order", &item, change->fault);
    if (status == STATUS_OK)
        *out = item->decimals;
    return status;
}

/* ---- split ---- */

enum status split_wants(const void *request, struct book *book, struct fault *fault)
{
    const struct change_request *asked = request;
    enum status status = wants(asked, book, REACH_PRODUCT | REACH_LINES, fault);
    if (status != STATUS_OK || asked->made.length == 0)
        return status;
    status = book_code(asked->made, "new_work_order", fault);
    if (status != STATUS_OK)
        return status;
    return book_want_document(book, BOOK_WORK_ORDER, asked->made, REACH_NONE, fault);
}

static enum status check_part(struct change *change)
{
    char left[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    const struct work_order *order = change->order;
    struct qty rest = {order->qty.micro - order->received.micro - order->scrapped.micro};
    if (change->asked->qty.micro <= rest.micro && change->asked->qty.micro < order->qty.micro)
        return STATUS_OK;
    qty_format(rest, left);
    qty_format(change->asked->qty, asked);
    return fault_set(change->fault, STATUS_OVER_TOLERANCE, "quantity",
                     "work order \"%.*s\" has %s to make, a split of %s leaves nothing of it",
                     (int)order->work_order.length, order->work_order.bytes, left, asked);
}

/* What is fixed is needed again for the new order. */
static enum status split_component(struct change *change, struct work_component *from,
                                   struct work_component *to)
{
    const struct qty share[2] = {change->asked->qty, change->order->qty};
    int decimals = 0;
    enum status status = item_decimals(change, from->item, &decimals);
    if (status == STATUS_OK)
        status = book_change(change->book, &from->row, change->fault);
    if (status != STATUS_OK)
        return status;
    to->item = from->item;
    to->fixed = from->fixed;
    to->due_on = from->due_on;
    to->operation = from->operation;
    to->segment = from->segment;
    to->backflush = from->backflush;
    to->line_side = from->line_side;
    to->planned_cost = from->planned_cost;
    to->required = from->required;
    if (!from->fixed && (!share_up(from->required, share, decimals, &to->required) ||
                         !qty_sub(from->required, to->required, &from->required)))
        return out_of_range(change->fault);
    return STATUS_OK;
}

static enum status split_operation(struct change *change, struct work_operation *from,
                                   struct work_operation *to)
{
    const struct qty share[2] = {change->asked->qty, change->order->qty};
    enum status status = book_change(change->book, &from->row, change->fault);
    if (status != STATUS_OK)
        return status;
    to->operation = from->operation;
    to->work_center = from->work_center;
    to->labor_rate = from->labor_rate;
    to->machine_rate = from->machine_rate;
    to->overhead_rate = from->overhead_rate;
    to->overhead_basis = from->overhead_basis;
    to->subcontract_price = from->subcontract_price;
    to->supplier = from->supplier;
    to->parallel_group = from->parallel_group;
    return share_up(from->planned_hours, share, QTY_DECIMALS, &to->planned_hours) &&
                   qty_sub(from->planned_hours, to->planned_hours, &from->planned_hours)
               ? STATUS_OK
               : out_of_range(change->fault);
}

static enum status split_lines(struct change *change, struct work_order *made)
{
    struct work_order *order = change->order;
    enum status status = book_new_components(change->book, made, order->component_count,
                                             order->operation_count, change->fault);
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++)
        status = split_component(change, &order->components[i], &made->components[i]);
    for (size_t i = 0; i < order->operation_count && status == STATUS_OK; i++)
        status = split_operation(change, &order->operations[i], &made->operations[i]);
    return status;
}

/* Expected good pieces: up to whole ones for the new order, unless none were left for the old. */
static bool split_good(const struct change *change, int decimals, struct work_order *made)
{
    const struct qty share[2] = {change->asked->qty, change->order->qty};
    struct work_order *order = change->order;
    if (!share_up(order->good, share, decimals, &made->good))
        return false;
    if (qty_cmp(made->good, order->good) >= 0 &&
        !share_up(order->good, share, QTY_DECIMALS, &made->good))
        return false;
    return qty_sub(order->good, made->good, &order->good);
}

static enum status fill_made(struct change *change, const struct book_item *product,
                             struct work_order *made)
{
    struct work_order *order = change->order;
    struct amount fixed;
    struct amount cost;
    made->item = order->item;
    made->qty = change->asked->qty;
    made->start_on = order->start_on;
    made->due_on = order->due_on;
    made->segment = order->segment;
    if (!cost_share(order, made->qty, &fixed, &cost) ||
        !amount_sub(order->planned_cost, cost, &order->planned_cost) ||
        !amount_add(cost, fixed, &made->planned_cost) ||
        !split_good(change, product->decimals, made))
        return out_of_range(change->fault);
    enum status status = STATUS_OK;
    if (order->state != WORK_ORDER_FIRM) {
        status = split_lines(change, made);
        made->state = WORK_ORDER_RELEASED;
        made->released_on = order->released_on;
    }
    return status;
}

/* They are frozen for the quantity that was released, and count in proportion to an order's own. */
static enum status split_outputs(struct change *change, const struct split_master *master,
                                 struct work_order *made)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; master && i < master->count && status == STATUS_OK; i++) {
        struct order_output output = master->rows[i].output;
        if (!text_equal(master->rows[i].work_order, change->order->work_order))
            continue;
        output.order = made;
        status = book_order_output(change->book, &output, change->fault);
    }
    return status;
}

static enum status record_split(struct change *change, struct work_order *made)
{
    struct work_order *order = change->order;
    struct text before = qty_text(change, order->qty);
    if (!qty_sub(order->qty, made->qty, &order->qty))
        return out_of_range(change->fault);
    enum status status =
        record(change, (struct order_change){.what = CHANGE_QUANTITY,
                                             .before = before,
                                             .after = qty_text(change, order->qty)});
    if (status == STATUS_OK)
        status = record(change, (struct order_change){
                                    .what = CHANGE_SPLIT, .before = text_of(""), .made = made});
    return status;
}

/* The order of the part; one of that code is a mistake in new_work_order. */
static enum status new_part(struct change *change, struct work_order **made)
{
    struct text id = change->asked->made;
    enum status status = book_new_work_order(change->book, id, made, change->fault);
    if (status != STATUS_EXISTS)
        return status;
    *change->fault = (struct fault){.status = STATUS_OK};
    return fault_set(change->fault, STATUS_EXISTS, "new_work_order",
                     "work order \"%.*s\" already exists", (int)id.length, id.bytes);
}

enum status split_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    struct book_item *product;
    struct work_order *made;
    enum status status = begin(&change, FIRM | RELEASED, "firm, released or in progress");
    if (status == STATUS_OK)
        status = check_kind(&change);
    if (status == STATUS_OK)
        status = check_whole(&change, &product);
    if (status == STATUS_OK)
        status = check_part(&change);
    if (status == STATUS_OK)
        status = new_part(&change, &made);
    if (status == STATUS_OK)
        status = fill_made(&change, product, made);
    if (status == STATUS_OK)
        status = split_outputs(&change, master, made);
    if (status == STATUS_OK)
        status = record_split(&change, made);
    if (status == STATUS_OK)
        status = book_reserve_order(book, made, fault);
    if (status != STATUS_OK)
        return status;
    change.out->made = made;
    return end(&change, outcome);
}

/* ---- quantity ---- */

enum status quantity_wants(const void *request, struct book *book, struct fault *fault)
{
    return wants(request, book, REACH_PRODUCT | REACH_LINES, fault);
}

static enum status check_made(struct change *change)
{
    char made[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    const struct work_order *order = change->order;
    struct qty done = {order->received.micro + order->scrapped.micro};
    if (qty_cmp(change->asked->qty, done) > 0)
        return STATUS_OK;
    qty_format(done, made);
    qty_format(change->asked->qty, asked);
    return fault_set(change->fault, STATUS_OVER_TOLERANCE, "quantity",
                     "work order \"%.*s\" has %s received or scrapped, %s asked leaves nothing to "
                     "make",
                     (int)order->work_order.length, order->work_order.bytes, made, asked);
}

static enum status scale_lines(struct change *change)
{
    struct work_order *order = change->order;
    const struct qty share[2] = {change->asked->qty, order->qty};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < order->component_count && status == STATUS_OK; i++) {
        struct work_component *component = &order->components[i];
        int decimals = 0;
        if (component->fixed)
            continue;
        status = item_decimals(change, component->item, &decimals);
        if (status == STATUS_OK)
            status = book_change(change->book, &component->row, change->fault);
        if (status == STATUS_OK &&
            !share_up(component->required, share, decimals, &component->required))
            status = out_of_range(change->fault);
    }
    for (size_t i = 0; i < order->operation_count && status == STATUS_OK; i++) {
        struct work_operation *operation = &order->operations[i];
        status = book_change(change->book, &operation->row, change->fault);
        if (status == STATUS_OK &&
            !share_up(operation->planned_hours, share, QTY_DECIMALS, &operation->planned_hours))
            status = out_of_range(change->fault);
    }
    return status;
}

enum status quantity_decide(const void *request, const void *master, struct book *book,
                            const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    struct book_item *product;
    struct amount fixed;
    struct amount cost;
    (void)master;
    enum status status = begin(&change, FIRM | RELEASED, "firm, released or in progress");
    if (status == STATUS_OK)
        status = check_kind(&change);
    if (status == STATUS_OK)
        status = check_whole(&change, &product);
    if (status == STATUS_OK)
        status = check_made(&change);
    if (status != STATUS_OK)
        return status;
    struct work_order *order = change.order;
    const struct qty share[2] = {change.asked->qty, order->qty};
    struct text before = qty_text(&change, order->qty);
    if (!cost_share(order, change.asked->qty, &fixed, &cost) ||
        !amount_add(cost, fixed, &order->planned_cost) ||
        !share_up(order->good, share, product->decimals, &order->good))
        return out_of_range(fault);
    status = scale_lines(&change);
    order->qty = change.asked->qty;
    if (status == STATUS_OK)
        status = record(&change, (struct order_change){.what = CHANGE_QUANTITY,
                                                       .before = before,
                                                       .after = qty_text(&change, order->qty)});
    return status == STATUS_OK ? end(&change, outcome) : status;
}

/* ---- components ---- */

#define LINE_FIELD_MAX 64

/* "lines[12].item" */
static const char *line_field(size_t line, const char *tail, char out[LINE_FIELD_MAX])
{
    char digits[DECIMAL_TEXT_MAX];
    const char *const parts[] = {"lines[", digits, "].", tail};
    size_t at = 0;
    decimal_format((int64_t)line, 0, digits);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        for (const char *from = parts[i]; *from; from++)
            out[at++] = *from;
    }
    out[at] = '\0';
    return out;
}

enum status components_wants(const void *request, struct book *book, struct fault *fault)
{
    char field[LINE_FIELD_MAX];
    const struct change_request *asked = request;
    if (asked->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "a change needs at least one line");
    if (asked->line_count > CHANGE_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "more than %d lines", CHANGE_LINES_MAX);
    enum status status = wants(asked, book, REACH_LINES | REACH_GROW, fault);
    for (size_t i = 0; i < asked->line_count && status == STATUS_OK; i++) {
        if (asked->lines[i].line != 0)
            continue;
        status = book_code(asked->lines[i].item, line_field(i, "item", field), fault);
        if (status == STATUS_OK)
            status = book_want_item(book, asked->lines[i].item, fault);
    }
    return status;
}

static enum status find_line(struct change *change, size_t at, struct work_component **out)
{
    char field[LINE_FIELD_MAX];
    struct work_order *order = change->order;
    for (size_t i = 0; i < order->component_count; i++) {
        if (order->components[i].line == change->asked->lines[at].line) {
            *out = &order->components[i];
            return book_change(change->book, &order->components[i].row, change->fault);
        }
    }
    return fault_set(change->fault, STATUS_NOT_FOUND, line_field(at, "line", field),
                     "line %lld of work order \"%.*s\" does not exist",
                     (long long)change->asked->lines[at].line, (int)order->work_order.length,
                     order->work_order.bytes);
}

static enum status new_line(struct change *change, const struct component_change *asked,
                            const struct book_item *item, struct work_component **out)
{
    enum status status = book_add_component(change->book, change->order, out, change->fault);
    if (status != STATUS_OK)
        return status;
    (*out)->item = item->item;
    if (asked->operation.length > 0)
        (*out)->operation = asked->operation;
    return release_unit_cost(item, &(*out)->planned_cost, change->fault);
}

/* What is made has used its share; that cannot be taken out of what the order needs. */
static enum status check_used(struct change *change, const struct work_component *component,
                              size_t at)
{
    char field[LINE_FIELD_MAX];
    char used[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    const struct work_order *order = change->order;
    const struct qty share[2] = {{order->received.micro + order->scrapped.micro}, order->qty};
    struct qty consumed = component->required;
    if (share[0].micro == 0)
        return STATUS_OK;
    if (!component->fixed && !share_up(component->required, share, QTY_DECIMALS, &consumed))
        return out_of_range(change->fault);
    if (qty_cmp(change->asked->lines[at].qty, consumed) >= 0)
        return STATUS_OK;
    qty_format(consumed, used);
    qty_format(change->asked->lines[at].qty, asked);
    return fault_set(change->fault, STATUS_OVER_TOLERANCE, line_field(at, "quantity", field),
                     "what was made has used %s of item \"%.*s\", %s asked", used,
                     (int)component->item.length, component->item.bytes, asked);
}

static enum status check_qty(struct change *change, const struct book_item *item, size_t at)
{
    char field[LINE_FIELD_MAX];
    struct qty qty = change->asked->lines[at].qty;
    if (qty.micro == 0 && change->asked->lines[at].line != 0)
        return STATUS_OK;
    return book_quantity(item, qty, line_field(at, "quantity", field), change->fault);
}

static bool move_cost(struct work_order *order, const struct work_component *component,
                      struct qty before)
{
    struct amount was;
    struct amount is;
    return amount_extend(before, component->planned_cost, &was) &&
           amount_extend(component->required, component->planned_cost, &is) &&
           amount_sub(order->planned_cost, was, &order->planned_cost) &&
           amount_add(order->planned_cost, is, &order->planned_cost);
}

static enum status change_line(struct change *change, size_t at)
{
    char field[LINE_FIELD_MAX];
    const struct component_change *asked = &change->asked->lines[at];
    struct work_component *component = NULL;
    struct book_item *item;
    bool is_new = asked->line == 0;
    enum status status = is_new ? STATUS_OK : find_line(change, at, &component);
    if (status == STATUS_OK)
        status = book_item(change->book, is_new ? asked->item : component->item,
                           line_field(at, "item", field), &item, change->fault);
    if (status == STATUS_OK)
        status = check_qty(change, item, at);
    if (status == STATUS_OK)
        status =
            is_new ? new_line(change, asked, item, &component) : check_used(change, component, at);
    if (status != STATUS_OK)
        return status;
    struct qty before = component->required;
    component->required = asked->qty;
    if (!move_cost(change->order, component, before))
        return out_of_range(change->fault);
    return record(change,
                  (struct order_change){.what = CHANGE_COMPONENT,
                                        .order_line = component->line,
                                        .item = component->item,
                                        .before = is_new ? text_of("") : qty_text(change, before),
                                        .after = qty_text(change, asked->qty)});
}

enum status components_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    struct change change = {.book = book, .asked = request, .fault = fault};
    (void)master;
    enum status status = need_reason(&change, "a change of components");
    if (status == STATUS_OK)
        status = begin(&change, RELEASED | HELD, "released, in progress or held");
    for (size_t i = 0; i < change.asked->line_count && status == STATUS_OK; i++)
        status = change_line(&change, i);
    return status == STATUS_OK ? end(&change, outcome) : status;
}
