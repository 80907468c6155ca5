#include "common/ledger/post_memory.h"

#define BATCH_MAX  (512 * MIB) /* its book and its rows */
#define BATCH_KEPT (128 * MIB)

void post_memory_init(struct post_memory *memory)
{
    pthread_mutex_init(&memory->mutex, NULL);
    memory->idle_count = 0;
}

void post_memory_release(struct post_memory *memory)
{
    while (memory->idle_count > 0)
        arena_free(&memory->idle[--memory->idle_count]);
    pthread_mutex_destroy(&memory->mutex);
}

struct arena *post_memory_take(struct post_memory *memory)
{
    if (!memory)
        return arena_new(BATCH_MAX);
    pthread_mutex_lock(&memory->mutex);
    struct arena *arena = memory->idle_count > 0 ? memory->idle[--memory->idle_count] : NULL;
    pthread_mutex_unlock(&memory->mutex);
    return arena ? arena : arena_new(BATCH_MAX);
}

void post_memory_give_back(struct post_memory *memory, struct arena *arena)
{
    if (!memory || !arena) {
        arena_free(&arena);
        return;
    }
    arena_recycle(arena, BATCH_KEPT);
    pthread_mutex_lock(&memory->mutex);
    bool room = memory->idle_count < POST_MEMORIES_MAX;
    if (room)
        memory->idle[memory->idle_count++] = arena;
    pthread_mutex_unlock(&memory->mutex);
    if (!room)
        arena_free(&arena);
}
