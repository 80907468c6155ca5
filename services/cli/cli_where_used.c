#include "common/bom/bom_used.h"
#include "services/cli/cli_bom.h"

#include <string.h>

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

static int write_used(struct cli_bom *bom, const struct bom_used_request *request, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_used *used;
    struct bom_row row;
    struct cli_writer writer;
    if (bom_used_new(bom->graph, request, bom->arena, &used, &fault) != STATUS_OK)
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

static int write_ends(struct cli_bom *bom, const struct bom_used_request *request, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_ends ends;
    struct cli_writer writer;
    if (bom_used_ends(bom->graph, request, bom->arena, &ends, &fault) != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "end_items.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "item,end_item,qty_per,ways");
    for (uint32_t i = 0; i < ends.count; i++) {
        char ways[DECIMAL_TEXT_MAX];
        decimal_format(ends.ends[i].ways, 0, ways);
        cli_put(&writer, plant_item_code(bom->plant, request->item));
        cli_put(&writer, plant_item_code(bom->plant, ends.ends[i].item));
        cli_put_frac(&writer, ends.ends[i].exact);
        cli_put(&writer, ways);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

static int used_words(struct cli_bom *bom, const char *on, const char *levels,
                      struct bom_used_request *request)
{
    int64_t number = 0;
    request->item = bom->item;
    request->start = NO_DATE;
    if (on && !cli_bom_start(bom->plant, on, &request->start))
        return cli_usage("\"%s\" is not a date", on);
    if (levels && (!decimal_parse(levels, strlen(levels), 0, &number) || number < 1 ||
                   number > BOM_DEPTH_MAX))
        return cli_usage("--levels takes a number from 1 to %d", BOM_DEPTH_MAX);
    request->levels = (uint32_t)number;
    return CLI_DONE;
}

int cli_where_used(int argc, char **argv)
{
    const char *from = NULL;
    const char *item = NULL;
    const char *out = NULL;
    const char *on = NULL;
    const char *levels = NULL;
    const char *ends = NULL;
    const struct cli_option options[] = {{"from", true, &from},  {"item", true, &item},
                                         {"out", true, &out},    {"date", true, &on},
                                         {"ends", false, &ends}, {"levels", true, &levels}};
    struct cli_bom bom;
    struct bom_used_request request;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from || !item)
        return cli_usage("where-used needs --from DIR --item ITEM");
    int result = cli_bom_init(&bom, from, item);
    if (result == CLI_DONE)
        result = used_words(&bom, on, levels, &request);
    if (result == CLI_DONE)
        result = ends ? write_ends(&bom, &request, out) : write_used(&bom, &request, out);
    cli_bom_release(&bom);
    return result;
}
