#include "common/base/arena.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_zeroed_and_limited(void)
{
    struct arena *arena = arena_new(64 * MIB);
    unsigned char *first = arena_alloc(arena, 3, 1000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    memset(first, 0xff, 3000);
    CU_ASSERT_PTR_NULL(arena_alloc(arena, 64, MIB));
    CU_ASSERT_PTR_NULL(arena_alloc(arena, SIZE_MAX / 2, 3));
    arena_reset(arena);
    CU_ASSERT_EQUAL(arena_used(arena), 0);
    unsigned char *again = arena_alloc(arena, 3, 1000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    for (int k = 0; k < 3000; k++)
        CU_ASSERT_EQUAL_FATAL(again[k], 0);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(arena);
}

/* Blocks of huge pages begin at 8 MiB: whole, zeroed, aligned like the small ones. */
static void test_large(void)
{
    struct arena *arena = arena_new(256 * MIB);
    for (int k = 0; k < 40; k++) {
        uint64_t *rows = arena_alloc(arena, 300 * KIB / 8, 8);
        CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
        CU_ASSERT_EQUAL((uintptr_t)rows % 16, 0);
        CU_ASSERT_EQUAL_FATAL(rows[0] | rows[300 * KIB / 8 - 1], 0);
        memset(rows, 0xff, 300 * KIB);
    }
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(arena, 33, MIB));
    CU_ASSERT_EQUAL(arena_used(arena), 40 * 300 * KIB + 33 * MIB);
    arena_free(&arena);
}

static void test_branches(void)
{
    struct arena *arena = arena_new(4 * MIB);
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(arena, 1, MIB));
    struct arena *branch = arena_branch(arena, SIZE_MAX);
    struct arena *inner = arena_branch(branch, 100);
    CU_ASSERT_PTR_NOT_NULL_FATAL(branch);
    CU_ASSERT_PTR_NOT_NULL_FATAL(inner);
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(branch, 2, MIB));
    CU_ASSERT_PTR_NULL(arena_alloc(branch, 2, MIB)); /* 3 MiB were left */
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(inner, 96, 1));
    CU_ASSERT_PTR_NULL(arena_alloc(inner, 96, 1));
    CU_ASSERT_EQUAL(arena_used(arena), 3 * MIB);
    arena_reset(arena); /* frees both */
    CU_ASSERT_EQUAL(arena_used(arena), 0);
    CU_ASSERT_PTR_NOT_NULL(arena_branch(arena, MIB));
    arena_free(&arena);
}

/* Twice the same work, over blocks of all sizes; the second time in what the first has soiled. */
static void test_recycled(void)
{
    const size_t keeps[] = {64 * MIB, 1 * MIB, 0};
    struct arena *arena = arena_new(64 * MIB);
    for (size_t round = 0; round < 6; round++) {
        for (int k = 0; k < 40; k++) {
            unsigned char *rows = arena_alloc(arena, k % 8 == 7 ? 3 * MIB : 300 * KIB, 1);
            CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
            CU_ASSERT_EQUAL_FATAL(rows[0] | rows[150 * KIB] | rows[300 * KIB - 1], 0);
            memset(rows, 0xff, 300 * KIB);
        }
        arena_recycle(arena, keeps[round / 2]);
        CU_ASSERT_EQUAL(arena_used(arena), 0);
    }
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(arena, 63, MIB));
    CU_ASSERT_PTR_NULL(arena_alloc(arena, 2, MIB));
    arena_free(&arena);
}

UNIT_SUITE("arena", UNIT(test_zeroed_and_limited), UNIT(test_large), UNIT(test_branches),
           UNIT(test_recycled))
