#include "common/base/pace.h"
#include "tests/unit/unit.h"

#define BEGAN_US INT64_C(1000000000)

static const struct pace_limit limit = {.a_second = 1000, .windows = 10, .calm_us = 300000};

/* Rounds of `count` every `every_us` for a second and a half; is it a flood at the end? */
static bool run(struct pace *pace, int64_t *now_us, int64_t count, int64_t every_us)
{
    bool flood = false;
    for (int64_t until_us = *now_us + 1500000; *now_us < until_us; *now_us += every_us)
        flood = pace_is_flood(pace, *now_us, count, &limit);
    return flood;
}

static void test_a_flood_is_told_by_its_rate(void)
{
    struct pace pace = {0};
    int64_t now_us = BEGAN_US;
    CU_ASSERT_FALSE(run(&pace, &now_us, 9, 10000));
    CU_ASSERT_TRUE(run(&pace, &now_us, 11, 10000));
    CU_ASSERT_TRUE(run(&pace, &now_us, 330, 300000));
    CU_ASSERT_FALSE(run(&pace, &now_us, 1, 10000));
}

static void test_one_large_round_after_a_stall_is_none(void)
{
    struct pace pace = {0};
    int64_t now_us = BEGAN_US;
    CU_ASSERT_FALSE(run(&pace, &now_us, 9, 10000));
    now_us += 2000000;
    CU_ASSERT_FALSE(pace_is_flood(&pace, now_us, 1800, &limit));
    CU_ASSERT_FALSE(run(&pace, &now_us, 9, 10000));
}

/* Half a second in which twice as much comes as the limit, then as before. */
static void test_catching_up_is_none(void)
{
    struct pace pace = {0};
    int64_t now_us = BEGAN_US;
    bool flood = run(&pace, &now_us, 9, 10000);
    for (int64_t until_us = now_us + 500000; now_us < until_us; now_us += 10000)
        flood = pace_is_flood(&pace, now_us, 20, &limit) || flood;
    CU_ASSERT_FALSE(run(&pace, &now_us, 9, 10000) || flood);
}

/* The disk stands still, or few come for a moment: the flood goes on.  For longer: it is over. */
static void test_a_moment_does_not_end_a_flood(void)
{
    struct pace pace = {0};
    int64_t now_us = BEGAN_US;
    CU_ASSERT_TRUE(run(&pace, &now_us, 20, 10000));
    now_us += 200000;
    CU_ASSERT_TRUE(pace_is_flood(&pace, now_us, 20, &limit));
    CU_ASSERT_TRUE(run(&pace, &now_us, 20, 10000));
    now_us += 400000;
    CU_ASSERT_FALSE(pace_is_flood(&pace, now_us, 20, &limit));
    CU_ASSERT_FALSE(pace_is_flood(&pace, now_us + 100000, 200, &limit));
}

static void test_the_rate_is_of_the_last_window(void)
{
    struct pace pace = {0};
    int64_t now_us = BEGAN_US;
    (void)run(&pace, &now_us, 20, 10000);
    CU_ASSERT_EQUAL(pace.a_second, 2000);
}

static void test_the_first_round_is_none(void)
{
    struct pace pace = {0};
    CU_ASSERT_FALSE(pace_is_flood(&pace, BEGAN_US, 100000, &limit));
}

UNIT_SUITE("pace", UNIT(test_a_flood_is_told_by_its_rate),
           UNIT(test_one_large_round_after_a_stall_is_none), UNIT(test_catching_up_is_none),
           UNIT(test_a_moment_does_not_end_a_flood), UNIT(test_the_rate_is_of_the_last_window),
           UNIT(test_the_first_round_is_none))
