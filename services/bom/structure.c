#include "services/bom/structure.h"

#include "common/bom/bom_stock.h"
#include "services/bom/structure_store.h"

#include <string.h>

#define TRIAL_ARENA_MAX (512 * MIB)

static enum status find_item(struct rpc_request *request, const struct plant *plant,
                             struct text code, uint32_t *item)
{
    *item = plant_item_find(plant, code);
    if (*item != NO_INDEX)
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                     (int)code.length, code.bytes);
}

static enum status bad_after(struct rpc_request *request, const struct structure_query *query)
{
    return fault_set(&request->fault, STATUS_INVALID, "after",
                     "\"%s\" is not what \"next\" of an earlier page said", query->after);
}

static date start_of(const struct structure_query *query, const struct bom_graph *graph)
{
    return date_given(query->start_on) ? query->start_on : graph->plant->facts.plan_start;
}

static enum status load_stock(struct rpc_request *request, const struct bom_graph *graph,
                              const struct bom_request *wanted, struct arena *arena,
                              struct bom_stock *stock)
{
    struct stock_query query = {
        .plant = text_of(request->plant), .facts = graph->plant, .day = wanted->start};
    if (!bom_stock_items(graph, wanted->item, arena, &query.items, &query.count))
        return fault_set(&request->fault, STATUS_LIMIT, "", "stock does not fit in memory");
    return store_stock(request->sql, &query, arena, stock, &request->fault);
}

/* ---- Explode ---- */

/* A page of lines goes on behind the last path: what is before it is not walked again. */
static enum status lines_page(struct rpc_request *request, const struct structure_query *query,
                              const struct bom_explosion *explosion, struct arena *arena)
{
    struct structure_page *page;
    struct bom_walk *walk;
    struct bom_row row;
    const uint32_t *path;
    uint32_t level;
    bool more;
    enum status status = page_new(request, explosion->graph, query->limit, &page);
    if (status == STATUS_OK)
        status = after_path(request, query, &path, &level);
    if (status == STATUS_OK)
        status = bom_walk_new(explosion, arena, &walk, &request->fault);
    if (status != STATUS_OK)
        return status;
    if (!bom_walk_seek(walk, path, level))
        return bad_after(request, query);
    while ((more = bom_walk_next(walk, &row, &request->fault)) && page_add_line(page, &row))
        ;
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return encode_explosion(request, page, more ? page_last_path(page) : NULL);
}

static enum status summary_page(struct rpc_request *request, const struct structure_query *query,
                                const struct bom_explosion *explosion, const struct bom_lead *leads)
{
    struct structure_page *page;
    int64_t place;
    enum status status = page_new(request, explosion->graph, query->limit, &page);
    if (status == STATUS_OK)
        status = after_number(request, query, &place);
    if (status != STATUS_OK)
        return status;
    if (leads)
        page_set_leads(page, explosion, leads);
    while (place < explosion->need_count &&
           page_add_need(page, explosion, &explosion->needs[place], leads))
        place++;
    return encode_explosion(request, page,
                            place < explosion->need_count ? page_number(request, place) : NULL);
}

static enum status explode(struct rpc_request *request, const struct structure_query *query,
                           const struct bom_request *wanted, const struct bom_graph *graph,
                           struct arena *arena)
{
    struct bom_explosion *explosion;
    struct bom_lead *leads = NULL;
    enum status status = bom_explode(graph, wanted, arena, &explosion, &request->fault);
    if (status == STATUS_OK && query->lead_times)
        status = bom_lead_times(explosion, arena, &leads, &request->fault);
    if (status != STATUS_OK)
        return status;
    return query->summarised ? summary_page(request, query, explosion, leads)
                             : lines_page(request, query, explosion, arena);
}

enum status structure_explode(struct rpc_request *request, const struct structure_query *query,
                              const struct bom_graph *graph, struct arena *arena)
{
    struct bom_stock stock;
    struct bom_request wanted = {.quantity = query->quantity,
                                 .start = start_of(query, graph),
                                 .levels = query->levels,
                                 .alternative = query->alternative,
                                 .revision = query->revision,
                                 .stock = query->net_stock ? &stock : NULL};
    enum status status = find_item(request, graph->plant, query->item, &wanted.item);
    if (status == STATUS_OK && query->net_stock)
        status = load_stock(request, graph, &wanted, arena, &stock);
    return status == STATUS_OK ? explode(request, query, &wanted, graph, arena) : status;
}

/* ---- WhereUsed ---- */

static enum status used_page(struct rpc_request *request, const struct structure_query *query,
                             struct bom_used *used, struct structure_page *page)
{
    struct bom_row row;
    const uint32_t *path;
    uint32_t level;
    bool more;
    enum status status = after_path(request, query, &path, &level);
    if (status != STATUS_OK)
        return status;
    if (!bom_used_seek(used, path, level))
        return bad_after(request, query);
    while ((more = bom_used_next(used, &row, &request->fault)) && page_add_line(page, &row))
        ;
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return encode_where_used(request, page, more ? page_last_path(page) : NULL);
}

static enum status ends_page(struct rpc_request *request, const struct structure_query *query,
                             uint32_t item, const struct bom_ends *ends,
                             struct structure_page *page)
{
    int64_t place;
    enum status status = after_number(request, query, &place);
    if (status != STATUS_OK)
        return status;
    while (place < ends->count && page_add_end(page, item, &ends->ends[place]))
        place++;
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return encode_where_used(request, page,
                             place < ends->count ? page_number(request, place) : NULL);
}

enum status structure_where_used(struct rpc_request *request, const struct structure_query *query,
                                 const struct bom_graph *graph, struct arena *arena)
{
    struct structure_page *page;
    struct bom_used *used;
    struct bom_ends ends;
    struct bom_used_request wanted = {.start = query->start_on, .levels = query->levels};
    enum status status = find_item(request, graph->plant, query->item, &wanted.item);
    if (status == STATUS_OK)
        status = page_new(request, graph, query->limit, &page);
    if (status != STATUS_OK)
        return status;
    if (query->ends) {
        status = bom_used_ends(graph, &wanted, arena, &ends, &request->fault);
        return status == STATUS_OK ? ends_page(request, query, wanted.item, &ends, page) : status;
    }
    status = bom_used_new(graph, &wanted, arena, &used, &request->fault);
    return status == STATUS_OK ? used_page(request, query, used, page) : status;
}

/* ---- GetKit ---- */

enum status structure_kit(struct rpc_request *request, const struct structure_query *query,
                          const struct bom_graph *graph, struct arena *arena)
{
    struct bom_stock stock;
    struct bom_kit kit;
    struct bom_request reach = {.start = start_of(query, graph)};
    struct bom_kit_request wanted = {.start = reach.start, .make = query->make, .stock = &stock};
    enum status status = find_item(request, graph->plant, query->item, &wanted.item);
    reach.item = wanted.item;
    if (status == STATUS_OK)
        status = load_stock(request, graph, &reach, arena, &stock);
    if (status != STATUS_OK)
        return status;
    wanted.spare = arena_new(TRIAL_ARENA_MAX);
    if (!wanted.spare)
        return fault_set(&request->fault, STATUS_LIMIT, "", "kit does not fit in memory");
    status = bom_kit_find(graph, &wanted, arena, &kit, &request->fault);
    if (status == STATUS_OK)
        status = encode_kit(request, graph, &kit);
    arena_free(&wanted.spare);
    return status;
}
