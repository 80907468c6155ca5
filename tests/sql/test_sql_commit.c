/* Transactions of common/io/sql when things go wrong: lost connections, deadlocks, and the three
   outcomes of COMMIT. */

#include "common/io/clock.h"
#include "tests/sql/database.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static const struct sql_statement make[] = {
    {"make.drop", "DROP SCHEMA IF EXISTS sql_test CASCADE", "", ""},
    {"make.schema", "CREATE SCHEMA sql_test", "", ""},
    {"make.note", "CREATE TABLE sql_test.note (note_id text)", "", ""},
    {"make.account", "CREATE TABLE sql_test.account (account_id text PRIMARY KEY, n int8)", "", ""},
    {"make.accounts", "INSERT INTO sql_test.account VALUES ('a', 0), ('b', 0)", "", ""},
    {"make.function",
     "CREATE FUNCTION sql_test.doom() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
     " IF NEW.note_id = 'kill' THEN PERFORM pg_terminate_backend(pg_backend_pid());"
     " ELSIF NEW.note_id = 'refuse' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NULL; END$$",
     "", ""},
    {"make.trigger",
     "CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON sql_test.note DEFERRABLE INITIALLY DEFERRED"
     " FOR EACH ROW EXECUTE FUNCTION sql_test.doom()",
     "", ""}};

enum { PUT, FIND, ADD, TOTAL, PID, KILL, CANCEL, WAITING, SYNC_ON, SYNC_OFF, RELOAD, FAIL };

static const struct sql_statement s[] = {
    [PUT] = {"test.put", "INSERT INTO sql_test.note (note_id) VALUES ($1)", "t", ""},
    [FIND] = {"test.find", "SELECT count(*) FROM sql_test.note WHERE note_id = $1", "t", "i"},
    [ADD] = {"test.add", "UPDATE sql_test.account SET n = n + 1 WHERE account_id = $1", "t", ""},
    [TOTAL] = {"test.total", "SELECT sum(n)::int8 FROM sql_test.account", "", "i"},
    [PID] = {"test.pid", "SELECT pg_backend_pid()", "", "n"},
    [KILL] = {"test.kill", "SELECT pg_terminate_backend($1)", "n", "b"},
    [CANCEL] = {"test.cancel", "SELECT pg_cancel_backend($1)", "n", "b"},
    [WAITING] = {"test.waiting", "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                 "", "n"},
    [SYNC_ON] = {"test.sync_on", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "", ""},
    [SYNC_OFF] = {"test.sync_off", "ALTER SYSTEM RESET synchronous_standby_names", "", ""},
    [RELOAD] = {"test.reload", "SELECT pg_reload_conf()", "", "b"},
    [FAIL] = {"test.fail", "SELECT 1 / n FROM unnest(ARRAY[0]) AS n", "", "n"},
};
static const struct sql_schema schema = {.statements = s, .statement_count = COUNT_OF(s)};

static struct sql *sql;   /* the one things happen to */
static struct sql *admin; /* the one that does them */
static struct arena *arena;
static struct fault fault;

static void test_open(void)
{
    database_make(make, COUNT_OF(make));
    sql = database_open(&schema);
    admin = database_open(&schema);
    arena = arena_new(MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
}

static enum status run(struct sql *on, int statement, const char *text, int64_t *answer)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(text))};
    struct sql_rows rows = {0};
    arena_reset(arena);
    fault = (struct fault){0};
    enum status status = sql_run(on, &s[statement], text ? params : NULL, arena, &rows, &fault);
    if (status == STATUS_OK && rows.count > 0 && rows.width > 0)
        *answer = sql_at(&rows, 0, 0)->as.integer;
    return status;
}

static int64_t ask(struct sql *on, int statement, const char *text)
{
    int64_t answer = 0;
    CU_ASSERT_EQUAL_FATAL(run(on, statement, text, &answer), STATUS_OK);
    return answer;
}

/* Ends the connection from outside, and waits until it is gone. */
static void kill_connection(int64_t pid)
{
    const struct sql_value params[] = {SQL_INT(pid)};
    database_run(admin, &s[KILL], params);
    clock_sleep_us(100000);
}

static void test_a_lost_connection_is_opened_again(void)
{
    int64_t pid = ask(sql, PID, NULL);
    kill_connection(pid);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_ready(sql, &fault), STATUS_OK);
    int64_t next = ask(sql, PID, NULL);
    CU_ASSERT_NOT_EQUAL(next, pid);
    kill_connection(next);
    CU_ASSERT_NOT_EQUAL(ask(sql, PID, NULL), next); /* without asking whether it is ready */
    CU_ASSERT_EQUAL(ask(sql, FIND, "nothing"), 0);  /* and prepared again */
}

static void test_a_lost_transaction_is_not_resumed(void)
{
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    int64_t unused;
    CU_ASSERT_EQUAL(run(sql, PUT, "lost", &unused), STATUS_OK);
    kill_connection(ask(sql, PID, NULL));
    CU_ASSERT_EQUAL(run(sql, PUT, "lost", &unused), STATUS_UNAVAILABLE);
    CU_ASSERT_EQUAL(run(sql, PUT, "lost", &unused), STATUS_UNAVAILABLE);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_commit(sql, &fault), STATUS_UNAVAILABLE);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(ask(sql, FIND, "lost"), 0);
}

static void test_nobody_answers(void)
{
    struct sql *none = NULL;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_open("host=/nonexistent dbname=none", &schema, &none, &fault),
                    STATUS_UNAVAILABLE);
    CU_ASSERT_PTR_NULL(none);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_open("what is = this", &schema, &none, &fault), STATUS_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "connect"));
}

/* --- outcomes of COMMIT --- */

static bool pushed; /* the row goes out with COMMIT */

static enum status put_note(struct sql *on, void *context, struct fault *out)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(context))};
    if (pushed)
        return sql_push(on, &s[PUT], params, out);
    return sql_run(on, &s[PUT], params, NULL, NULL, out);
}

static enum status commit_note(char *note)
{
    fault = (struct fault){0};
    return sql_transaction(sql, put_note, note, &fault);
}

static void test_commit_succeeds_or_fails(void)
{
    char kept[] = "kept";
    char refuse[] = "refuse";
    CU_ASSERT_EQUAL(commit_note(kept), STATUS_OK);
    CU_ASSERT_EQUAL(ask(sql, FIND, "kept"), 1);
    CU_ASSERT_EQUAL(commit_note(refuse), STATUS_INTERNAL); /* by the deferred trigger, in COMMIT */
    CU_ASSERT_STRING_EQUAL(sql_state(sql), "P0001");
    CU_ASSERT_EQUAL(ask(sql, FIND, "refuse"), 0);
}

/* What was pushed fails, not COMMIT: told as its own, rolled back, and the connection serves. */
static void test_a_pushed_statement_fails_in_commit(void)
{
    const struct sql_value note[] = {SQL_TEXT(text_of("beside"))};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_push(sql, &s[PUT], note, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_push(sql, &s[FAIL], NULL, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_push(sql, &s[PUT], note, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_commit(sql, &fault), STATUS_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "SQLSTATE 22012, test.fail"));
    CU_ASSERT_EQUAL(ask(sql, FIND, "beside"), 0);
}

/* More than a row of statements holds; then the next statement sees them, and tells what fails. */
static void test_pushed_statements_go_out_with_the_next(void)
{
    const struct sql_value note[] = {SQL_TEXT(text_of("many"))};
    int64_t unused;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    for (int i = 0; i < 3 * SQL_PIPELINE_MAX; i++)
        CU_ASSERT_EQUAL_FATAL(sql_push(sql, &s[PUT], note, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(ask(sql, FIND, "many"), 3 * SQL_PIPELINE_MAX);
    CU_ASSERT_EQUAL(sql_push(sql, &s[PUT], note, &fault), STATUS_OK);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(ask(sql, FIND, "many"), 0);
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_push(sql, &s[FAIL], NULL, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(run(sql, TOTAL, NULL, &unused), STATUS_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.detail, "test.fail"));
    sql_rollback(sql);
}

static void test_pushed_and_queued_come_in_order(void)
{
    const struct sql_value note[] = {SQL_TEXT(text_of("both"))};
    struct sql_rows rows[2];
    fault = (struct fault){0};
    arena_reset(arena);
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(sql_push(sql, &s[PUT], note, &fault), STATUS_OK);
        CU_ASSERT_EQUAL(sql_queue(sql, &s[FIND], note, &fault), STATUS_OK);
    }
    CU_ASSERT_EQUAL_FATAL(sql_collect(sql, arena, rows, 2, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_at(&rows[0], 0, 0)->as.integer, 1);
    CU_ASSERT_EQUAL(sql_at(&rows[1], 0, 0)->as.integer, 2);
    sql_rollback(sql);
}

static void test_a_failed_transaction_does_not_commit(void)
{
    int64_t unused;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(run(sql, PUT, "half", &unused), STATUS_OK);
    CU_ASSERT_EQUAL(run(sql, FAIL, NULL, &unused), STATUS_INTERNAL);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_commit(sql, &fault), STATUS_INTERNAL);
    CU_ASSERT_STRING_EQUAL(fault.detail, "COMMIT of a failed transaction");
    CU_ASSERT_EQUAL(ask(sql, FIND, "half"), 0);
}

/* The deferred trigger ends its own server process while COMMIT runs. */
static void test_a_connection_lost_in_commit_is_unknown(void)
{
    char note[] = "kill";
    CU_ASSERT_EQUAL(commit_note(note), STATUS_COMMIT_UNKNOWN);
    CU_ASSERT_STRING_EQUAL(fault.detail, "connection lost during COMMIT");
    CU_ASSERT_EQUAL(ask(sql, FIND, "kill"), 0); /* and the connection serves again */
}

struct committing {
    char note[24];
    enum status status;
    struct fault fault;
    atomic_bool done;
};

static void *commit_in_thread(void *context)
{
    struct committing *committing = context;
    committing->status = sql_transaction(sql, put_note, committing->note, &committing->fault);
    atomic_store(&committing->done, true);
    return NULL;
}

/* Commits while no standby answers, and stops the wait with `stop`.  False when the server had not
   yet noticed that it must wait. */
static bool stop_the_wait(int stop, struct committing *committing)
{
    pthread_t thread;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, commit_in_thread, committing), 0);
    int64_t pid = 0;
    for (int i = 0; i < 500 && pid == 0 && !atomic_load(&committing->done); i++) {
        clock_sleep_us(10000);
        pid = ask(admin, WAITING, NULL);
    }
    if (pid != 0) {
        const struct sql_value params[] = {SQL_INT(pid)};
        database_run(admin, &s[stop], params);
    }
    pthread_join(thread, NULL);
    return pid != 0;
}

static void check_stopped_wait(int stop, const char *name, const char *detail)
{
    struct committing committing = {0};
    bool stopped = false;
    for (int i = 0; i < 50 && !stopped; i++) {
        committing = (struct committing){0};
        snprintf(committing.note, sizeof committing.note, "%s %d", name, i);
        stopped = stop_the_wait(stop, &committing);
    }
    CU_ASSERT_TRUE_FATAL(stopped);
    CU_ASSERT_EQUAL(committing.status, STATUS_COMMIT_UNKNOWN);
    CU_ASSERT_STRING_EQUAL(committing.fault.detail, detail);
    CU_ASSERT_EQUAL(ask(sql, FIND, committing.note),
                    1); /* it was durable here, which we could not know */
}

/* The same outcomes where the last rows and COMMIT go out together. */
static void test_outcomes_of_a_pushed_commit(void)
{
    char kept[] = "kept too";
    char refuse[] = "refuse";
    char note[] = "kill";
    pushed = true;
    CU_ASSERT_EQUAL(commit_note(kept), STATUS_OK);
    CU_ASSERT_EQUAL(ask(sql, FIND, kept), 1);
    CU_ASSERT_EQUAL(commit_note(refuse), STATUS_INTERNAL);
    CU_ASSERT_STRING_EQUAL(sql_state(sql), "P0001");
    CU_ASSERT_EQUAL(commit_note(note), STATUS_COMMIT_UNKNOWN);
    CU_ASSERT_STRING_EQUAL(fault.detail, "connection lost during COMMIT");
    CU_ASSERT_EQUAL(ask(sql, FIND, "kill"), 0);
    pushed = false;
}

static void test_a_cancelled_wait_for_the_standby_is_unknown(void)
{
    database_run(admin, &s[SYNC_ON], NULL);
    database_run(admin, &s[RELOAD], NULL);
    check_stopped_wait(CANCEL, "cancel", "wait for synchronous replication was cancelled");
    check_stopped_wait(KILL, "term", "connection lost during COMMIT");
    pushed = true;
    check_stopped_wait(CANCEL, "cancel pushed", "wait for synchronous replication was cancelled");
    check_stopped_wait(KILL, "term pushed", "connection lost during COMMIT");
    pushed = false;
    database_run(admin, &s[SYNC_OFF], NULL);
    database_run(admin, &s[RELOAD], NULL);
    char after[] = "after";
    CU_ASSERT_EQUAL(commit_note(after), STATUS_OK);
}

/* --- reruns --- */

struct crossing {
    const char *first;
    const char *second;
    pthread_barrier_t *barrier;
    int runs;
    enum status status;
    struct fault fault;
};

static enum status cross(struct sql *on, void *context, struct fault *out)
{
    struct crossing *crossing = context;
    const struct sql_value first[] = {SQL_TEXT(text_of(crossing->first))};
    const struct sql_value second[] = {SQL_TEXT(text_of(crossing->second))};
    enum status status = sql_run(on, &s[ADD], first, NULL, NULL, out);
    if (crossing->runs++ == 0)
        pthread_barrier_wait(crossing->barrier); /* both hold their first row */
    if (status == STATUS_OK)
        status = sql_run(on, &s[ADD], second, NULL, NULL, out);
    return status;
}

static void *cross_in_thread(void *context)
{
    struct crossing *crossing = context;
    struct sql *own = database_open(&schema);
    crossing->status = sql_transaction(own, cross, crossing, &crossing->fault);
    sql_close(&own);
    return NULL;
}

static void test_a_deadlock_is_run_again(void)
{
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 2);
    struct crossing crossings[2] = {{.first = "a", .second = "b", .barrier = &barrier},
                                    {.first = "b", .second = "a", .barrier = &barrier}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, cross_in_thread, &crossings[i]), 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    CU_ASSERT_EQUAL(crossings[0].status, STATUS_OK);
    CU_ASSERT_EQUAL(crossings[1].status, STATUS_OK);
    CU_ASSERT_EQUAL(crossings[0].runs + crossings[1].runs, 3);
    CU_ASSERT_EQUAL(ask(sql, TOTAL, NULL), 4); /* each counted once, whatever it took */
}

static enum status refuse_after_put(struct sql *on, void *context, struct fault *out)
{
    enum status status = put_note(on, context, out);
    return status == STATUS_OK ? fault_set(out, STATUS_STATE_CONFLICT, "x", "no") : status;
}

static void test_a_refusal_rolls_back_and_is_not_run_again(void)
{
    char note[] = "refused work";
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(sql_transaction(sql, refuse_after_put, note, &fault), STATUS_STATE_CONFLICT);
    CU_ASSERT_STRING_EQUAL(fault.message, "no");
    CU_ASSERT_EQUAL(ask(sql, FIND, note), 0);
}

/* A snapshot neither writes nor sees what is written meanwhile. */
static void test_a_snapshot_stands_still(void)
{
    char note[] = "meanwhile";
    int64_t unused;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin_snapshot(admin, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(ask(admin, FIND, note), 0);
    CU_ASSERT_EQUAL(commit_note(note), STATUS_OK);
    CU_ASSERT_EQUAL(ask(admin, FIND, note), 0);
    CU_ASSERT_EQUAL(run(admin, PUT, "no", &unused), STATUS_UNAVAILABLE); /* 25006: read-only */
    sql_rollback(admin);
    CU_ASSERT_EQUAL(ask(admin, FIND, note), 1);
}

/* Its end goes out with its last question; one that fails is rolled back as ever. */
static void test_a_snapshot_ends_with_its_last_question(void)
{
    struct sql_rows rows;
    const struct sql_value wanted[] = {SQL_TEXT(text_of("meanwhile"))};
    int64_t unused;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_begin_snapshot(admin, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_queue(admin, &s[FIND], wanted, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_queue_end(admin, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_collect(admin, arena, &rows, 1, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(run(admin, PUT, "behind it", &unused), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(sql_begin_snapshot(admin, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_queue(admin, &s[PUT], wanted, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_queue_end(admin, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(sql_collect(admin, arena, &rows, 1, &fault), STATUS_UNAVAILABLE);
    sql_rollback(admin);
    CU_ASSERT_EQUAL(run(admin, PUT, "and again", &unused), STATUS_OK);
}

static void test_close(void)
{
    sql_close(&sql);
    sql_close(&admin);
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(arena);
}

DATABASE_SUITE(
    "sql_commit", UNIT(test_open), UNIT(test_a_lost_connection_is_opened_again),
    UNIT(test_a_lost_transaction_is_not_resumed), UNIT(test_nobody_answers),
    UNIT(test_commit_succeeds_or_fails), UNIT(test_a_failed_transaction_does_not_commit),
    UNIT(test_a_connection_lost_in_commit_is_unknown), UNIT(test_outcomes_of_a_pushed_commit),
    UNIT(test_a_pushed_statement_fails_in_commit),
    UNIT(test_pushed_statements_go_out_with_the_next), UNIT(test_pushed_and_queued_come_in_order),
    UNIT(test_a_cancelled_wait_for_the_standby_is_unknown), UNIT(test_a_deadlock_is_run_again),
    UNIT(test_a_refusal_rolls_back_and_is_not_run_again), UNIT(test_a_snapshot_stands_still),
    UNIT(test_a_snapshot_ends_with_its_last_question), UNIT(test_close))
