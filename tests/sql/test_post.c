/*
 * The posting path of common/ledger against a real PostgreSQL: keys, refusals, poisoned commands,
 * larger lock sets, lost commits, killed posters and posters side by side.  Bodies are words
 * (post_words.h).
 */

#include "common/base/text.h"
#include "common/io/clock.h"
#include "tests/sql/database.h"
#include "tests/sql/post_words.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLANT "P"
#define ITEMS 12

/* ---- asking ---- */

enum {
    WIP,
    INIT_PLANT,
    INIT_SEQ,
    INIT_ITEM,
    INIT_STOCK,
    COUNT_LINES,
    COUNT_KEYS,
    SUM,
    CLOSE_DAY,
    FREEZE_EMPTY,
    COUNT_FROZEN,
    THAW_EMPTY,
    DEADLOCKS
};

static const struct sql_statement s[] = {
    [WIP] = {"test.wip",
             "SELECT (wip * 10000)::int8 FROM work_order WHERE plant_id = $1"
             " AND work_order = 'W1'",
             "t", "i"},
    [INIT_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ($1)", "t", ""},
    [INIT_SEQ] = {"test.seq", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
    [INIT_ITEM] = {"test.item",
                   "INSERT INTO item (plant_id, item, type, decimals, valuation)"
                   " VALUES ($1, $2, 'buy', 3, $3)",
                   "ttt", ""},
    [INIT_STOCK] = {"test.stock", "INSERT INTO stock_item (plant_id, item) VALUES ($1, $2)", "tt",
                    ""},
    [COUNT_LINES] = {"test.lines", "SELECT count(*) FROM ledger_line WHERE plant_id = $1", "t",
                     "i"},
    [COUNT_KEYS] = {"test.keys", "SELECT count(*) FROM posting_key WHERE plant_id = $1", "t", "i"},
    [SUM] = {"test.sum", "SELECT coalesce(sum(on_hand), 0) FROM stock_item WHERE plant_id = $1",
             "t", "q"},
    [CLOSE_DAY] = {"test.close",
                   "UPDATE plant_seq SET open_from = (now() + interval '3 days')::date"
                   " WHERE plant_id = $1",
                   "t", ""},
    [FREEZE_EMPTY] = {"test.freeze_empty",
                      "INSERT INTO stock_balance (plant_id, item, location, frozen_by)"
                      " SELECT plant_id, 'I05', main_location, 'CO-1' FROM plant"
                      " WHERE plant_id = $1",
                      "t", ""},
    [COUNT_FROZEN] = {"test.frozen",
                      "SELECT count(*) FROM stock_balance WHERE plant_id = $1 AND item = 'I05'"
                      " AND frozen_by = 'CO-1' AND qty = 0",
                      "t", "i"},
    [THAW_EMPTY] = {"test.thaw_empty",
                    "DELETE FROM stock_balance WHERE plant_id = $1 AND item = 'I05' AND qty = 0",
                    "t", ""},
    [DEADLOCKS] = {"test.deadlocks",
                   "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", "",
                   "i"},
};
static const struct sql_schema *const parts[] = {&post_schema, NULL};
static const struct sql_schema schema = {
    .statements = s, .statement_count = COUNT_OF(s), .parts = parts};

static struct sql *sql;
static struct arena *arena;

static struct uuid key_of(uint32_t number)
{
    struct uuid key = {{1}};
    memcpy(key.bytes + 12, &number, sizeof number);
    return key;
}

/* Posts bodies[i] under key first + i; the requests live in the arena. */
static struct rpc_request *post(struct sql *on, struct arena *in, uint32_t first,
                                const char *const *bodies, size_t count)
{
    struct rpc_request *requests = arena_alloc(in, count, sizeof *requests);
    struct rpc_request *list[RPC_BATCH_MAX];
    ASSERT(requests);
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct rpc_request){.method = "Test.Do",
                                           .object = text_of(""),
                                           .plant = PLANT,
                                           .principal = {.name = "tester"},
                                           .key = key_of(first + (uint32_t)i),
                                           .body = text_of(bodies[i]),
                                           .arena = in,
                                           .sql = on};
        list[i] = &requests[i];
    }
    post_batch(&service, list, count);
    return requests;
}

static const struct rpc_request *post_one(uint32_t key, const char *body)
{
    return post(sql, arena, key, &body, 1);
}

static int64_t ask(int statement)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    struct sql_rows rows;
    struct fault fault = {0};
    enum status status = sql_run(sql, &s[statement], params, arena, &rows, &fault);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    const struct sql_value *value = sql_at(&rows, 0, 0);
    return statement == SUM ? value->as.qty.micro : value->as.integer;
}

static void audit(void)
{
    FILE *rows =
        popen("cat sql/audit/*.sql | psql \"$MILLRACE_TEST_CONNINFO\" -Atqv ON_ERROR_STOP=1"
              " || echo failed",
              "r");
    char line[512] = "";
    CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
    bool wrong = fgets(line, sizeof line, rows) != NULL;
    CU_ASSERT_FALSE(wrong);
    if (wrong)
        printf("\naudit: %s\n", line);
    pclose(rows);
}

static void test_open(void)
{
    static const char *const valuations[] = {"fifo", "average", "lot", "average"};
    char item[16];
    const struct sql_value plant[] = {SQL_TEXT(text_of(PLANT))};
    arena = arena_new(64 * MIB);
    sql = database_open(&schema);
    database_run(sql, &s[INIT_PLANT], plant);
    database_run(sql, &s[INIT_SEQ], plant);
    for (int i = 1; i <= ITEMS; i++) {
        sprintf(item, "I%02d", i);
        const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_TEXT(text_of(item)),
                                           SQL_TEXT(text_of(valuations[i % 4]))};
        database_run(sql, &s[INIT_ITEM], params);
        database_run(sql, &s[INIT_STOCK], params);
    }
}

static void check_reply(const struct rpc_request *request, const char *reply, bool repeated)
{
    CU_ASSERT_EQUAL(request->fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(request->repeated, repeated);
    CU_ASSERT_TRUE(text_is(request->reply, reply));
    if (request->fault.status != STATUS_OK || !text_is(request->reply, reply))
        printf("\n%s %s %s; reply \"%.*s\"\n", status_name(request->fault.status),
               request->fault.message, request->fault.detail, (int)request->reply.length,
               request->reply.bytes);
}

static void test_a_batch_sees_what_went_before(void)
{
    const char *bodies[] = {"put I01 10", "take I01 4", "take I01 7", "take I01 6"};
    const struct rpc_request *r = post(sql, arena, 1, bodies, 4);
    check_reply(&r[0], "AD-000001 1", false);
    check_reply(&r[1], "AD-000002 2", false);
    CU_ASSERT_EQUAL(r[2].fault.status, STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_STRING_EQUAL(r[2].fault.message, "item \"I01\" has 6 available, 7 asked");
    check_reply(&r[3], "AD-000003 3", false); /* no number is lost to a refusal */
    CU_ASSERT_EQUAL(ask(COUNT_LINES), 3);
    CU_ASSERT_EQUAL(ask(COUNT_KEYS), 4);
    audit();
}

static void test_a_key_answers_again(void)
{
    check_reply(post_one(2, "take I01 4"), "AD-000002 2", true);
    const struct rpc_request *r = post_one(2, "take I01 5");
    CU_ASSERT_EQUAL(r->fault.status, STATUS_KEY_REUSED);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), 3);
}

/* Whatever the command would come to now: a refusal that leaves no key behind, a failure in SQL. */
static void test_a_known_key_is_always_found(void)
{
    CU_ASSERT_EQUAL(post_one(2, "busy I01 4")->fault.status, STATUS_KEY_REUSED);
    CU_ASSERT_EQUAL(post_one(2, "poison I01 4")->fault.status, STATUS_KEY_REUSED);
    CU_ASSERT_EQUAL(post_one(9, "busy I01 4")->fault.status, STATUS_BUSY);
    CU_ASSERT_FALSE(post_one(9, "busy I01 4")->repeated);
}

static void test_a_refusal_stays(void)
{
    CU_ASSERT_EQUAL(post_one(10, "put I01 100")->fault.status, STATUS_OK);
    const struct rpc_request *r = post_one(3, "take I01 7");
    CU_ASSERT_EQUAL(r->fault.status, STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_STRING_EQUAL(r->fault.message, "item \"I01\" has 6 available, 7 asked");
    CU_ASSERT_STRING_EQUAL(r->fault.field, "quantity");
    CU_ASSERT_TRUE(r->repeated);
}

static void test_equal_keys_of_a_batch(void)
{
    struct rpc_request requests[3];
    struct rpc_request *list[3];
    const char *bodies[] = {"take I01 1", "take I01 1", "take I01 2"};
    int64_t before = ask(COUNT_LINES);
    for (size_t i = 0; i < 3; i++) {
        requests[i] = (struct rpc_request){.method = "Test.Do",
                                           .object = text_of(""),
                                           .plant = PLANT,
                                           .key = key_of(20),
                                           .body = text_of(bodies[i]),
                                           .arena = arena,
                                           .sql = sql};
        list[i] = &requests[i];
    }
    post_batch(&service, list, 3);
    CU_ASSERT_EQUAL(requests[0].fault.status, STATUS_OK);
    CU_ASSERT_FALSE(requests[0].repeated);
    CU_ASSERT_TRUE(requests[1].repeated);
    CU_ASSERT_TRUE(text_equal(requests[0].reply, requests[1].reply));
    CU_ASSERT_EQUAL(requests[2].fault.status, STATUS_KEY_REUSED);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), before + 1);
}

static void test_a_poisoned_command_harms_itself(void)
{
    const char *bodies[] = {"put I02 1", "poison I02 1", "put I02 2", "nonsense", "take I02 3"};
    const struct rpc_request *r = post(sql, arena, 30, bodies, 5);
    CU_ASSERT_EQUAL(r[0].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(r[1].fault.status, STATUS_INTERNAL);
    CU_ASSERT_EQUAL(r[2].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(r[3].fault.status, STATUS_MALFORMED);
    CU_ASSERT_EQUAL(r[4].fault.status, STATUS_OK);
    /* it was not stored: the same key may be posted once the cause is gone */
    CU_ASSERT_EQUAL(post_one(31, "put I02 1")->fault.status, STATUS_OK);
    audit();
}

static void test_an_item_nobody_wanted(void)
{
    int64_t before = ask(COUNT_LINES);
    const char *bodies[] = {"put I03 5", "hide I03 2", "hide I09 1", "hide NONE 1"};
    const struct rpc_request *r = post(sql, arena, 40, bodies, 4);
    CU_ASSERT_EQUAL(r[0].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(r[1].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(r[2].fault.status, STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(r[3].fault.status, STATUS_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(r[3].fault.message, "item \"NONE\" does not exist");
    CU_ASSERT_EQUAL(ask(COUNT_LINES), before + 2);
}

static void test_documents_are_made_once(void)
{
    const char *bodies[] = {"order SO-A 1", "order SO-A 1", "order SO-B 1"};
    const struct rpc_request *r = post(sql, arena, 50, bodies, 3);
    CU_ASSERT_EQUAL(r[0].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(r[1].fault.status, STATUS_EXISTS);
    CU_ASSERT_EQUAL(r[2].fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(post_one(53, "order SO-B 1")->fault.status, STATUS_EXISTS);
    audit();
}

/* I08 is valued FIFO, I06 by lot; a put costs 2 a piece, each restored layer has its own. */
static void check_returns(uint32_t first, const char *order, const char *item)
{
    char make[32];
    char issue[4][32];
    sprintf(make, "make %s %s 10", order, item);
    sprintf(issue[0], "issue %s 2", order);
    sprintf(issue[1], "issue %s 6", order);
    sprintf(issue[2], "return %s 3", order);
    sprintf(issue[3], "return %s 5", order);
    char put[32];
    sprintf(put, "put %s 4", item);
    const char *together[] = {put, put, put, make, issue[0], issue[1], issue[2]};
    const struct rpc_request *r = post(sql, arena, first, together, COUNT_OF(together));
    for (size_t i = 0; i < COUNT_OF(together); i++)
        CU_ASSERT_EQUAL(r[i].fault.status, STATUS_OK);
    audit();
    CU_ASSERT_EQUAL(post_one(first + 20, issue[3])->fault.status, STATUS_OK); /* 0 are out */
    CU_ASSERT_EQUAL(post_one(first + 21, issue[1])->fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(post_one(first + 22, issue[2])->fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(post_one(first + 23, issue[2])->fault.status, STATUS_OK);
    audit();
}

static void test_returns_restore_layers(void)
{
    check_returns(200, "W1", "I08");
    CU_ASSERT_EQUAL(ask(WIP), 0);
    check_returns(300, "W2", "I06");
    check_returns(400, "W3", "I07");
}

/* A count holds a place still also where it found nothing on the books. */
static void test_an_empty_place_is_held_still(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of(PLANT))};
    database_run(sql, &s[FREEZE_EMPTY], plant);
    CU_ASSERT_EQUAL(post_one(500, "put I05 1")->fault.status, STATUS_STATE_CONFLICT);
    CU_ASSERT_EQUAL(ask(COUNT_FROZEN), 1);
    database_run(sql, &s[THAW_EMPTY], plant);
    CU_ASSERT_EQUAL(post_one(501, "put I05 1")->fault.status, STATUS_OK);
}

static void test_an_unknown_plant(void)
{
    const char *body = "put I01 1";
    struct rpc_request request = {.method = "Test.Do",
                                  .object = text_of(""),
                                  .plant = "NOWHERE",
                                  .key = key_of(60),
                                  .body = text_of(body),
                                  .arena = arena,
                                  .sql = sql};
    struct rpc_request *list[] = {&request};
    post_batch(&service, list, 1);
    CU_ASSERT_EQUAL(request.fault.status, STATUS_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(request.fault.field, "plant");
}

/* ---- a connection that dies in COMMIT ---- */

static void shell(const char *command)
{
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
}

static void test_killed_in_commit(void)
{
    shell("psql \"$MILLRACE_TEST_CONNINFO\" -qc \"CREATE TABLE doom (n int); INSERT INTO doom"
          " VALUES (1); CREATE FUNCTION kill_once() RETURNS trigger LANGUAGE plpgsql AS"
          " 'DECLARE c int; BEGIN SELECT last_value INTO c FROM doom_seq; IF c < 3 THEN PERFORM"
          " nextval(''doom_seq''); PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
          " RETURN NULL; END'; CREATE SEQUENCE doom_seq; SELECT nextval('doom_seq');"
          " CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON posting_key DEFERRABLE INITIALLY"
          " DEFERRED FOR EACH ROW EXECUTE FUNCTION kill_once()\" >/dev/null");
    int64_t before = ask(COUNT_LINES);
    const struct rpc_request *r = post_one(70, "put I04 1"); /* dies twice, then gets through */
    CU_ASSERT_EQUAL(r->fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), before + 1);
    shell("psql \"$MILLRACE_TEST_CONNINFO\" -qc \"SELECT setval('doom_seq', 1, true)\" >/dev/null");
    shell("psql \"$MILLRACE_TEST_CONNINFO\" -qc \"ALTER SEQUENCE doom_seq RESTART 1;"
          " CREATE OR REPLACE FUNCTION kill_once() RETURNS trigger LANGUAGE plpgsql AS"
          " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'\"");
    r = post_one(71, "put I04 1"); /* dies each time */
    CU_ASSERT_EQUAL(r->fault.status, STATUS_COMMIT_UNKNOWN);
    shell("psql \"$MILLRACE_TEST_CONNINFO\" -qc \"DROP TRIGGER doom ON posting_key\"");
    CU_ASSERT_EQUAL(post_one(71, "put I04 1")->fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), before + 2);
    audit();
}

/* ---- posters side by side, with keys that meet ---- */

#define POSTERS       4
#define POSTER_ROUNDS 40
#define POSTER_BATCH  20
#define POSTER_KEYS   1000 /* the keys of a round are shared by all posters: each is posted once */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

struct poster {
    pthread_t thread;
    uint32_t seed;
    int answered;
    int wrong;
};

/* What key k asks for: always the same. */
static void body_of(uint32_t key, char body[32])
{
    uint32_t state = key * 2654435761u;
    unsigned from = next_random(&state) % ITEMS + 1;
    unsigned to = next_random(&state) % ITEMS + 1;
    if (next_random(&state) % 3 == 0)
        sprintf(body, "put I%02u %u", from, next_random(&state) % 9 + 1);
    else
        sprintf(body, "move I%02u I%02u %u", from, to, next_random(&state) % 5 + 1);
}

static void post_keys(struct poster *poster, struct sql *on, struct arena *in)
{
    char texts[POSTER_BATCH][32];
    struct rpc_request requests[POSTER_BATCH];
    struct rpc_request *list[POSTER_BATCH];
    for (size_t i = 0; i < POSTER_BATCH; i++) {
        uint32_t key = 1000 + next_random(&poster->seed) % POSTER_KEYS;
        body_of(key, texts[i]);
        requests[i] = (struct rpc_request){.method = "Test.Do",
                                           .object = text_of(""),
                                           .plant = PLANT,
                                           .key = key_of(key),
                                           .body = text_of(texts[i]),
                                           .arena = in,
                                           .sql = on};
        list[i] = &requests[i];
    }
    post_batch(&service, list, POSTER_BATCH);
    for (size_t i = 0; i < POSTER_BATCH; i++) {
        enum status status = requests[i].fault.status;
        poster->answered++;
        if (status != STATUS_OK && status != STATUS_INSUFFICIENT_STOCK)
            poster->wrong++;
    }
}

static void *poster_main(void *context)
{
    struct poster *poster = context;
    struct sql *mine = database_open(&schema);
    struct arena *in = arena_new(64 * MIB);
    for (int round = 0; round < POSTER_ROUNDS; round++) {
        arena_reset(in);
        post_keys(poster, mine, in);
    }
    arena_free(&in);
    sql_close(&mine);
    return NULL;
}

static void test_posters_side_by_side(void)
{
    struct poster posters[POSTERS] = {0};
    for (uint32_t i = 0; i < POSTERS; i++) {
        posters[i].seed = i + 7;
        CU_ASSERT_EQUAL(pthread_create(&posters[i].thread, NULL, poster_main, &posters[i]), 0);
    }
    for (size_t i = 0; i < POSTERS; i++) {
        pthread_join(posters[i].thread, NULL);
        CU_ASSERT_EQUAL(posters[i].wrong, 0);
        CU_ASSERT_EQUAL(posters[i].answered, POSTER_ROUNDS * POSTER_BATCH);
    }
    clock_sleep_us(1100000); /* statistics are sent once a second */
    CU_ASSERT_EQUAL(ask(DEADLOCKS), 0);
    audit();
}

/* ---- so many keys that they go by COPY, twice at once ---- */

#define MANY        400
#define MANY_FIRST  100000u
#define MANY_ROUNDS 4

static void *many_main(void *context)
{
    const char *bodies[MANY];
    uint32_t first = *(const uint32_t *)context;
    struct sql *mine = database_open(&schema);
    struct arena *in = arena_new(64 * MIB);
    size_t wrong = 0;
    for (size_t i = 0; i < MANY; i++)
        bodies[i] = "put I04 1";
    const struct rpc_request *requests = post(mine, in, first, bodies, MANY);
    for (size_t i = 0; i < MANY; i++)
        wrong += requests[i].fault.status != STATUS_OK;
    arena_free(&in);
    sql_close(&mine);
    return wrong == 0 ? context : NULL;
}

static void test_many_keys_met(void)
{
    int64_t keys = ask(COUNT_KEYS);
    int64_t lines = ask(COUNT_LINES);
    for (uint32_t round = 0; round < MANY_ROUNDS; round++) {
        pthread_t threads[2];
        uint32_t first = MANY_FIRST + round * MANY;
        void *good = NULL;
        for (size_t i = 0; i < COUNT_OF(threads); i++)
            CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, many_main, &first), 0);
        for (size_t i = 0; i < COUNT_OF(threads); i++) {
            pthread_join(threads[i], &good);
            CU_ASSERT_PTR_NOT_NULL(good);
        }
    }
    CU_ASSERT_EQUAL(ask(COUNT_KEYS), keys + MANY_ROUNDS * MANY);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), lines + MANY_ROUNDS * MANY);
    CU_ASSERT_TRUE(post_one(MANY_FIRST + MANY / 2, "put I04 1")->repeated);
    audit();
}

/* What fails in the COPY of the lines, which is halved like any other batch, harms itself too. */
static void test_many_with_a_poisoned_one(void)
{
    const char *bodies[MANY];
    const uint32_t first = MANY_FIRST + (MANY_ROUNDS + 1) * MANY;
    int64_t lines = ask(COUNT_LINES);
    size_t good = 0;
    for (size_t i = 0; i < MANY; i++)
        bodies[i] = i == MANY / 3 ? "poison I04 1" : "put I04 1";
    const struct rpc_request *requests = post(sql, arena, first, bodies, MANY);
    for (size_t i = 0; i < MANY; i++)
        good += requests[i].fault.status == STATUS_OK;
    CU_ASSERT_EQUAL(good, MANY - 1);
    CU_ASSERT_EQUAL(requests[MANY / 3].fault.status, STATUS_INTERNAL);
    CU_ASSERT_EQUAL(ask(COUNT_LINES), lines + MANY - 1);
    audit();
}

/* ---- a poster that is killed at any moment ---- */

#define KILLS 12

static void test_killed_poster(void)
{
    struct poster poster = {.seed = 99};
    int64_t keys = ask(COUNT_KEYS);
    for (int i = 0; i < KILLS; i++) {
        pid_t child = fork();
        if (child == 0) {
            poster_main(&(struct poster){.seed = 1000u + (uint32_t)i});
            _exit(0);
        }
        clock_sleep_us(15000 + (int64_t)(next_random(&poster.seed) % 60000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    audit();
    for (int round = 0; round < 10; round++) /* every key answers, whoever posted it */
        post_keys(&poster, sql, arena);
    CU_ASSERT_EQUAL(poster.wrong, 0);
    CU_ASSERT_TRUE(ask(COUNT_KEYS) > keys);
    audit();
}

static void test_a_closed_day(void)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    database_run(sql, &s[CLOSE_DAY], params);
    CU_ASSERT_EQUAL(post_one(90, "put I01 1")->fault.status, STATUS_PERIOD_CLOSED);
}

static void test_close(void)
{
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("post", UNIT(test_open), UNIT(test_a_batch_sees_what_went_before),
               UNIT(test_a_key_answers_again), UNIT(test_a_known_key_is_always_found),
               UNIT(test_a_refusal_stays), UNIT(test_equal_keys_of_a_batch),
               UNIT(test_a_poisoned_command_harms_itself), UNIT(test_an_item_nobody_wanted),
               UNIT(test_documents_are_made_once), UNIT(test_returns_restore_layers),
               UNIT(test_an_empty_place_is_held_still), UNIT(test_an_unknown_plant),
               UNIT(test_killed_in_commit), UNIT(test_posters_side_by_side),
               UNIT(test_many_keys_met), UNIT(test_many_with_a_poisoned_one),
               UNIT(test_killed_poster), UNIT(test_a_closed_day), UNIT(test_close))
