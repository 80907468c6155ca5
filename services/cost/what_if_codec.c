#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/what_if.h"

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static struct unitcost rate_of(bool given, int64_t micro)
{
    return given ? (struct unitcost){micro} : NO_COST;
}

static struct assumption read_assumption(const Millrace__CostAssumption *asked)
{
    return (struct assumption){
        .item = page_given(asked->item),
        .unit_cost = rate_of(asked->has_unit_cost_micro, asked->unit_cost_micro),
        .work_center = text_of(asked->work_center),
        .labor_rate = rate_of(asked->has_labor_rate_micro, asked->labor_rate_micro),
        .machine_rate = rate_of(asked->has_machine_rate_micro, asked->machine_rate_micro),
        .overhead_rate = rate_of(asked->has_overhead_rate_micro, asked->overhead_rate_micro),
    };
}

enum status decode_what_if(struct rpc_request *request, struct what_if_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_what_if_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetWhatIfRequest *asked = (const Millrace__GetWhatIfRequest *)message;
    *query = (struct what_if_query){.count = asked->n_assumptions,
                                    .all = asked->has_all && asked->all,
                                    .after = text_of(asked->after)};
    if (query->count == 0 || query->count > ASSUMPTIONS_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "assumptions",
                         "%zu assumptions: not within 1..%d", query->count, ASSUMPTIONS_MAX);
    query->assumptions = arena_alloc(request->arena, query->count + 1, sizeof *query->assumptions);
    if (!query->assumptions)
        return full(request);
    for (size_t i = 0; i < query->count; i++)
        query->assumptions[i] = read_assumption(asked->assumptions[i]);
    return page_limit(asked->has_limit, asked->limit, WHAT_IF_PAGE_MAX, &query->limit,
                      &request->fault);
}

static void fill_effect(Millrace__CostEffect *out, const struct plant *plant,
                        const struct cost_effect *effect, struct arena *arena, bool *ok)
{
    millrace__cost_effect__init(out);
    out->item = page_text(text_of(plant_item_code(plant, effect->item)), arena, ok);
    out->name = page_text(text_of(plant_text(plant, plant->items[effect->item].name)), arena, ok);
    out->has_end_item = out->has_before_micro = out->has_after_micro = true;
    out->has_difference_micro = true;
    out->end_item = effect->is_end;
    out->before_micro = effect->before.total.micro;
    out->after_micro = effect->after.total.micro;
    out->difference_micro = effect->after.total.micro - effect->before.total.micro;
}

enum status encode_what_if(struct rpc_request *request, const struct what_if_query *query,
                           const struct plant *plant, const struct cost_effects *made)
{
    Millrace__GetWhatIfReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_what_if_reply__init(&reply);
    Millrace__CostEffect *out = arena_alloc(arena, query->limit + 1, sizeof *out);
    reply.effects = arena_alloc(arena, query->limit + 1, sizeof(Millrace__CostEffect *));
    if (!out || !reply.effects)
        return full(request);
    for (size_t i = 0; ok && i < made->count; i++) {
        const struct cost_effect *effect = &made->effects[i];
        struct text code = text_of(plant_item_code(plant, effect->item));
        if ((!query->all && !effect->is_end) ||
            (query->after.length > 0 && text_cmp(code, query->after) <= 0))
            continue;
        if (reply.n_effects == query->limit) {
            reply.next = out[reply.n_effects - 1].item;
            break;
        }
        fill_effect(&out[reply.n_effects], plant, effect, arena, &ok);
        reply.effects[reply.n_effects] = &out[reply.n_effects];
        reply.n_effects++;
    }
    reply.has_items = reply.has_end_items = true;
    reply.items = (uint32_t)made->count;
    reply.end_items = (uint32_t)made->end_count;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}
