#include "common/io/sheet_number.h"
#include "tests/unit/unit.h"

#include <string.h>

static bool shows(const char *raw, const char *wanted)
{
    char room[SHEET_NUMBER_MAX];
    struct text text = sheet_number_text(text_of(raw), room);
    return text_is(text, wanted);
}

static void test_numbers(void)
{
    CU_ASSERT_TRUE(shows("0", "0"));
    CU_ASSERT_TRUE(shows("-0.0", "0"));
    CU_ASSERT_TRUE(shows("12", "12"));
    CU_ASSERT_TRUE(shows("-12.50", "-12.5"));
    CU_ASSERT_TRUE(shows("0.30000000000000004", "0.3"));
    CU_ASSERT_TRUE(shows("99.999999999999999", "100"));
    CU_ASSERT_TRUE(shows("123456789012345678", "123456789012346000"));
    CU_ASSERT_TRUE(shows("1.5E-3", "0.0015"));
    CU_ASSERT_TRUE(shows("2E+3", "2000"));
    CU_ASSERT_TRUE(shows(".5", "0.5"));
    CU_ASSERT_TRUE(shows("1E999", "1E999"));
    CU_ASSERT_TRUE(shows("1.2.3", "1.2.3"));
    CU_ASSERT_TRUE(shows("12 kg", "12 kg"));
    CU_ASSERT_TRUE(shows("E5", "E5"));
    CU_ASSERT_TRUE(shows("", ""));
}

static bool day(const char *raw, bool since_1904, const char *wanted)
{
    char room[SHEET_NUMBER_MAX];
    return text_is(sheet_date_text(text_of(raw), since_1904, room), wanted);
}

static void test_dates(void)
{
    CU_ASSERT_TRUE(day("46023", false, "2026-01-01"));
    CU_ASSERT_TRUE(day("46023.75", false, "2026-01-01"));
    CU_ASSERT_TRUE(day("44561", true, "2026-01-01"));
    CU_ASSERT_TRUE(day("-3", false, "-3"));
    CU_ASSERT_TRUE(day("soon", false, "soon"));
    CU_ASSERT_TRUE(day("99999999", false, "99999999"));
}

static void test_formats(void)
{
    CU_ASSERT_TRUE(sheet_format_is_date("yyyy-mm-dd"));
    CU_ASSERT_TRUE(sheet_format_is_date("[$-804]yyyy\"年\"m\"月\""));
    CU_ASSERT_FALSE(sheet_format_is_date("0.00"));
    CU_ASSERT_FALSE(sheet_format_is_date("[Red]0\"day\""));
    CU_ASSERT_FALSE(sheet_format_is_date("0\\d"));
}

UNIT_SUITE("sheet_number", UNIT(test_numbers), UNIT(test_dates), UNIT(test_formats))
