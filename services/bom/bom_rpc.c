/* The BOM service: items and structures out of memory, and the plant folder in and out. */

#include "common/base/sort.h"
#include "common/io/rpc.h"
#include "common/io/rpc_wire.h"
#include "common/wire/wire.h"
#include "services/bom/bom_codec.h"
#include "services/bom/bom_service.h"
#include "services/bom/bom_store.h"
#include "services/bom/change.h"
#include "services/bom/change_watch.h"
#include "services/bom/export.h"
#include "services/bom/import.h"
#include "services/bom/mass.h"
#include "services/bom/master_edit.h"
#include "services/bom/setting.h"
#include "services/bom/structure.h"

#include <stdlib.h>
#include <string.h>

#define EXPLODE_ARENA_MAX (512 * MIB)

/* ---- items ---- */

static enum status hold(struct rpc_request *request, struct master **master)
{
    struct bom_service *service = request->service;
    return master_hold(service->cache, request->sql, text_of(request->plant), request->arena,
                       master, &request->fault);
}

static enum status find_item(struct rpc_request *request, const struct plant *plant,
                             struct text code, uint32_t *item)
{
    *item = plant_item_find(plant, code);
    if (*item != NO_INDEX)
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                     (int)code.length, code.bytes);
}

static enum status handle_get_item(struct rpc_request *request)
{
    struct text code;
    struct master *master;
    enum status status = decode_get_item(request, &code);
    if (status == STATUS_OK)
        status = hold(request, &master);
    if (status != STATUS_OK)
        return status;
    uint32_t item;
    struct item_page page = {.graph = master_graph(master), .items = &item, .count = 1};
    status = find_item(request, page.graph->plant, code, &item);
    if (status == STATUS_OK)
        status = encode_item(request, &page);
    master_release(master);
    return status;
}

/* Items stand in byte order of their codes but those that came later: of the others the first one
   after `after` by bisection. */
static uint32_t first_after(const struct plant *plant, struct text after)
{
    uint32_t low = 0;
    uint32_t high = plant->items_count - plant->items_late;
    while (after.length > 0 && low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_cmp(text_of(plant_item_code(plant, middle)), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int by_code(const void *context, uint32_t a, uint32_t b)
{
    return plant_item_order(context, a, b);
}

/* The page's items and one more: those in order that may be on it, and all that came later. */
static bool gather_page(const struct plant *plant, struct text after, size_t limit,
                        struct arena *arena, struct item_page *page)
{
    uint32_t late = plant->items_count - plant->items_late;
    uint32_t first = first_after(plant, after);
    uint32_t *items = arena_alloc(arena, limit + plant->items_late + 2, sizeof *items);
    uint32_t *spare = arena_alloc(arena, limit + plant->items_late + 2, sizeof *spare);
    uint32_t count = 0;
    if (!items || !spare)
        return false;
    for (uint32_t i = first; i < late && count <= limit; i++)
        items[count++] = i;
    for (uint32_t i = late; i < plant->items_count; i++) {
        if (text_cmp(text_of(plant_item_code(plant, i)), after) > 0)
            items[count++] = i;
    }
    if (plant->items_late > 0)
        sort_u32(items, spare, count, by_code, plant);
    page->items = items;
    page->more = count > limit;
    page->count = page->more ? (uint32_t)limit : count;
    return true;
}

/* Those of the codes that the plant has. */
static bool gather_named(const struct plant *plant, const struct item_ask *ask, struct arena *arena,
                         struct item_page *page)
{
    uint32_t *items = arena_alloc(arena, ask->codes_count, sizeof *items);
    if (!items)
        return false;
    page->items = items;
    page->count = 0;
    for (size_t i = 0; i < ask->codes_count; i++) {
        uint32_t item = plant_item_find(plant, text_of(ask->codes[i]));
        if (item != NO_INDEX)
            items[page->count++] = item;
    }
    return true;
}

static bool gather(const struct plant *plant, const struct item_ask *ask, struct arena *arena,
                   struct item_page *page)
{
    return ask->codes_count > 0 ? gather_named(plant, ask, arena, page)
                                : gather_page(plant, ask->after, ask->limit, arena, page);
}

static enum status handle_list_items(struct rpc_request *request)
{
    struct item_ask ask;
    struct master *master;
    enum status status = decode_list_items(request, &ask);
    if (status == STATUS_OK)
        status = hold(request, &master);
    if (status != STATUS_OK)
        return status;
    struct item_page page = {.graph = master_graph(master)};
    status = gather(page.graph->plant, &ask, request->arena, &page)
                 ? encode_items(request, &page)
                 : fault_set(&request->fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    master_release(master);
    return status;
}

/* ---- structure ---- */

static enum status with_graph(struct rpc_request *request, const struct structure_query *query,
                              structure_fn *answer)
{
    struct master *master;
    enum status status = hold(request, &master);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new(EXPLODE_ARENA_MAX);
    status = arena ? answer(request, query, master_graph(master), arena)
                   : fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    arena_free(&arena);
    master_release(master);
    return status;
}

static enum status handle_explode(struct rpc_request *request)
{
    struct structure_query query;
    enum status status = decode_explode(request, &query);
    return status == STATUS_OK ? with_graph(request, &query, structure_explode) : status;
}

static enum status handle_where_used(struct rpc_request *request)
{
    struct structure_query query;
    enum status status = decode_where_used(request, &query);
    return status == STATUS_OK ? with_graph(request, &query, structure_where_used) : status;
}

static enum status handle_get_kit(struct rpc_request *request)
{
    struct structure_query query;
    enum status status = decode_get_kit(request, &query);
    return status == STATUS_OK ? with_graph(request, &query, structure_kit) : status;
}

/* ---- the service ---- */

static void bom_close(void *opened)
{
    struct bom_service *service = opened;
    if (!service)
        return;
    change_watch_stop(&service->watch);
    master_cache_free(&service->cache);
    feed_close(&service->doorbell);
    pthread_mutex_destroy(&service->progress.lock);
    pthread_mutex_destroy(&service->importing.lock);
    pthread_mutex_destroy(&service->exported.lock);
    free(service->exported.bytes);
    free(service);
}

static enum status bom_open(const struct conf *conf, void **opened, struct fault *fault)
{
    struct bom_service *service = calloc(1, sizeof *service);
    if (!service)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    pthread_mutex_init(&service->progress.lock, NULL);
    pthread_mutex_init(&service->importing.lock, NULL);
    pthread_mutex_init(&service->exported.lock, NULL);
    service->cache = master_cache_new();
    struct rpc_wire wire = rpc_wire_of(conf);
    enum status status = service->cache ? feed_open(&wire, FEED_RING, &service->doorbell, fault)
                                        : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = change_watch_start(conf, service, &service->watch, fault);
    if (status != STATUS_OK) {
        bom_close(service);
        return status;
    }
    *opened = service;
    return STATUS_OK;
}

static const struct rpc_method methods[] = {
    {"StartImport", handle_start_import},
    {"AddImportChunk", handle_add_import_chunk},
    {"FinishImport", handle_finish_import},
    {"GetImport", handle_get_import},
    {"ExportFile", handle_export_file},
    {"GetItem", handle_get_item},
    {"ListItems", handle_list_items},
    {"Explode", handle_explode},
    {"WhereUsed", handle_where_used},
    {"ListMaster", handle_list_master},
    {"ListMasterChanges", handle_list_master_changes},
    {"GetConversion", handle_get_conversion},
    {"GetComparison", handle_get_comparison},
    {"GetMassChangePreview", handle_preview_mass},
    {"GetMassChange", handle_get_mass},
    {"GetChange", handle_get_change},
    {"ListChanges", handle_list_changes},
    {"GetChangeEffect", handle_get_change_effect},
    {"RunMassChange", NULL},
    {"UndoMassChange", NULL},
    {"SaveChange", NULL},
    {"SubmitChange", NULL},
    {"ApproveChange", NULL},
    {"ApplyChange", NULL},
    {"RevertChange", NULL},
    {"WithdrawChange", NULL},
    {"EditMaster", NULL},
    {"DeactivateItem", NULL},
    {"GetKit", handle_get_kit},
    {"GetPlant", handle_get_plant},
    {"SetPlant", NULL},
};

/* What changes master data: one after another, each in a transaction of its own. */
static const struct rpc_method writers[] = {
    {"EditMaster", handle_edit_master},       {"DeactivateItem", handle_deactivate_item},
    {"RunMassChange", handle_run_mass},       {"UndoMassChange", handle_undo_mass},
    {"SaveChange", handle_save_change},       {"SubmitChange", handle_submit_change},
    {"ApproveChange", handle_approve_change}, {"ApplyChange", handle_apply_change},
    {"RevertChange", handle_revert_change},   {"WithdrawChange", handle_withdraw_change},
    {"SetPlant", handle_set_plant},
};

static void write_one(struct rpc_request *request)
{
    const char *name = strchr(request->method, '.');
    for (size_t i = 0; name && i < COUNT_OF(writers); i++) {
        if (strcmp(writers[i].name, name + 1) == 0)
            (void)writers[i].handle(request);
    }
}

static void write_batch(struct rpc_request *const *requests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        write_one(requests[i]);
}

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Bom",
        .process = "bom",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = bom_descriptor,
        .schema = &bom_schema,
        .batch = write_batch,
        .open = bom_open,
        .close = bom_close,
    };
    return rpc_serve(&service, argc, argv);
}
