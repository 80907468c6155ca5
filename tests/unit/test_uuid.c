#include "common/base/uuid.h"
#include "tests/unit/unit.h"

#include <string.h>

/* The example of RFC 9562, appendix A.6. */
static void test_version_7_of_the_rfc(void)
{
    static const uint8_t random[10] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    char text[UUID_TEXT_MAX];
    uuid_format(uuid_v7(0x017F22E279B0, random), text);
    CU_ASSERT_STRING_EQUAL(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void test_text(void)
{
    static const char *const bad[] = {
        "", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2x79b0-7cc3-98c4-dc0c0c07398f"};
    static const char upper[] = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F";
    struct uuid id;
    CU_ASSERT_TRUE_FATAL(uuid_parse(upper, strlen(upper), &id));
    CU_ASSERT_EQUAL(id.bytes[15], 0x8f);
    CU_ASSERT_FALSE(uuid_is_nil(id));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CU_ASSERT_FALSE(uuid_parse(bad[i], strlen(bad[i]), &id));
}

/* Each digit in both cases, and nothing else. */
static void test_digits(void)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    char text[] = "00000000-0000-4000-8000-000000000000";
    struct uuid id;
    for (int c = 1; c < 256; c++) {
        const char *digit = strchr(digits, c);
        const size_t at = digit ? (size_t)(digit - digits) : 0;
        text[34] = text[35] = (char)c;
        CU_ASSERT_EQUAL(uuid_parse(text, sizeof text - 1, &id), digit != NULL);
        CU_ASSERT_TRUE(!digit || id.bytes[15] == 17 * (at < 16 ? at : at - 6));
    }
}

static void test_later_ids_sort_later(void)
{
    static const uint8_t high[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    static const uint8_t low[10] = {0};
    CU_ASSERT_TRUE(uuid_cmp(uuid_v7(1000, high), uuid_v7(1001, low)) < 0);
}

UNIT_SUITE("uuid", UNIT(test_version_7_of_the_rfc), UNIT(test_text), UNIT(test_digits),
           UNIT(test_later_ids_sort_later))
