#include "services/mrp/pool_core.h"

#include <string.h>

/* Size k: 32, 48, 64, 96, 128, ... bytes. */
static size_t size_of(uint32_t k)
{
    return (size_t)(k % 2 == 0 ? 32 : 48) << (k / 2);
}

/* The least size that holds so many bytes. */
static uint32_t size_above(size_t bytes)
{
    uint32_t k = 0;
    if (bytes > 48)
        k = (uint32_t)(63 - __builtin_clzll(bytes) - 5) * 2; /* of the power of two at or below */
    while (size_of(k) < bytes)
        k++;
    return k;
}

void *pool_take(struct pool *pool, size_t bytes)
{
    const uint32_t k = size_above(bytes);
    ASSERT(k < POOL_SIZES);
    void *piece = pool->free[k];
    if (!piece)
        return arena_alloc(pool->arena, 1, size_of(k));
    memcpy(&pool->free[k], piece, sizeof piece);
    return piece;
}

void pool_give(struct pool *pool, void *piece, size_t bytes)
{
    if (!piece || bytes < size_of(0))
        return;
    uint32_t k = size_above(bytes);
    if (size_of(k) > bytes)
        k--;
    memcpy(piece, &pool->free[k], sizeof piece);
    pool->free[k] = piece;
}
