#include "common/plant/plant.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/material.h"

enum status decode_material_use(struct rpc_request *request, struct material_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_material_use_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListMaterialUseRequest *asked =
        (const Millrace__ListMaterialUseRequest *)message;
    *query = (struct material_query){.plant = text_of(request->plant),
                                     .by = text_of(asked->by ? asked->by : "order"),
                                     .from = asked->has_from_on ? asked->from_on : DATE_FIRST,
                                     .to = asked->has_to_on ? asked->to_on : DATE_LAST,
                                     .after = text_of(asked->after)};
    if (!text_is(query->by, "order") && !text_is(query->by, "product") &&
        !text_is(query->by, "period"))
        return fault_set(&request->fault, STATUS_INVALID, "by",
                         "\"%s\" is not one of order, product, period", asked->by);
    if (query->from >= query->to)
        return fault_set(&request->fault, STATUS_INVALID, "to_on", "to_on is not after from_on");
    return page_limit(asked->has_limit, asked->limit, MATERIAL_PAGE_MAX, &query->limit,
                      &request->fault);
}

static void fill_row(Millrace__MaterialUse *out, const struct material_row *row,
                     struct arena *arena, bool *ok)
{
    struct qty pct;
    millrace__material_use__init(out);
    out->work_order = page_text(row->work_order, arena, ok);
    out->product = page_text(row->product, arena, ok);
    out->component = page_text(row->component, arena, ok);
    out->has_month_on = row->month != SQL_NO_DATE;
    out->month_on = row->month;
    out->has_theoretical_quantity_micro = out->has_actual_quantity_micro =
        out->has_difference_quantity_micro = true;
    out->theoretical_quantity_micro = row->theoretical.micro;
    out->actual_quantity_micro = row->actual.micro;
    out->difference_quantity_micro = row->actual.micro - row->theoretical.micro;
    out->has_actual_cost_e4 = true;
    out->actual_cost_e4 = row->amount.e4;
    out->has_utilisation_pct_micro = material_utilisation(row->theoretical, row->actual, &pct);
    out->utilisation_pct_micro = out->has_utilisation_pct_micro ? pct.micro : 0;
}

enum status encode_material_use(struct rpc_request *request, const struct material_row *rows,
                                size_t count, bool more)
{
    Millrace__ListMaterialUseReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_material_use_reply__init(&reply);
    Millrace__MaterialUse *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, count + 1, sizeof(Millrace__MaterialUse *));
    if (!out || !reply.rows)
        return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
    for (size_t i = 0; i < count; i++) {
        fill_row(&out[i], &rows[i], arena, &ok);
        reply.rows[i] = &out[i];
    }
    reply.n_rows = count;
    reply.next = more ? page_text(rows[count - 1].key, arena, &ok) : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}
