/* Plain codes and GS1 element strings, as scanners send them and as people type them. */

#include "services/inventory/scan_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define TODAY 20775 /* 2026-11-18 */

static struct scan scan;
static struct fault fault;

static enum status reading(const char *text)
{
    fault = (struct fault){0};
    return scan_read(text_of(text), TODAY, &scan, &fault);
}

static bool says(struct text text, const char *wanted)
{
    return text_is(text, wanted);
}

static void test_plain(void)
{
    CU_ASSERT_EQUAL(reading("  WO-0001\r\n"), STATUS_OK);
    CU_ASSERT(says(scan.code, "WO-0001") && !scan.gs1 && scan.element_count == 0);
    CU_ASSERT_EQUAL(reading("]C0ROD-7"), STATUS_OK);
    CU_ASSERT(says(scan.code, "ROD-7") && !scan.gs1);
    CU_ASSERT_EQUAL(reading("0101234567890128"), STATUS_OK); /* nothing says that it is GS1 */
    CU_ASSERT(!scan.gs1);
    CU_ASSERT_EQUAL(reading("(A)1"), STATUS_OK);
    CU_ASSERT(!scan.gs1);
    CU_ASSERT_EQUAL(reading(" \t"), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "scan");
}

static void test_separators(void)
{
    CU_ASSERT_EQUAL(reading("]C10109501101530003172712311"
                            "0LOT-7\x1d"
                            "3012"),
                    STATUS_OK);
    CU_ASSERT(scan.gs1 && scan.element_count == 4);
    CU_ASSERT(says(scan.item, "09501101530003") && says(scan.lot, "LOT-7"));
    CU_ASSERT_EQUAL(scan.quantity.micro, 12 * (int64_t)QTY_SCALE);
    CU_ASSERT_EQUAL(scan.expires_on, date_of((struct date_parts){2027, 12, 31}));
    CU_ASSERT_EQUAL(reading("\x1d"
                            "240ROD\x1d"
                            "21S9\x1d"),
                    STATUS_OK);
    CU_ASSERT(says(scan.item, "ROD") && says(scan.lot, "S9"));
    CU_ASSERT_EQUAL(reading("]d291WO-1\x1d"
                            "9220\x1d"
                            "93A-01"),
                    STATUS_OK);
    CU_ASSERT(says(scan.order, "WO-1") && says(scan.operation, "20") &&
              says(scan.location, "A-01"));
    CU_ASSERT_EQUAL(reading("]Q394B-17"), STATUS_OK);
    CU_ASSERT(says(scan.person, "B-17"));
    CU_ASSERT_EQUAL(scan_read_bare(text_of("91WO-1"), TODAY, &scan, &fault), STATUS_OK);
    CU_ASSERT(scan.gs1 && says(scan.order, "WO-1"));
    CU_ASSERT_EQUAL(scan_read_bare(text_of("WO-1"), TODAY, &scan, &fault), STATUS_INVALID);
}

static void test_brackets(void)
{
    CU_ASSERT_EQUAL(reading("(01)09501101530003(240)ROD(10)L-77(3103)001250"), STATUS_OK);
    CU_ASSERT(says(scan.item, "ROD") && says(scan.lot, "L-77"));
    CU_ASSERT_EQUAL(scan.quantity.micro, 1250000);
    CU_ASSERT_STRING_EQUAL(scan.uom, "KG");
    CU_ASSERT_EQUAL(reading("(10)A(B)C"), STATUS_OK);
    CU_ASSERT(says(scan.lot, "A(B)C"));
}

static void test_days(void)
{
    CU_ASSERT_EQUAL(reading("(17)270200(11)260115"), STATUS_OK);
    CU_ASSERT_EQUAL(scan.expires_on, date_of((struct date_parts){2027, 2, 28}));
    CU_ASSERT_EQUAL(scan.made_on, date_of((struct date_parts){2026, 1, 15}));
    CU_ASSERT_EQUAL(reading("(17)990101"), STATUS_OK); /* nearer than 2099 */
    CU_ASSERT_EQUAL(scan.expires_on, date_of((struct date_parts){1999, 1, 1}));
    CU_ASSERT_EQUAL(reading("(15)281231"), STATUS_OK);
    CU_ASSERT_EQUAL(scan.expires_on, date_of((struct date_parts){2028, 12, 31}));
    CU_ASSERT_EQUAL(reading("(17)271332"), STATUS_INVALID);
    CU_ASSERT(strstr(fault.message, "not a day") != NULL);
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        const char *word;
    } bad[] = {{"(01)09501101530004", "3 is right"},
               {"(00)12", "18 to 18"},
               {"]C1"
                "88X",
                "no GS1"},
               {"(30)1A", "digits"},
               {"(10)A(10)B", "twice"},
               {"(3109)000001", "decimals"},
               {"(10)", "has 0"},
               {"(240)X(9999)Y", "no GS1"},
               {"]C1", "nothing"},
               {"]C1"
                "17271",
                "has 3"}};

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CU_ASSERT_EQUAL(reading(bad[i].text), STATUS_INVALID);
        if (!strstr(fault.message, bad[i].word))
            printf("%s: %s\n", bad[i].text, fault.message);
        CU_ASSERT(strstr(fault.message, bad[i].word) != NULL);
        CU_ASSERT_STRING_EQUAL(fault.field, "scan");
    }
    char large[SCAN_BYTES_MAX + 2];
    memset(large, 'A', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    CU_ASSERT_EQUAL(reading(large), STATUS_LIMIT);
}

static void test_check_digit(void)
{
    CU_ASSERT_EQUAL(scan_check_digit(text_of("0950110153000")), '3');
    CU_ASSERT_EQUAL(scan_check_digit(text_of("629104150021")), '3');
    CU_ASSERT_EQUAL(scan_check_digit(text_of("37610425002123456")), '9');
}

static void test_actions(void)
{
    const struct scan_action *first = scan_action(text_of("work_order"), text_of("firm"), 0);
    CU_ASSERT_FATAL(first != NULL);
    CU_ASSERT_STRING_EQUAL(first->action, "release");
    CU_ASSERT(scan_action(text_of("work_order"), text_of("firm"), 1) == NULL);
    CU_ASSERT(scan_action(text_of("work_order"), text_of("closed"), 0) == NULL);
    CU_ASSERT(scan_action(text_of("item"), text_of(""), 1) != NULL);
    CU_ASSERT(scan_action(text_of("work_order"), text_of("in"), 0) == NULL);
}

UNIT_SUITE("scan", UNIT(test_plain), UNIT(test_separators), UNIT(test_brackets), UNIT(test_days),
           UNIT(test_refused), UNIT(test_check_digit), UNIT(test_actions))
