#include "common/io/clock.h"
#include "common/io/sql_private.h"

/*
 * libpq's pipeline mode: the statements go out as they are queued, PQpipelineSync closes the row,
 * and each one's results are a PGresult and a NULL.  libpq reads while it cannot write, so that a
 * long row of statements with long results does not stop both ends.
 */

static enum status send_one(struct sql *sql, const struct sql_statement *statement,
                            const struct sql_value *params, bool pushed, struct fault *fault)
{
    struct sql_bound bound;
    ASSERT(sql_known_find(sql, statement->name)->statement == statement);
    ASSERT(!sql_is_copy(statement) && sql->queued < SQL_ROW_MAX);
    enum status status = sql_bind(sql, statement, params, &bound, fault);
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
    sql->is_pushed[sql->queued] = pushed;
    sql->into[sql->queued] = (struct sql_into){NULL, NULL};
    sql->queue[sql->queued++] = statement;
    sql->pushed += pushed;
    return STATUS_OK;
}

/* The plant in front of it when that has changed. */
static enum status send(struct sql *sql, const struct sql_statement *statement,
                        const struct sql_value *params, bool pushed, struct fault *fault)
{
    struct text plant;
    enum status status = sql_ready(sql, fault);
    if (status == STATUS_OK && sql_wants_plant(sql, statement, params, &plant)) {
        struct sql_value setting[] = {SQL_TEXT(plant)};
        status = send_one(sql, sql_plant_statement(sql), setting, true, fault);
        if (status == STATUS_OK)
            sql_note_plant(sql, plant);
    }
    return status == STATUS_OK ? send_one(sql, statement, params, pushed, fault) : status;
}

enum status sql_queue(struct sql *sql, const struct sql_statement *statement,
                      const struct sql_value *params, struct fault *fault)
{
    bool first = sql->queued == sql->pushed;
    enum status status = first && sql->pushed > SQL_PUSHED_MAX ? sql_flush(sql, fault) : STATUS_OK;
    return status == STATUS_OK ? send(sql, statement, params, false, fault) : status;
}

/* Two places are left: for the plant, and for what takes them along. */
enum status sql_push(struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct fault *fault)
{
    ASSERT(sql->in_transaction);
    enum status status = sql->queued + 2 < SQL_PIPELINE_MAX ? STATUS_OK : sql_flush(sql, fault);
    return status == STATUS_OK ? send(sql, statement, params, true, fault) : status;
}

enum status sql_push_for(struct sql *sql, const struct sql_statement *statement,
                         const struct sql_value *params, struct arena *arena, struct sql_rows *rows,
                         struct fault *fault)
{
    enum status status = sql_push(sql, statement, params, fault);
    if (status == STATUS_OK)
        sql->into[sql->queued - 1] = (struct sql_into){arena, rows};
    return status;
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
    sql->queued = sql->pushed = 0;
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
    sql->queued = sql->pushed = 0;
    sql->ending = false;
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

/* Results of the first `count` statements; those that were pushed have a place of their own. */
static enum status collect_all(struct sql *sql, size_t count, struct arena *arena,
                               struct sql_rows *rows, struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t next = 0;
    if (sql_lost(sql) || !PQpipelineSync(sql->conn))
        status = sql_fault(sql, NULL, "pipeline", fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        bool wanted = rows && !sql->is_pushed[i];
        struct sql_into into = wanted ? (struct sql_into){arena, &rows[next]} : sql->into[i];
        status = collect_one(sql, i, into, fault);
        next += wanted;
    }
    return status;
}

static void end_row(struct sql *sql)
{
    skip_to_sync(sql);
    sql_after(sql, sql->queue[sql->queued - 1], sql->queued_us); /* all of it, as its last one */
    leave_pipeline(sql);
}

enum status sql_collect(struct sql *sql, struct arena *arena, struct sql_rows *rows,
                        size_t row_count, struct fault *fault)
{
    ASSERT(sql->queued - sql->pushed == row_count);
    if (sql->queued == 0)
        return STATUS_OK;
    enum status status = collect_all(sql, sql->queued, arena, rows, fault);
    end_row(sql);
    if (sql->ending && status == STATUS_OK)
        sql->in_transaction = false;
    sql->ending = false;
    return status;
}

enum status sql_flush(struct sql *sql, struct fault *fault)
{
    ASSERT(sql->queued == sql->pushed); /* what was queued is collected first */
    return sql_collect(sql, NULL, NULL, 0, fault);
}

enum status sql_flush_commit(struct sql *sql, PGresult **outcome, struct fault *fault)
{
    const struct sql_statement *commit = sql_known_find(sql, "sql.commit")->statement;
    ASSERT(sql->queued == sql->pushed && sql->queued < SQL_ROW_MAX);
    *outcome = NULL;
    enum status status = send(sql, commit, NULL, true, fault);
    if (status != STATUS_OK)
        return status;
    status = collect_all(sql, sql->queued - 1, NULL, NULL, fault);
    if (status == STATUS_OK)
        *outcome = PQgetResult(sql->conn);
    end_row(sql);
    return status;
}
