#include "common/bom/bom_explode.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/cost/report.h"
#include "services/cost/rollup_core.h"

/*
 * The roll-up with its levels.  Of an item: it and every line of its structure, depth first, with
 * what a piece of the item takes of each, lot size and scrap counted, and what that costs.  Of all
 * items: each once, at its low-level code, the lowest first as they are rolled up.
 */
#define ROLLUP_ARENA_MAX (2048 * MIB)

struct rolled {
    struct reporting *reporting;
    const struct plant *plant;
    const struct bom_graph *graph;
    const struct item_cost *costs;
    struct arena *arena;
};

static void put_cost(struct reporting *r, struct unitcost cost)
{
    report_put(r, cost.micro, QTY_DECIMALS);
}

/* quantity: of a piece of what was asked for; NULL: of nothing. */
static void put_item(const struct rolled *rolled, int64_t level, uint32_t item,
                     const struct qty *quantity)
{
    struct reporting *r = rolled->reporting;
    const struct item_cost *cost = &rolled->costs[item];
    struct amount extended = {0};
    const char *name = plant_text(rolled->plant, rolled->plant->items[item].name);
    report_put(r, level, 0);
    csv_put(&r->out, text_of(plant_item_code(rolled->plant, item)));
    csv_put(&r->out, text_of(name));
    if (quantity)
        report_put(r, quantity->micro, QTY_DECIMALS);
    else
        csv_put(&r->out, text_of(""));
    for (size_t e = 0; e < COST_ELEMENTS; e++)
        put_cost(r, cost->elements[e]);
    put_cost(r, cost->this_level);
    put_cost(r, cost->lower_levels);
    put_cost(r, cost->total);
    if (quantity && amount_extend(*quantity, cost->total, &extended))
        report_put_amount(r, extended);
    else
        csv_put(&r->out, text_of(""));
    report_end_row(r);
}

static enum status out_of_range(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_OVERFLOW, "item", "a quantity is out of range");
}

static enum status put_structure(const struct rolled *rolled, uint32_t item)
{
    struct rpc_request *request = rolled->reporting->request;
    const struct bom_request asked = {.item = item,
                                      .quantity =
                                          plant_item_params(rolled->plant, item)->costing_lot_qty,
                                      .start = rolled->plant->facts.plan_start};
    struct bom_explosion *explosion;
    struct bom_walk *walk;
    struct bom_row row;
    struct frac lot;
    struct qty one = {QTY_SCALE};
    enum status status =
        bom_explode(rolled->graph, &asked, rolled->arena, &explosion, &request->fault);
    if (status == STATUS_OK)
        status = bom_walk_new(explosion, rolled->arena, &walk, &request->fault);
    if (status != STATUS_OK)
        return status;
    put_item(rolled, 0, item, &one);
    while (bom_walk_next(walk, &row, &request->fault)) {
        struct frac part;
        struct qty per;
        if (!frac_of_qty(asked.quantity, &lot) || !frac_div(row.qty, lot, &part) ||
            !frac_round(part, QTY_DECIMALS, &per))
            return out_of_range(request);
        put_item(rolled, row.level, row.line->component, &per);
    }
    return request->fault.status;
}

static void put_items(const struct rolled *rolled)
{
    for (uint32_t level = rolled->graph->level_count; level-- > 0;) {
        for (uint32_t item = 0; item < rolled->plant->items_count; item++) {
            if (rolled->graph->level[item] == level)
                put_item(rolled, level, item, NULL);
        }
    }
}

static enum status put_rolled(struct rolled *rolled)
{
    struct reporting *r = rolled->reporting;
    struct fault *fault = &r->request->fault;
    struct bom_graph *graph;
    struct item_cost *costs;
    enum status status = bom_graph_make(rolled->plant, rolled->arena, &graph, fault);
    if (status == STATUS_OK)
        status = rollup(graph, NO_DATE, rolled->arena, &costs, fault);
    if (status != STATUS_OK)
        return status;
    rolled->graph = graph;
    rolled->costs = costs;
    if (r->query->item.length == 0) {
        put_items(rolled);
        return STATUS_OK;
    }
    uint32_t item = plant_item_find(rolled->plant, r->query->item);
    return item == NO_INDEX
               ? fault_set(fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                           (int)r->query->item.length, r->query->item.bytes)
               : put_structure(rolled, item);
}

enum status report_rollup(struct reporting *r)
{
    struct rpc_request *request = r->request;
    struct plant *plant = NULL;
    struct plant_position position;
    enum status status = plant_load(request->sql, r->query->range.plant, PLANT_COSTING, &plant,
                                    &position, &request->fault);
    if (status != STATUS_OK)
        return status;
    struct rolled rolled = {.reporting = r, .plant = plant, .arena = arena_new(ROLLUP_ARENA_MAX)};
    status = rolled.arena ? put_rolled(&rolled)
                          : fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    arena_free(&rolled.arena);
    plant_free(&plant);
    return status;
}
