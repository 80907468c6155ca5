#include "services/mrp/proposal_codec.h"

#include "common/wire/digest.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"
#include "proto/order.pb-c.h"
#include "proto/production.pb-c.h"
#include "services/mrp/plan_core.h"

#include <stdio.h>
#include <string.h>

#define REASON_MAX 200

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "messages", "messages do not fit in memory");
}

/* ---- the request ---- */

static enum status read_seen(struct rpc_request *request, const Millrace__SeenMessage *asked,
                             size_t at, struct proposal *row)
{
    char field[48];
    *row = (struct proposal){
        .item = page_given(asked->item),
        .message = page_given(asked->message),
        .reference = page_given(asked->reference),
        .seen_on = asked->has_proposed_on ? asked->proposed_on : NO_DATE,
        .seen_qty = asked->has_proposed_micro ? (struct qty){asked->proposed_micro} : NO_QTY};
    const char *missing = row->item.length == 0        ? "item"
                          : row->message.length == 0   ? "message"
                          : row->reference.length == 0 ? "reference"
                                                       : NULL;
    if (!missing)
        return STATUS_OK;
    snprintf(field, sizeof field, "messages[%zu].%s", at, missing);
    return fault_set(&request->fault, STATUS_INVALID, field, "%s is missing", missing);
}

/* Two wishes for one order line must not contradict each other. */
static enum status check_twice(struct rpc_request *request, const struct proposals *proposals)
{
    char field[32];
    for (size_t i = 0; i < proposals->count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct proposal *a = &proposals->rows[k];
            const struct proposal *b = &proposals->rows[i];
            if (!text_equal(a->reference, b->reference) || !text_equal(a->message, b->message) ||
                !text_equal(a->item, b->item))
                continue;
            snprintf(field, sizeof field, "messages[%zu]", i);
            return fault_set(&request->fault, STATUS_INVALID, field,
                             "message stands twice in the request");
        }
    }
    return STATUS_OK;
}

enum status decode_apply_messages(struct rpc_request *request, struct proposals *proposals)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__apply_messages_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ApplyMessagesRequest *asked = (const void *)message;
    if (asked->n_messages < 1 || asked->n_messages > PROPOSALS_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "messages",
                         "%zu messages are outside 1..%d", asked->n_messages, PROPOSALS_MAX);
    *proposals = (struct proposals){
        .rows = arena_alloc(request->arena, asked->n_messages, sizeof(struct proposal)),
        .count = asked->n_messages,
        .reason = page_given(asked->reason)};
    if (!proposals->rows)
        return full(request);
    if (proposals->reason.length > REASON_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "reason",
                         "reason is longer than %d bytes", REASON_MAX);
    for (size_t i = 0; status == STATUS_OK && i < asked->n_messages; i++)
        status = read_seen(request, asked->messages[i], i, &proposals->rows[i]);
    return status == STATUS_OK ? check_twice(request, proposals) : status;
}

/* ---- steps ---- */

struct making {
    struct rpc_request *request;
    const struct proposals *proposals;
    Millrace__Step **steps;
    size_t count;
    bool *done; /* by proposal: it stands in a step */
    bool ok;    /* false once the arena is full */
};

static char *words(struct making *making, struct text text)
{
    return page_text(text, making->request->arena, &making->ok);
}

static char *reason_of(struct making *making, const struct proposal *row)
{
    char text[REASON_MAX + 16];
    if (making->proposals->reason.length > 0)
        return words(making, making->proposals->reason);
    snprintf(text, sizeof text, "plan: %s", plan_message_name((enum plan_message_kind)row->kind));
    return words(making, text_of(text));
}

/* Its key follows from the caller's and the order, so that the same call again is the same step. */
static void fill_key(struct making *making, Millrace__Step *step, struct text of)
{
    const struct text parts[] = {
        {(const char *)making->request->key.bytes, sizeof making->request->key.bytes}, of};
    uint8_t digest[DIGEST_BYTES];
    uint8_t *key = arena_alloc(making->request->arena, sizeof(struct uuid), 1);
    making->ok = making->ok && key && digest_of(parts, COUNT_OF(parts), digest);
    if (!making->ok)
        return;
    memcpy(key, digest, sizeof(struct uuid));
    step->has_key_uuid = true;
    step->key_uuid = (ProtobufCBinaryData){sizeof(struct uuid), key};
}

static void add_step(struct making *making, const struct proposal *row, const char *method,
                     const ProtobufCMessage *body)
{
    struct arena *arena = making->request->arena;
    Millrace__Step *step = arena_alloc(arena, 1, sizeof *step);
    struct text bytes;
    char about[PLAN_TEXT_MAX];
    if (!step || wire_pack(body, arena, &bytes, &making->request->fault) != STATUS_OK) {
        making->ok = false;
        return;
    }
    millrace__step__init(step);
    snprintf(about, sizeof about, "%s: order %.*s",
             plan_message_name((enum plan_message_kind)row->kind), (int)row->reference.length,
             row->reference.bytes);
    step->method = words(making, text_of(method));
    step->about = words(making, text_of(about));
    step->has_independent = step->independent = true;
    step->has_body = true;
    step->body.len = bytes.length;
    memcpy(&step->body.data, &bytes.bytes, sizeof step->body.data);
    snprintf(about, sizeof about, "%s %.*s", method, (int)row->order_id.length,
             row->order_id.bytes);
    fill_key(making, step, text_of(about));
    making->steps[making->count++] = step;
}

/* ---- purchase and transfer orders ---- */

/* All wishes for one line in one. */
static void change_line(struct making *making, const struct proposal *row,
                        Millrace__ChangeOrderRequest *change)
{
    Millrace__ChangedLine *line = NULL;
    for (size_t i = 0; i < change->n_lines && !line; i++)
        line = change->lines[i]->line == row->line ? change->lines[i] : NULL;
    if (!line) {
        line = arena_alloc(making->request->arena, 1, sizeof *line);
        making->ok = making->ok && line;
        if (!making->ok)
            return;
        millrace__changed_line__init(line);
        line->has_line = true;
        line->line = (uint32_t)row->line;
        change->lines[change->n_lines++] = line;
    }
    if (row->kind == PLAN_RESCHEDULE_IN || row->kind == PLAN_RESCHEDULE_OUT) {
        line->has_due_on = true;
        line->due_on = row->seen_on;
        return;
    }
    line->has_quantity_micro = true;
    line->quantity_micro =
        row->received.micro + (row->kind == PLAN_CANCEL ? 0 : row->seen_qty.micro);
}

static void step_of_purchase(struct making *making, size_t first)
{
    const struct proposals *all = making->proposals;
    const struct proposal *row = &all->rows[first];
    Millrace__ChangeOrderRequest change = MILLRACE__CHANGE_ORDER_REQUEST__INIT;
    Millrace__StepOrderRequest end = MILLRACE__STEP_ORDER_REQUEST__INIT;
    int64_t cancelled = 0;
    change.lines = arena_alloc(making->request->arena, all->count, sizeof *change.lines);
    making->ok = making->ok && change.lines;
    for (size_t i = first; making->ok && i < all->count; i++) {
        if (all->rows[i].is_work || !text_equal(all->rows[i].order_id, row->order_id))
            continue;
        making->done[i] = true;
        cancelled += all->rows[i].kind == PLAN_CANCEL;
        change_line(making, &all->rows[i], &change);
    }
    if (!making->ok)
        return;
    const bool whole = cancelled == row->open_lines;
    change.order_id = end.order_id = words(making, row->order_id);
    change.reason = end.reason = reason_of(making, row);
    change.has_if_version = end.has_if_version = true;
    change.if_version = end.if_version = (uint64_t)row->version;
    if (!whole)
        add_step(making, row, "Order.ChangePurchaseOrder", &change.base);
    else
        add_step(making, row,
                 row->any_received ? "Order.ClosePurchaseOrder" : "Order.CancelPurchaseOrder",
                 &end.base);
}

/* ---- work orders ---- */

/* What is to be started so that the good quantity changes by what was proposed. */
static int64_t started_for(const struct proposal *row)
{
    const int128 good = (int128)row->good.micro + row->seen_qty.micro - row->open.micro;
    return (int64_t)div_half_away((int128)row->qty.micro * good, row->good.micro);
}

static void step_of_work(struct making *making, size_t at)
{
    const struct proposal *row = &making->proposals->rows[at];
    Millrace__RescheduleWorkOrderRequest days = MILLRACE__RESCHEDULE_WORK_ORDER_REQUEST__INIT;
    Millrace__ChangeQuantityRequest quantity = MILLRACE__CHANGE_QUANTITY_REQUEST__INIT;
    Millrace__ChangeStateRequest cancel = MILLRACE__CHANGE_STATE_REQUEST__INIT;
    making->done[at] = true;
    days.work_order = quantity.work_order = cancel.work_order = words(making, row->order_id);
    days.reason = quantity.reason = cancel.reason = reason_of(making, row);
    if (row->kind == PLAN_RESCHEDULE_IN || row->kind == PLAN_RESCHEDULE_OUT) {
        days.has_due_on = days.has_if_due_on = true;
        days.due_on = row->seen_on;
        days.if_due_on = row->due;
        add_step(making, row, "Order.RescheduleWorkOrder", &days.base);
    } else if (row->kind == PLAN_CANCEL) {
        add_step(making, row, "Production.CancelWorkOrder", &cancel.base);
    } else {
        quantity.has_quantity_micro = true;
        quantity.quantity_micro = started_for(row);
        add_step(making, row, "Production.ChangeQuantity", &quantity.base);
    }
}

enum status encode_apply_messages(struct rpc_request *request, const struct proposals *proposals)
{
    Millrace__ApplyMessagesReply reply = MILLRACE__APPLY_MESSAGES_REPLY__INIT;
    struct making making = {
        .request = request,
        .proposals = proposals,
        .steps = arena_alloc(request->arena, proposals->count, sizeof(void *)),
        .done = arena_alloc(request->arena, proposals->count, sizeof(bool)),
    };
    making.ok = making.steps && making.done;
    for (size_t i = 0; making.ok && i < proposals->count; i++) {
        if (making.done[i])
            continue;
        if (proposals->rows[i].is_work)
            step_of_work(&making, i);
        else
            step_of_purchase(&making, i);
    }
    if (!making.ok)
        return full(request);
    reply.steps = making.steps;
    reply.n_steps = making.count;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
