#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/sql_private.h"

#include <stdio.h>
#include <string.h>

#define SQL_JITTER_US         20000 /* of the first rerun; doubled for the next */
#define SQL_SNAPSHOT_TEXT_MAX 200

/* It goes out with the first statement: no round trip of its own. */
static enum status begin(struct sql *sql, const char *name, struct fault *fault)
{
    ASSERT(!sql->in_transaction);
    enum status status = sql_before(sql, fault);
    if (status != STATUS_OK)
        return status;
    sql->state[0] = '\0';
    sql->in_transaction = true;
    status = sql_push(sql, sql_known_find(sql, name)->statement, NULL, fault);
    sql->in_transaction = status == STATUS_OK;
    return status;
}

enum status sql_begin(struct sql *sql, struct fault *fault)
{
    return begin(sql, "sql.begin", fault);
}

enum status sql_queue_begin(struct sql *sql, struct fault *fault)
{
    ASSERT(!sql->in_transaction);
    enum status status = sql_before(sql, fault);
    if (status != STATUS_OK)
        return status;
    sql->state[0] = '\0';
    status = sql_queue(sql, sql_known_find(sql, "sql.begin")->statement, NULL, fault);
    sql->in_transaction = status == STATUS_OK;
    return status;
}

enum status sql_begin_snapshot(struct sql *sql, struct fault *fault)
{
    return begin(sql, "sql.begin_snapshot", fault);
}

/* A snapshot's name is the server's own: digits, letters and dashes. */
enum status sql_open_beside(struct sql *sql, const struct sql_schema *schema, struct sql **out,
                            struct fault *fault)
{
    char text[SQL_SNAPSHOT_TEXT_MAX];
    ASSERT(sql->in_transaction && sql->queued == 0);
    PGresult *result = PQexec(sql->conn, "SELECT pg_export_snapshot()");
    enum status status = PQresultStatus(result) == PGRES_TUPLES_OK
                             ? sql_open(sql->conninfo, schema, out, fault)
                             : sql_fault(sql, result, "sql.export_snapshot", fault);
    if (status == STATUS_OK) {
        const int length = snprintf(text, sizeof text,
                                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                    " SET TRANSACTION SNAPSHOT '%s'",
                                    PQgetvalue(result, 0, 0));
        ASSERT(length > 0 && (size_t)length < sizeof text);
        status = sql_command(*out, text, fault);
        (*out)->in_transaction = status == STATUS_OK;
        if (status != STATUS_OK)
            sql_close(out);
    }
    PQclear(result);
    return status;
}

enum status sql_queue_end(struct sql *sql, struct fault *fault)
{
    enum status status = sql_push(sql, sql_known_find(sql, "sql.commit")->statement, NULL, fault);
    sql->ending = status == STATUS_OK;
    return status;
}

void sql_rollback(struct sql *sql)
{
    sql_pipeline_discard(sql);
    if (!sql->in_transaction)
        return;
    sql->in_transaction = false;
    sql->plant_known = false; /* it may have been set in the transaction */
    if (sql_lost(sql))
        return; /* the server has rolled back, or will */
    char state[SQL_STATE_MAX];
    memcpy(state, sql->state, sizeof state); /* of the failure that brought us here */
    struct fault fault = {0};
    if (sql_command(sql, "ROLLBACK", &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "rollback");
    memcpy(sql->state, state, sizeof state);
}

static enum status commit_unknown(struct fault *fault, const char *why)
{
    bool first = fault->status == STATUS_OK;
    enum status status =
        fault_set(fault, STATUS_COMMIT_UNKNOWN, "", "%s", status_text(STATUS_COMMIT_UNKNOWN));
    if (first)
        snprintf(fault->detail, sizeof fault->detail, "%s", why);
    return status;
}

/* What the answer to COMMIT says.  COMMIT of a transaction that had failed is answered ROLLBACK,
   and without an error. */
static enum status commit_outcome(struct sql *sql, PGresult *result, struct fault *fault)
{
    if (sql_lost(sql))
        return commit_unknown(fault, "connection lost during COMMIT");
    if (sql->wait_cancelled)
        return commit_unknown(fault, "wait for synchronous replication was cancelled");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return sql_fault(sql, result, "COMMIT", fault);
    if (strcmp(PQcmdStatus(result), "COMMIT") == 0)
        return STATUS_OK;
    bool first = fault->status == STATUS_OK;
    enum status status = fault_set(fault, STATUS_INTERNAL, "", "internal error");
    if (first)
        snprintf(fault->detail, sizeof fault->detail, "COMMIT of a failed transaction");
    return status;
}

/* All of it was on its way when the connection died, COMMIT too. */
static enum status commit_pushed(struct sql *sql, struct fault *fault)
{
    PGresult *result;
    enum status status = sql_flush_commit(sql, &result, fault);
    if (sql_lost(sql))
        *fault = (struct fault){0};
    if (status == STATUS_OK || sql_lost(sql))
        status = commit_outcome(sql, result, fault);
    else
        sql_rollback(sql);
    sql->in_transaction = false;
    PQclear(result);
    return status;
}

enum status sql_commit(struct sql *sql, struct fault *fault)
{
    ASSERT(sql->in_transaction && sql->queued == sql->pushed);
    sql->wait_cancelled = false;
    if (sql->queued > 0 && !sql_lost(sql))
        return commit_pushed(sql, fault);
    sql->in_transaction = false;
    sql_pipeline_discard(sql);
    if (sql_lost(sql))
        return sql_fault(sql, NULL, "before COMMIT", fault);
    PGresult *result = PQexec(sql->conn, "COMMIT");
    enum status status = commit_outcome(sql, result, fault);
    PQclear(result);
    return status;
}

static enum status run_once(struct sql *sql, sql_work_fn *work, void *context, struct fault *fault)
{
    enum status status = sql_begin(sql, fault);
    if (status != STATUS_OK)
        return status;
    status = work(sql, context, fault);
    if (status == STATUS_OK)
        return sql_commit(sql, fault);
    sql_rollback(sql);
    return status;
}

static void wait_before_run(int run)
{
    uint32_t random;
    clock_random(&random, sizeof random);
    clock_sleep_us(1000 + (int64_t)(random % ((uint32_t)SQL_JITTER_US << run)));
}

enum status sql_transaction(struct sql *sql, sql_work_fn *work, void *context, struct fault *fault)
{
    ASSERT(!sql->in_transaction);
    struct metric *reruns =
        metric_counter("millrace_sql_reruns_total", "Transactions run again after 40001 or 40P01.");
    enum status status = STATUS_OK;
    for (int run = 0; run < SQL_RUNS_MAX; run++) {
        if (run > 0) {
            metric_add(reruns, 1);
            wait_before_run(run - 1);
        }
        *fault = (struct fault){0};
        sql->state[0] = '\0';
        status = run_once(sql, work, context, fault);
        if (status != STATUS_BUSY || !sql_may_run_again(sql))
            return status;
    }
    return status;
}
