#include "common/io/clock.h"
#include "common/io/sql_private.h"

/*
 * libpq's pipeline mode: the statements go out as they are queued, PQpipelineSync closes the row,
 * and each one's results are a PGresult and a NULL.  libpq reads while it cannot write, so that a
 * long row of statements with long results does not stop both ends.
 */

enum status sql_queue(struct sql *sql, const struct sql_statement *statement,
                      const struct sql_value *params, struct fault *fault)
{
    struct sql_bound bound;
    ASSERT(sql_known_find(sql, statement->name)->statement == statement);
    ASSERT(!sql_is_copy(statement) && sql->queued < SQL_PIPELINE_MAX);
    enum status status = sql_ready(sql, fault);
    if (status == STATUS_OK)
        status = sql_bind(sql, statement, params, &bound, fault);
    if (status != STATUS_OK)
        return status;
    if (sql->queued == 0) {
        sql->queued_us = clock_monotonic_us();
        int entered = PQenterPipelineMode(sql->conn);
        ASSERT(entered);
    }
    if (!PQsendQueryPrepared(sql->conn, statement->name, bound.count, bound.values, bound.lengths,
                             bound.formats, 1))
        return sql_fault(sql, NULL, statement->name, fault);
    sql->queue[sql->queued++] = statement;
    return STATUS_OK;
}

/* Reads up to the end of the row of statements. */
static void skip_to_sync(struct sql *sql)
{
    int nothing = 0; /* two NULLs in a row: nothing is under way any more */
    while (!sql_lost(sql) && nothing < 2) {
        PGresult *result = PQgetResult(sql->conn);
        bool sync = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        nothing = result ? 0 : nothing + 1;
        PQclear(result);
        if (sync)
            return;
    }
}

/* A connection that does not leave the mode is of no more use. */
static void leave_pipeline(struct sql *sql)
{
    sql->queued = 0;
    if (!sql_lost(sql) && !PQexitPipelineMode(sql->conn)) {
        PQfinish(sql->conn);
        sql->conn = NULL;
    }
}

void sql_pipeline_discard(struct sql *sql)
{
    if (!sql_lost(sql) && PQpipelineStatus(sql->conn) != PQ_PIPELINE_OFF) {
        if (PQpipelineSync(sql->conn))
            skip_to_sync(sql);
        leave_pipeline(sql);
    }
    sql->queued = 0;
}

static enum status collect_one(struct sql *sql, size_t i, struct sql_into into, struct fault *fault)
{
    PGresult *result = PQgetResult(sql->conn);
    enum status status = sql_take_result(sql, sql->queue[i], result, into, fault);
    bool last = result == NULL;
    PQclear(result);
    if (!last)
        PQclear(PQgetResult(sql->conn)); /* the NULL after each statement's results */
    return status;
}

enum status sql_collect(struct sql *sql, struct arena *arena, struct sql_rows *rows,
                        size_t row_count, struct fault *fault)
{
    ASSERT(sql->queued == row_count);
    if (row_count == 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    if (sql_lost(sql) || !PQpipelineSync(sql->conn))
        status = sql_fault(sql, NULL, "pipeline", fault);
    for (size_t i = 0; status == STATUS_OK && i < row_count; i++)
        status = collect_one(sql, i, (struct sql_into){arena, rows ? &rows[i] : NULL}, fault);
    skip_to_sync(sql);
    sql_after(sql, sql->queue[row_count - 1], sql->queued_us); /* the whole row, as its last one */
    leave_pipeline(sql);
    return status;
}
