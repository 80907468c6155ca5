#include "common/base/frac.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_reduces_and_keeps_the_sign_on_top(void)
{
    struct frac f;
    CU_ASSERT_TRUE_FATAL(frac_make(6, -8, &f));
    CU_ASSERT_EQUAL(f.num, -3);
    CU_ASSERT_EQUAL(f.den, 4);
    CU_ASSERT_TRUE_FATAL(frac_make(0, 5, &f));
    CU_ASSERT_EQUAL(f.den, 1);
}

/* A third of a metre three times is one metre; no fixed point could say that. */
static void test_thirds_add_up(void)
{
    struct frac third;
    struct frac sum;
    CU_ASSERT_TRUE_FATAL(frac_make(1, 3, &third));
    CU_ASSERT_TRUE_FATAL(frac_add(third, third, &sum));
    CU_ASSERT_TRUE_FATAL(frac_add(sum, third, &sum));
    CU_ASSERT_EQUAL(frac_cmp(sum, frac_of_int(1)), 0);
}

static void test_rounding_up_at_the_units_precision(void)
{
    static const struct {
        int64_t num, den;
        int decimals;
        int64_t up, down, nearest;
    } rows[] = {
        {7, 2, 0, 4000000, 3000000, 4000000}, {-7, 2, 0, -3000000, -4000000, -4000000},
        {1, 3, 3, 334000, 333000, 333000},    {4, 1, 0, 4000000, 4000000, 4000000},
        {1, 3, 6, 333334, 333333, 333333},    {2, 3, 6, 666667, 666666, 666667},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct frac f;
        struct qty q;
        CU_ASSERT_TRUE_FATAL(frac_make(rows[i].num, rows[i].den, &f));
        CU_ASSERT_TRUE(frac_ceil(f, rows[i].decimals, &q) && q.micro == rows[i].up);
        CU_ASSERT_TRUE(frac_floor(f, rows[i].decimals, &q) && q.micro == rows[i].down);
        CU_ASSERT_TRUE(frac_round(f, rows[i].decimals, &q) && q.micro == rows[i].nearest);
    }
}

static void test_overflow_is_refused(void)
{
    struct frac big = {INT64_MAX, 1};
    struct frac out = {7, 1};
    struct qty q = {7};
    CU_ASSERT_FALSE(frac_mul(big, big, &out));
    CU_ASSERT_EQUAL(out.num, 7);
    CU_ASSERT_FALSE(frac_ceil(big, 0, &q));
    CU_ASSERT_EQUAL(q.micro, 7);
}

static void test_text(void)
{
    static const struct {
        struct frac value;
        const char *text;
    } rows[] = {{{0, 1}, "0"},
                {{12, 1}, "12"},
                {{-1, 8}, "-0.125"},
                {{1, 3}, "1/3"},
                {{-3600, 97}, "-3600/97"},
                {{INT64_MIN, 1}, "-9223372036854775808"},
                {{1, 1000000000000000000}, "0.000000000000000001"},
                {{1, INT64_C(1) << 20}, "1/1048576"},
                {{INT64_MAX, INT64_MAX - 1}, "9223372036854775807/9223372036854775806"}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[FRAC_TEXT_MAX];
        CU_ASSERT_EQUAL(frac_format(rows[i].value, text), strlen(rows[i].text));
        CU_ASSERT_STRING_EQUAL(text, rows[i].text);
    }
}

UNIT_SUITE("frac", UNIT(test_text), UNIT(test_reduces_and_keeps_the_sign_on_top),
           UNIT(test_thirds_add_up), UNIT(test_rounding_up_at_the_units_precision),
           UNIT(test_overflow_is_refused))
