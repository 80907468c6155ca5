/*
 * A living plan of two hands that changes again and again needs no more memory for it.
 */

#include "common/io/threads.h"
#include "common/plant/plant_read.h"
#include "services/mrp/live_core.h"
#include "tests/unit/unit.h"

#define BYTES_MAX ((size_t)64 * MIB)

#define WEAR_ITEMS  2000 /* of one level: enough for two hands */
#define WEAR_ROUNDS 800

static struct plant *plant_of_many(void)
{
    static char items[WEAR_ITEMS * 16];
    static char demand[WEAR_ITEMS * 32];
    size_t item_bytes = (size_t)sprintf(items, "item,type\n");
    size_t demand_bytes = (size_t)sprintf(demand, "item,due,qty,reference\n");
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    struct plant *plant = NULL;
    struct fault fault = {0};
    for (int i = 0; i < WEAR_ITEMS; i++) {
        item_bytes += (size_t)sprintf(items + item_bytes, "I%04d,buy\n", i);
        demand_bytes += (size_t)sprintf(demand + demand_bytes, "I%04d,9,5,S\n", i);
    }
    CU_ASSERT_TRUE_FATAL(plant_reader_take(
        reader, "plant.csv",
        text_of("key,value\nplan_start,2026-01-01\ndate_style,number\nhorizon_days,30\n")));
    CU_ASSERT_TRUE_FATAL(plant_reader_take(reader, "items.csv", text_of(items)));
    CU_ASSERT_TRUE_FATAL(plant_reader_take(reader, "demand.csv", text_of(demand)));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    plant_reader_free(&reader);
    return plant;
}

/* All stocks become another; what was suggested before is given back. */
static void change_all(struct plan_live *live, uint32_t count, int64_t pieces)
{
    struct fault fault = {0};
    struct live_sum sum;
    for (uint32_t item = 0; item < count; item++) {
        const struct demand demand = live_plan(live)->plant->demands[item];
        const struct stock stock = {
            .item = item, .expiry = NO_DATE, .qty = {pieces * QTY_SCALE}, .unit_cost = NO_COST};
        const struct live_facts facts = {.item = item,
                                         .stock_count = 1,
                                         .stocks = &stock,
                                         .demand_count = 1,
                                         .demands = &demand};
        CU_ASSERT_EQUAL_FATAL(live_change(live, &facts, &fault), STATUS_OK);
    }
    CU_ASSERT_EQUAL_FATAL(live_settle(live, &sum, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sum.changed, count);
    live_written(live);
}

/* Which hand takes an item is chance, and one may take nearly all: a plan that changes for hours
   needs no more memory for it. */
static void test_memory_goes_round(void)
{
    struct arena *arena = arena_new(BYTES_MAX);
    struct plant *plant = plant_of_many();
    struct crew crew = threads_crew(2);
    struct plan_live *live = NULL;
    struct fault fault = {0};
    size_t early = 0;
    CU_ASSERT_EQUAL_FATAL(live_open(plant, &crew, arena, &live, &fault), STATUS_OK);
    for (int round = 0; round < WEAR_ROUNDS; round++) {
        change_all(live, WEAR_ITEMS, round % 2 + 1);
        if (round == WEAR_ROUNDS / 4)
            early = arena_used(arena);
    }
    CU_ASSERT_TRUE(arena_used(arena) < early + 4 * WEAR_ITEMS * sizeof(struct plan_order));
    if (arena_used(arena) >= early + 4 * WEAR_ITEMS * sizeof(struct plan_order))
        printf("\nan arena grew from %zu to %zu bytes\n", early, arena_used(arena));
    arena_free(&arena);
    plant_free(&plant);
}

UNIT_SUITE("property/live_memory", UNIT(test_memory_goes_round))
