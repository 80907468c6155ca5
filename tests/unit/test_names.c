#include "common/base/names.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_add_and_find(void)
{
    struct names *names = names_new(MIB);
    CU_ASSERT_EQUAL(names_find(names, text_of("a")), NAMES_NONE);
    CU_ASSERT_EQUAL(names_add(names, text_of("a")), 0);
    CU_ASSERT_EQUAL(names_add(names, text_of("")), 1);
    CU_ASSERT_EQUAL(names_add(names, text_of("a")), 0);
    CU_ASSERT_EQUAL(names_find(names, text_of("")), 1);
    CU_ASSERT_EQUAL(names_count(names), 2);
    CU_ASSERT_STRING_EQUAL(names_text(names, 0), "a");
    CU_ASSERT_EQUAL(names_add(names, (struct text){"a\0b", 3}), 2);
    CU_ASSERT_EQUAL(names_length(names, 2), 3);
    names_free(&names);
    CU_ASSERT_PTR_NULL(names);
}

static void test_many_grow_and_sort(void)
{
    struct names *names = names_new(4 * MIB);

    enum { MANY = 50000 };

    static uint32_t new_of[MANY];
    char text[16];
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "%u", (i * 7919) % MANY);
        CU_ASSERT_EQUAL_FATAL(names_add(names, text_of(text)), i);
    }
    CU_ASSERT_FALSE(names_sorted(names));
    CU_ASSERT_TRUE(names_sort(names, new_of));
    CU_ASSERT_TRUE(names_sorted(names));
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "%u", (i * 7919) % MANY);
        CU_ASSERT_EQUAL_FATAL(names_find(names, text_of(text)), new_of[i]);
        CU_ASSERT_STRING_EQUAL_FATAL(names_text(names, new_of[i]), text);
    }
    names_free(&names);
}

/* The index becomes tight and is still right; more names may come. */
static void test_trim(void)
{
    struct names *names = names_new(4 * MIB);

    enum { FEW = 20000, MANY = 60000 };

    char text[32];
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "%s%u", i % 2 ? "longer-than-8-" : "", i);
        CU_ASSERT_EQUAL_FATAL(names_add(names, text_of(text)), i);
        if (i == FEW || i == MANY - 1)
            names_trim(names);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "%s%u", i % 2 ? "longer-than-8-" : "", i);
        CU_ASSERT_EQUAL_FATAL(names_find(names, text_of(text)), i);
    }
    CU_ASSERT_EQUAL(names_find(names, text_of("absent")), NAMES_NONE);
    names_free(&names);
}

static void test_limit(void)
{
    struct names *names = names_new(8);
    CU_ASSERT_EQUAL(names_add(names, text_of("abc")), 0);
    CU_ASSERT_EQUAL(names_add(names, text_of("defgh")), NAMES_NONE);
    CU_ASSERT_EQUAL(names_add(names, text_of("def")), 1);
    CU_ASSERT_EQUAL(names_count(names), 2);
    names_free(&names);
}

UNIT_SUITE("names", UNIT(test_add_and_find), UNIT(test_many_grow_and_sort), UNIT(test_trim),
           UNIT(test_limit))
