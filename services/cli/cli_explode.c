#include "common/base/sort.h"
#include "common/bom/bom_lead.h"
#include "common/bom/bom_stock.h"
#include "common/io/folder.h"
#include "services/cli/cli_bom.h"

#include <stdio.h>
#include <string.h>

struct words {
    const char *from;
    const char *item;
    const char *qty;
    const char *date;
    const char *levels;
    const char *out;
    const char *summary;
    const char *net;
    const char *list;
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

/* ---- the summary: a row an item, with stock and lead times ---- */

static void put_component(struct cli_writer *writer, const struct bom_explosion *explosion,
                          const struct bom_need *need, const struct bom_lead *leads)
{
    const struct plant *plant = explosion->graph->plant;
    bool netted = explosion->request.stock != NULL;
    cli_put_u32(writer, explosion->graph->level[need->item]);
    cli_put(writer, plant_item_code(plant, need->item));
    cli_put_qty(writer, need->qty);
    cli_put_qty(writer, netted ? need->from_stock : NO_QTY);
    cli_put_qty(writer, netted ? need->net : NO_QTY);
    cli_put(writer, plant_text(plant, plant->items[need->item].uom));
    if (leads) {
        cli_put_u32(writer, (uint32_t)leads[need->node].own);
        cli_put_u32(writer, (uint32_t)leads[need->node].cumulative);
        cli_put(writer, leads[need->node].on_path ? "1" : "0");
    } else {
        cli_put(writer, "");
        cli_put(writer, "");
        cli_put(writer, "");
    }
    cli_row(writer);
}

static void put_summary(struct cli_writer *writer, const struct bom_explosion *explosion,
                        const struct bom_lead *leads)
{
    const struct bom_need top = {.qty = explosion->request.quantity,
                                 .net = explosion->request.quantity,
                                 .item = explosion->request.item};
    put_component(writer, explosion, &top, leads);
    for (uint32_t i = 0; i < explosion->need_count; i++)
        put_component(writer, explosion, &explosion->needs[i], leads);
}

static int write_summary(struct cli_bom *bom, const struct bom_request *request, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_explosion *explosion;
    struct bom_lead *leads = NULL;
    struct cli_writer writer;
    enum status status = bom_explode(bom->graph, request, bom->arena, &explosion, &fault);
    if (status == STATUS_OK && request->levels == 0)
        status = bom_lead_times(explosion, bom->arena, &leads, &fault);
    if (status == STATUS_INVALID)
        return cli_usage("%s", fault.message);
    if (status != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "components.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "low_level_code,item,gross,from_stock,net,uom,lead_time_days,"
                        "cumulative_days,critical");
    put_summary(&writer, explosion, leads);
    return cli_finish(&writer, true);
}

static int explode(struct cli_bom *bom, const struct words *words, struct bom_request *request)
{
    struct bom_stock stock;
    request->item = bom->item;
    if (!cli_bom_start(bom->plant, words->date, &request->start))
        return cli_usage("\"%s\" is not a date", words->date);
    if (!words->net)
        return words->summary ? write_summary(bom, request, words->out)
                              : write_explosion(bom, request, words->out);
    if (!bom_stock_make(bom->plant, request->start, bom->arena, &stock))
        return CLI_SYSTEM_FAILED;
    request->stock = &stock;
    return write_summary(bom, request, words->out);
}

/* ---- a list of orders ---- */

#define LIST_ARENA_MAX (1024 * MIB)

struct orders {
    struct cli_bom *bom;
    struct arena *arena; /* reset for each */
    struct cli_writer writer;
    struct bom_request request;
};

static void put_order(struct orders *orders, uint32_t line, const struct bom_explosion *explosion)
{
    const struct plant *plant = orders->bom->plant;
    for (uint32_t i = 0; i < explosion->need_count; i++) {
        cli_put_u32(&orders->writer, line);
        cli_put(&orders->writer, plant_item_code(plant, explosion->needs[i].item));
        cli_put_frac(&orders->writer, explosion->needs[i].exact);
        cli_put_qty(&orders->writer, explosion->needs[i].qty);
        cli_row(&orders->writer);
    }
}

/* item, qty, date of one row; says on stderr what is wrong. */
static bool explode_order(struct orders *orders, const struct csv_row *row)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct bom_explosion *explosion;
    struct bom_request *request = &orders->request;
    const struct text *f = row->fields;
    arena_reset(orders->arena);
    request->item = row->count == 3 ? plant_item_find(orders->bom->plant, f[0]) : NO_INDEX;
    if (row->problem || row->count != 3)
        fault_set(&fault, STATUS_INVALID, "", "a row is item, qty, date");
    else if (request->item == NO_INDEX)
        fault_set(&fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                  (int)f[0].length, f[0].bytes);
    else if (!qty_parse(f[1].bytes, f[1].length, &request->quantity))
        fault_set(&fault, STATUS_INVALID, "qty", "\"%.*s\" is not a quantity", (int)f[1].length,
                  f[1].bytes);
    else if (!date_parse(f[2].bytes, f[2].length, &request->start))
        fault_set(&fault, STATUS_INVALID, "date", "\"%.*s\" is not a date", (int)f[2].length,
                  f[2].bytes);
    else if (bom_explode(orders->bom->graph, request, orders->arena, &explosion, &fault) ==
             STATUS_OK)
        put_order(orders, row->line, explosion);
    if (fault.status != STATUS_OK)
        fprintf(stderr, "list:%u: %s: %s\n", row->line, fault.field, fault.message);
    return fault.status == STATUS_OK;
}

static bool explode_rows(struct orders *orders, struct text bytes)
{
    static struct csv csv; /* too large for the stack */
    struct csv_row row;
    bool good = true;
    csv_init(&csv, bytes);
    bool any = csv_next(&csv, &row); /* the header */
    while (any && csv_next(&csv, &row))
        good = explode_order(orders, &row) && good;
    return good;
}

/* Every order of a file (item,qty,date) on its own: order (its line), component, exact, qty. */
static int explode_list(struct cli_bom *bom, const struct words *words, uint32_t levels)
{
    struct text bytes;
    struct fault fault = {STATUS_OK, "", "", ""};
    struct orders orders = {.bom = bom, .request = {.levels = levels}};
    if (folder_read(words->list[0] == '/' ? "/" : ".", words->list, &bytes, &fault) != STATUS_OK)
        return cli_fault(&fault);
    orders.arena = arena_new(LIST_ARENA_MAX);
    int result = orders.arena ? cli_writer_init(&orders.writer, words->out, "components.csv")
                              : CLI_SYSTEM_FAILED;
    if (result == CLI_DONE) {
        cli_header(&orders.writer, "order,component,exact,qty");
        bool good = explode_rows(&orders, bytes);
        result = cli_finish(&orders.writer, good);
        result = good ? result : CLI_BAD_DATA;
    }
    arena_free(&orders.arena);
    folder_file_free(&bytes);
    return result;
}

static bool read_levels(const struct words *words, uint32_t *levels)
{
    int64_t number = 0;
    if (words->levels && (!decimal_parse(words->levels, strlen(words->levels), 0, &number) ||
                          number < 1 || number > BOM_DEPTH_MAX))
        return false;
    *levels = (uint32_t)number;
    return true;
}

static int explode_words(const struct words *words, struct bom_request *request)
{
    struct cli_bom bom;
    int result = cli_bom_init(&bom, words->from, words->item);
    if (result == CLI_DONE)
        result = words->list ? explode_list(&bom, words, request->levels)
                             : explode(&bom, words, request);
    cli_bom_release(&bom);
    return result;
}

int cli_explode(int argc, char **argv)
{
    struct words words = {0};
    struct bom_request request = {.levels = 0};
    const struct cli_option options[] = {{"from", true, &words.from},
                                         {"item", true, &words.item},
                                         {"qty", true, &words.qty},
                                         {"date", true, &words.date},
                                         {"levels", true, &words.levels},
                                         {"alternative", true, &request.alternative},
                                         {"revision", true, &request.revision},
                                         {"summary", false, &words.summary},
                                         {"net", false, &words.net},
                                         {"list", true, &words.list},
                                         {"out", true, &words.out}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!words.from || (!words.list && (!words.item || !words.qty)))
        return cli_usage("explode needs --from DIR --item ITEM --qty Q, or --from DIR --list FILE");
    if (words.qty && !qty_parse(words.qty, strlen(words.qty), &request.quantity))
        return cli_usage("\"%s\" is not a quantity", words.qty);
    if (!read_levels(&words, &request.levels))
        return cli_usage("--levels takes a number from 1 to %d", BOM_DEPTH_MAX);
    return explode_words(&words, &request);
}
