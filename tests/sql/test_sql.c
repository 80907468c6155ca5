/* Values, faults, pipelines and copies of common/io/sql against a real PostgreSQL. */

#include "common/io/sql_value.h"
#include "tests/sql/database.h"

#include <string.h>

#define EVERY "t, i, n, b, d, u, x, q, c, a, z"

static const struct sql_statement make[] = {
    {"make.drop", "DROP SCHEMA IF EXISTS sql_test CASCADE", "", ""},
    {"make.schema", "CREATE SCHEMA sql_test", "", ""},
    {"make.every",
     "CREATE TABLE sql_test.every (t text, i int8, n int4, b bool, d date, u uuid, x bytea,"
     " q numeric(18,6), c numeric(18,6), a numeric(18,4), z timestamptz)",
     "", ""},
    {"make.account",
     "CREATE TABLE sql_test.account (account_id text PRIMARY KEY, balance numeric(18,6) NOT NULL,"
     " CONSTRAINT account_not_negative CHECK (balance >= 0))",
     "", ""},
    {"make.entry",
     "CREATE TABLE sql_test.entry (account_id text CONSTRAINT entry_account_fkey"
     " REFERENCES sql_test.account, note text CONSTRAINT entry_note_short CHECK (length(note) < 9))",
     "", ""}};

enum {
    INSERT,
    INSERT_SET,
    INSERT_ROWS,
    SELECT,
    AS_TEXT,
    EMPTY,
    COUNT,
    PUT,
    ADD,
    ENTRY,
    SLEEP,
    SHORT,
    LONG,
    DIVIDE,
    SUM,
    MANY,
    THIRD,
    COPY_OUT,
    COPY_MANY,
    COPY_BROKEN,
    COPY_CELLS,
    COPY_IN,
    COPY_ROWS,
    COPY_ACCOUNTS
};

static const struct sql_statement s[] = {
    [INSERT] = {"test.insert",
                "INSERT INTO sql_test.every (" EVERY
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                "tinbduxqcaz", ""},
    [INSERT_SET] = {"test.insert_set",
                    "INSERT INTO sql_test.every (" EVERY ") SELECT * FROM unnest($1, $2, $3, $4,"
                    " $5, $6, $7, $8, $9, $10, $11)",
                    "TINBDUXQCAZ", ""},
    [INSERT_ROWS] = {"test.insert_rows",
                     "INSERT INTO sql_test.every (" EVERY ") SELECT r.t || $1, r.i, r.n, r.b, r.d,"
                     " r.u, r.x, r.q, r.c, r.a, r.z FROM unnest($2::sql_test.every[]) AS r",
                     "TINBDUXQtCAZ", ""},
    [SELECT] = {"test.select", "SELECT " EVERY " FROM sql_test.every ORDER BY t", "",
                "tinbduxqcaz"},
    [AS_TEXT] = {"test.as_text",
                 "SELECT concat_ws(' ', t, i, n, b, d, u, encode(x, 'hex'), q, c, a, z)"
                 " FROM sql_test.every ORDER BY t",
                 "", "t"},
    [EMPTY] = {"test.empty", "TRUNCATE sql_test.every", "", ""},
    [COUNT] = {"test.count", "SELECT count(*) FROM sql_test.every", "", "i"},
    [PUT] = {"test.put", "INSERT INTO sql_test.account (account_id, balance) VALUES ($1, $2)", "tq",
             ""},
    [ADD] = {"test.add", "UPDATE sql_test.account SET balance = balance + $2 WHERE account_id = $1",
             "tq", ""},
    [ENTRY] = {"test.entry", "INSERT INTO sql_test.entry (account_id, note) VALUES ($1, $2)", "tt",
               ""},
    [SLEEP] = {"test.sleep", "SELECT 1 FROM (SELECT pg_sleep(10)) AS s", "", "n"},
    [SHORT] = {"test.short", "SET statement_timeout = '50ms'", "", ""},
    [LONG] = {"test.long", "SET statement_timeout = '120s'", "", ""},
    [DIVIDE] = {"test.divide", "SELECT 1 / n FROM unnest($1) AS n", "N", "n"},
    [SUM] = {"test.sum", "SELECT sum(q) FROM unnest($1) AS q", "Q", "q"},
    [MANY] = {"test.many", "SELECT repeat('x', 1000) FROM generate_series(1, $1)", "n", "t"},
    [THIRD] = {"test.third", "SELECT 1::numeric / 3", "", "q"},
    [COPY_OUT] = {"test.copy_out",
                  "COPY (SELECT account_id, balance FROM sql_test.account"
                  " WHERE account_id >= current_setting('millrace.plant_id') ORDER BY account_id)"
                  " TO STDOUT (FORMAT csv, HEADER)",
                  "", ""},
    [COPY_MANY] = {"test.copy_many",
                   "COPY (SELECT i, repeat('x', 100) FROM generate_series(1, 100000) AS i)"
                   " TO STDOUT (FORMAT csv)",
                   "", ""},
    [COPY_BROKEN] = {"test.copy_broken",
                     "COPY (SELECT 1 / (90000 - i) FROM generate_series(1, 100000) AS i)"
                     " TO STDOUT (FORMAT csv)",
                     "", ""},
    [COPY_CELLS] = {"test.copy_cells",
                    "COPY (SELECT i - 2, CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN repeat('x', i) END"
                    " FROM generate_series(1, 3000) AS i) TO STDOUT (FORMAT binary)",
                    NULL, "nt"},
    [COPY_IN] = {"test.copy_in",
                 "COPY sql_test.account (account_id, balance) FROM STDIN (FORMAT csv, HEADER)", "",
                 ""},
    [COPY_ROWS] = {"test.copy_rows", "COPY sql_test.every (" EVERY ") FROM STDIN (FORMAT binary)",
                   "TINbDUXQCAZ", ""},
    [COPY_ACCOUNTS] = {"test.copy_accounts",
                       "COPY sql_test.account (account_id, balance) FROM STDIN (FORMAT binary)",
                       "TQ", ""},
};

static const struct sql_constraint constraints[] = {
    {"account_pkey", STATUS_EXISTS, "account_id", "account already exists"},
    {"account_not_negative", STATUS_INSUFFICIENT_STOCK, "balance", "balance is too small"},
    {"entry_account_fkey", STATUS_NOT_FOUND, "account_id", "account does not exist"}};
static const struct sql_row_type row_types[] = {{&s[INSERT_ROWS], "sql_test.every"}};
static const struct sql_schema schema = {.statements = s,
                                         .statement_count = COUNT_OF(s),
                                         .row_types = row_types,
                                         .row_type_count = COUNT_OF(row_types),
                                         .constraints = constraints,
                                         .constraint_count = COUNT_OF(constraints)};

static struct sql *sql;
static struct arena *arena;
static struct fault fault;

static void test_open(void)
{
    database_make(make, COUNT_OF(make));
    sql = database_open(&schema);
    arena = arena_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
}

static enum status run(int statement, const struct sql_value *params, struct sql_rows *rows)
{
    fault = (struct fault){0};
    return sql_run(sql, &s[statement], params, arena, rows, &fault);
}

/* --- values --- */

static struct text bytes_of(const char *bytes, size_t length)
{
    return (struct text){bytes, length};
}

static void check_cell(char letter, const struct sql_value *got, const struct sql_value *want)
{
    CU_ASSERT_EQUAL_FATAL(got->null, want->null);
    if (want->null)
        return;
    switch (letter) {
    case 't':
    case 'x':
        CU_ASSERT_TRUE(text_equal(got->as.text, want->as.text));
        break;
    case 'b':
        CU_ASSERT_EQUAL(got->as.boolean, want->as.boolean);
        break;
    case 'd':
        CU_ASSERT_EQUAL(got->as.day, want->as.day);
        break;
    case 'u':
        CU_ASSERT_EQUAL(uuid_cmp(got->as.uuid, want->as.uuid), 0);
        break;
    default: /* one int64 each */
        CU_ASSERT_EQUAL(got->as.integer, want->as.integer);
    }
}

#define NUMERIC_18 INT64_C(999999999999999999)

static void test_values_come_back(void)
{
    const struct sql_value rows[][11] = {
        {SQL_TEXT(text_of("")), SQL_INT(INT64_MIN), SQL_INT(INT32_MIN), SQL_BOOL(false),
         SQL_DATE(DATE_MIN), SQL_UUID(((struct uuid){{0}})), SQL_TEXT(bytes_of("", 0)),
         SQL_QTY(((struct qty){-NUMERIC_18})), SQL_COST(((struct unitcost){1})),
         SQL_AMOUNT(((struct amount){-NUMERIC_18})), SQL_INT(-1)},
        {SQL_TEXT(text_of("a 螺丝 '\"\\\n")), SQL_INT(INT64_MAX), SQL_INT(INT32_MAX),
         SQL_BOOL(true), SQL_DATE(DATE_MAX), SQL_UUID(((struct uuid){{1, 2, 255}})),
         SQL_TEXT(bytes_of("\0\xff\0", 3)), SQL_QTY(((struct qty){NUMERIC_18})),
         SQL_COST(((struct unitcost){0})), SQL_AMOUNT(((struct amount){1})),
         SQL_INT(INT64_C(1769846400000001))},
        {SQL_TEXT(text_of("b")), SQL_NULL, SQL_NULL, SQL_NULL, SQL_NULL, SQL_NULL, SQL_NULL,
         SQL_NULL, SQL_NULL, SQL_NULL, SQL_NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sql_rows touched;
        CU_ASSERT_EQUAL_FATAL(run(INSERT, rows[i], &touched), STATUS_OK);
        CU_ASSERT_EQUAL(touched.count, 1);
        CU_ASSERT_EQUAL(touched.width, 0);
    }
    struct sql_rows got;
    CU_ASSERT_EQUAL_FATAL(run(SELECT, NULL, &got), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(got.count, COUNT_OF(rows));
    CU_ASSERT_EQUAL_FATAL(got.width, 11);
    for (size_t i = 0; i < got.count; i++) {
        for (size_t j = 0; j < got.width; j++)
            check_cell("tinbduxqcaz"[j], sql_at(&got, i, j), &rows[i][j]);
    }
}

/* PostgreSQL reads our bytes as we mean them. */
static void test_values_mean_the_same_there(void)
{
    static const char *const want[] = {
        " -9223372036854775808 -2147483648 f 0001-01-01 00000000-0000-0000-0000-000000000000  "
        "-999999999999.999999 0.000001 -99999999999999.9999 1969-12-31 23:59:59.999999+00",
        "a 螺丝 '\"\\\n 9223372036854775807 2147483647 t 9999-12-31 "
        "0102ff00-0000-0000-0000-000000000000 00ff00 999999999999.999999 0.000000 0.0001 "
        "2026-01-31 08:00:00.000001+00",
        "b"};
    struct sql_rows got;
    CU_ASSERT_EQUAL_FATAL(run(AS_TEXT, NULL, &got), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(got.count, COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++)
        CU_ASSERT_TRUE(text_is(sql_at(&got, i, 0)->as.text, want[i]));
    database_run(sql, &s[EMPTY], NULL);
}

struct every {
    struct text t;
    int32_t n;
    int64_t i;
    bool b;
    date d;
    struct uuid u;
    struct text x;
    struct qty q;
    struct unitcost c;
    struct amount a;
    int64_t z;
};

static void every_params(const struct every *rows, size_t n, struct sql_value params[11])
{
    const struct sql_value arrays[] = {
        SQL_ARRAY(rows, n, t), SQL_ARRAY(rows, n, i), SQL_ARRAY(rows, n, n), SQL_ARRAY(rows, n, b),
        SQL_ARRAY(rows, n, d), SQL_ARRAY(rows, n, u), SQL_ARRAY(rows, n, x), SQL_ARRAY(rows, n, q),
        SQL_ARRAY(rows, n, c), SQL_ARRAY(rows, n, a), SQL_ARRAY(rows, n, z)};
    memcpy(params, arrays, sizeof arrays);
}

static const struct every two_rows[] = {
    {{"first", 5}, -7, 8, true, 20000, {{9}}, {"\0\1", 2}, {-1500000}, {2}, {30000}, 0},
    {{"none", 4},
     INT32_MIN,
     SQL_NO_INT,
     false,
     SQL_NO_DATE,
     {{0}},
     {NULL, 0},
     {SQL_NO_INT},
     {SQL_NO_INT},
     {SQL_NO_INT},
     SQL_NO_INT}};
#define FIRST_THERE                                         \
 " 8 -7 t 2024-10-04 09000000-0000-0000-0000-000000000000 " \
 "0001 -1.500000 0.000002 3.0000 1970-01-01 00:00:00+00"

static void test_arrays_of_structs(void)
{
    struct sql_value params[11];
    struct sql_rows got;
    every_params(two_rows, 2, params);
    CU_ASSERT_EQUAL_FATAL(run(INSERT_SET, params, &got), STATUS_OK);
    CU_ASSERT_EQUAL(got.count, 2);
    for (size_t i = 0; i < COUNT_OF(params); i++) {
        if (i != 2)
            params[i].as.array.size = 0; /* as the type says; n is of four bytes here */
    }
    CU_ASSERT_EQUAL_FATAL(run(INSERT_SET, params, &got), STATUS_OK);
    CU_ASSERT_EQUAL(got.count, 2);
    every_params(NULL, 0, params);
    CU_ASSERT_EQUAL_FATAL(run(INSERT_SET, params, &got), STATUS_OK);
    CU_ASSERT_EQUAL(got.count, 0);
    CU_ASSERT_EQUAL_FATAL(run(AS_TEXT, NULL, &got), STATUS_OK);
    CU_ASSERT_TRUE(text_is(sql_at(&got, 0, 0)->as.text, "first" FIRST_THERE));
    CU_ASSERT_EQUAL_FATAL(got.count, 4);
    CU_ASSERT_TRUE(text_equal(sql_at(&got, 0, 0)->as.text, sql_at(&got, 1, 0)->as.text));
    CU_ASSERT_TRUE(text_is(sql_at(&got, 2, 0)->as.text, "none f"));
    CU_ASSERT_TRUE(text_is(sql_at(&got, 3, 0)->as.text, "none f"));
    database_run(sql, &s[EMPTY], NULL);
}

/* The arrays as the columns of one array of rows; a parameter that is none stands among them. */
static void rows_params(const struct every *rows, size_t n, struct sql_value params[12])
{
    struct sql_value arrays[11];
    every_params(rows, n, arrays);
    memcpy(params, arrays, 8 * sizeof *arrays);
    params[8] = (struct sql_value)SQL_TEXT(text_of("!"));
    memcpy(params + 9, arrays + 8, 3 * sizeof *arrays);
}

static void test_rows_of_a_type(void)
{
    struct sql_value params[12];
    struct sql_rows got;
    rows_params(two_rows, 2, params);
    CU_ASSERT_EQUAL_FATAL(run(INSERT_ROWS, params, &got), STATUS_OK);
    CU_ASSERT_EQUAL(got.count, 2);
    rows_params(NULL, 0, params);
    CU_ASSERT_EQUAL_FATAL(run(INSERT_ROWS, params, &got), STATUS_OK);
    CU_ASSERT_EQUAL(got.count, 0);
    CU_ASSERT_EQUAL_FATAL(run(AS_TEXT, NULL, &got), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(got.count, 2);
    CU_ASSERT_TRUE(text_is(sql_at(&got, 0, 0)->as.text, "first!" FIRST_THERE));
    CU_ASSERT_TRUE(text_is(sql_at(&got, 1, 0)->as.text, "none! f"));
    database_run(sql, &s[EMPTY], NULL);
}

static void test_results_are_checked(void)
{
    struct sql_rows got = {.count = 7};
    struct qty big[] = {{INT64_MAX}, {INT64_MAX}};
    const struct sql_value sum[] = {SQL_LIST(big, 2)};
    CU_ASSERT_EQUAL(run(SUM, sum, &got), STATUS_OVERFLOW);
    CU_ASSERT_EQUAL(run(THIRD, NULL, &got), STATUS_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "test.third"));

    struct arena *small = arena_new(MIB);
    const struct sql_value many[] = {SQL_INT(2000)};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_run(sql, &s[MANY], many, small, &got, &fault), STATUS_LIMIT);
    CU_ASSERT_EQUAL(got.count, 7);
    arena_free(&small);
}

/* --- faults --- */

static enum status put(const char *account, int64_t balance)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(account)),
                                       SQL_QTY(((struct qty){balance}))};
    return run(PUT, params, NULL);
}

static enum status enter(const char *account, const char *note)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(account)), SQL_TEXT(text_of(note))};
    return run(ENTRY, params, NULL);
}

static void test_constraints_are_business_answers(void)
{
    CU_ASSERT_EQUAL(put("secret-1", 5), STATUS_OK);
    CU_ASSERT_EQUAL(put("secret-1", 5), STATUS_EXISTS);
    CU_ASSERT_STRING_EQUAL(fault.field, "account_id");
    CU_ASSERT_STRING_EQUAL(fault.message, "account already exists");
    CU_ASSERT_STRING_EQUAL(sql_state(sql), "23505");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(fault.detail, "SQLSTATE 23505, test.put, constraint account_pkey"));
    CU_ASSERT_PTR_NULL(strstr(fault.detail, "secret"));
    CU_ASSERT_EQUAL(put("secret-2", -5), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_PTR_NULL(strstr(fault.detail, "secret"));
    CU_ASSERT_EQUAL(enter("secret-3", ""), STATUS_NOT_FOUND);
    CU_ASSERT_PTR_NULL(strstr(fault.detail, "secret"));
    /* one that nobody explained */
    CU_ASSERT_EQUAL(enter("secret-1", "a secret note"), STATUS_INTERNAL);
    CU_ASSERT_STRING_EQUAL(fault.message, "internal error");
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "entry_note_short"));
    CU_ASSERT_PTR_NULL(strstr(fault.detail, "secret"));
}

static void test_states_become_statuses(void)
{
    int32_t zero[] = {0};
    const struct sql_value list[] = {SQL_LIST(zero, 1)};
    CU_ASSERT_EQUAL(run(DIVIDE, list, NULL), STATUS_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "SQLSTATE 22012, test.divide: division by zero"));
    CU_ASSERT_EQUAL(put("big", INT64_MAX), STATUS_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(sql_state(sql), "22003");
    database_run(sql, &s[SHORT], NULL);
    CU_ASSERT_EQUAL(run(SLEEP, NULL, NULL), STATUS_DEADLINE);
    database_run(sql, &s[LONG], NULL);
}

/* --- pipeline --- */

static enum status queue(int statement, const struct sql_value *params)
{
    return sql_queue(sql, &s[statement], params, &fault);
}

static void test_pipeline_answers_in_order(void)
{
    struct sql_rows rows[SQL_PIPELINE_MAX];
    const struct sql_value many[] = {SQL_INT(2)};
    const struct sql_value add[] = {SQL_TEXT(text_of("secret-1")), SQL_QTY(((struct qty){1}))};
    fault = (struct fault){0};
    for (int round = 0; round < 3; round++) {
        CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
        for (size_t i = 0; i < SQL_PIPELINE_MAX; i++)
            CU_ASSERT_EQUAL_FATAL(queue(i % 2 ? MANY : ADD, i % 2 ? many : add), STATUS_OK);
        CU_ASSERT_EQUAL_FATAL(sql_collect(sql, arena, rows, SQL_PIPELINE_MAX, &fault), STATUS_OK);
        for (size_t i = 0; i < SQL_PIPELINE_MAX; i++) {
            CU_ASSERT_EQUAL(rows[i].count, i % 2 ? 2 : 1);
            CU_ASSERT_EQUAL(rows[i].width, i % 2);
        }
        CU_ASSERT_EQUAL(sql_commit(sql, &fault), STATUS_OK);
    }
}

static void test_pipeline_tells_the_first_fault(void)
{
    const struct sql_value add[] = {SQL_TEXT(text_of("secret-1")), SQL_QTY(((struct qty){7}))};
    const struct sql_value bad[] = {SQL_TEXT(text_of("secret-1")),
                                    SQL_QTY(((struct qty){-NUMERIC_18}))};
    struct sql_rows rows[3];
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(queue(ADD, add), STATUS_OK);
    CU_ASSERT_EQUAL(queue(ADD, bad), STATUS_OK);
    CU_ASSERT_EQUAL(queue(PUT, add), STATUS_OK); /* would be another fault */
    CU_ASSERT_EQUAL(sql_collect(sql, arena, rows, 3, &fault), STATUS_INSUFFICIENT_STOCK);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(put("secret-1", 1), STATUS_EXISTS);
}

static void test_rollback_forgets_the_queue(void)
{
    const struct sql_value many[] = {SQL_INT(5000)};
    struct sql_rows got;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(queue(MANY, many), STATUS_OK);
    CU_ASSERT_EQUAL(queue(MANY, many), STATUS_OK);
    sql_rollback(sql);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(run(COUNT, NULL, &got), STATUS_OK);
    CU_ASSERT_EQUAL(sql_at(&got, 0, 0)->as.integer, 0);
}

/* --- copy --- */

struct sink {
    size_t calls;
    size_t refuse_at; /* call; 0 never */
    size_t length;
    char text[200];
};

static enum status take(void *context, const char *bytes, size_t count, struct fault *out)
{
    struct sink *sink = context;
    if (++sink->calls == sink->refuse_at)
        return fault_set(out, STATUS_INVALID, "line", "enough");
    if (count < sizeof sink->text - sink->length) {
        memcpy(sink->text + sink->length, bytes, count);
        sink->length += count;
    }
    return STATUS_OK;
}

static void test_copy_in_and_out(void)
{
    const char *content = "account_id,balance\nx-1,1.5\n\"x,2\",0\n";
    struct sink sink = {0};
    int64_t rows = 0;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_copy_in(sql, &s[COPY_IN], text_of(content), &rows, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(rows, 2);
    CU_ASSERT_EQUAL_FATAL(sql_set_plant(sql, text_of("t"), &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_copy_out(sql, &s[COPY_OUT], take, &sink, &fault), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(sink.text, "account_id,balance\n\"x,2\",0.000000\nx-1,1.500000\n");
    sql_rollback(sql);
}

static void test_copy_in_refusals(void)
{
    static const struct {
        const char *content;
        enum status status;
    } cases[] = {{"account_id,balance\nx-1,1\nx-1,2\n", STATUS_EXISTS},
                 {"account_id,balance\nx-1,-1\n", STATUS_INSUFFICIENT_STOCK},
                 {"account_id,balance\nx-1,1e30\n", STATUS_OVERFLOW},
                 {"account_id,balance\nx-1\n", STATUS_INTERNAL}};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t rows = 7;
        fault = (struct fault){0};
        enum status status =
            sql_copy_in(sql, &s[COPY_IN], text_of(cases[i].content), &rows, &fault);
        CU_ASSERT_EQUAL(status, cases[i].status);
        CU_ASSERT_EQUAL(rows, 7);
    }
}

struct copied {
    struct text t;
    int64_t i;
    int64_t n;
    date d;
    struct uuid u;
    struct text x;
    struct qty q;
    struct unitcost c;
    struct amount a;
    int64_t z;
};

#define COPIED 5000 /* several pieces */

static void test_copy_rows(void)
{
    static struct copied rows[COPIED];
    static char names[COPIED][8];
    struct sql_rows got;
    for (size_t i = 0; i < COPIED; i++) {
        snprintf(names[i], sizeof names[i], "%05zu", i);
        rows[i] = (struct copied){text_of(names[i]), (int64_t)i,    -(int64_t)i, 100,    {{1}},
                                  text_of("\xff"),   {-(int64_t)i}, {1},         {9999}, 0};
    }
    rows[7] =
        (struct copied){text_of(names[7]), SQL_NO_INT,   SQL_NO_INT,   SQL_NO_DATE, {{0}}, {0},
                        {SQL_NO_INT},      {SQL_NO_INT}, {SQL_NO_INT}, SQL_NO_INT};
    struct sql_value params[] = {SQL_ARRAY(rows, COPIED, t), SQL_ARRAY(rows, COPIED, i),
                                 SQL_ARRAY(rows, COPIED, n), SQL_BOOL(true),
                                 SQL_ARRAY(rows, COPIED, d), SQL_ARRAY(rows, COPIED, u),
                                 SQL_ARRAY(rows, COPIED, x), SQL_ARRAY(rows, COPIED, q),
                                 SQL_ARRAY(rows, COPIED, c), SQL_ARRAY(rows, COPIED, a),
                                 SQL_ARRAY(rows, COPIED, z)};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &s[EMPTY], NULL, NULL, NULL, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_copy_rows(sql, &s[COPY_ROWS], params, COPIED, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &s[SELECT], NULL, arena, &got, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(got.count, COPIED);
    CU_ASSERT_EQUAL(sql_at(&got, 4999, 2)->as.integer, -4999);
    CU_ASSERT_EQUAL(sql_at(&got, 4999, 7)->as.qty.micro, -4999);
    CU_ASSERT(sql_at(&got, 4999, 3)->as.boolean);
    CU_ASSERT(sql_at(&got, 7, 1)->null && sql_at(&got, 7, 6)->null && sql_at(&got, 7, 10)->null);
    CU_ASSERT_EQUAL_FATAL(sql_run(sql, &s[EMPTY], NULL, NULL, NULL, &fault), STATUS_OK);
}

static void test_copy_rows_refusals(void)
{
    struct {
        struct text id;
        struct qty balance;
    } rows[] = {{text_of("c-1"), {1}}, {text_of("c-1"), {2}}, {text_of("c-2"), {-1}}};
    struct sql_value twice[] = {SQL_ARRAY(rows, 2, id), SQL_ARRAY(rows, 2, balance)};
    struct sql_value below[] = {SQL_ARRAY(&rows[2], 1, id), SQL_ARRAY(&rows[2], 1, balance)};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_copy_rows(sql, &s[COPY_ACCOUNTS], twice, 2, &fault), STATUS_EXISTS);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_copy_rows(sql, &s[COPY_ACCOUNTS], below, 1, &fault),
                    STATUS_INSUFFICIENT_STOCK);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(put("after rows", 1), STATUS_OK);
}

static void test_copy_out_can_be_ended(void)
{
    struct sink sink = {.refuse_at = 3};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_copy_out(sql, &s[COPY_MANY], take, &sink, &fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.message, "enough");
    CU_ASSERT_EQUAL(sink.calls, 3);
    sink = (struct sink){0};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_copy_out(sql, &s[COPY_BROKEN], take, &sink, &fault), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(sink.calls, 89999);
    CU_ASSERT_EQUAL(put("after copy", 1), STATUS_OK);
}

struct seen {
    int64_t rows;
    int64_t wrong;
    int64_t refuse_at; /* row; 0 never */
};

static enum status see(void *context, const struct text *cells, struct fault *out)
{
    struct seen *seen = context;
    const int64_t i = ++seen->rows;
    if (i == seen->refuse_at)
        return fault_set(out, STATUS_INVALID, "line", "enough");
    seen->wrong += cells[0].length != 4 || sql_integer(cells[0].bytes, 4) != i - 2;
    seen->wrong += (cells[1].bytes == NULL) != (i % 3 == 2);
    seen->wrong += cells[1].length != (i % 3 == 1 ? (size_t)i : 0);
    seen->wrong += cells[1].length > 0 && cells[1].bytes[i - 1] != 'x';
    return STATUS_OK;
}

static void test_copy_cells(void)
{
    static const struct sql_statement more = {
        "test.more", "COPY (SELECT 1, 'x'::text, 3) TO STDOUT (FORMAT binary)", NULL, "nt"};
    static const struct sql_statement as_text = {
        "test.text", "COPY (SELECT 1, 'x'::text) TO STDOUT", NULL, "nt"};
    struct seen seen = {0};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_copy_cells(sql, &s[COPY_CELLS], see, &seen, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(seen.rows, 3000);
    CU_ASSERT_EQUAL(seen.wrong, 0);
    seen = (struct seen){.refuse_at = 3};
    CU_ASSERT_EQUAL(sql_copy_cells(sql, &s[COPY_CELLS], see, &seen, &fault), STATUS_INVALID);
    CU_ASSERT_EQUAL(seen.rows, 3);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_copy_cells(sql, &more, see, &seen, &fault), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(sql_copy_cells(sql, &as_text, see, &seen, &fault), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(seen.rows, 3);
    CU_ASSERT_EQUAL(put("after cells", 1), STATUS_OK);
}

/* --- schema --- */

static enum status check_schema(const struct sql_schema *wanted)
{
    struct sql *checked = NULL;
    fault = (struct fault){0};
    enum status status = sql_open(getenv("MILLRACE_TEST_CONNINFO"), wanted, &checked, &fault);
    if (status == STATUS_OK)
        status = sql_check(checked, &fault);
    sql_close(&checked);
    return status;
}

static enum status check(const struct sql_statement *statement)
{
    const struct sql_schema one = {.statements = statement, .statement_count = 1};
    const struct sql_schema *const parts[] = {&one, NULL};
    const struct sql_schema both = {.statements = s,
                                    .statement_count = COPY_MANY,
                                    .row_types = row_types,
                                    .row_type_count = COUNT_OF(row_types),
                                    .parts = parts};
    return check_schema(&both);
}

/* Each row is one mistake that somebody could make in a statement table. */
static void test_drifted_statements_are_found(void)
{
    static const struct sql_statement good = {
        "check.good", "SELECT d FROM sql_test.every WHERE n = $1", "n", "d"};
    CU_ASSERT_EQUAL(check(&good), STATUS_OK);
    static const struct sql_statement bad[] = {
        {"check.param", "SELECT d FROM sql_test.every WHERE n = $1", "i", "d"},
        {"check.column", "SELECT d FROM sql_test.every WHERE n = $1", "n", "t"},
        {"check.columns", "SELECT d, n FROM sql_test.every WHERE n = $1", "n", "d"},
        {"check.params", "SELECT d FROM sql_test.every WHERE n = $1", "nn", "d"},
        {"check.few", "SELECT d FROM sql_test.every WHERE n = $1 AND d = $2", "n", "d"},
        {"check.scale", "SELECT q FROM sql_test.every", "", "a"},
        {"check.table", "SELECT d FROM sql_test.missing", "", "d"},
        {"check.array", "SELECT d FROM sql_test.every WHERE t = ANY ($1)", "t", "d"},
        {"check.copy_out", "COPY (SELECT missing FROM sql_test.every) TO STDOUT", "", ""},
        {"check.copy_column", "COPY (SELECT d FROM sql_test.every) TO STDOUT (FORMAT binary)", NULL,
         "t"},
        {"check.copy_columns", "COPY (SELECT d, n FROM sql_test.every) TO STDOUT (FORMAT binary)",
         NULL, "d"},
        {"check.copy_in", "COPY sql_test.every (missing) FROM STDIN", "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CU_ASSERT_EQUAL(check(&bad[i]), STATUS_INTERNAL);
        bool named = strstr(fault.message, bad[i].name) || strstr(fault.detail, bad[i].name);
        CU_ASSERT_TRUE(named);
        if (!named)
            printf("\n%s: %s: %s\n", bad[i].name, fault.message, fault.detail);
    }
}

static enum status check_rows(const char *letters, const char *type)
{
    const struct sql_statement statement = {
        "check.rows",
        "SELECT count(*) FROM unnest($2::sql_test.account[]) AS r WHERE r.account_id = $1", letters,
        "i"};
    const struct sql_row_type of = {&statement, type};
    const struct sql_schema one = {
        .statements = &statement, .statement_count = 1, .row_types = &of, .row_type_count = 1};
    return check_schema(&one);
}

static void test_drifted_row_types_are_found(void)
{
    CU_ASSERT_EQUAL(check_rows("tTQ", "sql_test.account"), STATUS_OK);
    CU_ASSERT_EQUAL(check_rows("TtQ", "sql_test.account"), STATUS_OK);
    CU_ASSERT_EQUAL(check_rows("tQT", "sql_test.account"), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(check_rows("tT", "sql_test.account"), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(check_rows("tTQQ", "sql_test.account"), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(check_rows("nTQ", "sql_test.account"), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(check_rows("tTQ", "sql_test.missing"), STATUS_INTERNAL);
}

static void test_close(void)
{
    sql_close(&sql);
    sql_close(&sql);
    CU_ASSERT_PTR_NULL(sql);
    arena_free(&arena);
}

DATABASE_SUITE("sql", UNIT(test_open), UNIT(test_values_come_back),
               UNIT(test_values_mean_the_same_there), UNIT(test_arrays_of_structs),
               UNIT(test_rows_of_a_type), UNIT(test_results_are_checked),
               UNIT(test_constraints_are_business_answers), UNIT(test_states_become_statuses),
               UNIT(test_pipeline_answers_in_order), UNIT(test_pipeline_tells_the_first_fault),
               UNIT(test_rollback_forgets_the_queue), UNIT(test_copy_in_and_out),
               UNIT(test_copy_in_refusals), UNIT(test_copy_rows), UNIT(test_copy_rows_refusals),
               UNIT(test_copy_out_can_be_ended), UNIT(test_copy_cells),
               UNIT(test_drifted_statements_are_found), UNIT(test_drifted_row_types_are_found),
               UNIT(test_close))
