#include "services/cost/exact_core.h"
#include "tests/unit/unit.h"

static struct exact of(int64_t num, int64_t den)
{
    struct exact value;
    CU_ASSERT_TRUE(exact_div(exact_of_int(num), exact_of_int(den), &value));
    return value;
}

static void is(struct exact value, int64_t num, int64_t den)
{
    CU_ASSERT_TRUE(value.num == num);
    CU_ASSERT_TRUE(value.den == den);
}

static void test_reduced(void)
{
    struct exact value;
    is(of(6, 4), 3, 2);
    is(of(0, 7), 0, 1);
    is(of(3, -6), -1, 2);
    is(of(-3, -6), 1, 2);
    CU_ASSERT_TRUE(exact_of_micro(2500000, &value));
    is(value, 5, 2);
    CU_ASSERT_TRUE(exact_of_micro(-1, &value));
    is(value, -1, 1000000);
    is(exact_of_frac((struct frac){7, 3}), 7, 3);
}

static void test_arithmetic(void)
{
    struct exact value;
    CU_ASSERT_TRUE(exact_add(of(1, 6), of(1, 10), &value));
    is(value, 4, 15);
    CU_ASSERT_TRUE(exact_add(of(1, 3), of(-1, 3), &value));
    is(value, 0, 1);
    CU_ASSERT_TRUE(exact_mul(of(2, 3), of(-9, 4), &value));
    is(value, -3, 2);
    CU_ASSERT_TRUE(exact_div(of(2, 3), of(-4, 9), &value));
    is(value, -3, 2);
}

static void test_ceil(void)
{
    struct exact value;

    const struct {
        int64_t num;
        int64_t den;
        int64_t want;
    } rows[] = {{0, 1, 0}, {1, 3, 1}, {3, 3, 1}, {4, 3, 2}, {300, 40, 8}, {320, 40, 8}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CU_ASSERT_TRUE(exact_ceil(of(rows[i].num, rows[i].den), &value));
        is(value, rows[i].want, 1);
    }
}

static void test_round(void)
{
    const struct {
        int64_t num;
        int64_t den;
        int64_t want;
    } rows[] = {{1, 3, 333333},   {2, 3, 666667},    {1, 2000000, 1}, {1, 2000001, 0},
                {-2, 3, -666667}, {-1, 2000000, -1}, {5, 1, 5000000}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t micro = -7;
        CU_ASSERT_TRUE(exact_round_micro(of(rows[i].num, rows[i].den), &micro));
        CU_ASSERT_EQUAL(micro, rows[i].want);
    }
}

/* A result that does not fit is refused and leaves the place alone. */
static void test_overflow(void)
{
    const int128 most = (((int128)INT64_MAX + 1) << 63) - 1 + ((int128)1 << 126);
    const struct exact large = {most, 1};
    const struct exact small = {1, most};
    struct exact value = exact_of_int(42);
    int64_t micro = 42;
    CU_ASSERT_FALSE(exact_add(large, exact_of_int(1), &value));
    CU_ASSERT_FALSE(exact_mul(large, exact_of_int(2), &value));
    CU_ASSERT_FALSE(exact_mul(small, of(1, 2), &value));
    CU_ASSERT_FALSE(exact_div(large, small, &value));
    CU_ASSERT_FALSE(exact_round_micro(large, &micro));
    CU_ASSERT_FALSE(exact_round_micro(exact_of_int(INT64_MAX), &micro));
    is(value, 42, 1);
    CU_ASSERT_EQUAL(micro, 42);
    CU_ASSERT_TRUE(exact_mul(large, small, &value));
    is(value, 1, 1);
}

UNIT_SUITE("exact", UNIT(test_reduced), UNIT(test_arithmetic), UNIT(test_ceil), UNIT(test_round),
           UNIT(test_overflow))
