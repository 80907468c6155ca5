/* The BOM service: items and structures out of memory, and the plant folder in and out. */

#include "common/bom/bom_used.h"
#include "common/io/rpc.h"
#include "common/plant/plant_store.h"
#include "common/wire/wire.h"
#include "services/bom/bom_codec.h"
#include "services/bom/bom_service.h"
#include "services/bom/bom_store.h"
#include "services/bom/import.h"
#include "services/bom/master_edit.h"

#include <stdlib.h>
#include <string.h>

#define EXPLODE_ARENA_MAX (512 * MIB)

/* ---- export ---- */

#define EXPORT_PART_MAX (192 * KIB)

/* Passes over what earlier parts held, keeps one part, then ends the copy. */
struct export_part {
    int64_t skip;
    char *bytes;
    size_t length;
    bool full;
};

static enum status export_sink(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct export_part *part = context;
    if ((int64_t)count <= part->skip) {
        part->skip -= (int64_t)count;
        return STATUS_OK;
    }
    bytes += part->skip;
    count -= (size_t)part->skip;
    part->skip = 0;
    if (count > EXPORT_PART_MAX - part->length) {
        part->full = true;
        return fault_set(fault, STATUS_LIMIT, "", "part is full"); /* ends the copy; not an error */
    }
    memcpy(part->bytes + part->length, bytes, count);
    part->length += count;
    return STATUS_OK;
}

/* A page is a stretch of bytes cut between rows (the sink is called row by row). */
static enum status handle_export_file(struct rpc_request *request)
{
    struct text file;
    int64_t offset;
    struct fault fault = {0};
    struct export_part part = {0};
    enum status status = decode_export(request, &file, &offset);
    if (status != STATUS_OK)
        return status;
    part.skip = offset;
    part.bytes = arena_alloc(request->arena, EXPORT_PART_MAX, 1);
    if (!part.bytes)
        return fault_set(&request->fault, STATUS_LIMIT, "", "part does not fit in memory");
    status = plant_export(request->sql, text_of(request->plant), file, export_sink, &part, &fault);
    if (status != STATUS_OK && !part.full) {
        request->fault = fault;
        return status;
    }
    struct text content = {part.bytes, part.length};
    return encode_export(request, content, part.full ? offset + (int64_t)part.length : 0);
}

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
    struct item_page page = {.graph = master_graph(master), .count = 1};
    status = find_item(request, page.graph->plant, code, &page.first);
    if (status == STATUS_OK)
        status = encode_item(request, &page);
    master_release(master);
    return status;
}

/* Items stand in byte order of their codes: the first one after `after` by bisection. */
static uint32_t first_after(const struct plant *plant, struct text after)
{
    uint32_t low = 0;
    uint32_t high = plant->items_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_cmp(text_of(plant_item_code(plant, middle)), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status handle_list_items(struct rpc_request *request)
{
    struct text after;
    size_t limit;
    struct master *master;
    enum status status = decode_list_items(request, &after, &limit);
    if (status == STATUS_OK)
        status = hold(request, &master);
    if (status != STATUS_OK)
        return status;
    struct item_page page = {.graph = master_graph(master)};
    const struct plant *plant = page.graph->plant;
    page.first = after.length > 0 ? first_after(plant, after) : 0;
    uint32_t left = plant->items_count - page.first;
    page.count = left < limit ? left : (uint32_t)limit;
    page.more = left > page.count;
    status = encode_items(request, &page);
    master_release(master);
    return status;
}

/* ---- structure ---- */

static enum status explode_page(struct rpc_request *request, const struct structure_query *query,
                                const struct bom_explosion *explosion, struct arena *arena)
{
    struct structure_page *page;
    struct bom_walk *walk;
    struct bom_row row;
    int64_t place = 0;
    enum status status = page_new(request, explosion->graph, query->limit, &page);
    if (status == STATUS_OK)
        status = bom_walk_new(explosion, arena, &walk, &request->fault);
    if (status != STATUS_OK)
        return status;
    while (page_count(page) < query->limit && bom_walk_next(walk, &row, &request->fault)) {
        if (place++ >= query->after && !page_add_line(page, &row))
            return fault_set(&request->fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    }
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return encode_explosion(request, page, place < explosion->line_count ? place : 0);
}

static enum status summary_page(struct rpc_request *request, const struct structure_query *query,
                                const struct bom_explosion *explosion)
{
    struct structure_page *page;
    int64_t place = query->after;
    enum status status = page_new(request, explosion->graph, query->limit, &page);
    if (status != STATUS_OK)
        return status;
    for (; place < explosion->need_count && page_count(page) < query->limit; place++) {
        if (!page_add_need(page, &explosion->needs[place]))
            return fault_set(&request->fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    }
    return encode_explosion(request, page, place < explosion->need_count ? place : 0);
}

static enum status explode(struct rpc_request *request, const struct structure_query *query,
                           const struct bom_graph *graph, struct arena *arena)
{
    struct bom_explosion *explosion;
    struct bom_request wanted = {
        .quantity = query->quantity,
        .start = date_given(query->start_on) ? query->start_on : graph->plant->facts.plan_start,
        .levels = query->levels,
    };
    enum status status = find_item(request, graph->plant, query->item, &wanted.item);
    if (status == STATUS_OK)
        status = bom_explode(graph, &wanted, arena, &explosion, &request->fault);
    if (status != STATUS_OK)
        return status;
    return query->summarised ? summary_page(request, query, explosion)
                             : explode_page(request, query, explosion, arena);
}

static enum status used_page(struct rpc_request *request, const struct structure_query *query,
                             const struct bom_graph *graph, struct arena *arena)
{
    struct structure_page *page;
    struct bom_used *used;
    struct bom_row row;
    struct bom_used_request wanted = {.start = query->start_on, .levels = query->levels};
    int64_t place = 0;
    bool more = true;
    enum status status = find_item(request, graph->plant, query->item, &wanted.item);
    if (status == STATUS_OK)
        status = page_new(request, graph, query->limit, &page);
    if (status == STATUS_OK)
        status = bom_used_new(graph, &wanted, arena, &used, &request->fault);
    if (status != STATUS_OK)
        return status;
    while (page_count(page) < query->limit && (more = bom_used_next(used, &row, &request->fault))) {
        if (place++ >= query->after && !page_add_line(page, &row))
            return fault_set(&request->fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    }
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return encode_where_used(request, page, more ? place : 0);
}

typedef enum status structure_fn(struct rpc_request *request, const struct structure_query *query,
                                 const struct bom_graph *graph, struct arena *arena);

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
    return status == STATUS_OK ? with_graph(request, &query, explode) : status;
}

static enum status handle_where_used(struct rpc_request *request)
{
    struct structure_query query;
    enum status status = decode_where_used(request, &query);
    return status == STATUS_OK ? with_graph(request, &query, used_page) : status;
}

/* ---- the service ---- */

static void bom_close(void *opened)
{
    struct bom_service *service = opened;
    if (!service)
        return;
    master_cache_free(&service->cache);
    feed_close(&service->doorbell);
    free(service);
}

static enum status bom_open(const struct conf *conf, void **opened, struct fault *fault)
{
    struct bom_service *service = calloc(1, sizeof *service);
    if (!service)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    service->cache = master_cache_new();
    enum status status =
        service->cache ? feed_open(conf_text(conf, "rpc.dir"), FEED_RING, &service->doorbell, fault)
                       : fault_set(fault, STATUS_LIMIT, "", "out of memory");
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
    {"ExportFile", handle_export_file},
    {"GetItem", handle_get_item},
    {"ListItems", handle_list_items},
    {"Explode", handle_explode},
    {"WhereUsed", handle_where_used},
    {"ListMaster", handle_list_master},
    {"ListMasterChanges", handle_list_master_changes},
    {"GetConversion", handle_get_conversion},
    {"EditMaster", NULL},
    {"DeactivateItem", NULL},
};

/* What changes master data: one after another, each in a transaction of its own. */
static const struct rpc_method writers[] = {
    {"EditMaster", handle_edit_master},
    {"DeactivateItem", handle_deactivate_item},
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
