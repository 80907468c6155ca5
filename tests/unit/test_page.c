#include "common/wire/page.h"
#include "tests/unit/unit.h"

static void test_limit(void)
{
    static const struct {
        bool given;
        uint32_t limit;
        size_t want; /* 0: refused */
    } rows[] = {{false, 0, 500}, {true, 1, 1}, {true, 500, 500}, {true, 0, 0}, {true, 501, 0}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault fault = {0};
        size_t got = 0;
        enum status status = page_limit(rows[i].given, rows[i].limit, 500, &got, &fault);
        CU_ASSERT_EQUAL(status, rows[i].want > 0 ? STATUS_OK : STATUS_INVALID);
        CU_ASSERT_EQUAL(got, rows[i].want);
    }
}

static void test_a_place_comes_back(void)
{
    struct arena *arena = arena_new(KIB);
    struct fault fault = {0};
    int64_t place = 7;
    bool ok = true;
    CU_ASSERT_EQUAL(page_after(NULL, &place, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(place, 0);
    CU_ASSERT_EQUAL(page_after(page_next(1234567890123, arena, &ok), &place, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(place, 1234567890123);
    CU_ASSERT_EQUAL(page_after("-1", &place, &fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "after");
    CU_ASSERT_EQUAL(place, 1234567890123);
    CU_ASSERT_TRUE(ok);
    arena_free(&arena);
}

static void test_absent_stays_absent(void)
{
    struct arena *arena = arena_new(KIB);
    bool ok = true;
    CU_ASSERT_PTR_NULL(page_given(NULL).bytes);
    CU_ASSERT_PTR_NULL(page_text(page_given(NULL), arena, &ok));
    CU_ASSERT_STRING_EQUAL(page_text(text_of("螺钉"), arena, &ok), "螺钉");
    CU_ASSERT_TRUE(ok);
    arena_free(&arena);
}

static void test_a_full_arena_is_told(void)
{
    struct arena *arena = arena_new(1);
    bool ok = true;
    CU_ASSERT_PTR_NULL(page_text(text_of("a text that does not fit"), arena, &ok));
    CU_ASSERT_FALSE(ok);
    arena_free(&arena);
}

UNIT_SUITE("page", UNIT(test_limit), UNIT(test_a_place_comes_back), UNIT(test_absent_stays_absent),
           UNIT(test_a_full_arena_is_told))
