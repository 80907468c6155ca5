#include "services/order/life_core.h"

#include "common/base/decimal.h"

#include <stdio.h>

#define FIELD_MAX 48

const char *life_step_text(enum life_step step)
{
    static const char *const texts[LIFE_STEPS] = {"change", "approve", "send", "close", "cancel"};
    ASSERT(step < LIFE_STEPS);
    return texts[step];
}

static const char *kind_of(const struct life_terms *terms)
{
    return terms->sales ? "sales order" : "purchase order";
}

const char *life_shown_state(const struct life_terms *terms)
{
    bool any = false;
    bool all = terms->line_count > 0;
    for (size_t i = 0; i < terms->line_count; i++) {
        any = any || terms->lines[i].done.micro > 0;
        all = all && terms->lines[i].done.micro >= terms->lines[i].qty.micro;
    }
    if (terms->state != ORDER_SENT && terms->state != ORDER_OPEN)
        return order_state_text(terms->state);
    if (all)
        return "closed";
    if (any)
        return terms->sales ? "partly_shipped" : "partly_received";
    return order_state_text(terms->state);
}

/* ---- what changed ---- */

static enum status note(struct life_changes *changes, const char *what, int64_t line,
                        struct text before, struct text after, struct fault *fault)
{
    if (!changes->rows)
        changes->rows = arena_alloc(changes->arena, LIFE_CHANGES_MAX, sizeof *changes->rows);
    if (!changes->rows || changes->count == LIFE_CHANGES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "too many changes at once");
    changes->rows[changes->count++] = (struct life_change){text_of(what), line, before, after};
    return STATUS_OK;
}

static struct text kept(struct life_changes *changes, const char *text)
{
    char *copy = text_copy(text_of(text), changes->arena);
    return text_of(copy ? copy : "");
}

static struct text qty_text(struct life_changes *changes, struct qty qty)
{
    char text[QTY_TEXT_MAX];
    qty_format(qty, text);
    return kept(changes, text);
}

static struct text date_text(struct life_changes *changes, date day)
{
    char text[DATE_TEXT_MAX];
    date_format(day, text);
    return kept(changes, text);
}

static enum status move(struct life_terms *terms, struct life_changes *changes, const char *what,
                        enum order_state next, struct fault *fault)
{
    struct text before = text_of(order_state_text(terms->state));
    terms->state = next;
    return note(changes, what, 0, before, text_of(order_state_text(next)), fault);
}

/* ---- steps ---- */

static bool is_large(const struct life_terms *terms)
{
    return !terms->sales && terms->approve_above.e4 != NO_LIMIT.e4 &&
           terms->value.e4 > terms->approve_above.e4;
}

static enum status wrong_state(const struct life_terms *terms, enum life_step step,
                               struct fault *fault)
{
    return fault_set(fault, STATUS_STATE_CONFLICT, "order_id", "cannot %s %s \"%.*s\": it is %s",
                     life_step_text(step), kind_of(terms), (int)terms->order_id.length,
                     terms->order_id.bytes, life_shown_state(terms));
}

static enum status approve(struct life_terms *terms, const struct life_facts *facts,
                           struct life_changes *changes, struct fault *fault)
{
    if (is_large(terms) && terms->made_by.bytes && text_equal(terms->made_by, facts->principal))
        return fault_set(fault, STATUS_FORBIDDEN, "order_id",
                         "purchase order \"%.*s\" is above the plant's limit: somebody else than "
                         "\"%.*s\", who set its terms, must approve it",
                         (int)terms->order_id.length, terms->order_id.bytes,
                         (int)terms->made_by.length, terms->made_by.bytes);
    terms->approved_by = facts->principal;
    return move(terms, changes, "approve", ORDER_APPROVED, fault);
}

static enum status cancel(struct life_terms *terms, struct life_changes *changes,
                          struct fault *fault)
{
    for (size_t i = 0; i < terms->line_count; i++) {
        if (terms->lines[i].done.micro != 0)
            return fault_set(fault, STATUS_STATE_CONFLICT, "order_id",
                             "line %lld of %s \"%.*s\" is partly %s: close the order instead",
                             (long long)terms->lines[i].line, kind_of(terms),
                             (int)terms->order_id.length, terms->order_id.bytes,
                             terms->sales ? "shipped" : "received");
    }
    return move(terms, changes, "cancel", ORDER_CANCELLED, fault);
}

/* ---- change ---- */

static const char *field_of(struct arena *arena, size_t line, const char *name)
{
    char *field = arena_alloc(arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "lines[%zu].%s", line, name);
    return field ? field : name;
}

/* A promise is of one day and no more than was asked then. */
static void drop_promise(struct life_line *line)
{
    line->promised = NO_DATE;
    line->promise_limit = text_of("");
}

static enum status set_quantity(struct life_line *line, struct qty qty, const char *field,
                                struct life_changes *changes, struct fault *fault)
{
    if (qty.micro < line->done.micro)
        return fault_set(fault, STATUS_OVER_TOLERANCE, field,
                         "line %lld cannot fall below what is received or shipped of it",
                         (long long)line->line);
    struct text before = qty_text(changes, line->qty);
    if (qty_cmp(qty, line->qty) > 0)
        drop_promise(line);
    line->qty = qty;
    return note(changes, "quantity", line->line, before, qty_text(changes, qty), fault);
}

static enum status set_price(struct life_line *line, struct unitcost price,
                             struct life_changes *changes, struct fault *fault)
{
    struct text before = qty_text(changes, (struct qty){line->price.micro});
    line->price = price;
    return note(changes, "price", line->line, before, qty_text(changes, (struct qty){price.micro}),
                fault);
}

static enum status set_due(struct life_line *line, date due, struct life_changes *changes,
                           struct fault *fault)
{
    struct text before = date_text(changes, line->due);
    drop_promise(line);
    line->due = due;
    return note(changes, "due_on", line->line, before, date_text(changes, due), fault);
}

static enum status set_priority(struct life_line *line, int64_t priority,
                                struct life_changes *changes, struct fault *fault)
{
    char before[DECIMAL_TEXT_MAX] = "";
    char after[DECIMAL_TEXT_MAX];
    if (line->priority != NO_DAYS)
        decimal_format(line->priority, 0, before);
    decimal_format(priority, 0, after);
    line->priority = priority;
    return note(changes, "priority", line->line, kept(changes, before), kept(changes, after),
                fault);
}

static enum status apply_line(const struct life_line_command *asked, struct life_line *line,
                              const char *quantity, struct life_changes *changes,
                              struct fault *fault)
{
    enum status status = STATUS_OK;
    line->touched = true;
    if (qty_given(asked->qty) && qty_cmp(asked->qty, line->qty) != 0)
        status = set_quantity(line, asked->qty, quantity, changes, fault);
    if (status == STATUS_OK && cost_given(asked->price) && asked->price.micro != line->price.micro)
        status = set_price(line, asked->price, changes, fault);
    if (status == STATUS_OK && date_given(asked->due) && asked->due != line->due)
        status = set_due(line, asked->due, changes, fault);
    if (status == STATUS_OK && asked->priority != NO_DAYS && asked->priority != line->priority)
        status = set_priority(line, asked->priority, changes, fault);
    return status;
}

static enum status add_line(const struct life_line_command *asked, struct life_terms *terms,
                            const char *field, struct life_changes *changes, struct fault *fault)
{
    int64_t last = terms->line_count > 0 ? terms->lines[terms->line_count - 1].line : 0;
    if (terms->line_count == LIFE_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "an order has at most %d lines",
                         LIFE_LINES_MAX);
    if (!qty_given(asked->qty) || !date_given(asked->due))
        return fault_set(fault, STATUS_INVALID, field,
                         "a new line needs item, quantity and due_on");
    if (!terms->sales && !cost_given(asked->price))
        return fault_set(fault, STATUS_INVALID, field, "a new line of a purchase needs a price");
    terms->lines[terms->line_count++] = (struct life_line){
        .line = last + 1,
        .item = asked->item,
        .qty = asked->qty,
        .price = cost_given(asked->price) ? asked->price : (struct unitcost){0},
        .due = asked->due,
        .priority = asked->priority,
        .promised = NO_DATE,
        .is_new = true,
    };
    return note(changes, "line", last + 1, text_of(""), asked->item, fault);
}

static enum status check_asked(const struct life_line_command *asked, size_t i,
                               const struct life_facts *facts, struct arena *arena,
                               struct fault *fault)
{
    const struct order_facts *item = &facts->items[i];
    const struct order_master master = {.rule = facts->rule, .facts = item};
    const struct order_line_command line = {.item = asked->item, .due_on = asked->due};
    char shown[QTY_TEXT_MAX];
    if (!item->known)
        return fault_set(fault, STATUS_NOT_FOUND, field_of(arena, i, "item"),
                         "item \"%.*s\" does not exist", (int)asked->item.length,
                         asked->item.bytes);
    if (qty_given(asked->qty) && asked->qty.micro <= 0)
        return fault_set(fault, STATUS_INVALID, field_of(arena, i, "quantity"),
                         "quantity must be above zero");
    if (qty_given(asked->qty) && !qty_fits_decimals(asked->qty, item->decimals)) {
        qty_format(asked->qty, shown);
        return fault_set(fault, STATUS_INVALID, field_of(arena, i, "quantity"),
                         "quantity %s has more than the %d decimals of item \"%.*s\"", shown,
                         item->decimals, (int)asked->item.length, asked->item.bytes);
    }
    if (cost_given(asked->price) && asked->price.micro < 0)
        return fault_set(fault, STATUS_INVALID, field_of(arena, i, "price"),
                         "price cannot be negative");
    enum status status = order_check_facts(&line, 0, &master, arena, fault);
    if (status != STATUS_OK && fault->field[0] == 'l')
        snprintf(fault->field, sizeof fault->field, "%s",
                 field_of(arena, i, item->active ? "due_on" : "item"));
    return status;
}

static enum status change_line(const struct life_line_command *asked, size_t i,
                               struct life_terms *terms, struct life_changes *changes,
                               struct fault *fault)
{
    if (asked->line == 0)
        return add_line(asked, terms, field_of(changes->arena, i, "line"), changes, fault);
    for (size_t k = 0; k < terms->line_count; k++) {
        if (terms->lines[k].line == asked->line)
            return apply_line(asked, &terms->lines[k], field_of(changes->arena, i, "quantity"),
                              changes, fault);
    }
    return fault_set(fault, STATUS_NOT_FOUND, field_of(changes->arena, i, "line"),
                     "%s \"%.*s\" has no line %lld", kind_of(terms), (int)terms->order_id.length,
                     terms->order_id.bytes, (long long)asked->line);
}

static enum status sum_value(struct life_terms *terms, struct fault *fault)
{
    struct amount line;
    terms->value = (struct amount){0};
    for (size_t i = 0; i < terms->line_count; i++) {
        if (!amount_extend(terms->lines[i].qty, terms->lines[i].price, &line) ||
            !amount_add(terms->value, line, &terms->value))
            return fault_set(fault, STATUS_OVERFLOW, "lines", "value of the order is out of range");
    }
    return STATUS_OK;
}

static enum status change(const struct life_command *command, const struct life_facts *facts,
                          struct life_terms *terms, struct life_changes *changes,
                          struct fault *fault)
{
    enum status status = STATUS_OK;
    if (command->line_count == 0)
        return fault_set(fault, STATUS_INVALID, "lines", "a change needs at least one line");
    for (size_t i = 0; status == STATUS_OK && i < command->line_count; i++) {
        status = check_asked(&command->lines[i], i, facts, changes->arena, fault);
        if (status == STATUS_OK)
            status = change_line(&command->lines[i], i, terms, changes, fault);
    }
    if (status == STATUS_OK && !terms->sales)
        status = sum_value(terms, fault);
    if (status != STATUS_OK)
        return status;
    terms->made_by = facts->principal;
    if (terms->sales || terms->other_plant.bytes)
        return STATUS_OK;
    terms->approve_above = facts->rule.approve_above;
    terms->approved_by = (struct text){NULL, 0};
    return is_large(terms) && terms->state != ORDER_DRAFT
               ? move(terms, changes, "approve", ORDER_DRAFT, fault)
               : STATUS_OK;
}

/* ---- all ---- */

static bool is_legal(const struct life_terms *terms, enum life_step step)
{
    static const bool purchase[LIFE_STEPS][ORDER_STATES] = {
        [LIFE_CHANGE] = {[ORDER_DRAFT] = true, [ORDER_APPROVED] = true, [ORDER_SENT] = true},
        [LIFE_APPROVE] = {[ORDER_DRAFT] = true},
        [LIFE_SEND] = {[ORDER_APPROVED] = true},
        [LIFE_CLOSE] = {[ORDER_APPROVED] = true, [ORDER_SENT] = true},
        [LIFE_CANCEL] = {[ORDER_DRAFT] = true, [ORDER_APPROVED] = true, [ORDER_SENT] = true}};
    if (terms->sales)
        return terms->state == ORDER_OPEN && step != LIFE_APPROVE && step != LIFE_SEND;
    return purchase[step][terms->state];
}

enum status life_decide(const struct life_command *command, const struct life_facts *facts,
                        struct life_terms *terms, struct life_changes *changes, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (command->if_version != 0 && command->if_version != terms->version)
        return fault_set(fault, STATUS_CHANGED, "if_version",
                         "%s \"%.*s\" is at version %lld, not %lld: read it again", kind_of(terms),
                         (int)terms->order_id.length, terms->order_id.bytes,
                         (long long)terms->version, (long long)command->if_version);
    if (!is_legal(terms, command->step))
        return wrong_state(terms, command->step, fault);
    if (command->step == LIFE_CHANGE)
        status = change(command, facts, terms, changes, fault);
    else if (command->step == LIFE_APPROVE)
        status = approve(terms, facts, changes, fault);
    else if (command->step == LIFE_CANCEL)
        status = cancel(terms, changes, fault);
    else
        status = move(terms, changes, life_step_text(command->step),
                      command->step == LIFE_SEND ? ORDER_SENT : ORDER_CLOSED, fault);
    if (status == STATUS_OK)
        terms->version++;
    return status;
}
