#include "services/order/life_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/event.pb-c.h"
#include "proto/order.pb-c.h"
#include "services/order/order_codec.h"

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **out)
{
    return wire_unpack(type, request->body, request->arena, out, &request->fault);
}

static struct text or_null(const char *field)
{
    return field && field[0] != '\0' ? text_of(field) : (struct text){NULL, 0};
}

static enum status need_order(const char *order_id, struct fault *fault)
{
    return order_id && order_id[0] != '\0'
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID, "order_id", "order_id is missing");
}

/* ---- changes and steps ---- */

static struct life_line_command line_of(const Millrace__ChangedLine *line)
{
    return (struct life_line_command){
        .line = line->line,
        .item = text_of(line->item),
        .qty = line->has_quantity_micro ? (struct qty){line->quantity_micro} : NO_QTY,
        .price = line->has_price_micro ? (struct unitcost){line->price_micro} : NO_COST,
        .due = line->has_due_on ? line->due_on : NO_DATE,
        .priority =
            line->has_priority && line->priority <= INT32_MAX ? (int64_t)line->priority : NO_DAYS,
    };
}

enum status decode_change_order(struct rpc_request *request, bool sales, struct life_command *out)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__change_order_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ChangeOrderRequest *asked = (const Millrace__ChangeOrderRequest *)message;
    struct life_line_command *lines =
        arena_alloc(request->arena, asked->n_lines + 1, sizeof *lines);
    if (!lines || asked->n_lines > LIFE_LINES_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "lines", "%zu lines are more than %d",
                         asked->n_lines, LIFE_LINES_MAX);
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = line_of(asked->lines[i]);
    *out = (struct life_command){.step = LIFE_CHANGE,
                                 .sales = sales,
                                 .order_id = text_of(asked->order_id),
                                 .if_version = (int64_t)asked->if_version,
                                 .reason = text_of(asked->reason),
                                 .lines = lines,
                                 .line_count = asked->n_lines};
    return need_order(asked->order_id, &request->fault);
}

enum status decode_step_order(struct rpc_request *request, struct life_command *out)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__step_order_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__StepOrderRequest *asked = (const Millrace__StepOrderRequest *)message;
    out->order_id = text_of(asked->order_id);
    out->if_version = (int64_t)asked->if_version;
    out->reason = text_of(asked->reason);
    return need_order(asked->order_id, &request->fault);
}

enum status decode_get_order(struct rpc_request *request, struct text *order_id)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_order_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetOrderRequest *asked = (const Millrace__GetOrderRequest *)message;
    *order_id = text_of(asked->order_id);
    return need_order(asked->order_id, &request->fault);
}

static struct order_row *rows_of(const struct life_terms *terms, struct arena *arena)
{
    struct order_row *rows = arena_alloc(arena, terms->line_count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < terms->line_count + 1; i++) {
        rows[i] = (struct order_row){
            .order_id = terms->order_id,
            .partner = terms->partner,
            .other_plant = terms->other_plant,
            .made_by = terms->made_by,
            .approved_by = terms->approved_by,
            .state = text_of(life_shown_state(terms)),
            .version = terms->version,
            .value = terms->value,
            .approve_above = terms->approve_above,
        };
        if (i == terms->line_count)
            break;
        const struct life_line *line = &terms->lines[i];
        rows[i].line = line->line;
        rows[i].item = line->item;
        rows[i].qty = line->qty;
        rows[i].done = line->done;
        rows[i].price = line->price;
        rows[i].due = line->due;
        rows[i].priority = line->priority;
        rows[i].promised = line->promised;
        rows[i].promise_limit = line->promise_limit;
    }
    return rows;
}

enum status encode_terms(struct command *command, const struct life_terms *terms,
                         struct fault *fault)
{
    struct order_row *rows = rows_of(terms, command->arena);
    if (!rows)
        return full(fault);
    return terms->sales
               ? encode_one_sale(rows, terms->line_count, command->arena, &command->reply, fault)
               : encode_one_purchase(rows, terms->line_count, command->arena, &command->reply,
                                     fault);
}

/* ---- events ---- */

static enum status put_event(struct command *command, Millrace__Event *event, struct text object,
                             struct fault *fault)
{
    bool ok = true;
    struct text body;
    event->plant = page_text(command->plant, command->arena, &ok);
    event->object_id = page_text(object, command->arena, &ok);
    event->has_event_seq = event->has_version = event->has_kind = true;
    event->event_seq = event->version = (uint64_t)command->event_seq;
    event->has_committed_at_us = true;
    event->committed_at_us = command->now_us;
    if (!ok)
        return full(fault);
    enum status status = wire_pack(&event->base, command->arena, &body, fault);
    return status == STATUS_OK
               ? command_put_event(command, (int64_t)event->kind, object, body, fault)
               : status;
}

static bool event_lines(Millrace__OrderState *state, const struct life_terms *terms,
                        struct arena *arena)
{
    bool ok = true;
    size_t n = terms->line_count;
    Millrace__OrderLineState *lines = arena_alloc(arena, n + 1, sizeof *lines);
    Millrace__OrderLineState **places = arena_alloc(arena, n + 1, sizeof(void *));
    if (!lines || !places)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct life_line *line = &terms->lines[i];
        millrace__order_line_state__init(&lines[i]);
        lines[i].has_line = lines[i].has_quantity_micro = lines[i].has_done_micro = true;
        lines[i].line = (uint32_t)line->line;
        lines[i].item = page_text(line->item, arena, &ok);
        lines[i].quantity_micro = line->qty.micro;
        lines[i].done_micro = line->done.micro;
        lines[i].has_due_on = true;
        lines[i].due_on = line->due;
        places[i] = &lines[i];
        state->quantity_micro += line->qty.micro;
        state->done_micro += line->done.micro;
        if (i == 0 || line->due > state->due_on)
            state->due_on = line->due;
    }
    state->lines = places;
    state->n_lines = n;
    return ok;
}

enum status put_terms_event(struct command *command, const struct life_terms *terms,
                            struct fault *fault)
{
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__OrderState state = MILLRACE__ORDER_STATE__INIT;
    struct arena *arena = command->arena;
    bool ok = event_lines(&state, terms, arena);
    state.order_id = page_text(terms->order_id, arena, &ok);
    state.state = page_text(text_of(life_shown_state(terms)), arena, &ok);
    state.partner = page_text(terms->partner, arena, &ok);
    state.other_plant = page_text(terms->other_plant, arena, &ok);
    state.changed_by = page_text(text_of(command->request->principal.name), arena, &ok);
    state.has_quantity_micro = state.has_done_micro = true;
    state.has_due_on = terms->line_count > 0;
    event.order = &state;
    event.kind = terms->sales ? MILLRACE__EVENT_KIND__EVENT_KIND_SALES_ORDER
                              : MILLRACE__EVENT_KIND__EVENT_KIND_PURCHASE_ORDER;
    return ok ? put_event(command, &event, terms->order_id, fault) : full(fault);
}

enum status put_forecast_event(struct command *command, const struct forecast_row *row,
                               struct fault *fault)
{
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__ForecastState state = MILLRACE__FORECAST_STATE__INIT;
    bool ok = true;
    char *place = page_next(row->row, command->arena, &ok);
    state.has_row = true;
    state.row = (uint32_t)row->row;
    state.item = page_text(row->item, command->arena, &ok);
    state.has_due_on = date_given(row->due);
    state.due_on = row->due;
    state.has_days = row->days != NO_DAYS;
    state.days = (uint32_t)row->days;
    state.has_quantity_micro = true;
    state.quantity_micro = row->qty.micro;
    event.forecast = &state;
    event.kind = MILLRACE__EVENT_KIND__EVENT_KIND_FORECAST;
    return ok ? put_event(command, &event, text_of(place), fault) : full(fault);
}

/* ---- forecasts ---- */

enum status decode_set_forecast(struct rpc_request *request, struct forecast_row *out)
{
    const ProtobufCMessage *message;
    struct fault *fault = &request->fault;
    enum status status = unpack(request, &millrace__set_forecast_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetForecastRequest *asked = (const Millrace__SetForecastRequest *)message;
    *out = (struct forecast_row){
        .row = asked->row,
        .item = text_of(asked->item),
        .due = asked->has_due_on ? asked->due_on : NO_DATE,
        .days = asked->has_days ? (int64_t)asked->days : NO_DAYS,
        .qty = {asked->quantity_micro},
        .reference = or_null(asked->reference),
        .customer = or_null(asked->customer),
        .segment = or_null(asked->segment),
    };
    bool gone = asked->has_row && asked->has_quantity_micro && asked->quantity_micro == 0;
    if (asked->row > INT32_MAX)
        return fault_set(fault, STATUS_NOT_FOUND, "row", "forecast %u does not exist", asked->row);
    if (asked->has_days && (asked->days < 1 || asked->days > 3660))
        return fault_set(fault, STATUS_INVALID, "days", "days %u is outside 1..3660", asked->days);
    if (gone)
        return STATUS_OK;
    if (out->qty.micro <= 0)
        return fault_set(fault, STATUS_INVALID, "quantity", "quantity %s",
                         asked->has_quantity_micro ? "must be above zero" : "is missing");
    if (out->item.length == 0 || !date_given(out->due))
        return fault_set(fault, STATUS_INVALID, out->item.length == 0 ? "item" : "due_on",
                         "%s is missing", out->item.length == 0 ? "item" : "due_on");
    return STATUS_OK;
}

enum status encode_set_forecast(struct command *command, const struct forecast_row *row,
                                struct fault *fault)
{
    Millrace__SetForecastReply reply = MILLRACE__SET_FORECAST_REPLY__INIT;
    reply.has_row = true;
    reply.row = (uint32_t)row->row;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

enum status decode_list_forecasts(struct rpc_request *request, struct text *item, int64_t *after,
                                  size_t *limit)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_forecasts_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListForecastsRequest *asked = (const Millrace__ListForecastsRequest *)message;
    *item = text_of(asked->item);
    status = page_after(asked->after, after, &request->fault);
    if (status == STATUS_OK && *after > INT32_MAX)
        *after = INT32_MAX;
    return status == STATUS_OK
               ? page_limit(asked->has_limit, asked->limit, 500, limit, &request->fault)
               : status;
}

static void fill_forecast(Millrace__Forecast *out, const struct forecast_row *row,
                          struct arena *arena, bool *ok)
{
    millrace__forecast__init(out);
    out->has_row = out->has_due_on = out->has_quantity_micro = true;
    out->row = (uint32_t)row->row;
    out->item = page_text(row->item, arena, ok);
    out->due_on = row->due;
    out->has_days = row->days != NO_DAYS;
    out->days = (uint32_t)row->days;
    out->quantity_micro = row->qty.micro;
    out->reference = page_text(row->reference, arena, ok);
    out->customer = page_text(row->customer, arena, ok);
    out->segment = page_text(row->segment, arena, ok);
}

enum status encode_forecasts(struct rpc_request *request, const struct forecast_row *rows,
                             size_t count, size_t limit)
{
    Millrace__ListForecastsReply reply = MILLRACE__LIST_FORECASTS_REPLY__INIT;
    struct arena *arena = request->arena;
    bool ok = true;
    bool more = count > limit;
    count = more ? limit : count;
    Millrace__Forecast *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.forecasts = arena_alloc(arena, count + 1, sizeof(void *));
    if (!out || !reply.forecasts)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        fill_forecast(&out[i], &rows[i], arena, &ok);
        reply.forecasts[i] = &out[i];
    }
    reply.n_forecasts = count;
    if (more)
        reply.next = page_next(rows[count - 1].row, arena, &ok);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- rule, import ---- */

enum status decode_order_rule(struct rpc_request *request, struct amount *approve_above)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__set_order_rule_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetOrderRuleRequest *asked = (const Millrace__SetOrderRuleRequest *)message;
    *approve_above = asked->has_purchase_approve_above_e4
                         ? (struct amount){asked->purchase_approve_above_e4}
                         : NO_LIMIT;
    if (asked->has_purchase_approve_above_e4 && asked->purchase_approve_above_e4 < 0)
        return fault_set(&request->fault, STATUS_INVALID, "purchase_approve_above",
                         "purchase_approve_above cannot be negative");
    return STATUS_OK;
}

enum status encode_order_rule(struct command *command, struct fault *fault)
{
    Millrace__SetOrderRuleReply reply = MILLRACE__SET_ORDER_RULE_REPLY__INIT;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

enum status decode_import_orders(struct rpc_request *request, struct import_command *out)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__import_orders_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ImportOrdersRequest *asked = (const Millrace__ImportOrdersRequest *)message;
    out->kind = text_of(asked->kind);
    out->csv = text_of(asked->csv);
    if (out->csv.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "csv", "csv is missing");
    return STATUS_OK;
}

enum status encode_import_orders(struct command *command, size_t orders, size_t lines,
                                 struct fault *fault)
{
    Millrace__ImportOrdersReply reply = MILLRACE__IMPORT_ORDERS_REPLY__INIT;
    reply.has_orders = reply.has_lines = true;
    reply.orders = (uint32_t)orders;
    reply.lines = (uint32_t)lines;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

/* ---- the record of changes ---- */

enum status decode_list_changes(struct rpc_request *request, struct change_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_order_changes_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListOrderChangesRequest *asked =
        (const Millrace__ListOrderChangesRequest *)message;
    query->kind = text_of(asked->kind);
    query->order_id = text_of(asked->order_id);
    status = page_after(asked->after, &query->before, &request->fault);
    if (status == STATUS_OK && !asked->after)
        query->before = INT64_MAX;
    return status == STATUS_OK
               ? page_limit(asked->has_limit, asked->limit, 500, &query->limit, &request->fault)
               : status;
}

static void fill_change(Millrace__OrderChange *out, const struct sql_value *v, struct arena *arena,
                        bool *ok)
{
    millrace__order_change__init(out);
    out->kind = page_text(v[0].as.text, arena, ok);
    out->order_id = page_text(v[1].as.text, arena, ok);
    out->what = page_text(v[2].as.text, arena, ok);
    out->has_line = v[3].as.integer > 0;
    out->line = (uint32_t)v[3].as.integer;
    out->before = page_text(v[4].as.text, arena, ok);
    out->after = page_text(v[5].as.text, arena, ok);
    out->reason = page_text(v[6].as.text, arena, ok);
    out->changed_by = page_text(v[7].as.text, arena, ok);
    out->has_changed_at_us = out->has_event_seq = true;
    out->changed_at_us = v[8].as.integer;
    out->event_seq = (uint64_t)v[9].as.integer;
}

enum status encode_changes(struct rpc_request *request, const struct sql_rows *rows, size_t limit)
{
    Millrace__ListOrderChangesReply reply = MILLRACE__LIST_ORDER_CHANGES_REPLY__INIT;
    struct arena *arena = request->arena;
    bool ok = true;
    bool more = rows->count > limit;
    size_t count = more ? limit : rows->count;
    Millrace__OrderChange *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.changes = arena_alloc(arena, count + 1, sizeof(void *));
    if (!out || !reply.changes)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        fill_change(&out[i], sql_at(rows, i, 0), arena, &ok);
        reply.changes[i] = &out[i];
    }
    reply.n_changes = count;
    if (more)
        reply.next = page_next(sql_at(rows, count - 1, 9)->as.integer * 4096 +
                                   sql_at(rows, count - 1, 10)->as.integer,
                               arena, &ok);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- days of a work order ---- */

enum status decode_reschedule(struct rpc_request *request, struct reschedule_command *out)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__reschedule_work_order_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__RescheduleWorkOrderRequest *asked = (const void *)message;
    *out = (struct reschedule_command){.work_order = page_given(asked->work_order),
                                       .reason = page_given(asked->reason),
                                       .due = asked->due_on,
                                       .start = asked->has_start_on ? asked->start_on : NO_DATE,
                                       .if_due = asked->has_if_due_on ? asked->if_due_on : NO_DATE};
    if (out->work_order.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "work_order", "work_order is missing");
    if (!asked->has_due_on)
        return fault_set(&request->fault, STATUS_INVALID, "due_on", "due_on is missing");
    return STATUS_OK;
}

enum status encode_reschedule(struct command *command, const struct work_days *days,
                              struct fault *fault)
{
    Millrace__RescheduleWorkOrderReply reply;
    bool ok = true;
    millrace__reschedule_work_order_reply__init(&reply);
    reply.work_order = page_text(days->work_order, command->arena, &ok);
    reply.has_start_on = reply.has_due_on = true;
    reply.start_on = days->start;
    reply.due_on = days->due;
    return ok ? wire_pack(&reply.base, command->arena, &command->reply, fault) : full(fault);
}

enum status put_work_days_event(struct command *command, const struct work_days *days,
                                struct fault *fault)
{
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__OrderState state = MILLRACE__ORDER_STATE__INIT;
    bool ok = true;
    state.order_id = page_text(days->work_order, command->arena, &ok);
    state.item = page_text(days->item, command->arena, &ok);
    state.state = page_text(days->state, command->arena, &ok);
    state.changed_by = page_text(text_of(command->request->principal.name), command->arena, &ok);
    state.has_quantity_micro = state.has_done_micro = state.has_due_on = true;
    state.quantity_micro = days->qty.micro;
    state.done_micro = days->received.micro;
    state.due_on = days->due;
    event.order = &state;
    event.kind = MILLRACE__EVENT_KIND__EVENT_KIND_WORK_ORDER;
    return ok ? put_event(command, &event, days->work_order, fault) : full(fault);
}
