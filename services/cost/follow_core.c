#include "services/cost/follow_core.h"

#include <stdio.h>

#define REASON_MAX 96

/* What one order's component line, or one kind of line without an order, gets in this slice. */
struct follow_step {
    const struct follow_task *task; /* of its first part */
    const struct follow_consumer *to;
    struct amount amount;
    int64_t depth;
    date day; /* no earlier than the pieces were taken: what was not there yet has no cost */
};

struct following {
    struct book *book;
    struct follow_facts *facts;
    struct follow_outcome *outcome;
    struct follow_step *steps;
    size_t step_count;
};

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of amounts is out of range");
}

enum status follow_wants(const struct follow_facts *facts, struct book *book, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < facts->consumer_count && status == STATUS_OK; i++) {
        const struct follow_consumer *at = &facts->consumers[i];
        status = book_want_item(book, facts->tasks[at->task].item, fault);
        if (status == STATUS_OK && at->work_order.length > 0)
            status =
                book_want_document(book, BOOK_WORK_ORDER, at->work_order, REACH_PRODUCT, fault);
    }
    return status;
}

/* The consumer's share of its task: between what all up to it have, and all before it. */
static bool share_of(const struct follow_task *task, const struct follow_consumer *at,
                     struct amount *out)
{
    struct amount upto;
    struct amount before;
    struct qty less = {at->upto.micro - at->qty.micro};
    return amount_share(task->amount, at->upto, task->pieces, &upto) &&
           amount_share(task->amount, less, task->pieces, &before) && amount_sub(upto, before, out);
}

static bool same_step(const struct follow_step *step, const struct follow_task *task,
                      const struct follow_consumer *at)
{
    return step->to->order_line == at->order_line &&
           text_equal(step->to->work_order, at->work_order) &&
           text_equal(step->to->kind, at->kind) && text_equal(step->task->item, task->item);
}

static date later_of(date a, date b)
{
    return date_given(b) && b > a ? b : a;
}

static enum status add_step(struct following *on, const struct follow_consumer *at,
                            struct fault *fault)
{
    const struct follow_task *task = &on->facts->tasks[at->task];
    struct amount share;
    date day = later_of(task->effective_on, at->day);
    if (!share_of(task, at, &share))
        return overflow(fault);
    if (share.e4 == 0 || text_is(at->kind, "shipment") || text_is(at->kind, "customer_return"))
        return STATUS_OK;
    for (size_t i = 0; i < on->step_count; i++) {
        struct follow_step *step = &on->steps[i];
        if (!same_step(step, task, at))
            continue;
        step->depth = step->depth < task->depth ? task->depth : step->depth;
        step->day = later_of(step->day, day);
        return amount_add(step->amount, share, &step->amount) ? STATUS_OK : overflow(fault);
    }
    on->steps[on->step_count++] = (struct follow_step){task, at, share, task->depth, day};
    return STATUS_OK;
}

enum status follow_reason(struct book *book, struct text source, date of, struct text *out,
                          struct fault *fault)
{
    char day[DATE_TEXT_MAX];
    char text[REASON_MAX];
    *out = source;
    if (!date_given(of) || of >= book->plant.open_from)
        return STATUS_OK;
    date_format(of, day);
    int length =
        snprintf(text, sizeof text, "%.*s for %.7s", (int)source.length, source.bytes, day);
    *out =
        (struct text){text_copy((struct text){text, (size_t)length}, book->arena), (size_t)length};
    return out->bytes ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "no memory");
}

static struct work_component *component_of(struct work_order *order, int64_t line)
{
    for (size_t i = 0; i < order->component_count; i++) {
        if (order->components[i].line == line)
            return &order->components[i];
    }
    return NULL;
}

/* A step's line; its effective day is the step's, or the first that is still open. */
static struct ledger_move move_of(const struct following *on, const struct follow_step *step)
{
    return (struct ledger_move){.kind = LEDGER_LATE_COST,
                                .order_kind = BOOK_NO_KIND,
                                .document = on->outcome->document,
                                .effective_on = later_of(on->book->plant.open_from, step->day)};
}

static enum status to_order(struct following *on, const struct follow_step *step,
                            struct ledger_move *move, struct fault *fault)
{
    struct work_order *order;
    enum status status = book_work_order(on->book, step->to->work_order, "", &order, fault);
    if (status != STATUS_OK)
        return status;
    struct work_component *component = component_of(order, step->to->order_line);
    move->wip = order;
    move->order_kind = BOOK_WORK_ORDER;
    move->order_id = order->work_order;
    move->order_line = step->to->order_line;
    if (!component)
        return STATUS_OK;
    status = book_change(on->book, &component->row, fault);
    if (status == STATUS_OK &&
        !amount_add(component->issued_amount, step->amount, &component->issued_amount))
        return overflow(fault);
    return status;
}

static enum status take_step(struct following *on, const struct follow_step *step,
                             struct fault *fault)
{
    struct ledger_move move = move_of(on, step);
    enum status status = book_item(on->book, step->task->item, "", &move.item, fault);
    if (status == STATUS_OK)
        status = follow_reason(on->book, step->task->source, step->to->day, &move.reason, fault);
    if (status == STATUS_OK && step->to->work_order.length > 0)
        status = to_order(on, step, &move, fault);
    return status == STATUS_OK ? ledger_late_step(on->book, &move, step->amount, fault) : status;
}

enum status follow_settle(struct book *book, const struct ledger_move *from, struct fault *fault)
{
    struct amount settled;
    struct work_order *order = from->wip;
    struct ledger_move move = {.kind = LEDGER_SETTLEMENT,
                               .wip = order,
                               .order_kind = BOOK_WORK_ORDER,
                               .order_id = order->work_order,
                               .operation = from->operation,
                               .segment = order->segment,
                               .reason = from->reason,
                               .effective_on = later_of(from->effective_on, order->closed_on),
                               .document = from->document,
                               .late = from->late};
    if (order->state != WORK_ORDER_CLOSED && order->state != WORK_ORDER_CANCELLED)
        return STATUS_OK;
    enum status status = book_item(book, order->item, "", &move.item, fault);
    return status == STATUS_OK ? ledger_settle(book, &move, &settled, fault) : status;
}

/* What came to a closed order goes on to what it made. */
static enum status settle_again(struct following *on, const struct follow_step *step,
                                struct fault *fault)
{
    struct ledger_move move = move_of(on, step);
    struct late_source source = {step->task->source, step->depth};
    move.late = &source;
    enum status status = book_work_order(on->book, step->to->work_order, "", &move.wip, fault);
    if (status == STATUS_OK)
        status = follow_reason(on->book, step->task->source, step->to->day, &move.reason, fault);
    return status == STATUS_OK ? follow_settle(on->book, &move, fault) : status;
}

static enum status post_steps(struct following *on, struct fault *fault)
{
    struct book_number *number;
    if (on->step_count == 0)
        return STATUS_OK;
    enum status status = book_next_number(on->book, "LC", &number, fault);
    on->outcome->document = number;
    for (size_t i = 0; i < on->step_count && status == STATUS_OK; i++)
        status = take_step(on, &on->steps[i], fault);
    /* an order that got several shares holds nothing after the first settlement */
    for (size_t i = 0; i < on->step_count && status == STATUS_OK; i++) {
        if (on->steps[i].to->work_order.length > 0)
            status = settle_again(on, &on->steps[i], fault);
    }
    return status;
}

/* Tasks whose consumers have all been served are done; where the list was cut, not its last one.
   Those that did not come into it are as they were: they are not written. */
static void count_on(struct follow_facts *facts)
{
    size_t last = facts->consumer_count > 0 ? facts->consumers[facts->consumer_count - 1].task : 0;
    if (facts->cut)
        facts->task_count = last + 1;
    for (size_t i = 0; i < facts->consumer_count; i++)
        facts->tasks[facts->consumers[i].task].followed++;
    for (size_t i = 0; i < facts->task_count; i++)
        facts->tasks[i].done = !facts->cut || i < last;
}

enum status follow_decide(struct follow_facts *facts, struct book *book,
                          struct follow_outcome *outcome, struct fault *fault)
{
    struct following on = {.book = book, .facts = facts, .outcome = outcome};
    size_t first = book->line_count;
    *outcome = (struct follow_outcome){.facts = facts};
    on.steps = arena_alloc(book->arena, facts->consumer_count + 1, sizeof *on.steps);
    if (!on.steps)
        return fault_set(fault, STATUS_LIMIT, "", "late costs do not fit in memory");
    enum status status = STATUS_OK;
    for (size_t i = 0; i < facts->consumer_count && status == STATUS_OK; i++)
        status = add_step(&on, &facts->consumers[i], fault);
    if (status == STATUS_OK)
        status = post_steps(&on, fault);
    if (status != STATUS_OK)
        return status;
    outcome->more =
        facts->idle || facts->cut || facts->task_count == FOLLOW_TASKS_MAX || on.step_count > 0;
    outcome->range = (struct ledger_range){first, book->line_count - first};
    count_on(facts);
    return STATUS_OK;
}
