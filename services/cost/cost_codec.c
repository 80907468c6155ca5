#include "services/cost/cost_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"

const void *const cost_descriptor = &millrace__cost__descriptor;

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

/* ---- order cost ---- */

enum status decode_get_order_cost(struct rpc_request *request, struct text *work_order)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_order_cost_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetOrderCostRequest *asked = (const Millrace__GetOrderCostRequest *)message;
    if (!asked->work_order)
        return fault_set(&request->fault, STATUS_INVALID, "work_order", "work_order is missing");
    *work_order = text_of(asked->work_order);
    return STATUS_OK;
}

static void fill_line(Millrace__OrderCostLine *out, const struct cost_line *line,
                      struct arena *arena, bool *ok)
{
    millrace__order_cost_line__init(out);
    out->element = page_text(text_of(line->element), arena, ok);
    out->item = page_text(line->item, arena, ok);
    out->operation = page_text(line->operation, arena, ok);
    out->has_planned_quantity_micro = out->has_actual_quantity_micro = true;
    out->has_planned_e4 = out->has_target_e4 = out->has_actual_e4 = true;
    out->planned_quantity_micro = line->planned_quantity.micro;
    out->actual_quantity_micro = line->actual_quantity.micro;
    out->planned_e4 = line->planned.e4;
    out->target_e4 = line->target.e4;
    out->actual_e4 = line->actual.e4;
}

static void fill_totals(Millrace__GetOrderCostReply *reply, const struct cost_report *report)
{
    const struct cost_order *order = report->order;
    reply->has_quantity_micro = reply->has_received_micro = reply->has_scrapped_micro = true;
    reply->has_planned_e4 = reply->has_target_e4 = reply->has_debits_e4 = true;
    reply->has_credits_e4 = reply->has_wip_e4 = true;
    reply->quantity_micro = order->quantity.micro;
    reply->received_micro = order->received.micro;
    reply->scrapped_micro = order->scrapped.micro;
    reply->planned_e4 = order->planned.e4;
    reply->target_e4 = report->target.e4;
    reply->debits_e4 = order->debits.e4;
    reply->credits_e4 = order->credits.e4;
    reply->wip_e4 = report->wip.e4;
    reply->has_unit_cost_micro = report->has_unit_cost;
    reply->unit_cost_micro = report->unit_cost.micro;
}

static bool fill_elements(Millrace__GetOrderCostReply *reply, const struct cost_report *report,
                          struct arena *arena, bool *ok)
{
    Millrace__OrderCostElement *sums = arena_alloc(arena, ORDER_COST_ELEMENTS, sizeof *sums);
    reply->elements = arena_alloc(arena, ORDER_COST_ELEMENTS, sizeof(Millrace__OrderCostElement *));
    for (size_t e = 0; sums && reply->elements && e < ORDER_COST_ELEMENTS; e++) {
        const struct cost_element_sum *sum = &report->elements[e];
        millrace__order_cost_element__init(&sums[e]);
        sums[e].element = page_text(text_of(sum->element), arena, ok);
        sums[e].has_planned_e4 = sums[e].has_target_e4 = sums[e].has_actual_e4 = true;
        sums[e].planned_e4 = sum->planned.e4;
        sums[e].target_e4 = sum->target.e4;
        sums[e].actual_e4 = sum->actual.e4;
        reply->elements[e] = &sums[e];
        reply->n_elements++;
    }
    return sums && reply->elements;
}

enum status encode_order_cost(struct rpc_request *request, const struct cost_report *report)
{
    Millrace__GetOrderCostReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_order_cost_reply__init(&reply);
    Millrace__OrderCostLine *lines = arena_alloc(arena, report->line_count + 1, sizeof *lines);
    reply.lines = arena_alloc(arena, report->line_count + 1, sizeof(Millrace__OrderCostLine *));
    if (!lines || !reply.lines)
        return full(request);
    for (size_t i = 0; i < report->line_count; i++) {
        fill_line(&lines[i], &report->lines[i], arena, &ok);
        reply.lines[i] = &lines[i];
    }
    reply.n_lines = report->line_count;
    reply.work_order = page_text(report->order->work_order, arena, &ok);
    reply.item = page_text(report->order->item, arena, &ok);
    reply.state = page_text(report->order->state, arena, &ok);
    reply.currency = page_text(report->order->currency, arena, &ok);
    fill_totals(&reply, report);
    if (!fill_elements(&reply, report, arena, &ok))
        return full(request);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}

/* ---- work in process ---- */

enum status decode_list_wip(struct rpc_request *request, struct wip_query *query)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_wip_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListWipRequest *asked = (const Millrace__ListWipRequest *)message;
    query->plant = text_of(request->plant);
    query->after = text_of(asked->after);
    return page_limit(asked->has_limit, asked->limit, WIP_PAGE_MAX, &query->limit, &request->fault);
}

enum status encode_wip(struct rpc_request *request, const struct wip_row *rows, size_t count,
                       bool more)
{
    Millrace__ListWipReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_wip_reply__init(&reply);
    Millrace__WipRow *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, count + 1, sizeof(Millrace__WipRow *));
    if (!out || !reply.rows)
        return full(request);
    for (size_t i = 0; i < count; i++) {
        millrace__wip_row__init(&out[i]);
        out[i].work_order = page_text(rows[i].work_order, arena, &ok);
        out[i].item = page_text(rows[i].item, arena, &ok);
        out[i].state = page_text(rows[i].state, arena, &ok);
        out[i].has_wip_e4 = true;
        out[i].wip_e4 = rows[i].wip.e4;
        reply.rows[i] = &out[i];
    }
    reply.n_rows = count;
    reply.next = more ? out[count - 1].work_order : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}

/* ---- roll-up ---- */

enum status decode_rollup(struct rpc_request *request, struct rollup_query *query)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__roll_up_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__RollUpRequest *asked = (const Millrace__RollUpRequest *)message;
    query->item = asked->item ? text_of(asked->item) : (struct text){NULL, 0};
    query->after = text_of(asked->after);
    return page_limit(asked->has_limit, asked->limit, ROLLUP_PAGE_MAX, &query->limit,
                      &request->fault);
}

static void fill_cost(Millrace__ItemCost *out, const struct item_cost *cost)
{
    millrace__item_cost__init(out);
    out->has_material_micro = out->has_labor_micro = out->has_machine_micro = true;
    out->has_overhead_micro = out->has_subcontract_micro = out->has_total_micro = true;
    out->has_this_level_micro = out->has_lower_levels_micro = true;
    out->material_micro = cost->elements[COST_MATERIAL].micro;
    out->labor_micro = cost->elements[COST_LABOR].micro;
    out->machine_micro = cost->elements[COST_MACHINE].micro;
    out->overhead_micro = cost->elements[COST_OVERHEAD].micro;
    out->subcontract_micro = cost->elements[COST_SUBCONTRACT].micro;
    out->total_micro = cost->total.micro;
    out->this_level_micro = cost->this_level.micro;
    out->lower_levels_micro = cost->lower_levels.micro;
}

enum status encode_rollup(struct rpc_request *request, const struct cost_page *page)
{
    Millrace__RollUpReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__roll_up_reply__init(&reply);
    Millrace__ItemCost *out = arena_alloc(arena, (size_t)page->count + 1, sizeof *out);
    reply.costs = arena_alloc(arena, (size_t)page->count + 1, sizeof(Millrace__ItemCost *));
    if (!out || !reply.costs)
        return full(request);
    for (uint32_t i = 0; i < page->count; i++) {
        fill_cost(&out[i], &page->costs[page->first + i]);
        out[i].item = page_text(text_of(plant_item_code(page->plant, page->first + i)), arena, &ok);
        reply.costs[i] = &out[i];
    }
    reply.n_costs = page->count;
    reply.next = page->more ? out[page->count - 1].item : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}
