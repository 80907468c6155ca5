#include "common/bom/bom_used.h"
#include "services/cli/cli_bom.h"

static void put_row(struct cli_writer *writer, const struct plant *plant, const struct bom_row *row)
{
    const struct bom_terms *terms = plant_bom_terms(plant, row->line);
    cli_put_u32(writer, row->level);
    cli_put_path(writer, row->path, row->level);
    cli_put(writer, plant_item_code(plant, row->line->parent));
    cli_put(writer, plant_item_code(plant, row->line->component));
    cli_put_frac(writer, row->qty_per);
    cli_put_date(writer, plant, terms->valid_from);
    cli_put_date(writer, plant, terms->valid_to);
    cli_row(writer);
}

static int write_used(struct cli_bom *bom, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    const struct bom_used_request request = {.item = bom->item, .start = NO_DATE, .levels = 0};
    struct bom_used *used;
    struct bom_row row;
    struct cli_writer writer;
    if (bom_used_new(bom->graph, &request, bom->arena, &used, &fault) != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "where_used.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "level,path,parent,component,qty_per,valid_from,valid_to");
    while (bom_used_next(used, &row, &fault))
        put_row(&writer, bom->plant, &row);
    result = cli_finish(&writer, fault.status == STATUS_OK);
    return fault.status == STATUS_OK ? result : cli_fault(&fault);
}

int cli_where_used(int argc, char **argv)
{
    const char *from = NULL;
    const char *item = NULL;
    const char *out = NULL;
    const struct cli_option options[] = {
        {"from", true, &from}, {"item", true, &item}, {"out", true, &out}};
    struct cli_bom bom;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from || !item)
        return cli_usage("where-used needs --from DIR --item ITEM");
    int result = cli_bom_init(&bom, from, item);
    if (result == CLI_DONE)
        result = write_used(&bom, out);
    cli_bom_release(&bom);
    return result;
}
