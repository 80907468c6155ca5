#include "common/ledger/post.h"
#include "services/order/life.h"
#include "services/order/life_codec.h"

/* The days of a work order: its material and money stay services/production's. */

#define WORK_ORDER_OPEN "released, in progress, firm or held"

static bool is_open(struct text state)
{
    return text_is(state, "firm") || text_is(state, "released") || text_is(state, "in_progress") ||
           text_is(state, "held");
}

static enum status check(const struct reschedule_command *asked, const struct work_days *now,
                         struct fault *fault)
{
    char due[DATE_TEXT_MAX];
    if (!is_open(now->state))
        return fault_set(fault, STATUS_STATE_CONFLICT, "work_order",
                         "work order \"%.*s\" is %.*s, not " WORK_ORDER_OPEN,
                         (int)asked->work_order.length, asked->work_order.bytes,
                         (int)now->state.length, now->state.bytes);
    date_format(now->due, due);
    if (date_given(asked->if_due) && asked->if_due != now->due)
        return fault_set(fault, STATUS_CHANGED, "if_due_on",
                         "work order \"%.*s\" has changed: it is due on %s",
                         (int)asked->work_order.length, asked->work_order.bytes, due);
    if (date_given(asked->start) && asked->start > asked->due)
        return fault_set(fault, STATUS_INVALID, "start_on", "start_on lies after due_on");
    return STATUS_OK;
}

/* Without a start of its own it starts as many days earlier or later as it is due. */
static enum status reschedule_work(struct command *command, const void *request,
                                   struct fault *fault)
{
    const struct reschedule_command *asked = request;
    struct order_rule rule;
    struct work_days now;
    char due[DATE_TEXT_MAX];
    enum status status = store_work_days(command, asked->work_order, &now, fault);
    if (status == STATUS_OK)
        status = check(asked, &now, fault);
    if (status == STATUS_OK)
        status = store_rule(command->sql, command->plant, command->arena, &rule, fault);
    if (status != STATUS_OK)
        return status;
    date_format(asked->due, due);
    if (asked->due < rule.first_day)
        return fault_set(fault, STATUS_INVALID, "due_on", "due_on %s is past", due);
    struct work_days then = now;
    then.due = asked->due;
    then.start = date_given(asked->start) ? asked->start : now.start + (asked->due - now.due);
    status = command_take_event(command, fault);
    if (status == STATUS_OK)
        status = store_set_work_days(command, &now, &then, asked->reason, fault);
    if (status == STATUS_OK)
        status = put_work_days_event(command, &then, fault);
    return status == STATUS_OK ? encode_reschedule(command, &then, fault) : status;
}

enum status handle_reschedule_work_order(struct rpc_request *request)
{
    struct reschedule_command asked;
    enum status status = decode_reschedule(request, &asked);
    return status == STATUS_OK
               ? command_run(request, reschedule_work, &asked, post_bell(request->service))
               : status;
}
