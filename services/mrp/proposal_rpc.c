#include "services/mrp/proposal_rpc.h"

#include "services/mrp/planner.h"
#include "services/mrp/proposal_codec.h"

#include <stdio.h>

static enum status conflict(const struct proposal *row, size_t at, const char *what,
                            struct fault *fault)
{
    char field[32];
    snprintf(field, sizeof field, "messages[%zu]", at);
    return fault_set(fault, STATUS_STATE_CONFLICT, field, "order \"%.*s\": %s; nothing was done",
                     (int)row->reference.length, row->reference.bytes, what);
}

/* ---- against the plan ---- */

static bool can_be_applied(uint8_t kind)
{
    return kind == PLAN_RESCHEDULE_IN || kind == PLAN_RESCHEDULE_OUT || kind == PLAN_CANCEL ||
           kind == PLAN_INCREASE || kind == PLAN_DECREASE;
}

static void proposed_words(const struct plan *plan, const struct plan_message *message,
                           char words[PLAN_TEXT_MAX])
{
    char day[DATE_TEXT_MAX] = "";
    char qty[QTY_TEXT_MAX] = "";
    if (days_given(message->to_day))
        date_format(plan_date(plan, message->to_day), day);
    if (qty_given(message->to_qty))
        qty_format(message->to_qty, qty);
    snprintf(words, PLAN_TEXT_MAX, "the plan now says \"%s\"%s%s%s%s",
             plan_message_name((enum plan_message_kind)message->kind), day[0] ? " " : "", day,
             qty[0] ? " " : "", qty);
}

struct item_messages {
    const struct plan_message *rows;
    uint32_t count;
};

/* The message that says it; else *other is one of the same order that the plan has instead. */
static const struct plan_message *find_message(const struct plan *plan, const struct proposal *row,
                                               const struct item_messages *of,
                                               const struct plan_message **other)
{
    const uint32_t reference = names_find(plan->plant->texts, row->reference);
    *other = NULL;
    for (uint32_t i = 0; i < of->count; i++) {
        const struct plan_message *message = &of->rows[i];
        if (message->reference != reference || !can_be_applied(message->kind))
            continue;
        const date on = days_given(message->to_day) ? plan_date(plan, message->to_day) : NO_DATE;
        if (text_is(row->message, plan_message_name((enum plan_message_kind)message->kind)) &&
            on == row->seen_on && message->to_qty.micro == row->seen_qty.micro)
            return message;
        *other = message;
    }
    return NULL;
}

static enum status check_row(const struct plan *plan, const struct item_messages *of,
                             struct proposal *row, size_t at, struct fault *fault)
{
    const struct plant *plant = plan->plant;
    const struct plan_message *other;
    const struct plan_message *message = find_message(plan, row, of, &other);
    char words[PLAN_TEXT_MAX] = "the plan no longer says anything of it";
    if (!message && other)
        proposed_words(plan, other, words);
    if (!message)
        return conflict(row, at, words, fault);
    row->kind = message->kind;
    row->is_work = message->supply_kind == SUPPLY_WORK_ORDER;
    row->plan_due = NO_DATE;
    for (uint32_t i = 0; i < plant->supplies_count; i++) {
        const struct supply *supply = &plant->supplies[i];
        if (supply->item != message->item || supply->reference != message->reference ||
            supply->kind != message->supply_kind || supply->qty.micro == 0)
            continue;
        row->plan_due = supply->due;
        row->plan_qty = supply->qty;
    }
    return STATUS_OK;
}

struct checking {
    struct proposals *proposals;
    struct arena *arena;
};

static enum status check_plan(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct checking *at = context;
    struct plan_view *view;
    enum status status = plan_view_open(sight->plan, at->arena, &view, fault);
    for (size_t i = 0; status == STATUS_OK && i < at->proposals->count; i++) {
        struct proposal *row = &at->proposals->rows[i];
        struct item_messages of = {NULL, 0};
        const uint32_t item = plant_item_find(sight->plan->plant, row->item);
        if (item != NO_INDEX)
            status = plan_view_messages(view, item, &of.rows, &of.count, fault);
        if (status == STATUS_OK)
            status = check_row(sight->plan, &of, row, i, fault);
    }
    return status;
}

/* ---- against the orders as they are ---- */

static enum status check_order(const struct proposals *proposals, size_t at, struct fault *fault)
{
    const struct proposal *row = &proposals->rows[at];
    char due[DATE_TEXT_MAX];
    char qty[QTY_TEXT_MAX];
    char words[128];
    int64_t cancelled = 0;
    if (!row->order_id.bytes)
        return conflict(row, at, "it is no longer open", fault);
    date_format(row->due, due);
    qty_format(row->open, qty);
    snprintf(words, sizeof words, "it has changed: %s are to come on %s", qty, due);
    if (row->due != row->plan_due || row->open.micro != row->plan_qty.micro)
        return conflict(row, at, words, fault);
    for (size_t i = 0; i < proposals->count; i++)
        cancelled += proposals->rows[i].kind == PLAN_CANCEL &&
                     text_equal(proposals->rows[i].order_id, row->order_id);
    if (row->kind == PLAN_CANCEL && cancelled < row->open_lines && row->received.micro == 0)
        return conflict(row, at, "it has other open lines and cannot be cancelled whole", fault);
    return STATUS_OK;
}

enum status proposal_apply(struct rpc_request *request)
{
    struct proposals proposals;
    enum status status = decode_apply_messages(request, &proposals);
    struct checking at = {&proposals, request->arena};
    if (status == STATUS_OK)
        status = planner_look(request->service, text_of(request->plant), check_plan, &at,
                              &request->fault);
    if (status == STATUS_OK)
        status = store_proposed_orders(request->sql, text_of(request->plant), proposals.rows,
                                       proposals.count, request->arena, &request->fault);
    for (size_t i = 0; status == STATUS_OK && i < proposals.count; i++)
        status = check_order(&proposals, i, &request->fault);
    return status == STATUS_OK ? encode_apply_messages(request, &proposals) : status;
}
