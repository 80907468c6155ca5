#include "services/cost/what_if.h"

#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"

#define WHAT_IF_ARENA_MAX (2048 * MIB)

static enum status answer(struct rpc_request *request, const struct what_if_query *query,
                          struct plant *plant, struct arena *arena)
{
    struct bom_graph *graph = NULL;
    struct cost_effects made;
    enum status status = bom_graph_make(plant, arena, &graph, &request->fault);
    if (status != STATUS_OK)
        return status;
    const struct what_if asked = {plant, graph, query->assumptions, query->count};
    status = what_if(&asked, arena, &made, &request->fault);
    return status == STATUS_OK ? encode_what_if(request, query, plant, &made) : status;
}

enum status handle_get_what_if(struct rpc_request *request)
{
    struct what_if_query query;
    struct plant *plant = NULL;
    struct plant_position position;
    enum status status = decode_what_if(request, &query);
    if (status == STATUS_OK)
        status = plant_load(request->sql, text_of(request->plant), PLANT_COSTING, &plant, &position,
                            &request->fault);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new(WHAT_IF_ARENA_MAX);
    status = arena ? answer(request, &query, plant, arena)
                   : fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    arena_free(&arena);
    plant_free(&plant);
    return status;
}
