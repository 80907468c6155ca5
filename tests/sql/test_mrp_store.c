/* The MRP service's store against sql/migrations: a plan is written as its difference, and an
   accepted suggestion rests until the plan knows of it.  The service's codec is not needed: the
   event's body is made here. */

#include "services/mrp/mrp_store.c"
#include "services/mrp/plan_write_store.c"
#include "services/mrp/plan_written_store.c"
#include "tests/sql/database.h"

#include <string.h>

/* marks, kept plans, leases and audits have files of their own, not tested here */
const struct sql_schema mark_schema;
const struct sql_schema keep_schema;
const struct sql_schema owner_schema;
const struct sql_schema audit_schema;
static int64_t owned_epoch = 3;
static int holds_left = -1; /* the epoch is lost after so many looks; below 0: never */

enum status owner_begin(struct sql *unused, struct fault *fault)
{
    (void)unused;
    return fault->status;
}

enum status owner_held(const struct sql_rows *hold, struct text plant, struct fault *fault)
{
    (void)plant;
    return hold->count == 1 ? STATUS_OK : fault_set(fault, STATUS_UNAVAILABLE, "plant", "lost");
}

const struct sql_schema simulation_schema;
const struct sql_schema proposal_schema;
const struct sql_schema promise_schema;

#define COUNT 3

enum {
    T_PLANT,
    T_ITEM,
    T_SEQ,
    T_MARK,
    T_TOUCHED,
    T_ACCEPT,
    T_ACCEPTED,
    T_EVENTS,
    T_MESSAGES,
    T_NEWS,
    T_HOLD,
    T_ODD,
    T_PARTS,
    T_TWO_WROTE
};

static const struct sql_statement t[] = {
    [T_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ('M')", "", ""},
    [T_ITEM] =
        {"test.item",
         "INSERT INTO item (plant_id, item, type) VALUES ('M', 'A', 'make'), ('M', 'B', 'buy')", "",
         ""},
    [T_SEQ] = {"test.seq", "INSERT INTO plant_seq (plant_id, event_seq) VALUES ('M', 5)", "", ""},
    [T_MARK] = {"test.mark", "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint", "",
                "i"},
    [T_TOUCHED] =
        {"test.touched",
         "SELECT coalesce(string_agg(planned_order_id, ' ' ORDER BY planned_order_id), '')"
         " FROM planned_order WHERE plant_id = 'M' AND xmin::text::bigint >= $1",
         "i", "t"},
    [T_ACCEPT] =
        {"test.accept",
         "UPDATE planned_order SET accepted_seq = $2 WHERE plant_id = 'M' AND planned_order_id = $1",
         "ti", ""},
    [T_ACCEPTED] =
        {"test.accepted",
         "SELECT coalesce(string_agg(planned_order_id || ':' || coalesce(accepted_seq::text, '-')"
         " || ':' || trim_scale(qty), ' ' ORDER BY planned_order_id), '') FROM planned_order"
         " WHERE plant_id = 'M'",
         "", "t"},
    [T_EVENTS] =
        {"test.events",
         "SELECT coalesce(string_agg(event_seq || ':' || kind || ':' || convert_from(body, 'UTF8'), ' '"
         " ORDER BY event_seq), '') FROM event_log WHERE plant_id = 'M'",
         "", "t"},
    [T_NEWS] = {"test.news",
                "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, earlier_ids,"
                " earlier_bodies) VALUES ('M', 901, 1, 'A', '', NULL, NULL), ('M', 902, 1, 'A', '',"
                " NULL, NULL), ('M', 903, 6, 'plan', '', NULL, NULL), ('M', 904, 8, '7', 'B', NULL,"
                " NULL), ('M', 907, 1, 'A', '', '{C,A}', '{\"\",\"\"}')",
                "", ""},
    [T_HOLD] = {"test.hold", "SELECT 1::bigint WHERE $1", "b", "i"},
    [T_ODD] = {"test.odd", "INSERT INTO plan_item (plant_id, item, digest) VALUES ('M', 'B', -5)",
               "", ""},
    [T_PARTS] =
        {"test.parts",
         "SELECT coalesce(string_agg(o.planned_order_id || ':' || trim_scale(o.qty) || ':'"
         " || trim_scale(m.qty * 1000000) || ':' || i.digest, ' ' ORDER BY o.planned_order_id), '')"
         " FROM planned_order o LEFT JOIN plan_message m USING (plant_id, item)"
         " LEFT JOIN plan_item i USING (plant_id, item) WHERE plant_id = 'M'",
         "", "t"},
    [T_TWO_WROTE] =
        {"test.two_wrote",
         "SELECT count(DISTINCT xmin::text)::text FROM planned_order WHERE plant_id = 'M'", "",
         "t"},
    [T_MESSAGES] =
        {"test.messages",
         "SELECT coalesce(string_agg(message_no || ':' || message, ' ' ORDER BY item, message_no), '')"
         " FROM plan_message WHERE plant_id = 'M'",
         "", "t"},
};
static const struct sql_schema *const test_parts[] = {&mrp_schema, NULL};
static const struct sql_schema test_schema = {
    .statements = t, .statement_count = COUNT_OF(t), .parts = test_parts};

static struct sql *sql;
static struct arena *arena;
static struct plan_state state;
static int64_t changed;

enum status decode_forecast_item(struct text body, struct arena *memory, struct text *item,
                                 struct fault *fault)
{
    (void)memory;
    *item = body;
    return fault->status;
}

/* Stands for the codec: "<version>/<changed>" */
enum status encode_plan_changed(const struct plan_changed *event, struct arena *memory,
                                struct text *body, struct fault *fault)
{
    char text[64];
    (void)fault;
    snprintf(text, sizeof text, "%lld/%lld", (long long)event->plan_version,
             (long long)event->changed_orders);
    *body = text_of(text_copy(text_of(text), memory));
    return STATUS_OK;
}

enum status owner_queue_hold(struct sql *database, struct text plant, int64_t epoch,
                             struct fault *fault)
{
    const struct sql_value held[] = {SQL_BOOL(epoch == owned_epoch && holds_left != 0)};
    (void)plant;
    holds_left -= holds_left > 0;
    return sql_queue(database, &t[T_HOLD], held, fault);
}

static int64_t mark; /* the last call of plan() wrote with this transaction or a later one */

static void is(size_t statement, const char *want)
{
    const struct sql_value since[] = {SQL_INT(mark)};
    struct fault fault = {0};
    struct sql_rows rows;
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &t[statement], since, arena, &rows, &fault), STATUS_OK);
    struct text got = sql_at(&rows, 0, 0)->as.text;
    if (!text_is(got, want))
        printf("\n%s: want \"%s\", got \"%.*s\"\n", t[statement].name, want, (int)got.length,
               got.bytes);
    CU_ASSERT_TRUE(text_is(got, want));
}

static struct planned_order suggestion(const char *id, int64_t pieces)
{
    return (struct planned_order){
        .planned_order_id = text_of(id),
        .item = text_of("A"),
        .type = text_of("make"),
        .qty = {pieces * QTY_SCALE},
        .start_qty = {pieces * QTY_SCALE},
        .start = 20000,
        .due = 20003,
        .need = 20003,
        .purchase_qty = NO_QTY,
        .price = NO_COST,
        .order_by = NO_DATE,
        .segment = text_of(""),
        .flags = text_of(""),
        .content_hash = pieces,
    };
}

static enum status one_piece(void *context, size_t number, struct arena *memory,
                             struct plan_piece *piece, struct fault *fault)
{
    (void)memory, (void)fault;
    if (number == 0)
        *piece = *(const struct plan_piece *)context;
    return STATUS_OK;
}

static struct plan_write write_of(int64_t event_seq, struct plan_piece *piece)
{
    static const struct text item = {"A", 1};
    static const int64_t digest = 77;
    static struct cut_item cut;
    cut = (struct cut_item){item, (int64_t)piece->message_count};
    piece->items = piece->numbered = &item;
    static const struct text written = {"w", 1};
    piece->written = &written;
    piece->cut = &cut;
    piece->digests = &digest;
    piece->item_count = piece->numbered_count = piece->cut_count = 1;
    return (struct plan_write){.plant = text_of("M"),
                               .epoch = 3,
                               .event_seq = event_seq,
                               .plan_start = 20000,
                               .whole = true,
                               .piece = one_piece,
                               .context = piece};
}

/* A1, A2, ... with these pieces; 0: it is not in the plan. */
static void plan(int64_t event_seq, int64_t a1, int64_t a2, int64_t a3)
{
    static const char *const ids[COUNT] = {"A1", "A2", "A3"};
    const int64_t pieces[COUNT] = {a1, a2, a3};
    struct planned_order orders[COUNT];
    struct planner_message message = {.row_no = 1,
                                      .item = text_of("A"),
                                      .segment = text_of(""),
                                      .message = text_of("shortage"),
                                      .day = 20000,
                                      .cause = text_of("c"),
                                      .action = text_of("a")};
    struct plan_piece piece = {.orders = orders, .messages = &message, .message_count = 1};
    const struct plan_write write = write_of(event_seq, &piece);
    struct fault fault = {0};
    for (size_t i = 0; i < COUNT; i++) {
        if (pieces[i] > 0)
            orders[piece.order_count++] = suggestion(ids[i], pieces[i]);
    }
    struct sql_rows now;
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &t[T_MARK], NULL, arena, &now, &fault), STATUS_OK);
    mark = sql_at(&now, 0, 0)->as.integer;
    enum status status = store_write_plan(sql, &write, &state, &changed, &fault);
    if (status != STATUS_OK)
        printf("\n%s: %s\n", fault.message, fault.detail);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void accept(const char *id, int64_t seq)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(id)), SQL_INT(seq)};
    database_run(sql, &t[T_ACCEPT], params);
}

static void test_open(void)
{
    sql = database_open(&test_schema);
    arena = arena_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    database_run(sql, &t[T_PLANT], NULL);
    database_run(sql, &t[T_ITEM], NULL);
    database_run(sql, &t[T_SEQ], NULL);
}

static void test_first_plan(void)
{
    plan(5, 10, 20, 0);
    CU_ASSERT_EQUAL(changed, 2);
    CU_ASSERT_EQUAL(state.plan_version, 1);
    is(T_ACCEPTED, "A1:-:10 A2:-:20");
    is(T_EVENTS, "6:6:1/2");
    is(T_MESSAGES, "1:shortage");
}

/* The same plan again: a new version, no event, no row written. */
static void test_same_plan(void)
{
    plan(6, 10, 20, 0);
    CU_ASSERT_EQUAL(changed, 0);
    CU_ASSERT_EQUAL(state.plan_version, 2);
    is(T_TOUCHED, "");
    is(T_EVENTS, "6:6:1/2");
}

/* Only what differs is written. */
static void test_difference(void)
{
    plan(7, 10, 25, 30);
    CU_ASSERT_EQUAL(changed, 2);
    is(T_ACCEPTED, "A1:-:10 A2:-:25 A3:-:30");
    is(T_TOUCHED, "A2 A3");
    is(T_EVENTS, "6:6:1/2 7:6:3/2");
    plan(8, 10, 0, 30);
    CU_ASSERT_EQUAL(changed, 1);
    is(T_ACCEPTED, "A1:-:10 A3:-:30");
    is(T_EVENTS, "6:6:1/2 7:6:3/2 8:6:4/1");
}

/* A plan of older facts gives way to the one that is there. */
static void test_outdated_plan(void)
{
    plan(7, 99, 0, 0);
    CU_ASSERT_EQUAL(changed, 0);
    is(T_ACCEPTED, "A1:-:10 A3:-:30");
}

/* Accepted at 20: a plan of the facts up to 19 neither removes it nor changes it nor offers it
 * again. */
static void test_accepted_rests(void)
{
    accept("A1", 20);
    plan(19, 11, 0, 30); /* would change it */
    CU_ASSERT_EQUAL(changed, 0);
    is(T_ACCEPTED, "A1:20:10 A3:-:30");
    plan(19, 10, 0, 30); /* the same as it was */
    CU_ASSERT_EQUAL(changed, 0);
    is(T_ACCEPTED, "A1:20:10 A3:-:30");
    plan(19, 0, 0, 30); /* would remove it */
    CU_ASSERT_EQUAL(changed, 0);
    is(T_ACCEPTED, "A1:20:10 A3:-:30");

    struct planned_order_query query = {
        .plant = text_of("M"), .after = text_of(""), .limit = 10, .until = NO_DATE};
    struct planned_order *orders;
    struct fault fault = {0};
    size_t count;
    CU_ASSERT_EQUAL_FATAL(store_list_planned_orders(sql, &query, arena, &orders, &count, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_TRUE(text_is(orders[0].planned_order_id, "A3"));
    CU_ASSERT_FALSE(cost_given(orders[0].price));
    CU_ASSERT_FALSE(qty_given(orders[0].purchase_qty));
}

/* A plan that knows the acceptance removes it; one that needs the same again offers it anew. */
static void test_accepted_is_known(void)
{
    accept("A3", 21);
    plan(21, 0, 0, 30);
    CU_ASSERT_EQUAL(changed, 2); /* A1 goes, A3 is offered again */
    is(T_ACCEPTED, "A3:-:30");
    accept("A3", 30);
    plan(30, 0, 0, 0);
    CU_ASSERT_EQUAL(changed, 1);
    is(T_ACCEPTED, "");
}

/* Nothing of a plan of an earlier epoch is written, neither rows nor cursor nor event. */
static void test_lost_plant(void)
{
    struct planned_order order = suggestion("A9", 9);
    struct plan_piece piece = {.orders = &order, .order_count = 1};
    const struct plan_write write = write_of(40, &piece);
    struct fault fault = {0};
    struct plan_state after;
    owned_epoch = 4;
    CU_ASSERT_EQUAL(store_write_plan(sql, &write, &state, &changed, &fault), STATUS_UNAVAILABLE);
    owned_epoch = 3;
    fault = (struct fault){0};
    is(T_ACCEPTED, "");
    CU_ASSERT_EQUAL_FATAL(store_plan_state(sql, text_of("M"), arena, &after, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(after.event_seq, 30);
}

#define ROWS_MAX 4

/* What is written of the items, as it came. */
struct came {
    char items[ROWS_MAX][TEXT_CODE_MAX + 1];
    char numbers[ROWS_MAX][16];
    int64_t digests[ROWS_MAX];
    size_t count;
    size_t most; /* then the reader has enough */
};

static enum status keep_row(void *context, const struct written_item *row, struct fault *fault)
{
    struct came *came = context;
    CU_ASSERT_FATAL(came->count < ROWS_MAX && row->numbers.length < sizeof came->numbers[0]);
    if (came->count == came->most)
        return fault_set(fault, STATUS_LIMIT, "", "enough");
    memcpy(came->items[came->count], row->item.bytes, row->item.length);
    if (row->numbers.length > 0)
        memcpy(came->numbers[came->count], row->numbers.bytes, row->numbers.length);
    came->digests[came->count++] = row->digest;
    return STATUS_OK;
}

static struct came read_written(void)
{
    struct came came = {.most = ROWS_MAX};
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(store_written_items(sql, text_of("M"), keep_row, &came, &fault),
                          STATUS_OK);
    return came;
}

/* A digest is there for each item written; news are objects once each, forecasts by their items,
   what plans say passed over. */
static void test_news(void)
{
    struct fault fault = {0};
    struct plant_news news;
    database_run(sql, &t[T_NEWS], NULL);
    const struct came came = read_written();
    CU_ASSERT_EQUAL_FATAL(came.count, 1);
    CU_ASSERT_STRING_EQUAL(came.items[0], "A");
    CU_ASSERT_EQUAL(came.digests[0], 77);
    CU_ASSERT_EQUAL_FATAL(store_news(sql, text_of("M"), 900, arena, &news, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(news.count, 3);
    const bool a_first = text_is(news.events[0].object, "A");
    CU_ASSERT_EQUAL(news.events[0].kind, NEWS_STOCK);
    CU_ASSERT_EQUAL(news.events[1].kind, NEWS_STOCK);
    CU_ASSERT_TRUE(text_is(news.events[!a_first].object, "A"));
    CU_ASSERT_TRUE(text_is(news.events[a_first].object, "C"));
    CU_ASSERT_EQUAL(news.events[2].kind, NEWS_FORECAST);
    CU_ASSERT_TRUE(text_is(news.events[2].object, "B"));
}

/* The numbers of an item's rows are there as they were given; of which items a suggestion was
   accepted is known beside them: somebody else wrote of these. */
static void test_numbers(void)
{
    struct fault fault = {0};
    struct text *accepted;
    size_t count;
    plan(950, 10, 0, 0);
    CU_ASSERT_STRING_EQUAL(read_written().numbers[0], "w");
    CU_ASSERT_EQUAL_FATAL(store_accepted_items(sql, text_of("M"), arena, &accepted, &count, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(count, 0);
    accept("A1", 960);
    CU_ASSERT_EQUAL_FATAL(store_accepted_items(sql, text_of("M"), arena, &accepted, &count, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_TRUE(text_is(accepted[0], "A"));
    plan(960, 10, 0, 0);
    CU_ASSERT_EQUAL_FATAL(store_accepted_items(sql, text_of("M"), arena, &accepted, &count, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(count, 0);
}

/* Numbers below zero and none at all; a reader who has enough; another plant's are not seen. */
static void test_written_items(void)
{
    struct came came = {.most = 1};
    struct fault fault = {0};
    database_run(sql, &t[T_ODD], NULL);
    const struct came all = read_written();
    CU_ASSERT_EQUAL_FATAL(all.count, 2);
    CU_ASSERT_STRING_EQUAL(all.items[1], "B");
    CU_ASSERT_EQUAL(all.digests[1], -5);
    CU_ASSERT_STRING_EQUAL(all.numbers[1], "");
    CU_ASSERT_EQUAL(store_written_items(sql, text_of("M"), keep_row, &came, &fault), STATUS_LIMIT);
    CU_ASSERT_EQUAL(came.count, 1);
    came = (struct came){.most = ROWS_MAX};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(store_written_items(sql, text_of("NONE"), keep_row, &came, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(came.count, 0);
}

/* ---- by two connections ---- */

#define PARTS 2

/* Two items, each a piece of its own; `both` sees to it that each connection takes one of them. */
struct two {
    int64_t pieces[PARTS]; /* of its order */
    int64_t digest;
    bool wanted[PARTS]; /* a plan made anew: the others are as they should be */
    bool together;
    pthread_barrier_t both;
    pthread_t main;
    bool main_fails;
    bool other_fails;
    int asked; /* for the first piece */
    struct sql *in_the_way;
};

static const struct text part_items[PARTS] = {{"A", 1}, {"B", 1}};

static enum status fill_part(const struct two *two, size_t item, struct arena *memory,
                             struct plan_piece *piece)
{
    static const struct text part_written[PARTS] = {{"a", 1}, {"b", 1}};
    struct planned_order *order = arena_alloc(memory, 1, sizeof *order);
    struct planner_message *message = arena_alloc(memory, 1, sizeof *message);
    *order = suggestion(item == 0 ? "A1" : "B1", two->pieces[item]);
    order->item = part_items[item];
    *message = (struct planner_message){.row_no = 1,
                                        .item = part_items[item],
                                        .segment = text_of(""),
                                        .message = text_of("shortage"),
                                        .day = 20000,
                                        .qty = {two->pieces[item]},
                                        .cause = text_of("c"),
                                        .action = text_of("a")};
    *piece = (struct plan_piece){.items = &part_items[item],
                                 .item_count = 1,
                                 .numbered = &part_items[item],
                                 .numbered_count = 1,
                                 .digests = &two->digest,
                                 .written = &part_written[item],
                                 .orders = order,
                                 .order_count = 1,
                                 .messages = message,
                                 .message_count = 1};
    return STATUS_OK;
}

static enum status part_piece(void *context, size_t number, struct arena *memory,
                              struct plan_piece *piece, struct fault *fault)
{
    struct two *two = context;
    const bool is_main = pthread_equal(pthread_self(), two->main);
    size_t item = 0;
    if (number == 0 && ++two->asked == 2 && two->in_the_way)
        sql_rollback(two->in_the_way);
    if (two->together && number < PARTS && two->asked < 2)
        (void)pthread_barrier_wait(&two->both);
    if (number < PARTS && ((is_main && two->main_fails) || (!is_main && two->other_fails)))
        return fault_set(fault, STATUS_INTERNAL, "", "as asked");
    for (size_t left = number + 1; item < PARTS; item++) {
        left -= two->wanted[item];
        if (left == 0)
            return fill_part(two, item, memory, piece);
    }
    return STATUS_OK;
}

static struct sql *second_sql;

static enum status write_two(struct two *two, int64_t event_seq)
{
    struct plan_write write = {.plant = text_of("M"),
                               .epoch = 3,
                               .event_seq = event_seq,
                               .plan_start = 20000,
                               .whole = true,
                               .piece = part_piece,
                               .context = two,
                               .beside = second_sql};
    struct fault fault = {0};
    two->main = pthread_self();
    two->asked = 0;
    two->together = two->wanted[0] && two->wanted[1];
    pthread_barrier_init(&two->both, NULL, 2);
    enum status status = store_write_plan(sql, &write, &state, &changed, &fault);
    pthread_barrier_destroy(&two->both);
    return status;
}

static struct two two_of(int64_t pieces, int64_t digest)
{
    return (struct two){.pieces = {pieces, pieces + 1}, .digest = digest, .wanted = {true, true}};
}

static int64_t place(void)
{
    struct fault fault = {0};
    struct plan_state stored = {0};
    CU_ASSERT_EQUAL(store_plan_state(sql, text_of("M"), arena, &stored, &fault), STATUS_OK);
    return stored.event_seq;
}

/* What is stored of the two is `want`, whatever else was tested before. */
static void parts_are(const char *want)
{
    is(T_PARTS, want);
}

static void test_two(void)
{
    struct two two = two_of(12, 1000);
    second_sql = database_open(&test_schema);
    CU_ASSERT_EQUAL_FATAL(write_two(&two, 1000), STATUS_OK);
    CU_ASSERT_EQUAL(place(), 1000);
    CU_ASSERT_EQUAL(changed, 2);
    parts_are("A1:12:12:1000 B1:13:13:1000");
    is(T_TWO_WROTE, "2");
    CU_ASSERT_EQUAL_FATAL(write_two(&two, 1001), STATUS_OK);
    CU_ASSERT_EQUAL(changed, 0);
    is(T_TWO_WROTE, "2");
}

/* Of older facts than what is stored: neither half is written. */
static void test_two_outdated(void)
{
    struct two two = two_of(20, 2000);
    CU_ASSERT_EQUAL(write_two(&two, 900), STATUS_OK);
    CU_ASSERT_EQUAL(changed, 0);
    CU_ASSERT_EQUAL(place(), 1001);
    parts_are("A1:12:12:1000 B1:13:13:1000");
}

/* Whichever fails, the other is taken back; nor is anything written for another owner. */
static void test_two_fail(void)
{
    struct two two = two_of(20, 2000);
    two.main_fails = true;
    CU_ASSERT_EQUAL(write_two(&two, 1002), STATUS_INTERNAL);
    parts_are("A1:12:12:1000 B1:13:13:1000");
    two.main_fails = false;
    two.other_fails = true;
    CU_ASSERT_EQUAL(write_two(&two, 1002), STATUS_INTERNAL);
    parts_are("A1:12:12:1000 B1:13:13:1000");
    two.other_fails = false;
    holds_left = 0;
    CU_ASSERT_EQUAL(write_two(&two, 1002), STATUS_UNAVAILABLE);
    holds_left = -1;
    CU_ASSERT_EQUAL(place(), 1001);
    parts_are("A1:12:12:1000 B1:13:13:1000");
}

/* The end between the two commits: one item is new, with its digest, and the place is old.  Made
   anew, the plan writes the items whose digest is another: all is as if written in one go. */
static void test_two_half(void)
{
    struct two two = two_of(30, 3000);
    holds_left = 1;
    CU_ASSERT_EQUAL(write_two(&two, 1003), STATUS_UNAVAILABLE);
    holds_left = -1;
    CU_ASSERT_EQUAL(place(), 1001);
    const struct came came = read_written();
    CU_ASSERT_EQUAL_FATAL(came.count, PARTS);
    const bool first = came.digests[0] == 3000;
    CU_ASSERT_EQUAL(came.digests[first ? 1 : 0], 1000);
    parts_are(first ? "A1:30:30:3000 B1:13:13:1000" : "A1:12:12:1000 B1:31:31:3000");
    for (size_t i = 0; i < PARTS; i++)
        two.wanted[i] = came.digests[i] != two.digest;
    CU_ASSERT_EQUAL_FATAL(write_two(&two, 1003), STATUS_OK);
    CU_ASSERT_EQUAL(changed, 1);
    CU_ASSERT_EQUAL(place(), 1003);
    parts_are("A1:30:30:3000 B1:31:31:3000");
}

/* Somebody has a row for longer than a writer of two waits: both give way, and one writes. */
static void test_two_in_the_way(void)
{
    struct two two = two_of(40, 4000);
    const struct sql_value params[] = {SQL_TEXT(text_of("B1")), SQL_INT(7)};
    struct sql *other = database_open(&test_schema);
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(other, &fault), STATUS_OK);
    database_run(other, &t[T_ACCEPT], params);
    two.in_the_way = other;
    CU_ASSERT_EQUAL(write_two(&two, 1004), STATUS_OK);
    CU_ASSERT_EQUAL(two.asked, 2);
    CU_ASSERT_EQUAL(changed, 2);
    CU_ASSERT_EQUAL(place(), 1004);
    parts_are("A1:40:40:4000 B1:41:41:4000");
    is(T_TWO_WROTE, "1");
    sql_close(&other);
    sql_close(&second_sql);
}

static void test_unknown_plant(void)
{
    struct fault fault = {0};
    struct plan_state none;
    CU_ASSERT_EQUAL(store_plan_state(sql, text_of("NONE"), arena, &none, &fault), STATUS_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(fault.field, "plant");
}

static void test_close(void)
{
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("mrp_store", UNIT(test_open), UNIT(test_first_plan), UNIT(test_same_plan),
               UNIT(test_difference), UNIT(test_outdated_plan), UNIT(test_accepted_rests),
               UNIT(test_accepted_is_known), UNIT(test_lost_plant), UNIT(test_news),
               UNIT(test_numbers), UNIT(test_written_items), UNIT(test_two),
               UNIT(test_two_outdated), UNIT(test_two_fail), UNIT(test_two_half),
               UNIT(test_two_in_the_way), UNIT(test_unknown_plant), UNIT(test_close))
