#include "services/bom/master.h"

#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "common/plant/plant_store.h"
#include "services/bom/bill_core.h"
#include "services/bom/edit_store.h"
#include "services/bom/history_store.h"
#include "services/bom/mass_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define GRAPH_ARENA_MAX  (1024 * MIB)
#define PATCH_MEMORY_MAX (256 * MIB)
#define MASS_MEMORY_MAX  (1024 * MIB)
#define ITEMS_LATE_MAX   4096 /* then it is loaded anew, and in order */

struct master {
    char plant_id[TEXT_CODE_MAX + 1];
    pthread_rwlock_t use;   /* over plant and graph: read by requests, written by changes */
    pthread_mutex_t follow; /* over master_seq and loading: who brings it up to date */
    pthread_cond_t loaded;
    bool loading;
    bool expects; /* master_expect */
    int64_t master_seq;
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph; /* NULL: nothing is loaded */
    struct bom_patch *patch;
};

struct master_cache {
    pthread_mutex_t lock; /* over the list, not over what is in it */
    struct master *plants[MASTER_PLANTS_MAX];
    size_t count;
};

struct master_cache *master_cache_new(void)
{
    struct master_cache *cache = calloc(1, sizeof *cache);
    if (cache)
        pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static void unload(struct master *master)
{
    plant_free(&master->plant);
    arena_free(&master->arena);
    master->graph = NULL;
    master->patch = NULL;
}

void master_cache_free(struct master_cache **cache)
{
    if (!*cache)
        return;
    for (size_t i = 0; i < (*cache)->count; i++) {
        unload((*cache)->plants[i]);
        pthread_mutex_destroy(&(*cache)->plants[i]->follow);
        pthread_cond_destroy(&(*cache)->plants[i]->loaded);
        pthread_rwlock_destroy(&(*cache)->plants[i]->use);
        free((*cache)->plants[i]);
    }
    pthread_mutex_destroy(&(*cache)->lock);
    free(*cache);
    *cache = NULL;
}

static struct master *add(struct master_cache *cache, struct text plant)
{
    struct master *master = cache->count < MASTER_PLANTS_MAX ? calloc(1, sizeof *master) : NULL;
    if (!master)
        return NULL;
    ASSERT(plant.length < sizeof master->plant_id);
    memcpy(master->plant_id, plant.bytes, plant.length);
    pthread_mutex_init(&master->follow, NULL);
    pthread_cond_init(&master->loaded, NULL);
    pthread_rwlock_init(&master->use, NULL);
    cache->plants[cache->count++] = master;
    return master;
}

static struct master *find_or_add(struct master_cache *cache, struct text plant)
{
    struct master *found = NULL;
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < cache->count && !found; i++) {
        if (text_is(plant, cache->plants[i]->plant_id))
            found = cache->plants[i];
    }
    if (!found)
        found = add(cache, plant);
    pthread_mutex_unlock(&cache->lock);
    return found;
}

/* ---- as a whole ---- */

static enum status load(struct master *made, struct sql *sql, struct fault *fault)
{
    struct plant_position position;
    made->arena = arena_new(GRAPH_ARENA_MAX);
    if (!made->arena)
        return fault_set(fault, STATUS_LIMIT, "plant", "plant does not fit in memory");
    enum status status =
        plant_load(sql, text_of(made->plant_id), PLANT_MASTER, &made->plant, &position, fault);
    if (status == STATUS_OK)
        status = bom_graph_make(made->plant, made->arena, &made->graph, fault);
    if (status == STATUS_OK)
        status = bom_patch_new(made->graph, made->plant, made->arena, &made->patch, fault);
    if (status != STATUS_OK)
        unload(made);
    return status;
}

/* Called with `follow` held, and lets it go meanwhile. */
static enum status reload(struct master *master, struct sql *sql, int64_t master_seq,
                          struct fault *fault)
{
    struct master made = {0};
    struct master old;
    memcpy(made.plant_id, master->plant_id, sizeof made.plant_id);
    master->loading = true;
    pthread_mutex_unlock(&master->follow);
    enum status status = load(&made, sql, fault);
    pthread_mutex_lock(&master->follow);
    if (status == STATUS_OK) {
        pthread_rwlock_wrlock(&master->use);
        old = *master;
        master->plant = made.plant;
        master->arena = made.arena;
        master->graph = made.graph;
        master->patch = made.patch;
        master->master_seq = master_seq;
        pthread_rwlock_unlock(&master->use);
        unload(&old);
    }
    master->loading = false;
    pthread_cond_broadcast(&master->loaded);
    return status;
}

/* ---- change by change ---- */

struct follow {
    struct master *master;
    struct sql *sql;
    struct arena *arena;
    struct fault *fault;
    bool lost; /* cannot be followed: load it */
};

/* What changed as codes, each once; false when it cannot be followed. */
static bool sort_touched(struct follow *follow, const struct touched *touched, size_t count,
                         struct code_list *bills, struct code_list *items)
{
    bills->codes = arena_alloc(follow->arena, count + 1, sizeof *bills->codes);
    items->codes = arena_alloc(follow->arena, count + 1, sizeof *items->codes);
    bills->count = items->count = 0;
    if (!bills->codes || !items->codes || count > TOUCHED_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        bool bill = text_is(touched[i].file, "bom.csv");
        if (bill && touched[i].object.length == 0)
            continue; /* a mass change */
        struct code_list *list = bill ? bills : items;
        if (!bill && !text_is(touched[i].file, "items.csv"))
            return false;
        list->codes[list->count++] = touched[i].object;
    }
    code_list_sort(bills);
    code_list_sort(items);
    return true;
}

/* ---- mass changes ---- */

static date day_or(const struct sql_value *value, date open)
{
    return value->null ? open : value->as.day;
}

/* False: a text or an item of it is not known here. */
static bool make_swap_line(const struct plant *plant, const struct sql_value *row,
                           struct bom_swap_line *line)
{
    *line = (struct bom_swap_line){
        .parent = plant_item_find(plant, row[MASS_SWAP_PARENT].as.text),
        .position = names_find(plant->texts, row[MASS_SWAP_POSITION].as.text),
        .alternative = names_find(plant->texts, row[MASS_SWAP_ALTERNATIVE].as.text),
        .revision = names_find(plant->texts, row[MASS_SWAP_REVISION].as.text),
        .lot_from = row[MASS_SWAP_LOT_FROM].as.qty,
        .valid_from = day_or(&row[MASS_SWAP_VALID_FROM], DATE_FIRST),
        .valid_to = day_or(&row[MASS_SWAP_VALID_TO], DATE_LAST),
        .new_valid_to = day_or(&row[MASS_SWAP_NEW_VALID_TO], DATE_LAST),
        .qty = row[MASS_SWAP_QTY].as.qty,
        .new_qty = row[MASS_SWAP_NEW_QTY].as.qty,
    };
    return line->parent != NO_INDEX && line->position != NAMES_NONE &&
           line->alternative != NAMES_NONE && line->revision != NAMES_NONE;
}

static bool swap_lines(struct follow *follow, const struct mass_swap *read, struct arena *scratch)
{
    struct master *master = follow->master;
    struct bom_swap_line *lines = arena_alloc(scratch, read->lines.count + 1, sizeof *lines);
    struct bom_swap swap = {.from = plant_item_find(master->plant, read->from),
                            .to = plant_item_find(master->plant, read->to),
                            .lines = lines,
                            .line_count = (uint32_t)read->lines.count};
    struct fault fault = {0};
    bool ok = lines && swap.from != NO_INDEX && swap.to != NO_INDEX;
    for (size_t i = 0; ok && i < read->lines.count; i++)
        ok = make_swap_line(master->plant, sql_at(&read->lines, i, 0), &lines[i]);
    if (!ok)
        return false;
    pthread_rwlock_wrlock(&master->use);
    ok = bom_patch_swap(master->patch, &swap, scratch, &fault) == STATUS_OK;
    pthread_rwlock_unlock(&master->use);
    return ok;
}

static enum status follow_mass(struct follow *follow, const struct touched *touched)
{
    struct mass_swap swap;
    struct mass_key key = {text_of(follow->master->plant_id), touched->change_id,
                           touched->change_seq};
    struct arena *scratch = arena_new(MASS_MEMORY_MAX);
    if (!scratch) {
        follow->lost = true;
        return STATUS_OK;
    }
    enum status status = mass_load_swap(follow->sql, &key, scratch, &swap, follow->fault);
    if (status == STATUS_OK)
        follow->lost = !swap_lines(follow, &swap, scratch);
    arena_free(&scratch);
    return status;
}

/* Before the bills: those are read as they stand after all of it. */
static enum status follow_masses(struct follow *follow, const struct touched *touched, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK && !follow->lost; i++) {
        if (touched[i].object.length == 0)
            status = follow_mass(follow, &touched[i]);
    }
    return status;
}

/* ---- bills ---- */

static bool patch_bills(struct follow *follow, const struct plant *rows,
                        const struct code_list *codes)
{
    struct bill_cut cut;
    return bill_cut(rows, codes->codes, codes->count, follow->arena, &cut) &&
           bom_patch_bills(follow->master->patch, cut.bills, cut.count, follow->arena,
                           follow->fault) == STATUS_OK;
}

static enum status follow_bills(struct follow *follow, const struct code_list *bills)
{
    struct row_list list = {0};
    struct row_file file;
    struct plant rows;
    struct plant_wrong wrong;
    struct master *master = follow->master;
    if (bills->count == 0 || follow->lost)
        return STATUS_OK;
    enum status status = edit_load_rows(follow->sql, text_of(master->plant_id), FILE_BOM, bills,
                                        follow->arena, &list, follow->fault);
    if (status != STATUS_OK)
        return status;
    follow->lost = !row_write(list.rows, list.count, FILE_BOM, follow->arena, &file);
    if (follow->lost)
        return STATUS_OK;
    pthread_rwlock_wrlock(&master->use);
    follow->lost = plant_read_rows(master->plant, FILE_BOM, file.bytes, follow->arena, &rows,
                                   &wrong) != STATUS_OK ||
                   !patch_bills(follow, &rows, bills);
    pthread_rwlock_unlock(&master->use);
    *follow->fault = (struct fault){0};
    return STATUS_OK;
}

/* A new one stands behind the others until the plant is loaded anew for the many that came. */
static bool patch_item(struct follow *follow, const struct plant *read, uint32_t from)
{
    struct plant *plant = follow->master->plant;
    uint32_t item = plant_item_find(plant, text_of(plant_item_code(read, from)));
    if (item != NO_INDEX)
        return plant_patch_item(plant, item, read, from);
    return plant->items_late < ITEMS_LATE_MAX && bom_patch_item_room(follow->master->patch) &&
           plant_add_item(plant, read, from);
}

static bool patch_items(struct follow *follow, const struct plant *read)
{
    bool ok = true;
    pthread_rwlock_wrlock(&follow->master->use);
    for (uint32_t i = 0; ok && i < read->items_count; i++)
        ok = patch_item(follow, read, i);
    pthread_rwlock_unlock(&follow->master->use);
    return ok;
}

static enum status follow_items(struct follow *follow, const struct code_list *items)
{
    struct row_list list = {0};
    struct row_file file;
    struct plant *read = NULL;
    struct fault fault = {0};
    if (items->count == 0 || follow->lost)
        return STATUS_OK;
    enum status status = edit_load_rows(follow->sql, text_of(follow->master->plant_id), FILE_ITEMS,
                                        items, follow->arena, &list, follow->fault);
    if (status != STATUS_OK)
        return status;
    struct plant_reader *reader = plant_reader_new(PATCH_MEMORY_MAX);
    if (reader)
        plant_reader_is_part(reader);
    follow->lost = !reader || !row_write(list.rows, list.count, FILE_ITEMS, follow->arena, &file) ||
                   !plant_reader_take(reader, "items.csv", file.bytes) ||
                   plant_reader_finish(reader, &read, &fault) != STATUS_OK ||
                   !patch_items(follow, read);
    plant_reader_free(&reader);
    plant_free(&read);
    return STATUS_OK;
}

/* From master_seq to `target`; *lost: it must be loaded. */
static enum status follow_changes(struct master *master, struct sql *sql, int64_t target,
                                  struct arena *arena, bool *lost, struct fault *fault)
{
    struct follow follow = {.master = master, .sql = sql, .arena = arena, .fault = fault};
    struct touched *touched;
    size_t count;
    struct code_list bills;
    struct code_list items;
    enum status status = history_load_touched(sql, text_of(master->plant_id), master->master_seq,
                                              arena, &touched, &count, fault);
    if (status != STATUS_OK)
        return status;
    /* A master_seq without rows in the history: an import. */
    *lost = count == 0 || touched[count - 1].change_seq < target ||
            !sort_touched(&follow, touched, count, &bills, &items);
    if (*lost)
        return STATUS_OK;
    status = follow_masses(&follow, touched, count);
    if (status == STATUS_OK)
        status = follow_items(&follow, &items);
    if (status == STATUS_OK)
        status = follow_bills(&follow, &bills);
    *lost = follow.lost;
    if (status == STATUS_OK && !*lost)
        master->master_seq = touched[count - 1].change_seq;
    return status;
}

/* ---- to the version of the database ---- */

static enum status bring(struct master *master, struct sql *sql, int64_t target,
                         struct arena *arena, bool may_load, struct fault *fault)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&master->follow);
    while (master->loading && !master->graph)
        pthread_cond_wait(&master->loaded, &master->follow);
    bool busy = master->loading || (master->expects && master->graph);
    bool behind = !busy && (!master->graph || master->master_seq < target);
    bool lost = behind && !master->graph;
    if (behind && !lost)
        status = follow_changes(master, sql, target, arena, &lost, fault);
    if (status == STATUS_OK && lost && may_load)
        status = reload(master, sql, target, fault);
    pthread_mutex_unlock(&master->follow);
    return status;
}

static enum status find(struct master_cache *cache, struct text plant, struct master **master,
                        struct fault *fault)
{
    *master = find_or_add(cache, plant);
    return *master ? STATUS_OK
                   : fault_set(fault, STATUS_LIMIT, "plant", "too many plants in memory");
}

static enum status follow_up(struct master_cache *cache, struct sql *sql, struct text plant,
                             struct arena *arena, struct master **master, struct fault *fault)
{
    int64_t target;
    enum status status = edit_load_master_seq(sql, plant, arena, &target, fault);
    if (status == STATUS_OK)
        status = find(cache, plant, master, fault);
    return status == STATUS_OK ? bring(*master, sql, target, arena, true, fault) : status;
}

enum status master_refresh(struct master_cache *cache, struct sql *sql, struct text plant,
                           struct arena *arena, struct fault *fault)
{
    struct master *master;
    return follow_up(cache, sql, plant, arena, &master, fault);
}

enum status master_hold(struct master_cache *cache, struct sql *sql, struct text plant,
                        struct arena *arena, struct master **master, struct fault *fault)
{
    enum status status = follow_up(cache, sql, plant, arena, master, fault);
    if (status == STATUS_OK)
        pthread_rwlock_rdlock(&(*master)->use);
    return status;
}

enum status master_catch_up(struct master_cache *cache, const struct command *command,
                            int64_t master_seq, struct master **out, struct fault *fault)
{
    struct master *master;
    *out = NULL;
    enum status status = find(cache, command->plant, &master, fault);
    if (status == STATUS_OK)
        status = bring(master, command->sql, master_seq, command->arena, false, fault);
    if (status != STATUS_OK)
        return status;
    pthread_mutex_lock(&master->follow);
    if (!master->loading && master->graph && master->master_seq >= master_seq)
        *out = master;
    pthread_mutex_unlock(&master->follow);
    return STATUS_OK;
}

void master_tell(const struct master_news *news, struct arena *scratch)
{
    struct master *master = news->master;
    struct fault fault = {0};
    pthread_mutex_lock(&master->follow);
    if (!master->loading && master->graph && master->master_seq == news->from_seq) {
        pthread_rwlock_wrlock(&master->use);
        if (bom_patch_bills(master->patch, news->bills, news->count, scratch, &fault) == STATUS_OK)
            master->master_seq = news->to_seq;
        pthread_rwlock_unlock(&master->use);
    }
    pthread_mutex_unlock(&master->follow);
}

void master_expect(struct master *master)
{
    pthread_mutex_lock(&master->follow);
    master->expects = true;
    pthread_mutex_unlock(&master->follow);
}

/* Others see `loading` while it lasts, as with a master that is loaded anew. */
enum status master_follow(struct master *master, struct sql *sql, struct arena *arena,
                          struct fault *fault)
{
    int64_t target;
    bool lost = false;
    enum status status =
        edit_load_master_seq(sql, text_of(master->plant_id), arena, &target, fault);
    pthread_mutex_lock(&master->follow);
    master->expects = false;
    if (status != STATUS_OK || master->loading || !master->graph || master->master_seq >= target) {
        pthread_mutex_unlock(&master->follow);
        return status;
    }
    master->loading = true;
    pthread_mutex_unlock(&master->follow);
    status = follow_changes(master, sql, target, arena, &lost, fault);
    pthread_mutex_lock(&master->follow);
    master->loading = false;
    if (status == STATUS_OK && lost)
        status = reload(master, sql, target, fault);
    pthread_cond_broadcast(&master->loaded);
    pthread_mutex_unlock(&master->follow);
    return status;
}

void master_hold_alone(struct master *master)
{
    pthread_rwlock_wrlock(&master->use);
}

const struct bom_graph *master_graph(const struct master *master)
{
    return master->graph;
}

struct plant *master_plant(struct master *master)
{
    return master->plant;
}

struct bom_patch *master_patch(struct master *master)
{
    return master->patch;
}

void master_release(struct master *master)
{
    pthread_rwlock_unlock(&master->use);
}
