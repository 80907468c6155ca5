#include "services/mrp/rest_core.h"
#include "tests/unit/unit.h"

#define SECOND_US INT64_C(1000000)

/* Draws of as many events from a plant of so many items, until the rest is as long as it gets: the
   items that change in a step, which are netted and written once. */
static int64_t items_of(int64_t events, int64_t plant_items)
{
    static uint8_t changed[1000000];
    uint32_t dice = 1;
    int64_t items = 0;
    CU_ASSERT_FATAL(plant_items <= (int64_t)sizeof changed);
    for (int64_t i = 0; i < plant_items; i++)
        changed[i] = 0;
    for (int64_t i = 0; i < events; i++) {
        dice = dice * 1664525 + 1013904223;
        const int64_t item = (int64_t)((uint64_t)dice * (uint64_t)plant_items >> 32);
        items += !changed[item];
        changed[item] = 1;
    }
    return items;
}

static int64_t rest_at_last(int64_t a_second, int64_t plant_items, int64_t *items)
{
    struct rest_round round = {.took_us = SECOND_US / 8, .a_second = a_second};
    int64_t rest_us = rest_flood_us(&round);
    for (int steps = 0; steps < 10; steps++) {
        round.events = a_second * rest_us / SECOND_US;
        *items = items_of(round.events, plant_items);
        CU_ASSERT_FALSE(rest_is_too_much(*items, plant_items));
        round.growth = rest_growth(*items, plant_items);
        rest_us = rest_flood_us(&round);
    }
    return rest_us;
}

static void test_of_few_items_any_number_of_events_comes_together(void)
{
    int64_t items;
    CU_ASSERT_EQUAL(rest_at_last(14000, 10000, &items), REST_FLOOD_MAX_US);
    CU_ASSERT_TRUE(items > 9900);
    CU_ASSERT_EQUAL(rest_at_last(50000, 100, &items), REST_FLOOD_MAX_US);
    CU_ASSERT_EQUAL(items, 100);
    const struct rest_round first = {.took_us = SECOND_US / 8,
                                     .events = 100,
                                     .growth = rest_growth(100, 20000),
                                     .a_second = 50000};
    CU_ASSERT_EQUAL(rest_flood_us(&first), REST_FLOOD_MAX_US);
}

/* Four seconds would change 43,000 of 100,000 items, and 20,001 make the plan anew. */
static void test_of_many_items_no_more_than_a_step_takes(void)
{
    int64_t items;
    const int64_t rest_us = rest_at_last(14000, 100000, &items);
    CU_ASSERT_TRUE(rest_us > SECOND_US && rest_us < 3 * SECOND_US / 2);
    CU_ASSERT_TRUE(items > 14000 && items < 16000);
    CU_ASSERT_EQUAL(rest_at_last(14000, 1000000, &items), REST_FLOOD_MAX_US);
}

static void test_the_rest_is_in_proportion_to_the_round(void)
{
    struct rest_round round = {
        .took_us = 10000, .events = 1000, .growth = rest_growth(1000, 100000), .a_second = 5000};
    CU_ASSERT_EQUAL(rest_flood_us(&round), 400000);
    round.took_us = SECOND_US;
    CU_ASSERT_EQUAL(rest_flood_us(&round), 3 * SECOND_US); /* 15,000 events */
}

/* A plan was made anew: how many items the next events are of is not known. */
static void test_unknown_events_are_taken_for_as_many_items(void)
{
    const struct rest_round round = {.took_us = SECOND_US, .a_second = 15000};
    CU_ASSERT_EQUAL(rest_flood_us(&round), SECOND_US);
    const struct rest_round orders = {.took_us = SECOND_US,
                                      .events = 1000,
                                      .growth = rest_growth(10000, 100000),
                                      .a_second = 5000};
    CU_ASSERT_EQUAL(rest_flood_us(&orders), 3 * SECOND_US / 10); /* ten items each */
}

static void test_too_much_is_a_fifth_of_a_large_plant(void)
{
    CU_ASSERT_FALSE(rest_is_too_much(20000, 20000));
    CU_ASSERT_TRUE(rest_is_too_much(20001, 100000));
    CU_ASSERT_FALSE(rest_is_too_much(200000, 1000000));
    CU_ASSERT_TRUE(rest_is_too_much(200001, 1000000));
}

UNIT_SUITE("rest", UNIT(test_of_few_items_any_number_of_events_comes_together),
           UNIT(test_of_many_items_no_more_than_a_step_takes),
           UNIT(test_the_rest_is_in_proportion_to_the_round),
           UNIT(test_unknown_events_are_taken_for_as_many_items),
           UNIT(test_too_much_is_a_fifth_of_a_large_plant))
