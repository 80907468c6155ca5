#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/actual.h"

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

enum status decode_actual(struct rpc_request *request, struct actual_query *query)
{
    int64_t after = 0;
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_actual_cost_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetActualCostRequest *asked = (const Millrace__GetActualCostRequest *)message;
    *query = (struct actual_query){.work_order = page_given(asked->work_order),
                                   .item = text_of(asked->item),
                                   .lot = text_of(asked->lot),
                                   .levels = asked->has_levels ? asked->levels : ACTUAL_LEVELS_MAX};
    if (!asked->work_order && (!asked->item || !asked->lot))
        return fault_set(&request->fault, STATUS_INVALID, "work_order",
                         "a work order is missing, or item and lot");
    if (query->levels == 0 || query->levels > ACTUAL_LEVELS_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "levels", "levels is not within 1..%d",
                         ACTUAL_LEVELS_MAX);
    status = page_after(asked->after, &after, &request->fault);
    query->after = (size_t)after;
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, ACTUAL_PAGE_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

/* A text, NULL where there is none. */
static char *given(struct text text, struct arena *arena, bool *ok)
{
    return text.length > 0 ? page_text(text, arena, ok) : NULL;
}

static void fill_node(Millrace__ActualCostNode *out, const struct actual_tree *tree, size_t node,
                      struct arena *arena, bool *ok)
{
    const struct actual_node *at = &tree->nodes[node];
    const struct actual_line *line = &at->line;
    millrace__actual_cost_node__init(out);
    out->has_node = out->has_level = out->has_amount_e4 = true;
    out->node = (uint32_t)node + 1;
    out->level = at->level;
    out->has_of = at->parent != ACTUAL_NO_NODE;
    out->of = out->has_of ? (uint32_t)at->parent + 1 : 0;
    out->element = page_text(text_of(line->element), arena, ok);
    out->item = given(line->item, arena, ok);
    out->lot = given(line->lot, arena, ok);
    out->source_kind = given(line->source_kind, arena, ok);
    out->source = given(line->source, arena, ok);
    out->document = given(line->document, arena, ok);
    out->has_quantity_micro = line->qty.micro != 0;
    out->quantity_micro = line->qty.micro;
    out->amount_e4 = line->amount.e4;
    out->has_share_e4 = at->apart;
    out->share_e4 = at->share.e4;
}

/* What the leaves add up to, by element; and the roots. */
static bool fill_sums(Millrace__GetActualCostReply *reply, const struct actual_tree *tree,
                      struct arena *arena)
{
    static const char *const elements[] = {"material",    "labor",     "machine",   "overhead",
                                           "subcontract", "coproduct", "difference"};
    bool ok = true;
    Millrace__ActualCostElement *sums = arena_alloc(arena, COUNT_OF(elements), sizeof *sums);
    reply->elements = arena_alloc(arena, COUNT_OF(elements), sizeof *reply->elements);
    for (size_t e = 0; sums && reply->elements && e < COUNT_OF(elements); e++) {
        struct amount sum = {0};
        for (size_t i = 0; i < tree->count && ok; i++) {
            if (!tree->nodes[i].apart && text_is(text_of(tree->nodes[i].line.element), elements[e]))
                ok = amount_add(sum, tree->nodes[i].line.amount, &sum);
        }
        millrace__actual_cost_element__init(&sums[e]);
        sums[e].element = page_text(text_of(elements[e]), arena, &ok);
        sums[e].has_amount_e4 = true;
        sums[e].amount_e4 = sum.e4;
        reply->elements[reply->n_elements++] = &sums[e];
    }
    for (size_t i = 0; i < tree->count && tree->nodes[i].level == 0; i++)
        reply->amount_e4 += tree->nodes[i].line.amount.e4;
    reply->has_amount_e4 = true;
    return ok && reply->n_elements == COUNT_OF(elements);
}

enum status encode_actual(struct rpc_request *request, const struct actual_query *query,
                          const struct actual_tree *tree)
{
    Millrace__GetActualCostReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_actual_cost_reply__init(&reply);
    Millrace__ActualCostNode *out = arena_alloc(arena, query->limit + 1, sizeof *out);
    reply.nodes = arena_alloc(arena, query->limit + 1, sizeof *reply.nodes);
    if (!out || !reply.nodes)
        return full(request);
    for (size_t i = query->after; i < tree->count && reply.n_nodes < query->limit; i++) {
        fill_node(&out[reply.n_nodes], tree, i, arena, &ok);
        reply.nodes[reply.n_nodes] = &out[reply.n_nodes];
        reply.n_nodes++;
    }
    size_t seen = query->after + reply.n_nodes;
    reply.next = seen < tree->count ? page_next((int64_t)seen, arena, &ok) : NULL;
    if (!fill_sums(&reply, tree, arena))
        return full(request);
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}
