#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/sql_private.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQL_SLOW_US    INT64_C(1000000)
#define SQL_DRAINS_MAX 8 /* messages of an idle server that are read to see whether it left */

/* What a session needs to be able to hang on nothing; a conninfo with its own `options` wins. */
#define SQL_OPTIONS \
 "-c statement_timeout=120s -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s"

/* COPY as CSV shows dates and times as the session says. */
static const char sql_session[] =
    "SELECT set_config('datestyle', 'ISO, YMD', false), set_config('timezone', 'UTC', false),"
    " set_config('bytea_output', 'hex', false), set_config('client_min_messages', 'warning', false)";

static const char sql_set_plant_name[] = "sql.set_plant";
static const struct sql_statement sql_own_statements[] = {
    {sql_set_plant_name, "SELECT set_config('millrace.plant_id', $1, false)", "t", "t"},
    {"sql.begin", "BEGIN ISOLATION LEVEL READ COMMITTED", "", ""},
    {"sql.begin_snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "", ""},
    {"sql.commit", "COMMIT", "", ""},
};
static const struct sql_schema sql_own = {.statements = sql_own_statements,
                                          .statement_count = COUNT_OF(sql_own_statements)};

bool sql_is_copy(const struct sql_statement *statement)
{
    return strncmp(statement->text, "COPY ", 5) == 0;
}

bool sql_lost(const struct sql *sql)
{
    return !sql->conn || PQstatus(sql->conn) != CONNECTION_OK;
}

/* --- the table of statements --- */

static size_t known_slot(const struct sql *sql, const char *name)
{
    size_t slot = text_hash(text_of(name)) % SQL_SLOTS;
    while (sql->known[slot].statement && strcmp(sql->known[slot].statement->name, name) != 0)
        slot = (slot + 1) % SQL_SLOTS; /* ends: at most SQL_STATEMENTS_MAX slots are taken */
    return slot;
}

const struct sql_known *sql_known_find(const struct sql *sql, const char *name)
{
    const struct sql_known *known = &sql->known[known_slot(sql, name)];
    ASSERT(known->statement); /* a statement that is in no part of the schema */
    return known;
}

/* Statements say "plant_id = $1", or put $1 into the first column of an INSERT. */
static enum sql_plant_by plant_by(const struct sql_schema *schema,
                                  const struct sql_statement *statement)
{
    if (schema == &sql_own)
        return SQL_PLANT_NONE;
    bool first = statement->params && statement->params[0] == 't' &&
                 (strstr(statement->text, "plant_id = $1") || strstr(statement->text, "(plant_id"));
    return first ? SQL_PLANT_FIRST : SQL_PLANT_FREE;
}

static const char *row_type_of(const struct sql_schema *schema,
                               const struct sql_statement *statement)
{
    const char *type = NULL;
    for (size_t i = 0; i < schema->row_type_count && !type; i++)
        type = schema->row_types[i].statement == statement ? schema->row_types[i].type : NULL;
    return type;
}

static void know_statements(struct sql *sql, const struct sql_schema *schema)
{
    struct metric *seconds =
        metric_histogram("millrace_sql_seconds", "Time of SQL statements, round trip included.");
    size_t stride =
        schema->statement_stride > 0 ? schema->statement_stride : sizeof *schema->statements;
    for (size_t i = 0; i < schema->statement_count; i++) {
        const void *at = (const char *)schema->statements + i * stride;
        const struct sql_statement *statement = at;
        if (!statement->name)
            continue;
        ASSERT(sql_is_copy(statement) || strlen(statement->params) <= SQL_PARAMS_MAX);
        ASSERT(strlen(statement->name) < 64); /* PostgreSQL cuts longer names */
        struct sql_known *known = &sql->known[known_slot(sql, statement->name)];
        ASSERT(!known->statement); /* two statements with one name */
        ASSERT(sql->known_count < SQL_STATEMENTS_MAX);
        known->statement = statement;
        known->plant_by = plant_by(schema, statement);
        known->row_type = row_type_of(schema, statement);
        known->seconds = metric_labelled(seconds, "statement", statement->name);
        sql->known_count++;
    }
}

static bool has_schema(const struct sql *sql, const struct sql_schema *schema)
{
    for (size_t i = 0; i < sql->schema_count; i++) {
        if (sql->schemas[i] == schema)
            return true;
    }
    return false;
}

static void add_schema(struct sql *sql, const struct sql_schema *schema)
{
    if (has_schema(sql, schema))
        return;
    ASSERT(sql->schema_count < SQL_SCHEMAS_MAX);
    sql->schemas[sql->schema_count++] = schema;
    know_statements(sql, schema);
}

/* The schema, its parts, the parts of these: each once. */
static void know_schemas(struct sql *sql, const struct sql_schema *schema)
{
    add_schema(sql, &sql_own);
    if (schema)
        add_schema(sql, schema);
    for (size_t i = 0; i < sql->schema_count; i++) {
        const struct sql_schema *const *parts = sql->schemas[i]->parts;
        for (; parts && *parts; parts++)
            add_schema(sql, *parts);
    }
}

/* --- connecting --- */

/* The one warning that changes an outcome comes from SyncRepWaitForLSN (syncrep.c); its text may
   be translated, its function's name is not. */
static void take_notice(void *context, const PGresult *notice)
{
    struct sql *sql = context;
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    const char *function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    message = message ? message : "";
    if ((function && strcmp(function, "SyncRepWaitForLSN") == 0) ||
        strstr(message, "canceling wait for synchronous replication"))
        sql->wait_cancelled = true;
    log_write(LOG_WARNING, "database says: %s", message);
}

bool sql_is_param(const struct sql_known *known, char letter)
{
    return !known->row_type || !sql_letter_is_array(letter);
}

size_t sql_param_count(const struct sql_known *known)
{
    size_t count = known->row_type != NULL;
    for (const char *letter = known->statement->params; *letter != '\0'; letter++)
        count += sql_is_param(known, *letter);
    return count;
}

/* Types that are made by a migration have another number in each database. */
static enum status find_row_type(struct sql *sql, struct sql_known *known, struct fault *fault)
{
    const char *const name[] = {known->row_type};
    PGresult *result =
        PQexecParams(sql->conn, "SELECT $1::text::regtype::oid", 1, NULL, name, NULL, NULL, 0);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        known->row_type_no = (Oid)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
    else
        status = sql_fault(sql, result, known->statement->name, fault);
    PQclear(result);
    return status;
}

static enum status prepare_one(struct sql *sql, struct sql_known *known, struct fault *fault)
{
    const struct sql_statement *statement = known->statement;
    Oid types[SQL_PARAMS_MAX];
    int count = 0;
    enum status status = known->row_type ? find_row_type(sql, known, fault) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    for (const char *letter = statement->params; *letter != '\0'; letter++) {
        if (sql_is_param(known, *letter))
            types[count++] = sql_type_of(*letter);
    }
    if (known->row_type)
        types[count++] = 0; /* the statement's text says it */
    PGresult *result = PQprepare(sql->conn, statement->name, statement->text, count, types);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = sql_fault(sql, result, statement->name, fault);
    PQclear(result);
    return status;
}

static enum status prepare_all(struct sql *sql, struct fault *fault)
{
    for (size_t i = 0; i < SQL_SLOTS; i++) {
        const struct sql_statement *statement = sql->known[i].statement;
        if (!statement || sql_is_copy(statement))
            continue;
        enum status status = prepare_one(sql, &sql->known[i], fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static void disconnect(struct sql *sql)
{
    PQfinish(sql->conn);
    sql->conn = NULL;
    sql->queued = sql->pushed = 0;
    sql->plant_known = false;
}

static enum status connect_server(struct sql *sql, struct fault *fault)
{
    disconnect(sql);
    const char *const keywords[] = {
        "connect_timeout",           "client_encoding", "options", "tcp_user_timeout",
        "fallback_application_name", "dbname",          NULL};
    const char *const values[] = {"5",        "UTF8",        SQL_OPTIONS, "30000",
                                  "millrace", sql->conninfo, NULL};
    sql->conn = PQconnectdbParams(keywords, values, 1);
    if (sql_lost(sql))
        return sql_fault(sql, NULL, "connect", fault);
    PQsetNoticeReceiver(sql->conn, take_notice, sql);
    enum status status = sql_command(sql, sql_session, fault);
    if (status == STATUS_OK)
        status = prepare_all(sql, fault);
    if (status != STATUS_OK)
        disconnect(sql);
    return status;
}

enum status sql_open(const char *conninfo, const struct sql_schema *schema, struct sql **out,
                     struct fault *fault)
{
    struct sql *sql = calloc(1, sizeof *sql);
    if (!sql)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    know_schemas(sql, schema);
    sql->conninfo = strdup(conninfo);
    enum status status = sql->conninfo ? connect_server(sql, fault)
                                       : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        *out = sql;
    else
        sql_close(&sql);
    return status;
}

void sql_close(struct sql **sql)
{
    if (!*sql)
        return;
    disconnect(*sql);
    sql_bytes_release(&(*sql)->scratch);
    free((*sql)->conninfo);
    free(*sql);
    *sql = NULL;
}

/* A server that left has sent its reason and then the end of the stream, which libpq only sees
   when it reads. */
static bool still_there(struct sql *sql)
{
    for (int i = 0; i < SQL_DRAINS_MAX && !sql_lost(sql); i++) {
        struct pollfd end = {.fd = PQsocket(sql->conn), .events = POLLIN};
        int ready = poll(&end, 1, 0);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            return true;
        if (ready < 0 || !PQconsumeInput(sql->conn))
            return false;
        PQclear(PQisBusy(sql->conn) ? NULL : PQgetResult(sql->conn));
    }
    return !sql_lost(sql);
}

enum status sql_ready(struct sql *sql, struct fault *fault)
{
    if (!sql_lost(sql) && (sql->in_transaction || sql->queued > 0 || still_there(sql)))
        return STATUS_OK;
    if (sql->in_transaction || sql->queued > 0)
        return fault_set(fault, STATUS_UNAVAILABLE, "", "database is not available");
    metric_add(metric_counter("millrace_sql_reconnects_total", "Connections opened again."), 1);
    log_write(LOG_WARNING, "connecting to the database again");
    return connect_server(sql, fault);
}

/* --- commands --- */

enum status sql_before(struct sql *sql, struct fault *fault)
{
    enum status status = sql_flush(sql, fault);
    return status == STATUS_OK ? sql_ready(sql, fault) : status;
}

void sql_after(struct sql *sql, const struct sql_statement *statement, int64_t started_us)
{
    int64_t elapsed_us = clock_monotonic_us() - started_us;
    const struct sql_known *known = &sql->known[known_slot(sql, statement->name)];
    if (known->statement) /* a COPY need not be in the schema */
        metric_observe_us(known->seconds, elapsed_us);
    if (elapsed_us > SQL_SLOW_US)
        log_write(LOG_WARNING, "statement \"%s\" took %" PRId64 " ms", statement->name,
                  elapsed_us / 1000);
}

enum status sql_command(struct sql *sql, const char *text, struct fault *fault)
{
    PGresult *result = PQexec(sql->conn, text);
    ExecStatusType type = PQresultStatus(result);
    enum status status = STATUS_OK;
    if (type != PGRES_COMMAND_OK && type != PGRES_TUPLES_OK)
        status = sql_fault(sql, result, text, fault);
    PQclear(result);
    return status;
}

/* --- the plant --- */

static void plant_copy(char (*to)[SQL_PLANT_MAX], struct text plant)
{
    ASSERT(plant.length < SQL_PLANT_MAX);
    if (plant.length > 0)
        memcpy(*to, plant.bytes, plant.length);
    (*to)[plant.length] = '\0';
}

void sql_bind_plant(struct sql *sql, struct text plant)
{
    plant_copy(&sql->bound, plant);
}

void sql_note_plant(struct sql *sql, struct text plant)
{
    plant_copy(&sql->plant, plant);
    sql->plant_known = true;
}

bool sql_wants_plant(const struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct text *plant)
{
    enum sql_plant_by by = sql_known_find(sql, statement->name)->plant_by;
    if (by == SQL_PLANT_NONE)
        return false;
    if (sql->bound[0] != '\0')
        *plant = text_of(sql->bound);
    else if (by == SQL_PLANT_FIRST && !params[0].null && params[0].as.text.length < SQL_PLANT_MAX)
        *plant = params[0].as.text;
    else
        return false;
    return !sql->plant_known || !text_equal(*plant, text_of(sql->plant));
}

const struct sql_statement *sql_plant_statement(const struct sql *sql)
{
    return sql_known_find(sql, sql_set_plant_name)->statement;
}

enum status sql_set_plant(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    if (sql->plant_known && text_equal(plant, text_of(sql->plant)))
        return STATUS_OK;
    enum status status = sql_run(sql, sql_plant_statement(sql), params, NULL, NULL, fault);
    if (status == STATUS_OK)
        sql_note_plant(sql, plant);
    return status;
}
