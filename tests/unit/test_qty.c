#include "common/base/qty.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_text_round_trip(void)
{
    static const char *const good[] = {
        "0", "-1", "12.5", "0.000001", "9223372036854.775807", "-9223372036854.775808"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct qty q;
        char text[QTY_TEXT_MAX];
        CU_ASSERT_TRUE_FATAL(qty_parse(good[i], strlen(good[i]), &q));
        CU_ASSERT_EQUAL(qty_format(q, text), strlen(good[i]));
        CU_ASSERT_STRING_EQUAL(text, good[i]);
    }
}

static void test_trailing_zeros_go(void)
{
    char text[QTY_TEXT_MAX];
    qty_format((struct qty){1500000}, text);
    CU_ASSERT_STRING_EQUAL(text, "1.5");
    qty_format((struct qty){100 * QTY_SCALE}, text);
    CU_ASSERT_STRING_EQUAL(text, "100");
    amount_format((struct amount){-5}, text);
    CU_ASSERT_STRING_EQUAL(text, "-0.0005");
}

static void test_bad_text_is_refused(void)
{
    static const char *const bad[] = {"",    ".",  "1.",        ".5",   "1e3",
                                      " 1",  "1 ", "--1",       "1..2", "0x1",
                                      "1,5", "+",  "1.0000001", "１",   "9223372036854.775808"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct qty q = {7};
        CU_ASSERT_FALSE(qty_parse(bad[i], strlen(bad[i]), &q));
        CU_ASSERT_EQUAL(q.micro, 7);
    }
}

/* PostgreSQL: round(2.5) = 3, round(-2.5) = -3. */
static void test_products_round_half_away_from_zero(void)
{
    static const struct {
        int64_t quantity, cost, want;
    } rows[] = {{1000000, 50, 1}, {1000000, 49, 0}, {-1000000, 50, -1}, {3000000, 5200000, 156000}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct amount a;
        CU_ASSERT_TRUE_FATAL(
            amount_extend((struct qty){rows[i].quantity}, (struct unitcost){rows[i].cost}, &a));
        CU_ASSERT_EQUAL(a.e4, rows[i].want);
    }
}

static void test_overflow_leaves_the_result_alone(void)
{
    struct qty q = {7};
    struct amount a = {7};
    CU_ASSERT_FALSE(qty_add((struct qty){INT64_MAX}, (struct qty){1}, &q));
    CU_ASSERT_FALSE(qty_sub((struct qty){INT64_MIN}, (struct qty){1}, &q));
    CU_ASSERT_FALSE(qty_mul((struct qty){INT64_MAX}, (struct qty){2 * QTY_SCALE}, &q));
    CU_ASSERT_FALSE(amount_extend((struct qty){INT64_MAX}, (struct unitcost){INT64_MAX}, &a));
    CU_ASSERT_EQUAL(q.micro, 7);
    CU_ASSERT_EQUAL(a.e4, 7);
}

/* 100.00 for 3 pieces: two take 33.3333, the last takes the rest by subtraction. */
static void test_share_of_an_amount(void)
{
    struct amount part;
    struct amount rest;
    struct unitcost each;
    CU_ASSERT_TRUE_FATAL(amount_share((struct amount){1000000}, (struct qty){QTY_SCALE},
                                      (struct qty){3 * QTY_SCALE}, &part));
    CU_ASSERT_EQUAL(part.e4, 333333);
    CU_ASSERT_TRUE_FATAL(amount_sub((struct amount){1000000}, part, &rest));
    CU_ASSERT_EQUAL(rest.e4, 666667);
    CU_ASSERT_TRUE_FATAL(
        unitcost_of((struct amount){-1000000}, (struct qty){-3 * QTY_SCALE}, &each));
    CU_ASSERT_EQUAL(each.micro, 33333333);
}

static void test_decimals_of_a_unit(void)
{
    CU_ASSERT_TRUE(qty_fits_decimals((struct qty){2000000}, 0));
    CU_ASSERT_FALSE(qty_fits_decimals((struct qty){2500000}, 0));
    CU_ASSERT_TRUE(qty_fits_decimals((struct qty){2500000}, 1));
    CU_ASSERT_TRUE(qty_fits_decimals((struct qty){1}, 6));
    CU_ASSERT_FALSE(qty_fits_decimals((struct qty){INT64_MAX}, 0));
    CU_ASSERT_FALSE(qty_fits_decimals((struct qty){INT64_MIN}, 5));
    CU_ASSERT_TRUE(qty_fits_decimals((struct qty){INT64_MAX / QTY_SCALE * QTY_SCALE}, 0));
}

UNIT_SUITE("qty", UNIT(test_text_round_trip), UNIT(test_trailing_zeros_go),
           UNIT(test_bad_text_is_refused), UNIT(test_products_round_half_away_from_zero),
           UNIT(test_overflow_leaves_the_result_alone), UNIT(test_share_of_an_amount),
           UNIT(test_decimals_of_a_unit))
