/*
 * What a batch owes to time and to people: lots that have no stock, moments that rise with the
 * numbers, refusals that lock nothing, a day that ends while a batch waits, answers that are for
 * who asked, and pauses between deadlocks.  Bodies are words (post_words.h).
 */

#include "common/io/clock.h"
#include "common/ledger/post_rows.h"
#include "tests/sql/database.h"
#include "tests/sql/post_words.h"

#include <pthread.h>

#define PLANT "B"

enum {
    INIT_PLANT,
    INIT_SEQ,
    INIT_ITEM,
    INIT_STOCK,
    HOLD_COUNTER,
    WAITERS,
    NOW,
    LAST_LOT,
    LAST_POSTED,
    LAST_EVENT,
    LAST_DAY,
    SET_ZONE,
    DAY_THERE,
    COUNTER_ROW,
    LINES_AS_TEXT,
    RUNS_AS_TEXT,
    MOVE_BALANCES,
    MOVE_ORDER,
    ISSUED_AND_WIP,
    LINKED,
    OFF_THE_LEDGER,
    MAKE_SEQUENCE,
    MAKE_FUNCTION,
    MAKE_TRIGGER,
    DROP_TRIGGER
};

#define OF_LAST_LINE " FROM ledger_line WHERE plant_id = $1 ORDER BY posted_seq DESC LIMIT 1"

static const struct sql_statement s[] = {
    [INIT_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ($1)", "t", ""},
    [INIT_SEQ] = {"test.seq", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
    [INIT_ITEM] =
        {"test.item",
         "INSERT INTO item (plant_id, item, type, decimals, tracking) SELECT $1, i, 'buy',"
         " 0, t FROM (VALUES ('I01', 'none'), ('I02', 'lot')) AS v (i, t)",
         "t", ""},
    [INIT_STOCK] = {"test.stock",
                    "INSERT INTO stock_item (plant_id, item) SELECT plant_id, item FROM item WHERE"
                    " plant_id = $1",
                    "t", ""},
    [HOLD_COUNTER] = {"test.hold", "SELECT line_seq FROM plant_seq WHERE plant_id = $1 FOR UPDATE",
                      "t", "i"},
    [WAITERS] = {"test.waiters",
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", "", "i"},
    [NOW] = {"test.now", "SELECT clock_timestamp()", "", "z"},
    [MOVE_BALANCES] = {"test.move", "UPDATE stock_balance SET qty = qty WHERE plant_id = $1", "t",
                       ""},
    [MOVE_ORDER] = {"test.move_order",
                    "UPDATE work_order SET good_qty = 9 WHERE plant_id = $1 AND work_order = 'W1'"
                    " RETURNING 1",
                    "t", "n"},
    [ISSUED_AND_WIP] = {"test.issued",
                        "SELECT c.issued_qty::text || ' ' || o.wip || ' ' || o.good_qty FROM"
                        " work_order o JOIN work_order_component c USING (plant_id, work_order)"
                        " WHERE plant_id = $1 AND work_order = 'W1'",
                        "t", "t"},
    [LINKED] = {"test.linked",
                "SELECT string_agg(k.lot || ' ' || k.qty || ' of ' || l.n, ', ' ORDER BY k.lot)"
                " FROM lot_link k JOIN (SELECT lot, count(*) AS n FROM ledger_line WHERE plant_id ="
                " $1 AND order_id = 'W2' GROUP BY lot) l USING (lot) WHERE plant_id = $1 AND"
                " order_id = 'W2' AND way = 'in' AND item = 'I02'",
                "t", "t"},
    [OFF_THE_LEDGER] =
        {"test.off",
         "SELECT count(*) FROM stock_balance b WHERE plant_id = $1 AND qty <> (SELECT"
         " sum(qty) FROM ledger_line l WHERE l.plant_id = $1 AND l.item = b.item AND"
         " l.lot = b.lot)",
         "t", "i"},
    [LAST_LOT] = {"test.lot", "SELECT lot" OF_LAST_LINE, "t", "t"},
    [LAST_POSTED] = {"test.posted", "SELECT posted_at" OF_LAST_LINE, "t", "z"},
    [LAST_EVENT] = {"test.event",
                    "SELECT committed_at FROM event_log WHERE plant_id = $1"
                    " ORDER BY event_seq DESC LIMIT 1",
                    "t", "z"},
    [LAST_DAY] = {"test.day", "SELECT effective_on" OF_LAST_LINE, "t", "d"},
    [SET_ZONE] = {"test.zone", "UPDATE plant SET time_zone = $2 WHERE plant_id = $1", "tt", ""},
    [DAY_THERE] = {"test.there",
                   "SELECT (now() AT TIME ZONE time_zone)::date FROM plant WHERE plant_id = $1",
                   "t", "d"},
    [COUNTER_ROW] = {"test.counter", "SELECT xmin::text::int8 FROM plant_seq WHERE plant_id = $1",
                     "t", "i"},
    [LINES_AS_TEXT] = {"test.lines",
                       "SELECT string_agg(l::text, ' ' ORDER BY posted_seq) FROM ledger_line l"
                       " WHERE plant_id = $1 AND document = 'AD-9'",
                       "t", "t"},
    [RUNS_AS_TEXT] =
        {"test.runs",
         "SELECT string_agg(document || ' ' || document_lines, ', ' ORDER BY posted_seq)"
         " FROM ledger_line WHERE plant_id = $1 AND posted_seq BETWEEN 9000 AND 9999",
         "t", "t"},
    [MAKE_SEQUENCE] = {"test.sequence", "CREATE SEQUENCE deadlocks", "", ""},
    [MAKE_FUNCTION] = {"test.function",
                       "CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
                       " IF nextval(''deadlocks'') <= 5 THEN RAISE EXCEPTION ''planted''"
                       " USING ERRCODE = ''40P01''; END IF; RETURN NULL; END'",
                       "", ""},
    [MAKE_TRIGGER] = {"test.trigger",
                      "CREATE TRIGGER deadlock AFTER INSERT ON posting_key FOR EACH ROW"
                      " EXECUTE FUNCTION deadlock()",
                      "", ""},
    [DROP_TRIGGER] = {"test.untrigger", "DROP TRIGGER deadlock ON posting_key", "", ""},
};

static const struct sql_schema *const parts[] = {&post_schema, NULL};
/* the last four are run by database_make: they need what those before them make */
static const struct sql_schema schema = {
    .statements = s, .statement_count = MAKE_SEQUENCE, .parts = parts};

static struct sql *sql;
static struct arena *arena;

static struct sql_value ask(struct sql *on, int statement)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    struct sql_rows rows;
    struct fault fault = {0};
    enum status status = sql_run(on, &s[statement], params, arena, &rows, &fault);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    return *sql_at(&rows, 0, 0);
}

static struct rpc_request request_of(uint32_t key, const char *body, const char *name)
{
    struct rpc_request request = {.method = "Test.Do",
                                  .object = text_of(""),
                                  .plant = PLANT,
                                  .body = text_of(body),
                                  .arena = arena,
                                  .sql = sql};
    memcpy(request.key.bytes + 12, &key, sizeof key);
    snprintf(request.principal.name, sizeof request.principal.name, "%s", name);
    return request;
}

static enum status post(struct rpc_request *requests, size_t count)
{
    struct rpc_request *list[4];
    ASSERT(count <= COUNT_OF(list));
    for (size_t i = 0; i < count; i++)
        list[i] = &requests[i];
    post_batch(&service, list, count);
    return requests[count - 1].fault.status;
}

static enum status post_one(uint32_t key, const char *body)
{
    struct rpc_request request = request_of(key, body, "ann");
    return post(&request, 1);
}

static void test_open(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of(PLANT))};
    arena = arena_new(64 * MIB);
    sql = database_open(&schema);
    for (int statement = INIT_PLANT; statement <= INIT_STOCK; statement++)
        database_run(sql, &s[statement], plant);
    CU_ASSERT_EQUAL(post_one(1, "put I01 100"), STATUS_OK);
}

/* ---- lots ---- */

static void test_a_lot_without_stock_keeps_its_expiry(void)
{
    CU_ASSERT_EQUAL(post_one(10, "lot I02 SOON 3 30000"), STATUS_OK);
    CU_ASSERT_EQUAL(post_one(11, "lot I02 LATE 3 30010"), STATUS_OK);
    CU_ASSERT_EQUAL(post_one(12, "take I02 3"), STATUS_OK); /* all of SOON */
    struct rpc_request r[] = {request_of(13, "lot I02 SOON 1", "ann"),
                              request_of(14, "take I02 1", "ann")};
    CU_ASSERT_EQUAL(post(r, 2), STATUS_OK);
    CU_ASSERT_EQUAL(r[0].fault.status, STATUS_OK);
    CU_ASSERT_TRUE(text_is(ask(sql, LAST_LOT).as.text, "SOON"));
}

static void test_a_lot_is_made_once(void)
{
    struct rpc_request r[] = {request_of(20, "lot I02 NEW 1 29000", "ann"),
                              request_of(21, "lot I02 NEW 1 30020", "ann")};
    CU_ASSERT_EQUAL(post(r, 2), STATUS_OK);
    CU_ASSERT_EQUAL(post_one(22, "take I02 2"), STATUS_OK);
    CU_ASSERT_TRUE(text_is(ask(sql, LAST_LOT).as.text, "NEW"));
}

/* Lines as a batch leaves them, to be written. */
static struct book book_of(struct ledger_line *lines, size_t count)
{
    return (struct book){
        .arena = arena, .plant.plant = text_of(PLANT), .lines = lines, .line_count = count};
}

/* ---- what orders took of lots ---- */

static void test_links_grow_with_each_batch(void)
{
    struct rpc_request first[] = {
        request_of(23, "lot I02 L1 3 28000", "ann"), request_of(24, "make W2 I02 10", "ann"),
        request_of(25, "issue W2 1", "ann"), request_of(26, "issue W2 4", "ann")};
    struct rpc_request second[] = {request_of(27, "issue W2 1", "ann"),
                                   request_of(28, "issue W2 2", "ann")};
    CU_ASSERT_EQUAL(post_one(19, "lot I02 L2 9 28001"), STATUS_OK);
    CU_ASSERT_EQUAL(post(first, COUNT_OF(first)), STATUS_OK);
    CU_ASSERT_TRUE(text_is(ask(sql, LINKED).as.text, "L1 3.000000 of 2, L2 2.000000 of 1"));
    CU_ASSERT_EQUAL(post(second, COUNT_OF(second)), STATUS_OK);
    CU_ASSERT_TRUE(text_is(ask(sql, LINKED).as.text, "L1 3.000000 of 2, L2 5.000000 of 3"));
}

static struct ledger_line link_line(const char *order, const char *lot, int64_t micro)
{
    return (struct ledger_line){.kind = micro < 0 ? LEDGER_ISSUE : LEDGER_RECEIPT,
                                .item = text_of("I02"),
                                .lot = text_of(lot),
                                .order_kind = BOOK_WORK_ORDER,
                                .order_id = text_of(order),
                                .qty.micro = micro};
}

static void test_a_link_is_sent_once(void)
{
    struct ledger_line lines[] = {link_line("W2", "B", -2),  link_line("W1", "B", 4),
                                  link_line("W2", "A", -8),  link_line("W2", "B", -16),
                                  link_line("W1", "B", -32), link_line("W2", "", -64)};
    static const char *const orders[] = {"W1", "W1", "W2", "W2"};
    static const int64_t sums[] = {32, 4, 8, 18};
    struct book book = book_of(lines, COUNT_OF(lines));
    struct post_rows rows;
    struct fault fault = {0};
    CU_ASSERT_EQUAL(post_link_rows(&book, &rows, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(rows.count, COUNT_OF(sums));
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        const struct sql_array *ids = &rows.params[2].as.array;
        const struct sql_array *quantities = &rows.params[6].as.array;
        const void *id = (const char *)ids->first + i * ids->stride;
        const void *qty = (const char *)quantities->first + i * quantities->stride;
        CU_ASSERT_TRUE(text_is(*(const struct text *)id, orders[i]));
        CU_ASSERT_EQUAL(((const struct qty *)qty)->micro, sums[i]);
    }
    lines[0].qty.micro = lines[3].qty.micro = -INT64_MAX;
    CU_ASSERT_EQUAL(post_link_rows(&book, &rows, &fault), STATUS_OVERFLOW);
}

/* ---- waiting at the counter, or for an order ---- */

struct waiter {
    pthread_t thread;
    uint32_t key;
    const char *body; /* NULL: "put I01 1" */
    enum status status;
};

static void *wait_and_post(void *context)
{
    struct waiter *waiter = context;
    struct sql *mine = database_open(&schema);
    struct arena *own = arena_new(64 * MIB);
    struct rpc_request request =
        request_of(waiter->key, waiter->body ? waiter->body : "put I01 1", "ann");
    request.sql = mine;
    request.arena = own;
    waiter->status = post(&request, 1);
    arena_free(&own);
    sql_close(&mine);
    return NULL;
}

/* Another transaction has the counter, or an order; a poster is on its way and waits for it. */
static struct sql *hold(struct waiter *waiter, int statement)
{
    struct fault fault = {0};
    struct sql *other = database_open(&schema);
    CU_ASSERT_EQUAL(sql_begin(other, &fault), STATUS_OK);
    (void)ask(other, statement);
    CU_ASSERT_EQUAL(pthread_create(&waiter->thread, NULL, wait_and_post, waiter), 0);
    while (ask(sql, WAITERS).as.integer == 0)
        clock_sleep_us(2000);
    return other;
}

static void let_go(struct sql *other, struct waiter *waiter)
{
    struct fault fault = {0};
    CU_ASSERT_EQUAL(sql_commit(other, &fault), STATUS_OK);
    sql_close(&other);
    pthread_join(waiter->thread, NULL);
    CU_ASSERT_EQUAL(waiter->status, STATUS_OK);
}

static void test_moments_rise_with_the_numbers(void)
{
    struct waiter waiter = {.key = 30};
    struct sql *other = hold(&waiter, HOLD_COUNTER);
    int64_t held = ask(sql, NOW).as.integer;
    let_go(other, &waiter);
    CU_ASSERT_TRUE(ask(sql, LAST_POSTED).as.integer > held);
    CU_ASSERT_TRUE(ask(sql, LAST_EVENT).as.integer > held);
}

static void set_zone(const char *zone)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_TEXT(text_of(zone))};
    database_run(sql, &s[SET_ZONE], params);
}

/* 26 hours apart: another day at any moment. */
static void test_a_day_that_ends_while_a_batch_waits(void)
{
    struct waiter waiter = {.key = 40};
    set_zone("Etc/GMT+12");
    struct sql *other = hold(&waiter, HOLD_COUNTER);
    set_zone("Etc/GMT-14");
    let_go(other, &waiter);
    CU_ASSERT_EQUAL(ask(sql, LAST_DAY).as.day, ask(sql, DAY_THERE).as.day);
}

/* Somebody who holds no lock moves the rows between reading and writing: the batch fails as a whole
   instead of missing them, and begins again. */
static void test_a_row_that_is_elsewhere_is_not_missed(void)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT))};
    struct waiter waiter = {.key = 45};
    struct sql *other = hold(&waiter, HOLD_COUNTER);
    database_run(sql, &s[MOVE_BALANCES], params);
    let_go(other, &waiter);
    CU_ASSERT_EQUAL(ask(sql, OFF_THE_LEDGER).as.integer, 0);
}

/* An order that was changed while a poster waited for its lock is elsewhere, and found there. */
static void test_an_order_that_moves_before_its_lock(void)
{
    struct waiter waiter = {.key = 48, .body = "issue W1 2"};
    CU_ASSERT_EQUAL(post_one(46, "make W1 I01 10"), STATUS_OK);
    CU_ASSERT_EQUAL(post_one(47, "issue W1 1"), STATUS_OK);
    struct sql *other = hold(&waiter, MOVE_ORDER);
    let_go(other, &waiter);
    CU_ASSERT_TRUE(text_is(ask(sql, ISSUED_AND_WIP).as.text, "3.000000 6.0000 9.000000"));
}

static void test_refusals_leave_the_counter_alone(void)
{
    int64_t before = ask(sql, COUNTER_ROW).as.integer;
    CU_ASSERT_EQUAL(post_one(50, "take I01 100000"), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(ask(sql, COUNTER_ROW).as.integer, before);
    CU_ASSERT_EQUAL(post_one(50, "take I01 100000"), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(post_one(51, "put I01 1"), STATUS_OK);
    CU_ASSERT_NOT_EQUAL(ask(sql, COUNTER_ROW).as.integer, before);
}

/* ---- answers are for who asked ---- */

static void test_an_answer_is_for_who_asked(void)
{
    CU_ASSERT_EQUAL(post_one(60, "put I01 1"), STATUS_OK);
    CU_ASSERT_EQUAL(post_one(60, "put I01 1"), STATUS_OK);
    struct rpc_request ben = request_of(60, "put I01 1", "ben");
    CU_ASSERT_EQUAL(post(&ben, 1), STATUS_FORBIDDEN);
    CU_ASSERT_STRING_EQUAL(ben.fault.field, "idempotency_key");
    CU_ASSERT_EQUAL(ben.reply.length, 0);
    struct rpc_request both[] = {request_of(61, "put I01 1", "ann"),
                                 request_of(61, "put I01 1", "ben")};
    CU_ASSERT_EQUAL(post(both, 2), STATUS_FORBIDDEN);
    CU_ASSERT_EQUAL(both[0].fault.status, STATUS_OK);
}

static void test_a_device_is_asked_by_many(void)
{
    struct rpc_request ann = request_of(62, "put I01 1", "ann");
    struct rpc_request ben = request_of(62, "put I01 1", "ben");
    strcpy(ann.principal.device, "T-7");
    CU_ASSERT_EQUAL(post(&ann, 1), STATUS_OK);
    strcpy(ben.principal.device, "T-8");
    CU_ASSERT_EQUAL(post(&ben, 1), STATUS_FORBIDDEN);
    ben = request_of(62, "put I01 1", "ben");
    strcpy(ben.principal.device, "T-7");
    CU_ASSERT_EQUAL(post(&ben, 1), STATUS_OK);
    CU_ASSERT_TRUE(ben.repeated);
    CU_ASSERT_TRUE(text_equal(ann.reply, ben.reply));
}

/* ---- lines that leave most of their columns to the table ---- */

static struct text written_as(int text_of_rows, const struct book *book,
                              enum post_statement statement, const struct post_rows *rows)
{
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(
        sql_run(sql, &post_statements[statement], rows->params, book->arena, NULL, &fault),
        STATUS_OK);
    struct text text = ask(sql, text_of_rows).as.text;
    sql_rollback(sql);
    return text;
}

static struct ledger_line plain_line(const struct book_number *document, const char *item)
{
    const struct text none = text_of("");
    return (struct ledger_line){.posted_seq = 9000 + (uint64_t)item[2],
                                .document = document,
                                .kind = LEDGER_COUNT,
                                .item = text_of(item),
                                .location = text_of("MAIN"),
                                .lot = none,
                                .status = text_of("available"),
                                .segment = none,
                                .owner = none,
                                .qty.micro = item[2],
                                .amount.e4 = 2 * item[2],
                                .on_hand.micro = 3,
                                .value.e4 = 4 * item[2],
                                .order_kind = BOOK_NO_KIND,
                                .order_id = none,
                                .operation = none,
                                .reason = text_of(item),
                                .effective_on = 20000,
                                .posted_by = text_of("ann")};
}

static void test_plain_lines_are_the_same_rows(void)
{
    const struct book_number document = {.prefix = "AD", .text = "AD-9"};
    struct ledger_line lines[] = {plain_line(&document, "I01"), plain_line(&document, "I12"),
                                  plain_line(&document, "I23")};
    struct book book = book_of(lines, COUNT_OF(lines));
    struct post_rows rows;
    struct fault fault = {0};
    CU_ASSERT_TRUE(post_lines_are_plain(&book));
    CU_ASSERT_EQUAL(post_plain_line_rows(&book, 1, &rows, &fault), STATUS_OK);
    struct text plain = written_as(LINES_AS_TEXT, &book, POST_INSERT_PLAIN_LINES, &rows);
    CU_ASSERT_EQUAL(post_line_rows(&book, 1, &rows, &fault), STATUS_OK);
    CU_ASSERT_TRUE(text_equal(plain, written_as(LINES_AS_TEXT, &book, POST_INSERT_LINES, &rows)));
    CU_ASSERT_TRUE(plain.length > 3 * sizeof "(B,9048,AD-9,count,I01,MAIN,,available)");
}

/* The first line of a document's run counts it; a document that comes again has another run. */
static void test_lines_of_a_document_are_counted(void)
{
    const struct book_number a = {.prefix = "AD", .text = "AD-1"};
    const struct book_number b = {.prefix = "AD", .text = "AD-2"};
    struct ledger_line lines[] = {plain_line(&a, "I01"), plain_line(&a, "I12"),
                                  plain_line(&a, "I23"), plain_line(&b, "I34"),
                                  plain_line(&a, "I45"), plain_line(&a, "I56")};
    struct book book = book_of(lines, COUNT_OF(lines));
    struct post_rows rows;
    struct fault fault = {0};
    CU_ASSERT_EQUAL(post_line_rows(&book, 1, &rows, &fault), STATUS_OK);
    CU_ASSERT_TRUE(text_is(written_as(RUNS_AS_TEXT, &book, POST_INSERT_LINES, &rows),
                           "AD-1 3, AD-1 0, AD-1 0, AD-2 1, AD-1 2, AD-1 0"));
}

/* Each of these is lost where the line is taken for a plain one. */
static void test_what_makes_a_line_no_plain_one(void)
{
    const struct text some = text_of("X");
    const struct book_number document = {.prefix = "AD", .text = "AD-9"};
    const struct ledger_line plain = plain_line(&document, "I01");
    struct ledger_line last[14];
    for (size_t i = 0; i < COUNT_OF(last); i++)
        last[i] = plain;
    last[0].lot = last[1].segment = last[2].owner = last[3].order_id = last[4].operation = some;
    last[5].status = text_of("blocked");
    last[6].wip.e4 = last[7].variance.e4 = last[8].counted.micro = last[9].order_line = -1;
    last[10].reverses = 1;
    last[11].order_kind = BOOK_WORK_ORDER;
    last[12].kind = LEDGER_ADJUSTMENT;
    last[13].effective_on = 20001;
    for (size_t i = 0; i < COUNT_OF(last); i++) {
        struct ledger_line lines[] = {plain, last[i]};
        const struct book book = {.lines = lines, .line_count = 2};
        CU_ASSERT_FALSE(post_lines_are_plain(&book));
    }
}

/* ---- deadlocks ---- */

/* Five in a row: the pauses alone are at least 1 + 2 + 4 + 8 + 16 ms. */
static void test_pauses_between_deadlocks(void)
{
    database_make(&s[MAKE_SEQUENCE], 3);
    int64_t begun = clock_monotonic_us();
    CU_ASSERT_EQUAL(post_one(70, "put I01 1"), STATUS_OK);
    CU_ASSERT_TRUE(clock_monotonic_us() - begun >= 31000);
    database_make(&s[DROP_TRIGGER], 1);
}

static void test_close(void)
{
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("post_batch", UNIT(test_open), UNIT(test_a_lot_without_stock_keeps_its_expiry),
               UNIT(test_a_lot_is_made_once), UNIT(test_links_grow_with_each_batch),
               UNIT(test_a_link_is_sent_once), UNIT(test_moments_rise_with_the_numbers),
               UNIT(test_a_day_that_ends_while_a_batch_waits),
               UNIT(test_a_row_that_is_elsewhere_is_not_missed),
               UNIT(test_an_order_that_moves_before_its_lock),
               UNIT(test_refusals_leave_the_counter_alone), UNIT(test_an_answer_is_for_who_asked),
               UNIT(test_a_device_is_asked_by_many), UNIT(test_plain_lines_are_the_same_rows),
               UNIT(test_lines_of_a_document_are_counted),
               UNIT(test_what_makes_a_line_no_plain_one), UNIT(test_pauses_between_deadlocks),
               UNIT(test_close))
