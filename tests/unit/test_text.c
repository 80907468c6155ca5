#include "common/base/text.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_utf8(void)
{
    static const char *const good[] = {"", "M3x8 螺钉", "\xf0\x9f\x94\xa9", "\xef\xbf\xbd"};
    static const char *const bad[] = {
        "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe8\x9e",
        "\xff",     "\x80",         "\xe0\x80\xaf",     "a\xf0\x80\x80\x80"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        CU_ASSERT_TRUE(text_is_utf8(text_of(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CU_ASSERT_FALSE(text_is_utf8(text_of(bad[i])));
    CU_ASSERT_FALSE(text_is_utf8((struct text){"a\0b", 3}));
}

static void test_codes(void)
{
    CU_ASSERT_TRUE(text_is_code(text_of("螺钉-M3")));
    CU_ASSERT_FALSE(text_is_code(text_of("")));
    CU_ASSERT_FALSE(text_is_code(text_of(" A")));
    CU_ASSERT_FALSE(text_is_code(text_of("A ")));
    CU_ASSERT_FALSE(text_is_code(text_of("A\tB")));
    CU_ASSERT_FALSE(
        text_is_code(text_of("12345678901234567890123456789012345678901234567890123456789012345")));
}

static void test_order_is_bytes(void)
{
    CU_ASSERT_TRUE(text_cmp(text_of("B"), text_of("a")) < 0);
    CU_ASSERT_TRUE(text_cmp(text_of("a"), text_of("ab")) < 0);
    CU_ASSERT_EQUAL(text_cmp(text_of(NULL), text_of("")), 0);
    CU_ASSERT_NOT_EQUAL(text_hash(text_of("I0000001")), text_hash(text_of("I0000002")));
}

/* Each byte of a text counts, wherever it stands, and so does how many there are. */
static void test_hash_is_of_all_bytes(void)
{
    const char same[] = "aaaaaaaaaaaaaaaaaaaaaaaa";
    for (size_t length = 0; length < sizeof same; length++) {
        const uint64_t hash = text_hash((struct text){same, length});
        for (size_t at = 0; at < length; at++) {
            char other[sizeof same];
            memcpy(other, same, sizeof same);
            other[at] = 'b';
            CU_ASSERT_NOT_EQUAL(text_hash((struct text){other, length}), hash);
            CU_ASSERT_NOT_EQUAL(text_hash((struct text){same, at}), hash);
        }
    }
    CU_ASSERT_EQUAL(text_hash((struct text){NULL, 0}), text_hash(text_of("")));
}

UNIT_SUITE("text", UNIT(test_utf8), UNIT(test_codes), UNIT(test_order_is_bytes),
           UNIT(test_hash_is_of_all_bytes))
