/*
 * Rows of event_log that a batch leaves: events of one kind share a row, and read by the view they
 * are one for each object, kind by kind, in the order in which they changed.  Bodies are words
 * (post_words.h).
 */

#include "tests/sql/database.h"
#include "tests/sql/post_words.h"

#define PLANT     "E"
#define ITEMS     400
#define BATCH_MAX (2 * ITEMS)
#define TEXT_MAX  (BATCH_MAX * 6)

enum { INIT_PLANT, INIT_SEQ, INIT_ITEMS, INIT_STOCK, LAST_EVENT, ROWS, EVENTS, WRONG, STATEMENTS };

static const struct sql_statement s[STATEMENTS] = {
    [INIT_PLANT] = {"test.plant", "INSERT INTO plant (plant_id) VALUES ($1)", "t", ""},
    [INIT_SEQ] = {"test.seq", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
    [INIT_ITEMS] = {"test.items",
                    "INSERT INTO item (plant_id, item, type, decimals) SELECT $1, 'I' || n, 'buy',"
                    " 0 FROM generate_series(100, 499) n UNION ALL SELECT $1, 'I01', 'buy', 0",
                    "t", ""},
    [INIT_STOCK] = {"test.stock",
                    "INSERT INTO stock_item (plant_id, item) SELECT plant_id, item FROM item WHERE"
                    " plant_id = $1",
                    "t", ""},
    [LAST_EVENT] = {"test.last", "SELECT event_seq FROM plant_seq WHERE plant_id = $1", "t", "i"},
    [ROWS] = {"test.rows",
              "SELECT coalesce(string_agg((1 + coalesce(cardinality(earlier_ids), 0))::text, ' '"
              " ORDER BY event_seq), '') FROM event_log WHERE plant_id = $1 AND event_seq > $2",
              "ti", "t"},
    [EVENTS] = {"test.events",
                "SELECT coalesce(string_agg(object_id, ' ' ORDER BY event_seq), '') FROM event"
                " WHERE plant_id = $1 AND row_seq > $2 AND event_seq > $2",
                "ti", "t"},
    /* A body says its object, its kind's field and no other's number. */
    [WRONG] = {"test.wrong",
               "SELECT count(*) - count(DISTINCT body) + count(*) FILTER (WHERE kind <> CASE"
               " left(object_id, 1) WHEN 'I' THEN 1 ELSE 4 END OR position(convert_to(object_id,"
               " 'UTF8') IN body) = 0) + count(*) FILTER (WHERE (earlier_ids IS NULL) <>"
               " (earlier_bodies IS NULL)) FROM event e JOIN (SELECT plant_id, event_seq AS"
               " row_seq, earlier_ids, earlier_bodies FROM event_log) l USING (plant_id, row_seq)"
               " WHERE plant_id = $1 AND row_seq > $2 AND event_seq > $2",
               "ti", "i"},
};

static const struct sql_schema *const parts[] = {&post_schema, NULL};
static const struct sql_schema schema = {
    .statements = s, .statement_count = STATEMENTS, .parts = parts};

static struct sql *sql;
static struct arena *arena;

static struct sql_value ask(int statement, int64_t after)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(PLANT)), SQL_INT(after)};
    struct sql_rows rows;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &s[statement], params, arena, &rows, &fault), STATUS_OK);
    return *sql_at(&rows, 0, 0);
}

static struct {
    char body[32];
    char object[8];
} commands_made[BATCH_MAX];

static void post(size_t count)
{
    static uint32_t key;
    static struct rpc_request requests[BATCH_MAX];
    static struct rpc_request *list[BATCH_MAX];
    ASSERT(count <= BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct rpc_request){.method = "Test.Do",
                                           .object = text_of(""),
                                           .plant = PLANT,
                                           .principal = {.name = "tester"},
                                           .body = text_of(commands_made[i].body),
                                           .arena = arena,
                                           .sql = sql};
        key++;
        memcpy(requests[i].key.bytes + 12, &key, sizeof key);
        list[i] = &requests[i];
    }
    post_batch(&service, list, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(requests[i].fault.status, STATUS_OK);
}

/* A letter a command: an item that is put, a sales order that is made. */
static void make_commands(const char *letters)
{
    static unsigned made = 1000;
    unsigned put = 100;
    for (size_t i = 0; letters[i] != '\0'; i++) {
        const bool item = letters[i] == 'i';
        snprintf(commands_made[i].object, sizeof commands_made[i].object, item ? "I%u" : "S%u",
                 item ? put++ : made++);
        snprintf(commands_made[i].body, sizeof commands_made[i].body,
                 item ? "put %s 1" : "order %s", commands_made[i].object);
    }
}

/* "S1000 S1001 I100 ..": orders, then items. */
static const char *objects_wanted(size_t count)
{
    static char text[TEXT_MAX];
    text[0] = '\0';
    int at = 0;
    for (const char *kind = "SI"; *kind != '\0'; kind++) {
        for (size_t i = 0; i < count; i++) {
            if (commands_made[i].object[0] == *kind)
                at += snprintf(text + at, sizeof text - (size_t)at, "%s%s", at > 0 ? " " : "",
                               commands_made[i].object);
        }
    }
    return text;
}

/* `rows`: events of each row. */
static void check(const char *letters, const char *rows)
{
    const int64_t after = ask(LAST_EVENT, 0).as.integer;
    const size_t count = strlen(letters);
    make_commands(letters);
    post(count);
    CU_ASSERT_EQUAL(ask(LAST_EVENT, 0).as.integer, after + (int64_t)count);
    CU_ASSERT_TRUE(text_is(ask(ROWS, after).as.text, rows));
    CU_ASSERT_TRUE(text_is(ask(EVENTS, after).as.text, objects_wanted(count)));
    CU_ASSERT_EQUAL(ask(WRONG, after).as.integer, 0);
    arena_reset(arena);
}

static const char *repeated(const char *commands, size_t times, char out[BATCH_MAX + 1])
{
    size_t length = strlen(commands);
    for (size_t i = 0; i < times; i++)
        memcpy(out + i * length, commands, length);
    out[times * length] = '\0';
    return out;
}

static void test_open(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of(PLANT))};
    arena = arena_new(64 * MIB);
    sql = database_open(&schema);
    for (int statement = INIT_PLANT; statement <= INIT_STOCK; statement++)
        database_run(sql, &s[statement], plant);
}

static void test_one_kind(void)
{
    char commands[BATCH_MAX + 1];
    check("i", "1");
    check("iii", "3");
    check(repeated("i", 32, commands), "32");
    check(repeated("i", 40, commands), "32 8");
}

static void test_kinds_beside_each_other(void)
{
    check("is", "1 1");
    check("iiiiissss", "4 5");
    check("sssssssiiiiisssssss", "14 5");
}

static void test_kinds_in_turn(void)
{
    char commands[BATCH_MAX + 1];
    check("isisis", "3 3");
    check(repeated("si", 40, commands), "32 8 32 8");
    check("iisiisii", "2 6");
}

#define ROWS_OF_ITEMS "32 32 32 32 32 32 32 32 32 32 32 32 16"

/* Lines and keys go by COPY. */
static void test_many(void)
{
    char commands[BATCH_MAX + 1];
    check(repeated("i", ITEMS, commands), ROWS_OF_ITEMS);
    check(repeated("is", ITEMS, commands), ROWS_OF_ITEMS " " ROWS_OF_ITEMS);
}

/* The gaps of all that was written here. */
static void test_no_gap(void)
{
    FILE *found = popen("psql \"$MILLRACE_TEST_CONNINFO\" -Atqv ON_ERROR_STOP=1 -f"
                        " sql/audit/events_without_gaps.sql || echo failed",
                        "r");
    char line[512] = "";
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_PTR_NULL(fgets(line, sizeof line, found));
    pclose(found);
}

static void test_close(void)
{
    sql_close(&sql);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("post_events", UNIT(test_open), UNIT(test_one_kind),
               UNIT(test_kinds_beside_each_other), UNIT(test_kinds_in_turn), UNIT(test_many),
               UNIT(test_no_gap), UNIT(test_close))
