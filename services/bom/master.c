#include "services/bom/master.h"

#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/bom/bom_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define GRAPH_ARENA_MAX (1024 * MIB)

struct master {
    char plant_id[TEXT_CODE_MAX + 1];
    pthread_mutex_t lock; /* held while the plant is used */
    int64_t master_seq;
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph; /* NULL: nothing is loaded */
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
}

void master_cache_free(struct master_cache **cache)
{
    if (!*cache)
        return;
    for (size_t i = 0; i < (*cache)->count; i++) {
        unload((*cache)->plants[i]);
        pthread_mutex_destroy(&(*cache)->plants[i]->lock);
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
    pthread_mutex_init(&master->lock, NULL);
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

static enum status load(struct master *master, struct sql *sql, struct fault *fault)
{
    struct plant_position position;
    unload(master);
    master->arena = arena_new(GRAPH_ARENA_MAX);
    if (!master->arena)
        return fault_set(fault, STATUS_LIMIT, "plant", "plant does not fit in memory");
    enum status status =
        plant_load(sql, text_of(master->plant_id), PLANT_MASTER, &master->plant, &position, fault);
    if (status == STATUS_OK)
        status = bom_graph_make(master->plant, master->arena, &master->graph, fault);
    if (status != STATUS_OK)
        unload(master);
    return status;
}

enum status master_hold(struct master_cache *cache, struct sql *sql, struct text plant,
                        struct arena *arena, struct master **out, struct fault *fault)
{
    int64_t master_seq;
    enum status status = store_master_seq(sql, plant, arena, &master_seq, fault);
    if (status != STATUS_OK)
        return status;
    struct master *master = find_or_add(cache, plant);
    if (!master)
        return fault_set(fault, STATUS_LIMIT, "plant", "too many plants in memory");

    pthread_mutex_lock(&master->lock);
    if (!master->graph || master->master_seq < master_seq)
        status = load(master, sql, fault);
    if (status != STATUS_OK) {
        pthread_mutex_unlock(&master->lock);
        return status;
    }
    /* The load may have seen something newer; then the next request loads once more, for nothing.
     */
    master->master_seq = master_seq;
    *out = master;
    return STATUS_OK;
}

const struct bom_graph *master_graph(const struct master *master)
{
    return master->graph;
}

void master_release(struct master *master)
{
    pthread_mutex_unlock(&master->lock);
}
