/*
 * What a batch leaves in memory for the next (common/ledger/post_recall.h): it is used while nobody
 * came between, and whatever else anybody changed makes the next batch read again.  Two doors are
 * two services: each has a memory of its own.  Bodies are words (post_words.h).
 */

#include "common/io/metric.h"
#include "common/ledger/post_run.h"
#include "tests/sql/database.h"
#include "tests/sql/post_words.h"

#include <pthread.h>

#define PLANT "R"

enum {
    INIT_PLANT,
    INIT_SEQ,
    INIT_ITEM,
    INIT_STOCK,
    ON_HAND,
    LAST_DAY,
    DAY_THERE,
    OFF_THE_LEDGER,
    BROKEN_CHAINS,
    COUNT_LINES,
    SET_NEGATIVE,
    SET_OPEN,
    SET_ZONE,
    SET_LIMIT,
    MAKE_SHED,
    CLOSE_SHED,
    MOVE_BALANCES,
    MOVE_ITEMS,
    REWRITE,
    ADD_ITEMS,
    ADD_STOCK,
    ADD_BALANCES,
    COUNT_ROWS,
    TELL_NOW,
    LEFT_PAGES,
    WALK_ROWS,
    GO_TO_ROWS,
    MAKE_SEQUENCE,
    MAKE_FUNCTION,
    MAKE_TRIGGER,
    DROP_TRIGGER
};

static const struct sql_statement s[] = {
    [INIT_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ($1)", "t", ""},
    [INIT_SEQ] = {"test.seq", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
    [INIT_ITEM] =
        {"test.item",
         "INSERT INTO item (plant_id, item, type, decimals, tracking) SELECT $1, i, 'buy', 0, t FROM"
         " (VALUES ('I01', 'none'), ('I02', 'none'), ('I03', 'none'), ('I04', 'none'), ('I05',"
         " 'none'), ('I09', 'lot')) AS v (i, t)",
         "t", ""},
    [INIT_STOCK] = {"test.stock",
                    "INSERT INTO stock_item (plant_id, item) SELECT plant_id, item FROM item WHERE"
                    " plant_id = $1",
                    "t", ""},
    [ON_HAND] = {"test.on_hand",
                 "SELECT on_hand FROM stock_item WHERE plant_id = $1 AND item = 'I01'", "t", "q"},
    [LAST_DAY] =
        {"test.day",
         "SELECT effective_on FROM ledger_line WHERE plant_id = $1 ORDER BY posted_seq DESC"
         " LIMIT 1",
         "t", "d"},
    [DAY_THERE] = {"test.there",
                   "SELECT (now() AT TIME ZONE time_zone)::date FROM plant WHERE plant_id = $1",
                   "t", "d"},
    [OFF_THE_LEDGER] =
        {"test.off",
         "SELECT (SELECT count(*) FROM stock_item s WHERE plant_id = $1 AND (on_hand, value) <>"
         " (SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0) FROM ledger_line l WHERE"
         " l.plant_id = $1 AND l.item = s.item)) + (SELECT count(*) FROM stock_balance b WHERE"
         " plant_id = $1 AND qty <> (SELECT coalesce(sum(qty), 0) FROM ledger_line l WHERE"
         " l.plant_id = $1 AND l.item = b.item AND l.lot = b.lot AND l.location = b.location))",
         "t", "i"},
    /* each line says what its item had after it; moments rise with the numbers */
    [BROKEN_CHAINS] =
        {"test.chains",
         "SELECT count(*) FROM (SELECT on_hand - qty <> coalesce(lag(on_hand) OVER (PARTITION BY"
         " item ORDER BY posted_seq), 0) AS off, posted_at < lag(posted_at) OVER (ORDER BY"
         " posted_seq) AS back FROM ledger_line WHERE plant_id = $1) l WHERE off OR back",
         "t", "i"},
    [COUNT_LINES] = {"test.lines",
                     "SELECT CASE WHEN count(*) = max(posted_seq) THEN count(*) ELSE -1 END FROM"
                     " ledger_line WHERE plant_id = $1",
                     "t", "i"},
    /* as services/bom changes master data: the counter rises in the same transaction */
    [SET_NEGATIVE] =
        {"test.negative",
         "WITH c AS (UPDATE plant_seq SET event_seq = event_seq + 1 WHERE plant_id = $1 RETURNING"
         " event_seq), e AS (INSERT INTO event_log (plant_id, event_seq, kind, object_id, body)"
         " SELECT $1, event_seq, 1, 'I03', '' FROM c) UPDATE item SET allow_negative = $2 WHERE plant_id ="
         " $1 AND item = 'I03'",
         "tb", ""},
    [SET_OPEN] = {"test.open", "UPDATE plant_seq SET open_from = $2 WHERE plant_id = $1", "td", ""},
    [SET_ZONE] = {"test.zone", "UPDATE plant SET time_zone = $2 WHERE plant_id = $1", "tt", ""},
    [SET_LIMIT] = {"test.limit", "UPDATE plant_seq SET approve_above = 5 WHERE plant_id = $1", "t",
                   ""},
    [MAKE_SHED] = {"test.shed", "INSERT INTO location (plant_id, location) VALUES ($1, 'SHED')",
                   "t", ""},
    [CLOSE_SHED] = {"test.close_shed",
                    "UPDATE location SET active = false WHERE plant_id = $1 AND location = 'SHED'",
                    "t", ""},
    [MOVE_BALANCES] = {"test.move", "UPDATE stock_balance SET qty = qty WHERE plant_id = $1", "t",
                       ""},
    [MOVE_ITEMS] = {"test.move_items",
                    "UPDATE stock_item SET on_hand = on_hand WHERE plant_id = $1", "t", ""},
    [REWRITE] = {"test.rewrite", "VACUUM FULL stock_balance", "", ""},
    [ADD_ITEMS] = {"test.add_items",
                   "INSERT INTO item (plant_id, item, type) SELECT $1, 'J' || n, 'buy' FROM"
                   " generate_series(1, 2000) n",
                   "t", ""},
    [ADD_STOCK] = {"test.add_stock",
                   "INSERT INTO stock_item (plant_id, item) SELECT plant_id, item FROM item WHERE"
                   " plant_id = $1 AND item LIKE 'J%'",
                   "t", ""},
    [ADD_BALANCES] = {"test.add_balances",
                      "INSERT INTO stock_balance (plant_id, item, location) SELECT plant_id, item,"
                      " 'MAIN' FROM item WHERE plant_id = $1 AND item LIKE 'J%'",
                      "t", ""},
    [COUNT_ROWS] = {"test.count", "ANALYZE stock_item, stock_balance", "", ""},
    [TELL_NOW] = {"test.tell", "SELECT pg_stat_force_next_flush() IS NULL", "", "b"},
    [LEFT_PAGES] = {"test.left",
                    "SELECT sum(n_tup_upd - n_tup_hot_upd)::bigint FROM pg_stat_user_tables WHERE"
                    " relname IN ('stock_item', 'stock_balance')",
                    "", "i"},
    [WALK_ROWS] = {"test.walk",
                   "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_tidscan = off',"
                   " current_database()); END $$",
                   "", ""},
    [GO_TO_ROWS] = {"test.go",
                    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET enable_tidscan',"
                    " current_database()); END $$",
                    "", ""},
    [MAKE_SEQUENCE] = {"test.sequence", "CREATE SEQUENCE dooms", "", ""},
    [MAKE_FUNCTION] = {"test.function",
                       "CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
                       " IF nextval(''dooms'') = 1 THEN PERFORM"
                       " pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END'",
                       "", ""},
    [MAKE_TRIGGER] = {"test.trigger",
                      "CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON posting_key DEFERRABLE"
                      " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doom()",
                      "", ""},
    [DROP_TRIGGER] = {"test.untrigger", "DROP TRIGGER doom ON posting_key", "", ""},
};

static const struct sql_schema *const parts[] = {&post_schema, NULL};
/* the last four are run by database_make: they need what those before them make */
static const struct sql_schema schema = {
    .statements = s, .statement_count = MAKE_SEQUENCE, .parts = parts};

static bool all_recall(const struct post_kind *kind)
{
    return kind->method != NULL;
}

static const struct post_service recalling = {
    .name = "Test", .kinds = kinds, .kind_count = COUNT_OF(kinds), .recalls = all_recall};

static struct sql *sql;
static struct arena *arena;
static struct post_door one;
static struct post_door other;

static void door_open(struct post_door *door, const char *metric)
{
    *door = (struct post_door){.commands = metric_counter("commands", "-"),
                               .lines = metric_counter("lines", "-"),
                               .rounds = metric_counter("rounds", "-"),
                               .recalled = metric_counter(metric, "-")};
    post_memory_init(&door->memory);
    post_recall_init(&door->recall);
}

static void door_close(struct post_door *door)
{
    post_memory_release(&door->memory);
    post_recall_release(&door->recall);
}

/* Batches that the first door has posted without reading. */
static long recalled(void)
{
    const char *at = strstr(metric_text(arena), "\nrecalled_one ");
    return at ? strtol(at + strlen("\nrecalled_one "), NULL, 10) : 0;
}

static struct sql_value ask(int statement)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    struct sql_rows rows;
    struct fault fault = {0};
    enum status status = sql_run(sql, &s[statement], params, arena, &rows, &fault);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    return *sql_at(&rows, 0, 0);
}

static void change(int statement)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    database_run(sql, &s[statement], params);
}

static struct rpc_request request_of(struct post_door *door, uint32_t key, const char *body)
{
    struct rpc_request request = {.method = "Test.Do",
                                  .object = text_of(""),
                                  .plant = PLANT,
                                  .body = text_of(body),
                                  .arena = arena,
                                  .service = door,
                                  .sql = sql};
    memcpy(request.key.bytes + 12, &key, sizeof key);
    snprintf(request.principal.name, sizeof request.principal.name, "ann");
    return request;
}

static uint32_t last_key;

static enum status post(struct post_door *door, const char *body)
{
    struct rpc_request request = request_of(door, ++last_key, body);
    struct rpc_request *list[] = {&request};
    post_batch(&recalling, list, 1);
    return request.fault.status;
}

/* Was it posted without reading? */
static bool recalls(const char *body)
{
    const long before = recalled();
    CU_ASSERT_EQUAL(post(&one, body), STATUS_OK);
    return recalled() > before;
}

/* So that the first door knows I01. */
static void learn(void)
{
    CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK);
    CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK); /* nobody came between */
    CU_ASSERT_TRUE(recalls("put I01 1"));
}

static void check_ledger(void)
{
    CU_ASSERT_EQUAL(ask(OFF_THE_LEDGER).as.integer, 0);
    CU_ASSERT_EQUAL(ask(BROKEN_CHAINS).as.integer, 0);
    CU_ASSERT_NOT_EQUAL(ask(COUNT_LINES).as.integer, -1);
}

static void test_open(void)
{
    arena = arena_new(64 * MIB);
    sql = database_open(&schema);
    door_open(&one, "recalled_one");
    door_open(&other, "recalled_other");
    for (int statement = INIT_PLANT; statement <= INIT_STOCK; statement++)
        change(statement);
    CU_ASSERT_FALSE(recalls("put I01 100")); /* makes the balance */
    CU_ASSERT_FALSE(recalls("put I01 1"));
    CU_ASSERT_TRUE(recalls("put I01 1"));
    CU_ASSERT_TRUE(recalls("take I01 2"));
    CU_ASSERT_EQUAL(ask(ON_HAND).as.qty.micro, 100 * QTY_SCALE);
    check_ledger();
}

static void test_another_poster_between(void)
{
    learn();
    CU_ASSERT_EQUAL(post(&other, "put I01 7"), STATUS_OK);
    CU_ASSERT_FALSE(recalls("put I01 1"));
    CU_ASSERT_FALSE(recalls("put I01 1")); /* nobody came between: the next one may */
    CU_ASSERT_TRUE(recalls("put I01 1"));
    CU_ASSERT_EQUAL(post(&other, "put I02 7"), STATUS_OK); /* another item: the numbers are gone */
    CU_ASSERT_FALSE(recalls("put I01 1"));
    check_ledger();
}

static void set_negative(bool allowed)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_BOOL(allowed)};
    database_run(sql, &s[SET_NEGATIVE], params);
}

static void test_master_data_changed_between(void)
{
    set_negative(true);
    CU_ASSERT_EQUAL(post(&one, "put I03 10"), STATUS_OK);
    CU_ASSERT_EQUAL(post(&one, "put I03 1"), STATUS_OK);
    CU_ASSERT_TRUE(recalls("take I03 1"));
    set_negative(false);
    CU_ASSERT_EQUAL(post(&one, "take I03 100"), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_FALSE(recalls("put I03 1"));
    set_negative(true);
    CU_ASSERT_FALSE(recalls("take I03 10"));
    CU_ASSERT_FALSE(recalls("put I03 1"));
    CU_ASSERT_TRUE(recalls("put I03 10"));
    check_ledger();
}

static void set_open(date day)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_DATE(day)};
    database_run(sql, &s[SET_OPEN], params);
}

static void test_a_period_closed_between(void)
{
    learn();
    set_open(ask(DAY_THERE).as.day + 3);
    CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_PERIOD_CLOSED);
    set_open(0);
    learn();
    change(SET_LIMIT); /* of what one may adjust alone */
    CU_ASSERT_FALSE(recalls("put I01 1"));
    check_ledger();
}

static void set_zone(const char *zone)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_TEXT(text_of(zone))};
    database_run(sql, &s[SET_ZONE], params);
}

/* 26 hours apart: another day at any moment. */
static void test_a_day_ended_between(void)
{
    set_zone("Etc/GMT+12");
    learn();
    CU_ASSERT_EQUAL(ask(LAST_DAY).as.day, ask(DAY_THERE).as.day);
    set_zone("Etc/GMT-14");
    CU_ASSERT_FALSE(recalls("put I01 1"));
    CU_ASSERT_EQUAL(ask(LAST_DAY).as.day, ask(DAY_THERE).as.day);
    check_ledger();
}

/* Of tables that are known to be small a session's plan may walk through the rows, and tells the
   places in their order, not in that of the arrays. */
static void test_places_in_any_order(void)
{
    static const char *const bodies[] = {"put I04 1", "put I02 1", "put I03 1", "put I01 1"};
    struct rpc_request requests[COUNT_OF(bodies)];
    struct rpc_request *list[COUNT_OF(bodies)];
    database_run(sql, &s[WALK_ROWS], NULL);
    struct sql *mine = database_open(&schema);
    database_run(sql, &s[GO_TO_ROWS], NULL);
    long before = 0;
    for (int round = 0; round < 5; round++) {
        before = recalled();
        for (size_t i = 0; i < COUNT_OF(bodies); i++) {
            requests[i] = request_of(&one, ++last_key, bodies[i]);
            requests[i].sql = mine;
            list[i] = &requests[i];
        }
        post_batch(&recalling, list, COUNT_OF(bodies));
        CU_ASSERT_EQUAL(requests[0].fault.status, STATUS_OK);
    }
    CU_ASSERT_EQUAL(recalled(), before + 1);
    sql_close(&mine);
    check_ledger();
}

/* By somebody who raises no counter. */
static void test_rows_that_are_elsewhere(void)
{
    static const int moves[] = {MOVE_BALANCES, MOVE_ITEMS, REWRITE};
    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        learn();
        if (moves[i] == REWRITE)
            database_run(sql, &s[REWRITE], NULL);
        else
            change(moves[i]);
        CU_ASSERT_FALSE(recalls("put I01 1"));
        check_ledger();
    }
}

/* Updates that found no room on their page, of all there were. */
static int64_t left_pages(void)
{
    database_run(sql, &s[TELL_NOW], NULL);
    struct sql_rows rows;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &s[LEFT_PAGES], NULL, arena, &rows, &fault), STATUS_OK);
    return sql_at(&rows, 0, 0)->as.integer;
}

/* A page that is only written by place is cleared in time: it has room for a hundred versions.  In
   a small table rows are not gone to by their place, so there are more; and plans are made anew. */
static void test_pages_are_cleared(void)
{
    struct sql *first = sql;
    for (int statement = ADD_ITEMS; statement <= ADD_BALANCES; statement++)
        change(statement);
    database_run(sql, &s[COUNT_ROWS], NULL);
    sql = database_open(&schema);
    learn();
    const int64_t before = left_pages();
    const long done = recalled();
    for (int i = 0; i < 600; i++)
        CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK);
    CU_ASSERT_EQUAL(recalled(), done + 600);
    CU_ASSERT_EQUAL(left_pages(), before);
    const size_t *waiting = one.recall.plants[0]->crowd.counts;
    for (int i = 0; i < POST_CROWD_URGENT && waiting[POST_PLACED_ITEMS] == 0; i++)
        CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK);
    CU_ASSERT_EQUAL(waiting[POST_PLACED_ITEMS], 1);
    CU_ASSERT_EQUAL(post(&other, "put I01 1"), STATUS_OK);
    CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK); /* all is forgotten */
    CU_ASSERT_EQUAL(waiting[POST_PLACED_ITEMS], 0);
    check_ledger();
    sql_close(&sql);
    sql = first;
}

static void test_a_key_met_again(void)
{
    learn();
    struct rpc_request first = request_of(&one, 9001, "put I01 1");
    struct rpc_request second = request_of(&one, 9001, "put I01 1");
    struct rpc_request *list[] = {&first};
    post_batch(&recalling, list, 1);
    const int64_t lines = ask(COUNT_LINES).as.integer;
    list[0] = &second;
    post_batch(&recalling, list, 1);
    CU_ASSERT_TRUE(second.repeated);
    CU_ASSERT_TRUE(first.reply.length > 0 && text_equal(first.reply, second.reply));
    CU_ASSERT_EQUAL(ask(COUNT_LINES).as.integer, lines);
    atomic_store(&one.wary, 0); /* else the next batches look for keys */
    learn();
}

static void test_refusals(void)
{
    learn();
    const long before = recalled();
    CU_ASSERT_EQUAL(post(&one, "take I01 100000"), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(recalled(), before); /* nothing is written that would tell what has changed */
    struct rpc_request good = request_of(&one, ++last_key, "put I01 1");
    struct rpc_request bad = request_of(&one, ++last_key, "take I01 100000");
    struct rpc_request *list[] = {&good, &bad};
    post_batch(&recalling, list, 2);
    CU_ASSERT_EQUAL(good.fault.status, STATUS_OK);
    CU_ASSERT_EQUAL(bad.fault.status, STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(recalled(), before + 1);
    /* what was refused on memory is refused on what is read, once somebody has put enough there */
    CU_ASSERT_EQUAL(post(&other, "put I01 200000"), STATUS_OK);
    CU_ASSERT_EQUAL(post(&one, "take I01 200000"), STATUS_OK);
    check_ledger();
}

static void test_what_is_not_kept(void)
{
    CU_ASSERT_EQUAL(post(&one, "lot I09 A 3"), STATUS_OK);
    CU_ASSERT_FALSE(recalls("lot I09 A 3"));
    CU_ASSERT_FALSE(recalls("take I09 1"));
    learn();
    CU_ASSERT_FALSE(recalls("put I05 1"));
    CU_ASSERT_FALSE(recalls("take I05 1")); /* an empty balance is not kept */
    CU_ASSERT_FALSE(recalls("put I05 1"));
    CU_ASSERT_FALSE(recalls("put I05 1"));
    CU_ASSERT_TRUE(recalls("put I05 1"));
    check_ledger();
}

/* "at I01 SHED 1": a location that is named, and used no more from then on. */
static void test_a_location_that_is_named(void)
{
    change(MAKE_SHED);
    learn();
    CU_ASSERT_FALSE(recalls("at I01 SHED 1")); /* makes the balance */
    CU_ASSERT_EQUAL(post(&one, "put I01 1"), STATUS_OK);
    CU_ASSERT_TRUE(recalls("at I01 SHED 1"));
    change(CLOSE_SHED);
    CU_ASSERT_EQUAL(post(&one, "at I01 SHED 1"), STATUS_UNKNOWN_LOCATION);
    CU_ASSERT_EQUAL(post(&one, "at I01 ELSEWHERE 1"), STATUS_UNKNOWN_LOCATION);
    check_ledger();
}

static void test_what_is_kept_is_bounded(void)
{
    struct post_recall *recall = &one.recall;
    CU_ASSERT_EQUAL_FATAL(recall->plant_count, 1);
    recall->plants[0]->items_max = 2;
    for (int i = 0; i < 20; i++) {
        char body[32];
        sprintf(body, "put I0%d 1", 1 + i % 5);
        CU_ASSERT_EQUAL(post(&one, body), STATUS_OK);
        CU_ASSERT_TRUE(recall->plants[0]->count <= 2);
    }
    recall->plants[0]->items_max = POST_RECALL_ITEMS_MAX;
    for (int i = 1; i <= POST_RECALL_PLANTS_MAX; i++) {
        char plant[32];
        sprintf(plant, "P%d", i);
        struct post_recalled *taken = post_recall_take(recall, text_of(plant));
        CU_ASSERT_EQUAL(taken != NULL, i < POST_RECALL_PLANTS_MAX);
        post_recall_give_back(recall, taken);
    }
    CU_ASSERT_PTR_NULL(post_recall_take(recall, text_of("P9")));
    check_ledger();
}

/* Where the rows of a large batch are is not asked: its items are known no more, others still are.
 */
#define LARGE  601
#define MIDDLE 150 /* decided before the counter is locked */

static void post_alike(const char *body, size_t count)
{
    static struct rpc_request requests[LARGE];
    struct rpc_request *list[LARGE];
    ASSERT(count <= LARGE);
    for (size_t i = 0; i < count; i++) {
        requests[i] = request_of(&one, ++last_key, body);
        list[i] = &requests[i];
    }
    post_batch(&recalling, list, count);
    CU_ASSERT_EQUAL(requests[count - 1].fault.status, STATUS_OK);
}

static void test_a_batch_of_middle_size(void)
{
    learn();
    CU_ASSERT_EQUAL(post(&other, "put I01 1"), STATUS_OK);
    post_alike("put I01 1", MIDDLE); /* reads */
    post_alike("put I01 1", MIDDLE);
    const long before = recalled();
    post_alike("put I01 1", MIDDLE);
    CU_ASSERT_EQUAL(recalled(), before + 1);
    check_ledger();
}

static void test_a_large_batch_between(void)
{
    learn();
    CU_ASSERT_EQUAL(post(&one, "put I02 1"), STATUS_OK);
    CU_ASSERT_TRUE(recalls("put I02 1"));
    post_alike("put I02 1", LARGE);
    CU_ASSERT_TRUE(recalls("put I01 1"));
    CU_ASSERT_FALSE(recalls("put I02 1"));
    CU_ASSERT_TRUE(recalls("put I02 1"));
    check_ledger();
}

/* The connection dies in COMMIT of a batch for which nothing was read. */
static void test_a_crash_in_commit(void)
{
    learn();
    const struct qty before = ask(ON_HAND).as.qty;
    database_make(&s[MAKE_SEQUENCE], 3);
    CU_ASSERT_FALSE(recalls("put I01 1"));
    database_make(&s[DROP_TRIGGER], 1);
    CU_ASSERT_EQUAL(ask(ON_HAND).as.qty.micro, before.micro + QTY_SCALE);
    check_ledger();
    learn();
}

/* ---- two services at once, on the same items ---- */

#define ROUNDS 150

struct poster {
    pthread_t thread;
    struct post_door *door;
    uint32_t first_key;
    int posted;
};

static void *post_many(void *context)
{
    struct poster *poster = context;
    struct sql *mine = database_open(&schema);
    struct arena *own = arena_new(64 * MIB);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        char bodies[3][32];
        struct rpc_request requests[3];
        struct rpc_request *list[3];
        for (uint32_t i = 0; i < 3; i++) {
            /* in different orders, so that locks that are not sorted would deadlock */
            uint32_t item = 1 + (poster->first_key / 10000 * 2 + round + 2 * i) % 5;
            sprintf(bodies[i], "%s I0%u 1", (round + i) % 3 == 0 ? "take" : "put", item);
            requests[i] = request_of(poster->door, poster->first_key + 3 * round + i, bodies[i]);
            requests[i].sql = mine;
            requests[i].arena = own;
            list[i] = &requests[i];
        }
        post_batch(&recalling, list, 3);
        for (size_t i = 0; i < 3; i++)
            poster->posted += requests[i].fault.status == STATUS_OK;
    }
    arena_free(&own);
    sql_close(&mine);
    return NULL;
}

static void test_two_services_at_once(void)
{
    for (int item = 1; item <= 5; item++) {
        char body[32];
        sprintf(body, "put I0%d 1000", item);
        CU_ASSERT_EQUAL(post(&one, body), STATUS_OK);
    }
    const int64_t lines = ask(COUNT_LINES).as.integer;
    struct poster posters[] = {{.door = &one, .first_key = 100000},
                               {.door = &other, .first_key = 200000}};
    for (size_t i = 0; i < COUNT_OF(posters); i++)
        CU_ASSERT_EQUAL(pthread_create(&posters[i].thread, NULL, post_many, &posters[i]), 0);
    for (size_t i = 0; i < COUNT_OF(posters); i++) {
        pthread_join(posters[i].thread, NULL);
        CU_ASSERT_EQUAL(posters[i].posted, 3 * ROUNDS);
    }
    CU_ASSERT_EQUAL(ask(COUNT_LINES).as.integer, lines + 6 * ROUNDS);
    check_ledger();
    learn();
}

static void test_close(void)
{
    door_close(&one);
    door_close(&other);
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("post_recall", UNIT(test_open), UNIT(test_another_poster_between),
               UNIT(test_master_data_changed_between), UNIT(test_a_period_closed_between),
               UNIT(test_a_day_ended_between), UNIT(test_places_in_any_order),
               UNIT(test_rows_that_are_elsewhere), UNIT(test_pages_are_cleared),
               UNIT(test_a_key_met_again), UNIT(test_refusals), UNIT(test_what_is_not_kept),
               UNIT(test_a_location_that_is_named), UNIT(test_what_is_kept_is_bounded),
               UNIT(test_a_batch_of_middle_size), UNIT(test_a_large_batch_between),
               UNIT(test_two_services_at_once), UNIT(test_a_crash_in_commit), UNIT(test_close))
