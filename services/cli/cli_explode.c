#include "common/base/sort.h"
#include "common/bom/bom_explode.h"
#include "services/cli/cli_bom.h"

#include <string.h>

struct words {
    const char *from;
    const char *item;
    const char *qty;
    const char *date;
    const char *levels;
    const char *out;
};

static void put_line(struct cli_writer *writer, const struct bom_graph *graph,
                     const struct bom_row *row)
{
    const struct plant *plant = graph->plant;
    const struct bom_terms *terms = plant_bom_terms(plant, row->line);
    cli_put_u32(writer, row->level);
    cli_put_path(writer, row->path, row->level);
    cli_put(writer, plant_item_code(plant, row->line->parent));
    cli_put(writer, plant_item_code(plant, row->line->component));
    cli_put_frac(writer, row->qty_per);
    cli_put_frac(writer, row->qty);
    cli_put(writer, plant_text(plant, plant->items[row->line->component].uom));
    cli_put_date(writer, plant, terms->valid_from);
    cli_put_date(writer, plant, terms->valid_to);
    cli_put_u32(writer, graph->level[row->line->component]);
    cli_row(writer);
}

static void put_need(struct cli_writer *writer, const struct bom_graph *graph,
                     const struct bom_need *need)
{
    const struct plant *plant = graph->plant;
    cli_put(writer, "");
    cli_put(writer, "");
    cli_put(writer, "");
    cli_put(writer, plant_item_code(plant, need->item));
    cli_put(writer, "");
    cli_put_qty(writer, need->qty);
    cli_put(writer, plant_text(plant, plant->items[need->item].uom));
    cli_put(writer, "");
    cli_put(writer, "");
    cli_put_u32(writer, graph->level[need->item]);
    cli_row(writer);
}

static enum status put_lines(struct cli_writer *writer, const struct bom_explosion *explosion,
                             struct arena *arena, struct fault *fault)
{
    struct bom_walk *walk;
    struct bom_row row;
    enum status status = bom_walk_new(explosion, arena, &walk, fault);
    if (status != STATUS_OK)
        return status;
    while (bom_walk_next(walk, &row, fault))
        put_line(writer, explosion->graph, &row);
    return fault->status;
}

static int compare_items(const void *context, uint32_t a, uint32_t b)
{
    const struct bom_need *needs = context;
    return (needs[a].item > needs[b].item) - (needs[a].item < needs[b].item);
}

/* By item, as all results are. */
static enum status put_needs(struct cli_writer *writer, const struct bom_explosion *explosion,
                             struct arena *arena, struct fault *fault)
{
    uint32_t count = explosion->need_count;
    uint32_t *order = arena_alloc(arena, (size_t)count + 1, sizeof(*order));
    uint32_t *spare = arena_alloc(arena, (size_t)count + 1, sizeof(*spare));
    if (!order || !spare)
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_u32(order, spare, count, compare_items, explosion->needs);
    for (uint32_t i = 0; i < count; i++)
        put_need(writer, explosion->graph, &explosion->needs[order[i]]);
    return STATUS_OK;
}

static int write_explosion(struct cli_bom *bom, const struct bom_request *request, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_explosion *explosion;
    struct cli_writer writer;
    enum status status = bom_explode(bom->graph, request, bom->arena, &explosion, &fault);
    if (status == STATUS_INVALID)
        return cli_usage("%s", fault.message);
    if (status != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "explosion.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer,
               "level,path,parent,component,qty_per,qty,uom,valid_from,valid_to,low_level_code");
    if (put_lines(&writer, explosion, bom->arena, &fault) == STATUS_OK)
        (void)put_needs(&writer, explosion, bom->arena, &fault);
    result = cli_finish(&writer, fault.status == STATUS_OK);
    return fault.status == STATUS_OK ? result : cli_fault(&fault);
}

/* The day the order starts: --date, else the plant's today. */
static bool read_start(const struct plant *plant, const char *text, date *start)
{
    struct text given = text_of(text);
    int64_t number;
    *start = plant->facts.plan_start;
    if (!text || date_parse(given.bytes, given.length, start))
        return true;
    if (!date_given(*start) || !decimal_parse(given.bytes, given.length, 0, &number) ||
        number < DATE_MIN || number > DATE_MAX)
        return false;
    *start += (date)number;
    return *start >= DATE_MIN && *start <= DATE_MAX;
}

static int explode(struct cli_bom *bom, const struct words *words, struct bom_request *request)
{
    request->item = bom->item;
    if (!read_start(bom->plant, words->date, &request->start))
        return cli_usage("\"%s\" is not a date", words->date);
    return write_explosion(bom, request, words->out);
}

int cli_explode(int argc, char **argv)
{
    struct words words = {NULL, NULL, NULL, NULL, NULL, NULL};
    const struct cli_option options[] = {
        {"from", true, &words.from}, {"item", true, &words.item},     {"qty", true, &words.qty},
        {"date", true, &words.date}, {"levels", true, &words.levels}, {"out", true, &words.out}};
    struct bom_request request = {.levels = 0};
    struct cli_bom bom;
    int64_t levels = 0;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!words.from || !words.item || !words.qty)
        return cli_usage("explode needs --from DIR --item ITEM --qty Q");
    if (!qty_parse(words.qty, strlen(words.qty), &request.quantity))
        return cli_usage("\"%s\" is not a quantity", words.qty);
    if (words.levels && (!decimal_parse(words.levels, strlen(words.levels), 0, &levels) ||
                         levels < 1 || levels > BOM_DEPTH_MAX))
        return cli_usage("--levels takes a number from 1 to %d", BOM_DEPTH_MAX);
    request.levels = (uint32_t)levels;
    int result = cli_bom_init(&bom, words.from, words.item);
    if (result == CLI_DONE)
        result = explode(&bom, &words, &request);
    cli_bom_release(&bom);
    return result;
}
