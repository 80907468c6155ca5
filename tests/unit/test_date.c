#include "common/base/date.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_known_days(void)
{
    static const struct {
        const char *text;
        date day;
        int weekday;
    } rows[] = {{"1970-01-01", 0, 4},        {"2000-01-01", DATE_OF_PG_EPOCH, 6},
                {"2024-02-29", 19782, 4},    {"2026-11-21", 20778, 6},
                {"0001-01-01", DATE_MIN, 1}, {"9999-12-31", DATE_MAX, 5}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        date day;
        char text[DATE_TEXT_MAX];
        CU_ASSERT_TRUE_FATAL(date_parse(rows[i].text, strlen(rows[i].text), &day));
        CU_ASSERT_EQUAL(day, rows[i].day);
        date_format(day, text);
        CU_ASSERT_STRING_EQUAL(text, rows[i].text);
        CU_ASSERT_EQUAL(date_weekday(day), rows[i].weekday);
    }
}

static void test_every_day_of_eight_centuries_round_trips(void)
{
    date first = date_of((struct date_parts){1600, 1, 1});
    date last = date_of((struct date_parts){2400, 12, 31});
    for (date day = first; day <= last; day++)
        CU_ASSERT_EQUAL_FATAL(date_of(date_split(day)), day);
}

static void test_days_that_do_not_exist(void)
{
    static const char *const bad[] = {
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-01",
        "26-04-01",   "2026/04/01", "0000-01-01", "2026-01-0x", ""};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        date day = 7;
        CU_ASSERT_FALSE(date_parse(bad[i], strlen(bad[i]), &day));
        CU_ASSERT_EQUAL(day, 7);
    }
}

UNIT_SUITE("date", UNIT(test_known_days), UNIT(test_every_day_of_eight_centuries_round_trips),
           UNIT(test_days_that_do_not_exist))
