/* The leases of plans against sql/migrations: who may take, who may write, and that neither waits
   for the wrong one. */

#include "services/mrp/owner_store.c"
#include "tests/sql/database.h"

#include <string.h>

enum { T_PLANTS, T_EXPIRE };

static const struct sql_statement t[] = {
    [T_PLANTS] = {"test.plants", "INSERT INTO plant (plant_id) VALUES ('A'), ('N')", "", ""},
    [T_EXPIRE] = {"test.expire",
                  "UPDATE plan_owner SET expires_at = now() - interval '1 s' WHERE plant_id = 'A'",
                  "", ""},
};
static const struct sql_schema *const parts[] = {&owner_schema, NULL};
static const struct sql_schema test_schema = {
    .statements = t, .statement_count = COUNT_OF(t), .parts = parts};

static struct sql *sql;   /* the first owner's */
static struct sql *other; /* somebody else's */
static struct arena *arena;

static struct lease lease_of(struct sql *whose, int64_t self, const char *plant)
{
    struct lease *leases = NULL;
    struct fault fault = {0};
    size_t count = 0;
    CU_ASSERT_EQUAL_FATAL(owner_leases(whose, self, 2, arena, &leases, &count, &fault), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        if (text_is(leases[i].plant, plant))
            return leases[i];
    }
    CU_FAIL_FATAL("no lease");
    return (struct lease){0};
}

static int64_t take(struct sql *whose, int64_t self, const struct lease *lease)
{
    int64_t epoch = -1;
    struct fault fault = {0};
    CU_ASSERT_EQUAL(owner_take(whose, lease, self, arena, &epoch, &fault), STATUS_OK);
    return epoch;
}

static void test_open(void)
{
    struct fault fault = {0};
    arena = arena_new(MIB);
    sql = database_open(&test_schema);
    other = database_open(&test_schema);
    database_run(sql, &t[T_PLANTS], NULL);
    CU_ASSERT_EQUAL(owner_enrol(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(owner_enrol(other, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(lease_of(sql, 1, "A").instance, 0);
}

/* Plant A is spread to the first of two: the other one would wait its grace. */
static void test_one_takes(void)
{
    struct lease seen = lease_of(sql, 1, "A");
    CU_ASSERT_TRUE(seen.takeable);
    CU_ASSERT_EQUAL(take(sql, 1, &seen), 1);
    CU_ASSERT_EQUAL(take(other, 2, &seen), 0); /* saw the same, came later */
    struct lease now = lease_of(other, 2, "A");
    CU_ASSERT_FALSE(now.expired);
    CU_ASSERT_EQUAL(now.instance, 1);
    CU_ASSERT_EQUAL(take(other, 2, &now), 0);
}

static void test_renewed_lease_stays(void)
{
    struct fault fault = {0};
    database_run(sql, &t[T_EXPIRE], NULL);
    struct lease mine = lease_of(sql, 1, "A");
    CU_ASSERT_TRUE(mine.expired);
    CU_ASSERT_EQUAL(owner_renew(sql, &mine, 1, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(take(other, 2, &mine), 0);
    CU_ASSERT_FALSE(lease_of(other, 2, "A").expired);
}

static enum status hold(int64_t epoch)
{
    struct fault fault = {0};
    struct sql_rows row;
    enum status status = owner_queue_hold(sql, text_of("A"), epoch, &fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, &row, 1, &fault);
    return status == STATUS_OK ? owner_held(&row, text_of("A"), &fault) : status;
}

/* While a plan is written, renewing does not wait and nobody takes the plant; after it they may. */
static void test_writer_is_not_robbed(void)
{
    struct fault fault = {0};
    database_run(sql, &t[T_EXPIRE], NULL);
    struct lease seen = lease_of(other, 2, "A");
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(owner_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(hold(1), STATUS_OK);
    CU_ASSERT_EQUAL(take(other, 2, &seen), 0);
    CU_ASSERT_EQUAL(owner_renew(other, &seen, 1, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_commit(sql, &fault), STATUS_OK);
    database_run(sql, &t[T_EXPIRE], NULL);
    CU_ASSERT_EQUAL(take(other, 2, &seen), 2);
}

static void test_former_owner_writes_nothing(void)
{
    struct fault fault = {0};
    struct lease mine = {.plant = text_of("A"), .epoch = 1};
    CU_ASSERT_EQUAL(owner_renew(sql, &mine, 1, &fault), STATUS_OK); /* of no effect */
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(hold(1), STATUS_UNAVAILABLE);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(lease_of(sql, 1, "A").instance, 2);
}

static void test_released_at_once(void)
{
    struct fault fault = {0};
    CU_ASSERT_EQUAL(owner_release(other, 2, &fault), STATUS_OK);
    struct lease seen = lease_of(sql, 1, "A");
    CU_ASSERT_TRUE(seen.expired);
    CU_ASSERT_EQUAL(take(sql, 1, &seen), 3);
}

static void test_close(void)
{
    sql_close(&sql);
    sql_close(&other);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("owner_store", UNIT(test_open), UNIT(test_one_takes), UNIT(test_renewed_lease_stays),
               UNIT(test_writer_is_not_robbed), UNIT(test_former_owner_writes_nothing),
               UNIT(test_released_at_once), UNIT(test_close))
