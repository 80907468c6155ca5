#include "common/plant/plant_read.h"
#include "services/cli/cli.h"
#include "services/cost/rollup_core.h"

#include <stdio.h>

#define ROLLUP_BYTES_MAX ((size_t)4096 * MIB)

static void put_cost(struct cli_writer *writer, struct unitcost cost)
{
    cli_put_qty(writer, (struct qty){cost.micro});
}

static int write_costs(const struct plant *plant, const struct item_cost *costs, const char *out)
{
    struct cli_writer writer;
    int result = cli_writer_init(&writer, out, "cost.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "item,material,labor,machine,overhead,subcontract,total,this_level,"
                        "lower_levels");
    for (uint32_t item = 0; item < plant->items_count; item++) {
        cli_put(&writer, plant_item_code(plant, item));
        for (size_t e = 0; e < COST_ELEMENTS; e++)
            put_cost(&writer, costs[item].elements[e]);
        put_cost(&writer, costs[item].total);
        put_cost(&writer, costs[item].this_level);
        put_cost(&writer, costs[item].lower_levels);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

/* What nobody knows the cost of counts as 0, as long as somebody hears of it: a version of
   standards (services/cost) is refused instead. */
static int rollup_plant(const struct plant *plant, struct arena *arena, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_graph *graph;
    struct rollup *rolled;
    if (bom_graph_make(plant, arena, &graph, &fault) != STATUS_OK ||
        rollup_new(graph, NO_DATE, arena, &rolled, &fault) != STATUS_OK)
        return cli_fault(&fault);
    if (rollup_check_known(rolled, &fault) != STATUS_OK)
        fprintf(stderr, "millrace: warning: %s: it counts as 0\n", fault.message);
    return write_costs(plant, rollup_costs(rolled), out);
}

int cli_rollup(int argc, char **argv)
{
    const char *from = NULL;
    const char *out = NULL;
    const struct cli_option options[] = {{"from", true, &from}, {"out", true, &out}};
    struct plant *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from)
        return cli_usage("rollup needs --from DIR");
    int result = cli_read_plant(from, &plant);
    if (result != CLI_DONE)
        return result;
    struct arena *arena = arena_new(ROLLUP_BYTES_MAX);
    struct fault no_memory = {STATUS_LIMIT, "", "no memory", ""};
    result = arena ? rollup_plant(plant, arena, out) : cli_fault(&no_memory);
    arena_free(&arena);
    plant_free(&plant);
    return result;
}
