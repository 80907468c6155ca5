/* Plans kept week by week against sql/migrations. */

#include "services/mrp/keep_store.c"
#include "tests/sql/database.h"

#include <string.h>

enum { T_PLANTS, T_OWNED, T_PLANNED, T_SUGGESTED, T_DAY };

static const struct sql_statement t[] = {
    [T_PLANTS] = {"test.plants", "INSERT INTO plant (plant_id) VALUES ('A'), ('B')", "", ""},
    [T_OWNED] =
        {"test.owned",
         "INSERT INTO plan_owner (plant_id, epoch, instance, expires_at)"
         " VALUES ('A', 1, 1, now() + interval '1 hour'), ('B', 1, 2, now() + interval '1 hour')",
         "", ""},
    [T_PLANNED] = {"test.planned",
                   "INSERT INTO plan_state (plant_id, plan_version, event_seq, plan_start)"
                   " VALUES ('A', 7, 1, '2026-12-31'), ('B', 3, 1, '2026-12-31')",
                   "", ""},
    [T_SUGGESTED] =
        {"test.suggested",
         "INSERT INTO planned_order (plant_id, planned_order_id, item, type, qty, start_qty, start,"
         " due, need, past_due_days, level, content_hash)"
         " VALUES ('A', 'X@2027-01-05#1', 'X', 'buy', 2, 2, '2027-01-04', '2027-01-05', '2027-01-05', 0, 0, 1)",
         "", ""},
    [T_DAY] = {"test.day", "UPDATE plan_state SET plan_start = $1 WHERE plant_id = 'A'", "d", ""},
};
static const struct sql_schema *const parts[] = {&keep_schema, NULL};
static const struct sql_schema test_schema = {
    .statements = t, .statement_count = COUNT_OF(t), .parts = parts};

static struct sql *sql;
static struct arena *arena;

static void keep(const char *want)
{
    struct fault fault = {0};
    struct text plant;
    CU_ASSERT_EQUAL(store_keep_week(sql, 1, 2, arena, &plant, &fault), STATUS_OK);
    CU_ASSERT_TRUE(want ? plant.bytes && text_is(plant, want) : !plant.bytes);
}

/* The names of A's kept plans, one behind the other. */
static void kept_are(const char *want)
{
    char names[256] = "";
    struct fault fault = {0};
    struct kept *rows = NULL;
    size_t count = 0;
    CU_ASSERT_EQUAL_FATAL(store_kept_plans(sql, text_of("A"), arena, &rows, &count, &fault),
                          STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%.*s:%d ", (int)rows[i].name.length,
                 rows[i].name.bytes, (int)rows[i].orders);
    }
    CU_ASSERT_STRING_EQUAL(names, want);
}

static void start_on(date day)
{
    const struct sql_value params[] = {SQL_DATE(day)};
    database_run(sql, &t[T_DAY], params);
}

static void test_open(void)
{
    arena = arena_new(MIB);
    sql = database_open(&test_schema);
    for (int i = T_PLANTS; i <= T_SUGGESTED; i++)
        database_run(sql, &t[i], NULL);
}

/* The last days of 2026 are of week 53; only the owner's plants. */
static void test_first_of_a_week(void)
{
    keep("A");
    kept_are("week-2026-W53:1 ");
    keep(NULL);
    start_on(20820); /* 2027-01-02 */
    keep(NULL);
}

/* Two weeks stay, and what people kept. */
static void test_old_weeks_go(void)
{
    struct fault fault = {0};
    struct kept kept;
    CU_ASSERT_EQUAL(store_keep_plan(sql, text_of("A"), text_of("week-mine"), text_of("ann"), arena,
                                    &kept, &fault),
                    STATUS_OK);
    start_on(20822); /* 2027-01-04, a Monday */
    keep("A");
    kept_are("week-2026-W53:1 week-2027-W01:1 week-mine:1 ");
    start_on(20829);
    keep("A");
    kept_are("week-2027-W01:1 week-2027-W02:1 week-mine:1 ");
}

static void test_close(void)
{
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("keep_store", UNIT(test_open), UNIT(test_first_of_a_week), UNIT(test_old_weeks_go),
               UNIT(test_close))
