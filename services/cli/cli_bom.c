#include "services/cli/cli_bom.h"

#include "common/bom/bom_explode.h"
#include "common/plant/plant_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BOM_BYTES_MAX ((size_t)4096 * MIB)

int cli_bom_init(struct cli_bom *bom, const char *from, const char *item)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    memset(bom, 0, sizeof(*bom));
    int result = cli_read_plant(from, &bom->plant);
    if (result != CLI_DONE)
        return result;
    bom->item = item ? plant_item_find(bom->plant, text_of(item)) : NO_INDEX;
    if (item && bom->item == NO_INDEX)
        return cli_usage("item \"%s\" does not exist", item);
    bom->arena = arena_new(BOM_BYTES_MAX);
    if (!bom->arena)
        fault_set(&fault, STATUS_LIMIT, "", "no memory");
    else if (bom_graph_make(bom->plant, bom->arena, &bom->graph, &fault) == STATUS_OK)
        return CLI_DONE;
    return cli_fault(&fault);
}

void cli_bom_release(struct cli_bom *bom)
{
    arena_free(&bom->arena);
    plant_free(&bom->plant);
}

void cli_put_path(struct cli_writer *writer, const uint32_t *path, uint32_t level)
{
    char text[BOM_DEPTH_MAX * 11 + 1];
    size_t used = 0;
    ASSERT(level <= BOM_DEPTH_MAX);
    for (uint32_t i = 0; i < level; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%" PRIu32, i > 0 ? "." : "",
                                 path[i]);
    text[used] = '\0';
    cli_put(writer, text);
}

void cli_put_frac(struct cli_writer *writer, struct frac value)
{
    char text[FRAC_TEXT_MAX];
    frac_format(value, text);
    cli_put(writer, text);
}

/* The day the order starts: --date, else the plant's today. */
bool cli_bom_start(const struct plant *plant, const char *text, date *start)
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
