#include "common/bom/bom_kit.h"
#include "common/bom/bom_stock.h"
#include "services/cli/cli_bom.h"

/* kit: how many of an item can be built now from the folder's stock, and what limits it. */

#define SPARE_BYTES_MAX ((size_t)1024 * MIB)

static int write_kit(const struct cli_bom *bom, const struct bom_kit *kit, const char *out)
{
    struct cli_writer writer;
    int result = cli_writer_init(&writer, out, "kit.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "item,quantity,limited_by,needed,stock,lacks");
    cli_put(&writer, plant_item_code(bom->plant, bom->item));
    cli_put_qty(&writer, kit->endless ? NO_QTY : kit->quantity);
    for (int i = 0; i < 4; i++)
        cli_put(&writer, "");
    cli_row(&writer);
    for (uint32_t i = 0; i < kit->short_count; i++) {
        cli_put(&writer, plant_item_code(bom->plant, bom->item));
        cli_put(&writer, "");
        cli_put(&writer, plant_item_code(bom->plant, kit->shorts[i].item));
        cli_put_qty(&writer, kit->shorts[i].gross);
        cli_put_qty(&writer, kit->shorts[i].stock);
        cli_put_qty(&writer, kit->shorts[i].lacks);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

static int find_kit(struct cli_bom *bom, struct bom_kit_request *request, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_stock stock;
    struct bom_kit kit;
    struct arena *spare = arena_new(SPARE_BYTES_MAX);
    int result = CLI_SYSTEM_FAILED;
    request->item = bom->item;
    request->stock = &stock;
    request->spare = spare;
    if (spare && bom_stock_make(bom->plant, request->start, bom->arena, &stock))
        result = bom_kit_find(bom->graph, request, bom->arena, &kit, &fault) == STATUS_OK
                     ? write_kit(bom, &kit, out)
                     : cli_fault(&fault);
    arena_free(&spare);
    return result;
}

int cli_kit(int argc, char **argv)
{
    const char *from = NULL;
    const char *item = NULL;
    const char *on = NULL;
    const char *make = NULL;
    const char *out = NULL;
    const struct cli_option options[] = {{"from", true, &from},
                                         {"item", true, &item},
                                         {"date", true, &on},
                                         {"make", false, &make},
                                         {"out", true, &out}};
    struct cli_bom bom;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from || !item)
        return cli_usage("kit needs --from DIR --item ITEM");
    int result = cli_bom_init(&bom, from, item);
    struct bom_kit_request request = {.make = make != NULL};
    if (result == CLI_DONE && !cli_bom_start(bom.plant, on, &request.start))
        result = cli_usage("\"%s\" is not a date", on);
    if (result == CLI_DONE)
        result = find_kit(&bom, &request, out);
    cli_bom_release(&bom);
    return result;
}
