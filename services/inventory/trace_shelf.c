#include "services/inventory/trace_shelf.h"

#include <pthread.h>

static struct {
    pthread_mutex_t lock;
    struct shelf_trace *traces[SHELF_TRACES_MAX];
    unsigned next; /* the place of the oldest */
} shelf = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool copy(struct text *text, struct arena *arena)
{
    text->bytes = text_copy(*text, arena);
    return text->bytes;
}

struct shelf_trace *shelf_trace_new(const struct trace_key *key)
{
    struct arena *arena = arena_new(TRACE_BYTES_MAX);
    struct shelf_trace *made = arena ? arena_alloc(arena, 1, sizeof *made) : NULL;
    if (made) {
        *made = (struct shelf_trace){.arena = arena, .key = *key, .holders = 1};
        if (copy(&made->key.plant, arena) && copy(&made->key.lot.item, arena) &&
            copy(&made->key.lot.lot, arena))
            return made;
    }
    arena_free(&arena);
    return NULL;
}

/* Under the lock: what nobody holds is gone. */
static void let_go(struct shelf_trace *held)
{
    struct arena *arena = held->arena;
    ASSERT(held->holders > 0);
    if (--held->holders == 0)
        arena_free(&arena);
}

void shelf_put(struct shelf_trace *made)
{
    if (arena_used(made->arena) > SHELF_TRACE_BYTES)
        return;
    pthread_mutex_lock(&shelf.lock);
    struct shelf_trace **place = &shelf.traces[shelf.next++ % SHELF_TRACES_MAX];
    if (*place)
        let_go(*place);
    made->holders++;
    *place = made;
    pthread_mutex_unlock(&shelf.lock);
}

static bool same(const struct trace_key *a, const struct trace_key *b)
{
    return a->as_of == b->as_of && a->backward == b->backward && text_equal(a->plant, b->plant) &&
           text_equal(a->lot.item, b->lot.item) && text_equal(a->lot.lot, b->lot.lot);
}

struct shelf_trace *shelf_find(const struct trace_key *key)
{
    struct shelf_trace *found = NULL;
    pthread_mutex_lock(&shelf.lock);
    for (size_t i = 0; i < SHELF_TRACES_MAX && !found; i++)
        if (shelf.traces[i] && same(&shelf.traces[i]->key, key))
            found = shelf.traces[i];
    if (found)
        found->holders++;
    pthread_mutex_unlock(&shelf.lock);
    return found;
}

void shelf_give_back(struct shelf_trace **held)
{
    if (!*held)
        return;
    pthread_mutex_lock(&shelf.lock);
    let_go(*held);
    pthread_mutex_unlock(&shelf.lock);
    *held = NULL;
}

void shelf_clear(void)
{
    pthread_mutex_lock(&shelf.lock);
    for (size_t i = 0; i < SHELF_TRACES_MAX; i++) {
        if (shelf.traces[i])
            let_go(shelf.traces[i]);
        shelf.traces[i] = NULL;
    }
    pthread_mutex_unlock(&shelf.lock);
}
