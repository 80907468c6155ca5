#include "common/io/clock.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_format(void)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {{0, "1970-01-01T00:00:00.000000Z"},
                {-1, "1969-12-31T23:59:59.999999Z"},
                {INT64_C(1769846400000001), "2026-01-31T08:00:00.000001Z"},
                {INT64_C(1709251199999999), "2024-02-29T23:59:59.999999Z"}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[CLOCK_TEXT_MAX];
        CU_ASSERT_EQUAL(clock_format_us(rows[i].us, text), strlen(rows[i].text));
        CU_ASSERT_STRING_EQUAL(text, rows[i].text);
    }
}

static void test_sleep_is_seen_by_both_clocks(void)
{
    int64_t unix_us = clock_unix_us();
    int64_t monotonic_us = clock_monotonic_us();
    clock_sleep_us(2000);
    CU_ASSERT_TRUE(clock_monotonic_us() - monotonic_us >= 2000);
    CU_ASSERT_TRUE(clock_unix_us() - unix_us >= 1000);
    CU_ASSERT_TRUE(unix_us > INT64_C(1767225600000000)); /* 2026-01-01: microseconds, not less */
}

static void test_uuids_differ_and_rise(void)
{
    struct uuid first = clock_uuid();
    clock_sleep_us(2000);
    struct uuid second = clock_uuid();
    CU_ASSERT_TRUE(uuid_cmp(first, second) < 0);
    CU_ASSERT_EQUAL(first.bytes[6] >> 4, 7);
    CU_ASSERT_NOT_EQUAL(memcmp(first.bytes + 9, second.bytes + 9, 7), 0);
}

UNIT_SUITE("clock", UNIT(test_format), UNIT(test_sleep_is_seen_by_both_clocks),
           UNIT(test_uuids_differ_and_rise))
