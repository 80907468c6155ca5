/* Columns that no row fills are taken out of a COPY. */

#include "common/plant/plant_narrow.h"
#include "tests/unit/unit.h"

static const struct text names[] = {{"b", 1}, {"c", 1}, {"d", 1}};
static struct arena *arena;

static void becomes(const char *copy, size_t count, const char *want)
{
    const char *got = plant_narrow(copy, names, count, arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(got);
    if (strcmp(got, want) != 0)
        printf("\nwant %s\ngot  %s\n", want, got);
    CU_ASSERT_STRING_EQUAL(got, want);
}

static void test_columns(void)
{
    arena = arena_new(64 * KIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    becomes("COPY (SELECT a, b, bb, c FROM t) TO STDOUT", 0,
            "COPY (SELECT a, b, bb, c FROM t) TO STDOUT");
    becomes("COPY (SELECT a, b, bb, c FROM t) TO STDOUT", 3,
            "COPY (SELECT a, bb FROM t) TO STDOUT");
    becomes("COPY (SELECT b, a FROM t ORDER BY b) TO STDOUT", 1,
            "COPY (SELECT a FROM t ORDER BY b) TO STDOUT");
    becomes(
        "COPY (SELECT a, nullif(x, 1) AS b, f(g(b), c) AS x, CASE WHEN d THEN 1 END AS d FROM t)",
        3, "COPY (SELECT a, f(g(b), c) AS x FROM t)");
    arena_free(&arena);
}

static void test_no_memory(void)
{
    struct arena *small = arena_new(8);
    CU_ASSERT_PTR_NOT_NULL_FATAL(small);
    CU_ASSERT_PTR_NULL(plant_narrow("COPY (SELECT a, b FROM t) TO STDOUT", names, 1, small));
    arena_free(&small);
}

UNIT_SUITE("plant_narrow", UNIT(test_columns), UNIT(test_no_memory))
