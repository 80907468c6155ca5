#include "services/mrp/pool_core.h"

#include <string.h>

_Static_assert(POOL_STEP >= sizeof(void *), "a free piece holds the next one's address");

/* Large size k: 2048, 3072, 4096, 6144, ... bytes. */
static size_t size_of(uint32_t k)
{
    return (size_t)(k % 2 == 0 ? POOL_EXACT : POOL_EXACT / 2 * 3) << (k / 2);
}

/* The greatest large size that so many bytes hold. */
static uint32_t size_below(size_t bytes)
{
    uint32_t k = (uint32_t)__builtin_ctzll(POOL_EXACT);
    k = ((uint32_t)(63 - __builtin_clzll(bytes)) - k) * 2; /* of the power of two at or below */
    return size_of(k + 1) <= bytes ? k + 1 : k;
}

/* Where pieces wait that hold so many bytes, which become those of all of them. */
static void **list_to_take(struct pool *pool, size_t *bytes)
{
    if (*bytes <= POOL_EXACT) {
        const size_t steps = *bytes == 0 ? 1 : (*bytes + POOL_STEP - 1) / POOL_STEP;
        *bytes = steps * POOL_STEP;
        return &pool->exact[steps];
    }
    uint32_t k = size_below(*bytes);
    k += size_of(k) < *bytes;
    ASSERT(k < POOL_SIZES);
    *bytes = size_of(k);
    return &pool->large[k];
}

void *pool_take(struct pool *pool, size_t bytes)
{
    pool->owed += (int64_t)bytes;
    void **list = list_to_take(pool, &bytes);
    void *piece = *list;
    if (!piece)
        return arena_alloc(pool->arena, 1, bytes);
    memcpy(list, piece, sizeof piece);
    __builtin_prefetch(*list); /* the next one taken: it was given long ago */
    return piece;
}

void pool_give(struct pool *pool, void *piece, size_t bytes)
{
    if (!piece || bytes < POOL_STEP)
        return;
    pool->owed -= (int64_t)bytes;
    void **list = &pool->exact[(bytes < POOL_EXACT ? bytes : POOL_EXACT) / POOL_STEP];
    if (bytes >= size_of(1))
        list = &pool->large[size_below(bytes)];
    memcpy(piece, list, sizeof piece);
    *list = piece;
}
