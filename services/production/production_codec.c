#include "services/production/production_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/production.pb-c.h"

const void *const production_descriptor = &millrace__production__descriptor;

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the message finds no room");
}

static date day_or_none(protobuf_c_boolean has, int32_t day)
{
    return has ? day : NO_DATE;
}

/* ---- release ---- */

enum status decode_release(struct text body, struct arena *arena, const void **request,
                           struct fault *fault)
{
    const ProtobufCMessage *message;
    struct release_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status = wire_unpack(&millrace__release_work_order_request__descriptor, body, arena,
                                     &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__ReleaseWorkOrderRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    out->complete_only = asked->complete_only;
    *request = out;
    return STATUS_OK;
}

static bool fill_missing(const struct book *book, const struct release_outcome *outcome,
                         Millrace__ReleaseWorkOrderReply *reply)
{
    size_t count = outcome->missing_count;
    Millrace__MissingComponent *rows = arena_alloc(book->arena, count + 1, sizeof *rows);
    reply->missing = arena_alloc(book->arena, count + 1, sizeof *reply->missing);
    bool fits = rows && reply->missing;
    for (size_t i = 0; i < count && fits; i++) {
        const struct missing_component *missing = &outcome->missing[i];
        millrace__missing_component__init(&rows[i]);
        rows[i].item = line_text(book, missing->item, &fits);
        rows[i].has_required_micro = rows[i].has_available_micro = true;
        rows[i].required_micro = missing->required.micro;
        rows[i].available_micro = missing->available.micro;
        reply->missing[i] = &rows[i];
    }
    reply->n_missing = count;
    return fits;
}

enum status encode_release(const void *outcome, const struct book *book, struct text *reply,
                           struct fault *fault)
{
    const struct release_outcome *made = outcome;
    Millrace__ReleaseWorkOrderReply out = MILLRACE__RELEASE_WORK_ORDER_REPLY__INIT;
    bool fits = fill_missing(book, made, &out);
    out.work_order = line_text(book, made->order->work_order, &fits);
    out.has_components = true;
    out.components = (uint32_t)made->order->component_count;
    return fits ? wire_pack(&out.base, book->arena, reply, fault) : no_room(fault);
}

/* ---- issue and return ---- */

static struct issue_line *issue_lines(Millrace__IssueLine *const *asked, size_t count,
                                      struct arena *arena)
{
    struct issue_line *lines = arena_alloc(arena, count + 1, sizeof *lines);
    for (size_t i = 0; lines && i < count; i++)
        lines[i] = (struct issue_line){wire_text(asked[i]->item),     {asked[i]->quantity_micro},
                                       wire_text(asked[i]->location), wire_text(asked[i]->lot),
                                       wire_text(asked[i]->reason),   text_of("")};
    return lines;
}

enum status decode_issue(struct text body, struct arena *arena, const void **request,
                         struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_issue_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostIssueRequest *asked = (const void *)message;
    struct issue_request *out = arena_alloc(arena, 1, sizeof *out);
    struct issue_line *lines = issue_lines(asked->lines, asked->n_lines, arena);
    if (!out || !lines)
        return no_room(fault);
    *out = (struct issue_request){wire_text(asked->work_order),
                                  day_or_none(asked->has_effective_on, asked->effective_on), lines,
                                  asked->n_lines, wire_text(asked->operation)};
    *request = out;
    return STATUS_OK;
}

enum status decode_return(struct text body, struct arena *arena, const void **request,
                          struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_return_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostReturnRequest *asked = (const void *)message;
    struct issue_request *out = arena_alloc(arena, 1, sizeof *out);
    struct issue_line *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!out || !lines)
        return no_room(fault);
    for (size_t i = 0; i < asked->n_lines; i++) {
        const Millrace__ReturnLine *line = asked->lines[i];
        lines[i] = (struct issue_line){wire_text(line->item),     {line->quantity_micro},
                                       wire_text(line->location), wire_text(line->lot),
                                       wire_text(line->reason),   wire_text(line->type)};
    }
    *out = (struct issue_request){wire_text(asked->work_order),
                                  day_or_none(asked->has_effective_on, asked->effective_on), lines,
                                  asked->n_lines, text_of("")};
    *request = out;
    return STATUS_OK;
}

static char *document_text(const struct book *book, const struct book_number *number, bool *fits)
{
    return number ? line_text(book, text_of(number->text), fits) : NULL;
}

enum status encode_issue(const void *outcome, const struct book *book, struct text *reply,
                         struct fault *fault)
{
    const struct posted_outcome *made = outcome;
    Millrace__PostIssueReply out = MILLRACE__POST_ISSUE_REPLY__INIT;
    void **lines;
    bool fits = line_encode(book, made->lines, &lines, &out.n_lines);
    out.document = document_text(book, made->document, &fits);
    if (!fits)
        return no_room(fault);
    out.lines = (Millrace__PostedLine **)lines;
    return wire_pack(&out.base, book->arena, reply, fault);
}

enum status encode_return(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    const struct posted_outcome *made = outcome;
    Millrace__PostReturnReply out = MILLRACE__POST_RETURN_REPLY__INIT;
    void **lines;
    bool fits = line_encode(book, made->lines, &lines, &out.n_lines);
    out.document = document_text(book, made->document, &fits);
    if (!fits)
        return no_room(fault);
    out.lines = (Millrace__PostedLine **)lines;
    return wire_pack(&out.base, book->arena, reply, fault);
}

/* ---- several orders ---- */

enum status decode_wave(struct text body, struct arena *arena, const void **request,
                        struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_issues_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostIssuesRequest *asked = (const void *)message;
    date day = day_or_none(asked->has_effective_on, asked->effective_on);
    struct wave_request *out = arena_alloc(arena, 1, sizeof *out);
    struct issue_request *orders = arena_alloc(arena, asked->n_orders + 1, sizeof *orders);
    if (!out || !orders)
        return no_room(fault);
    for (size_t i = 0; i < asked->n_orders; i++) {
        const Millrace__IssueOrder *order = asked->orders[i];
        orders[i] = (struct issue_request){wire_text(order->work_order), day,
                                           issue_lines(order->lines, order->n_lines, arena),
                                           order->n_lines, wire_text(order->operation)};
        if (!orders[i].lines)
            return no_room(fault);
    }
    *out = (struct wave_request){orders, asked->n_orders, asked->per_order};
    *request = out;
    return STATUS_OK;
}

static bool fill_refused(const struct book *book, const struct wave_outcome *made,
                         Millrace__PostIssuesReply *out)
{
    size_t count = made->refused_count;
    Millrace__RefusedOrder *rows = arena_alloc(book->arena, count + 1, sizeof *rows);
    out->refused = arena_alloc(book->arena, count + 1, sizeof *out->refused);
    bool fits = rows && out->refused;
    for (size_t i = 0; i < count && fits; i++) {
        const struct fault *fault = &made->refused[i].fault;
        millrace__refused_order__init(&rows[i]);
        rows[i].work_order = line_text(book, made->refused[i].work_order, &fits);
        rows[i].code = line_text(book, text_of(status_name(fault->status)), &fits);
        rows[i].field = line_text(book, text_of(fault->field), &fits);
        rows[i].message = line_text(book, text_of(fault->message), &fits);
        out->refused[i] = &rows[i];
    }
    out->n_refused = count;
    return fits;
}

enum status encode_wave(const void *outcome, const struct book *book, struct text *reply,
                        struct fault *fault)
{
    const struct wave_outcome *made = outcome;
    Millrace__PostIssuesReply out = MILLRACE__POST_ISSUES_REPLY__INIT;
    void **lines;
    bool fits = line_encode(book, made->posted.lines, &lines, &out.n_lines) &&
                fill_refused(book, made, &out);
    out.document = document_text(book, made->posted.document, &fits);
    if (!fits)
        return no_room(fault);
    out.lines = (Millrace__PostedLine **)lines;
    return wire_pack(&out.base, book->arena, reply, fault);
}

/* ---- operation ---- */

enum status decode_operation(struct text body, struct arena *arena, const void **request,
                             struct fault *fault)
{
    const ProtobufCMessage *message;
    struct operation_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__report_operation_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__ReportOperationRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->operation = wire_text(asked->operation);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    out->hours.micro = asked->hours_micro;
    out->good.micro = asked->good_micro;
    out->scrapped.micro = asked->scrapped_micro;
    out->reason = wire_text(asked->reason);
    out->billed = asked->has_subcontract_e4;
    out->subcontract.e4 = asked->subcontract_e4;
    *request = out;
    return STATUS_OK;
}

enum status encode_operation(const void *outcome, const struct book *book, struct text *reply,
                             struct fault *fault)
{
    const struct operation_outcome *made = outcome;
    Millrace__ReportOperationReply out = MILLRACE__REPORT_OPERATION_REPLY__INIT;
    bool fits = true;
    out.document = document_text(book, made->document, &fits);
    out.has_amount_e4 = true;
    out.amount_e4 = made->amount.e4;
    out.has_good_micro = out.has_scrapped_micro = true;
    out.good_micro = made->operation->good.micro;
    out.scrapped_micro = made->operation->scrapped.micro;
    void **lines;
    fits = fits && line_encode(book, made->lines, &lines, &out.n_lines);
    if (fits)
        out.lines = (Millrace__PostedLine **)lines;
    return fits ? wire_pack(&out.base, book->arena, reply, fault) : no_room(fault);
}

/* ---- close ---- */

enum status decode_close(struct text body, struct arena *arena, const void **request,
                         struct fault *fault)
{
    const ProtobufCMessage *message;
    struct close_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__close_work_order_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__CloseWorkOrderRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    out->anyway = asked->anyway;
    *request = out;
    return STATUS_OK;
}

enum status encode_close(const void *outcome, const struct book *book, struct text *reply,
                         struct fault *fault)
{
    const struct close_outcome *made = outcome;
    Millrace__CloseWorkOrderReply out = MILLRACE__CLOSE_WORK_ORDER_REPLY__INIT;
    bool fits = true;
    out.work_order = line_text(book, made->order->work_order, &fits);
    out.has_settled_e4 = true;
    out.settled_e4 = made->settled.e4;
    return fits ? wire_pack(&out.base, book->arena, reply, fault) : no_room(fault);
}

enum status decode_close_many(struct text body, struct arena *arena, const void **request,
                              struct fault *fault)
{
    const ProtobufCMessage *message;
    struct close_many *out = arena_alloc(arena, 1, sizeof *out);
    enum status status = wire_unpack(&millrace__close_completed_orders_request__descriptor, body,
                                     arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__CloseCompletedOrdersRequest *asked = (const void *)message;
    out->after = text_of(asked->after ? asked->after : "");
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return page_limit(asked->has_limit, asked->limit, CLOSE_ORDERS_MAX, &out->limit, fault);
}

enum status encode_close_many(const void *outcome, const struct book *book, struct text *reply,
                              struct fault *fault)
{
    const struct close_many_outcome *made = outcome;
    Millrace__CloseCompletedOrdersReply out = MILLRACE__CLOSE_COMPLETED_ORDERS_REPLY__INIT;
    bool fits = true;
    char **refused = arena_alloc(book->arena, made->refused_count + 1, sizeof *refused);
    for (size_t i = 0; refused && i < made->refused_count; i++)
        refused[i] = line_text(book, made->refused[i], &fits);
    out.has_orders = out.has_settled_e4 = true;
    out.orders = (uint32_t)made->closed;
    out.settled_e4 = made->settled.e4;
    out.refused = refused;
    out.n_refused = made->refused_count;
    out.next = line_text(book, made->next, &fits);
    return fits && refused ? wire_pack(&out.base, book->arena, reply, fault) : no_room(fault);
}

/* ---- the plant's rule ---- */

enum status decode_rule(struct text body, struct arena *arena, const void **request,
                        struct fault *fault)
{
    const ProtobufCMessage *message;
    struct issue_rule *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__set_issue_rule_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__SetIssueRuleRequest *asked = (const void *)message;
    if (!asked->has_unplanned_issue)
        return fault_set(fault, STATUS_INVALID, "unplanned_issue", "unplanned_issue is missing");
    out->unplanned_issue = asked->unplanned_issue;
    *request = out;
    return STATUS_OK;
}

enum status encode_rule(const void *outcome, const struct book *book, struct text *reply,
                        struct fault *fault)
{
    const struct issue_rule *rule = outcome;
    Millrace__SetIssueRuleReply out = MILLRACE__SET_ISSUE_RULE_REPLY__INIT;
    out.has_unplanned_issue = true;
    out.unplanned_issue = rule->unplanned_issue;
    return wire_pack(&out.base, book->arena, reply, fault);
}

/* ---- changes of an order ---- */

enum status decode_state(struct text body, struct arena *arena, const void **request,
                         struct fault *fault)
{
    const ProtobufCMessage *message;
    struct change_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__change_state_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__ChangeStateRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->reason = wire_text(asked->reason);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return STATUS_OK;
}

enum status decode_merge(struct text body, struct arena *arena, const void **request,
                         struct fault *fault)
{
    const ProtobufCMessage *message;
    struct change_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__merge_work_orders_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__MergeWorkOrdersRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->made = wire_text(asked->merged_work_order);
    out->reason = wire_text(asked->reason);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return STATUS_OK;
}

enum status decode_split(struct text body, struct arena *arena, const void **request,
                         struct fault *fault)
{
    const ProtobufCMessage *message;
    struct change_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__split_work_order_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__SplitWorkOrderRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->made = wire_text(asked->new_work_order);
    out->qty.micro = asked->quantity_micro;
    out->reason = wire_text(asked->reason);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return STATUS_OK;
}

enum status decode_quantity(struct text body, struct arena *arena, const void **request,
                            struct fault *fault)
{
    const ProtobufCMessage *message;
    struct change_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__change_quantity_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__ChangeQuantityRequest *asked = (const void *)message;
    out->work_order = wire_text(asked->work_order);
    out->qty.micro = asked->quantity_micro;
    out->reason = wire_text(asked->reason);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return STATUS_OK;
}

enum status decode_components(struct text body, struct arena *arena, const void **request,
                              struct fault *fault)
{
    const ProtobufCMessage *message;
    struct change_request *out = arena_alloc(arena, 1, sizeof *out);
    enum status status =
        wire_unpack(&millrace__change_components_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK || !out)
        return status != STATUS_OK ? status : no_room(fault);
    const Millrace__ChangeComponentsRequest *asked = (const void *)message;
    struct component_change *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!lines)
        return no_room(fault);
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct component_change){asked->lines[i]->line,
                                             wire_text(asked->lines[i]->item),
                                             {asked->lines[i]->quantity_micro},
                                             wire_text(asked->lines[i]->operation)};
    out->work_order = wire_text(asked->work_order);
    out->lines = lines;
    out->line_count = asked->n_lines;
    out->reason = wire_text(asked->reason);
    out->effective_on = day_or_none(asked->has_effective_on, asked->effective_on);
    *request = out;
    return STATUS_OK;
}

enum status encode_change(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    const struct change_outcome *made = outcome;
    Millrace__ChangeWorkOrderReply out = MILLRACE__CHANGE_WORK_ORDER_REPLY__INIT;
    bool fits = true;
    out.work_order = line_text(book, made->order->work_order, &fits);
    out.state = line_text(book, text_of(work_order_state_text(made->state)), &fits);
    out.document = document_text(book, made->document, &fits);
    out.has_quantity_micro = true;
    out.quantity_micro = made->qty.micro;
    if (made->made)
        out.new_work_order = line_text(book, made->made->work_order, &fits);
    return fits ? wire_pack(&out.base, book->arena, reply, fault) : no_room(fault);
}

/* ---- reading ---- */

enum status decode_get_order(struct rpc_request *request, struct order_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_work_order_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetWorkOrderRequest *asked = (const void *)message;
    *query = (struct order_query){.plant = text_of(request->plant),
                                  .work_order = wire_text(asked->work_order)};
    if (!text_is_code(query->work_order))
        return fault_set(&request->fault, STATUS_INVALID, "work_order", "work_order is missing");
    return STATUS_OK;
}

static bool fill_order(struct arena *arena, const struct order_view *view, Millrace__WorkOrder *out)
{
    millrace__work_order__init(out);
    out->work_order = text_copy(view->work_order, arena);
    out->item = text_copy(view->item, arena);
    out->state = text_copy(view->state, arena);
    out->kind = text_copy(view->kind, arena);
    out->has_quantity_micro = out->has_received_micro = out->has_scrapped_micro = true;
    out->quantity_micro = view->qty.micro;
    out->received_micro = view->received.micro;
    out->scrapped_micro = view->scrapped.micro;
    out->has_start_on = out->has_due_on = true;
    out->start_on = view->start_on;
    out->due_on = view->due_on;
    return out->work_order && out->item && out->state && out->kind;
}

static bool fill_components(struct arena *arena, const struct order_views *views,
                            Millrace__WorkOrder *out)
{
    size_t count = views->component_count;
    Millrace__WorkOrderComponent *rows = arena_alloc(arena, count + 1, sizeof *rows);
    out->components = arena_alloc(arena, count + 1, sizeof *out->components);
    if (!rows || !out->components)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct component_view *view = &views->components[i];
        millrace__work_order_component__init(&rows[i]);
        rows[i].has_line = rows[i].has_required_micro = true;
        rows[i].has_issued_micro = rows[i].has_returned_micro = true;
        rows[i].line = (uint32_t)view->line;
        rows[i].required_micro = view->required.micro;
        rows[i].issued_micro = view->issued.micro;
        rows[i].returned_micro = view->returned.micro;
        rows[i].has_reserved_micro = true;
        rows[i].reserved_micro = view->reserved.micro;
        rows[i].item = text_copy(view->item, arena);
        rows[i].has_backflush = true;
        rows[i].backflush = view->backflush;
        rows[i].operation = view->operation.length > 0 ? text_copy(view->operation, arena) : NULL;
        out->components[i] = &rows[i];
        if (!rows[i].item)
            return false;
    }
    out->n_components = count;
    return true;
}

/* What is only of operations that a subcontractor does. */
static bool fill_outside(struct arena *arena, const struct operation_view *view,
                         Millrace__WorkOrderOperation *row)
{
    if (view->subcontract_price.micro == 0)
        return true;
    row->has_subcontract_price_micro = row->has_subcontract_e4 = true;
    row->has_billed_micro = row->has_billed_amount_e4 = true;
    row->subcontract_price_micro = view->subcontract_price.micro;
    row->subcontract_e4 = view->subcontract.e4;
    row->billed_micro = view->billed.micro;
    row->billed_amount_e4 = view->billed_amount.e4;
    row->supplier = view->supplier.length > 0 ? text_copy(view->supplier, arena) : NULL;
    return view->supplier.length == 0 || row->supplier;
}

static bool fill_operations(struct arena *arena, const struct order_views *views,
                            Millrace__WorkOrder *out)
{
    size_t count = views->operation_count;
    Millrace__WorkOrderOperation *rows = arena_alloc(arena, count + 1, sizeof *rows);
    out->operations = arena_alloc(arena, count + 1, sizeof *out->operations);
    bool fits = rows && out->operations;
    for (size_t i = 0; i < count && fits; i++) {
        const struct operation_view *view = &views->operations[i];
        millrace__work_order_operation__init(&rows[i]);
        rows[i].operation = text_copy(view->operation, arena);
        rows[i].work_center = text_copy(view->work_center, arena);
        rows[i].has_planned_hours_micro = rows[i].has_hours_micro = true;
        rows[i].has_good_micro = rows[i].has_scrapped_micro = true;
        rows[i].planned_hours_micro = view->planned_hours.micro;
        rows[i].hours_micro = view->hours.micro;
        rows[i].good_micro = view->good.micro;
        rows[i].scrapped_micro = view->scrapped.micro;
        out->operations[i] = &rows[i];
        fits = rows[i].operation && rows[i].work_center && fill_outside(arena, view, &rows[i]);
    }
    out->n_operations = count;
    return fits;
}

static bool fill_outputs(struct arena *arena, const struct order_views *views,
                         Millrace__WorkOrder *out)
{
    size_t count = views->output_count;
    Millrace__WorkOrderOutput *rows = arena_alloc(arena, count + 1, sizeof *rows);
    out->outputs = arena_alloc(arena, count + 1, sizeof *out->outputs);
    bool fits = rows && out->outputs;
    for (size_t i = 0; i < count && fits; i++) {
        millrace__work_order_output__init(&rows[i]);
        rows[i].item = text_copy(views->outputs[i].item, arena);
        rows[i].kind = text_copy(views->outputs[i].kind, arena);
        rows[i].has_quantity_micro = true;
        rows[i].quantity_micro = views->outputs[i].qty.micro;
        out->outputs[i] = &rows[i];
        fits = rows[i].item && rows[i].kind;
    }
    out->n_outputs = count;
    return fits;
}

static bool fill_changes(struct arena *arena, const struct order_views *views,
                         Millrace__WorkOrder *out)
{
    size_t count = views->change_count;
    Millrace__WorkOrderChange *rows = arena_alloc(arena, count + 1, sizeof *rows);
    out->changes = arena_alloc(arena, count + 1, sizeof *out->changes);
    bool fits = rows && out->changes;
    for (size_t i = 0; i < count && fits; i++) {
        const struct change_view *view = &views->changes[i];
        millrace__work_order_change__init(&rows[i]);
        rows[i].document = text_copy(view->document, arena);
        rows[i].what = text_copy(view->what, arena);
        rows[i].item = text_copy(view->item, arena);
        rows[i].before = text_copy(view->before, arena);
        rows[i].after = text_copy(view->after, arena);
        rows[i].reason = text_copy(view->reason, arena);
        rows[i].changed_by = text_copy(view->changed_by, arena);
        rows[i].has_line = rows[i].has_changed_at_us = true;
        rows[i].line = (uint32_t)view->line;
        rows[i].changed_at_us = view->changed_at_us;
        out->changes[i] = &rows[i];
        fits = rows[i].document && rows[i].what && rows[i].item && rows[i].before &&
               rows[i].after && rows[i].reason && rows[i].changed_by;
    }
    out->n_changes = count;
    return fits;
}

enum status encode_get_order(struct rpc_request *request, const struct order_views *views)
{
    Millrace__WorkOrder order;
    Millrace__GetWorkOrderReply reply = MILLRACE__GET_WORK_ORDER_REPLY__INIT;
    if (!fill_order(request->arena, &views->orders[0], &order) ||
        !fill_components(request->arena, views, &order) ||
        !fill_operations(request->arena, views, &order) ||
        !fill_outputs(request->arena, views, &order) ||
        !fill_changes(request->arena, views, &order))
        return no_room(&request->fault);
    reply.work_order = &order;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static enum status take_centers(struct rpc_request *request,
                                const Millrace__ListWorkOrdersRequest *asked,
                                struct order_query *query)
{
    size_t count = asked->n_work_centers;
    struct text *centers = arena_alloc(request->arena, count + 1, sizeof *centers);
    if (count > ORDER_CENTERS_MAX || !centers)
        return fault_set(&request->fault, STATUS_LIMIT, "work_centers", "more than %d work centres",
                         ORDER_CENTERS_MAX);
    for (size_t i = 0; i < count; i++)
        centers[i] = text_of(asked->work_centers[i]);
    query->centers = centers;
    query->center_count = count;
    return STATUS_OK;
}

enum status decode_list_orders(struct rpc_request *request, struct order_query *query)
{
    const ProtobufCMessage *message;
    enum work_order_state state;
    enum status status = wire_unpack(&millrace__list_work_orders_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListWorkOrdersRequest *asked = (const void *)message;
    if (asked->has_limit && (asked->limit < 1 || asked->limit > ORDERS_PAGE_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "limit", "limit %u is outside 1..%d",
                         asked->limit, ORDERS_PAGE_MAX);
    *query = (struct order_query){.plant = text_of(request->plant),
                                  .state = wire_text(asked->state),
                                  .after = wire_text(asked->after),
                                  .limit = asked->has_limit ? asked->limit : ORDERS_PAGE_MAX};
    query->limit++;
    if (query->state.length > 0 && !work_order_state_parse(query->state, &state))
        return fault_set(&request->fault, STATUS_INVALID, "state",
                         "\"%.*s\" is not a state of a work order", (int)query->state.length,
                         query->state.bytes);
    return take_centers(request, asked, query);
}

enum status encode_list_orders(struct rpc_request *request, const struct order_query *query,
                               const struct order_views *views)
{
    Millrace__ListWorkOrdersReply reply = MILLRACE__LIST_WORK_ORDERS_REPLY__INIT;
    struct arena *arena = request->arena;
    size_t page = (size_t)query->limit - 1;
    size_t count = views->order_count < page ? views->order_count : page;
    Millrace__WorkOrder *rows = arena_alloc(arena, count + 1, sizeof *rows);
    reply.work_orders = arena_alloc(arena, count + 1, sizeof *reply.work_orders);
    bool fits = rows && reply.work_orders;

    for (size_t i = 0; i < count && fits; i++) {
        fits = fill_order(arena, &views->orders[i], &rows[i]);
        reply.work_orders[i] = &rows[i];
    }
    if (!fits)
        return no_room(&request->fault);
    reply.n_work_orders = count;
    if (views->order_count > count)
        reply.next = rows[count - 1].work_order;
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}
