/* What is written of a plan, read by one connection or beside it, and which items of the plan made
   anew differ from it. */

#include "common/io/threads.h"
#include "common/plant/plant_read.h"
#include "services/mrp/plan_numbers_core.h"
#include "services/mrp/plan_written.c"
#include "services/mrp/plan_written_store.c"
#include "tests/sql/database.h"

#define BYTES_MAX (64 * MIB)
#define ITEMS     5

enum { T_PLANT, T_PUT, T_FORGET, T_OTHER, T_OLD, T_ORDER };

static const struct sql_statement t[] = {
    [T_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ('M'), ('N')", "", ""},
    [T_PUT] = {"test.put",
               "INSERT INTO plan_item (plant_id, item, digest, written)"
               " SELECT 'M', t.* FROM unnest($1::text[], $2::bigint[], $3::bytea[]) t"
               " ON CONFLICT (plant_id, item) DO UPDATE SET digest = excluded.digest,"
               " written = excluded.written",
               "TIX", ""},
    [T_FORGET] = {"test.forget", "DELETE FROM plan_item WHERE plant_id = 'M' AND item = $1", "t",
                  ""},
    [T_OTHER] = {"test.other",
                 "UPDATE plan_item SET digest = digest + 1 WHERE plant_id = 'M' AND item = $1", "t",
                 ""},
    [T_OLD] = {"test.old",
               "INSERT INTO plan_item (plant_id, item, digest) VALUES ('M', 'AA', 1),"
               " ('M', 'ZZ', 2), ('N', 'A', 3)",
               "", ""},
    [T_ORDER] =
        {"test.order",
         "INSERT INTO planned_order (plant_id, planned_order_id, item, type, qty, start_qty,"
         " start, due, need, past_due_days, level, content_hash, accepted_seq)"
         " VALUES ('M', $1 || '@', $1, 'buy', 1, 1, '2026-01-01', '2026-01-01', '2026-01-01', 0, 0, 0, 7)",
         "t", ""},
};
static const struct sql_schema *const test_parts[] = {&plan_written_schema, NULL};
static const struct sql_schema test_schema = {
    .statements = t, .statement_count = COUNT_OF(t), .parts = test_parts};

static struct sql *sql;
static struct sql *beside;
static struct plant *plant;
static struct arena *arena;
static struct plan_live *live;

static struct plant *read_plant(void)
{
    static const char *const files[][2] = {
        {"plant.csv", "key,value\nplan_start,2026-01-01\ndate_style,number\nhorizon_days,30\n"},
        {"items.csv", "item,type\nA,make\nB,make\nM,buy\nQ,buy\nS,buy\n"},
        {"bom.csv", "parent,component,qty\nA,B,1\nB,M,2\nA,Q,3\n"},
        {"demand.csv", "item,due,qty,reference\nA,9,10,SO-1\nA,20,1,SO-2\n"}};
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    struct plant *made = NULL;
    struct fault fault = {0};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        CU_ASSERT_TRUE_FATAL(plant_reader_take(reader, files[i][0], text_of(files[i][1])));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &made, &fault), STATUS_OK);
    plant_reader_free(&reader);
    return made;
}

static void write_all(void)
{
    struct text items[ITEMS];
    int64_t digests[ITEMS];
    struct text numbers[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++) {
        items[i] = text_of(plant_item_code(plant, i));
        digests[i] = plan_numbers_digest(live, i, NULL);
        CU_ASSERT_TRUE(plan_numbers_of(live, i, arena, &numbers[i]));
    }
    const struct sql_value params[] = {SQL_LIST(items, ITEMS), SQL_LIST(digests, ITEMS),
                                       SQL_LIST(numbers, ITEMS)};
    database_run(sql, &t[T_PUT], params);
}

static void test_open(void)
{
    struct fault fault = {0};
    sql = database_open(&test_schema);
    beside = database_open(&test_schema);
    arena = arena_new(BYTES_MAX);
    plant = read_plant();
    CU_ASSERT_EQUAL_FATAL(plant->items_count, ITEMS);
    CU_ASSERT_EQUAL_FATAL(live_open(plant, &crew_alone, arena, &live, &fault), STATUS_OK);
    database_run(sql, &t[T_PLANT], NULL);
    write_all();
    database_run(sql, &t[T_OLD], NULL); /* the plant has these items no more, or another has them */
}

/* "A M|S": A and M differ and their numbers are known, S differs.  The same by one connection, by
   two, and by several hands. */
static void unlike_are(const char *want)
{
    const struct crew crews[] = {crew_alone, threads_crew(3)};
    for (size_t k = 0; k < 2 * COUNT_OF(crews); k++) {
        struct plan_written written;
        struct plan_unlike unlike;
        struct fault fault = {0};
        char got[64] = "";
        plan_written_begin(&written, text_of("M"), plant, k % 2 == 0 ? NULL : beside);
        CU_ASSERT_EQUAL_FATAL(plan_written_end(&written, sql, &fault), STATUS_OK);
        CU_ASSERT_EQUAL_FATAL(plan_written_compare(&written, live, &crews[k / 2], &unlike, &fault),
                              STATUS_OK);
        for (size_t i = 0; i < unlike.count; i++) {
            const size_t length = strlen(got);
            snprintf(got + length, sizeof got - length, "%s%s", i == unlike.known ? "|" : "",
                     plant_item_code(plant, unlike.items[i]));
            CU_ASSERT_TRUE(i >= unlike.known || unlike.numbers[i].length > 0);
        }
        if (strcmp(got, want) != 0)
            printf("\nwant \"%s\", got \"%s\"\n", want, got);
        CU_ASSERT_STRING_EQUAL(got, want);
        plan_written_free(&written);
    }
}

static void run_of(size_t statement, const char *item)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(item))};
    database_run(sql, &t[statement], params);
}

static void test_same(void)
{
    unlike_are("");
}

/* Another digest; none at all; an accepted suggestion, of whose rows the numbers say nothing. */
static void test_unlike(void)
{
    run_of(T_OTHER, "S");
    unlike_are("S");
    run_of(T_FORGET, "B");
    unlike_are("S|B");
    run_of(T_OTHER, "A");
    run_of(T_ORDER, "M");
    unlike_are("AS|BM");
    run_of(T_FORGET, "A");
    unlike_are("S|ABM");
}

/* The numbers that came are those that were written. */
static void test_numbers(void)
{
    struct plan_written written;
    struct fault fault = {0};
    plan_written_begin(&written, text_of("M"), plant, beside);
    CU_ASSERT_EQUAL_FATAL(plan_written_end(&written, sql, &fault), STATUS_OK);
    const uint32_t item = plant_item_find(plant, text_of("Q"));
    struct text numbers;
    CU_ASSERT_TRUE(plan_numbers_of(live, item, arena, &numbers));
    CU_ASSERT_TRUE(numbers.length > 0);
    CU_ASSERT_TRUE(text_cmp(numbers, written.numbers[item]) == 0);
    plan_written_free(&written);
}

/* A connection that is gone is told; what was begun may be left at any time. */
static void test_failure(void)
{
    const struct sql_statement gone = {"test.gone", "SELECT pg_terminate_backend(pg_backend_pid())",
                                       "", "b"};
    const struct sql_schema schema = {
        .statements = &gone, .statement_count = 1, .parts = test_parts};
    struct sql *lost = database_open(&schema);
    struct plan_written written;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(lost, &fault), STATUS_OK);
    CU_ASSERT_NOT_EQUAL(sql_run(lost, &gone, NULL, arena, &(struct sql_rows){0}, &fault),
                        STATUS_OK);
    fault = (struct fault){0};
    plan_written_begin(&written, text_of("M"), plant, lost);
    CU_ASSERT_NOT_EQUAL(plan_written_end(&written, sql, &fault), STATUS_OK);
    CU_ASSERT_NOT_EQUAL(fault.status, STATUS_OK);
    plan_written_free(&written);
    plan_written_begin(&written, text_of("M"), plant, beside);
    plan_written_free(&written);
    plan_written_free(&(struct plan_written){0});
    sql_rollback(lost);
    sql_close(&lost);
}

static void test_close(void)
{
    sql_close(&sql);
    sql_close(&beside);
    arena_free(&arena);
    plant_free(&plant);
    CU_ASSERT_PTR_NULL(plant);
}

DATABASE_SUITE("plan_written", UNIT(test_open), UNIT(test_same), UNIT(test_unlike),
               UNIT(test_numbers), UNIT(test_failure), UNIT(test_close))
