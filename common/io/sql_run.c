#include "common/io/clock.h"
#include "common/io/sql_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- parameters --- */

static bool is_text(char letter)
{
    return letter == 't' || letter == 'x';
}

/* One parameter as it will be placed: scratch may move while it grows, so where it begins is only
   counted here. */
struct sent {
    const struct sql_value *value; /* NULL: the rows */
    char letter;
    size_t begin;
    size_t end;
};

static enum status encode_one(struct sql *sql, const struct sql_known *known,
                              const struct sql_value *params, struct sent *sent)
{
    enum status status = STATUS_OK;
    sent->begin = sql->scratch.length;
    if (!sent->value)
        status =
            sql_encode_rows(known->row_type_no, known->statement->params, params, &sql->scratch);
    else if (!sent->value->null && !is_text(sent->letter))
        status = sql_encode(sent->letter, sent->value, &sql->scratch);
    sent->end = sql->scratch.length;
    return status;
}

static enum status encode_all(struct sql *sql, const struct sql_known *known,
                              const struct sql_value *params, struct sent sent[], size_t *count)
{
    const char *letters = known->statement->params;
    enum status status = STATUS_OK;
    sql->scratch.length = 0;
    *count = 0;
    for (size_t i = 0; letters[i] != '\0' && status == STATUS_OK; i++) {
        if (!sql_is_param(known, letters[i]))
            continue;
        sent[*count] = (struct sent){.value = &params[i], .letter = letters[i]};
        status = encode_one(sql, known, params, &sent[(*count)++]);
    }
    if (known->row_type && status == STATUS_OK) {
        sent[*count] = (struct sent){.value = NULL};
        status = encode_one(sql, known, params, &sent[(*count)++]);
    }
    return status;
}

static void place(struct sql_bound *bound, size_t i, struct text bytes)
{
    bound->values[i] = bytes.bytes ? bytes.bytes : ""; /* NULL would be an SQL NULL */
    bound->lengths[i] = (int)bytes.length;
}

enum status sql_bind(struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct sql_bound *bound, struct fault *fault)
{
    struct sent sent[SQL_PARAMS_MAX];
    size_t count;
    const struct sql_known *known = sql_known_find(sql, statement->name);
    ASSERT(strlen(statement->params) <= SQL_PARAMS_MAX && (params || !statement->params[0]));
    if (encode_all(sql, known, params, sent, &count) != STATUS_OK)
        return fault_set(fault, STATUS_LIMIT, "", "parameters of statement \"%s\" are too large",
                         statement->name);
    bound->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        const struct sql_value *value = sent[i].value;
        bound->formats[i] = 1;
        bound->values[i] = NULL;
        bound->lengths[i] = 0;
        if (value && value->null)
            continue;
        if (!value || !is_text(sent[i].letter))
            place(bound, i,
                  (struct text){sql->scratch.bytes + sent[i].begin, sent[i].end - sent[i].begin});
        else if (value->as.text.length <= SQL_PARAM_BYTES_MAX)
            place(bound, i, value->as.text);
        else
            return fault_set(fault, STATUS_LIMIT, "", "text is too long");
    }
    return STATUS_OK;
}

/* --- results --- */

static enum status misread(const struct sql_statement *statement, enum status status,
                           const char *what, struct fault *fault)
{
    bool first = fault->status == STATUS_OK;
    if (status == STATUS_LIMIT)
        status = fault_set(fault, status, "", "result is too large");
    else
        status = fault_set(fault, status, "", "%s", status_text(status));
    if (first)
        snprintf(fault->detail, sizeof fault->detail, "statement \"%s\": %s", statement->name,
                 what);
    return status;
}

static enum status decode_row(const struct sql_statement *statement, const PGresult *result,
                              int row, struct arena *arena, struct sql_value *cells)
{
    for (int column = 0; statement->columns[column] != '\0'; column++) {
        if (PQgetisnull(result, row, column)) {
            cells[column].null = true;
            continue;
        }
        struct text bytes = {PQgetvalue(result, row, column),
                             (size_t)PQgetlength(result, row, column)};
        enum status status = sql_decode(statement->columns[column], bytes, arena, &cells[column]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status decode_rows(const struct sql_statement *statement, const PGresult *result,
                               struct sql_into into, struct fault *fault)
{
    int count = PQntuples(result);
    size_t width = (size_t)PQnfields(result);
    struct sql_value *values = NULL;
    if (count > 0) {
        values = arena_alloc(into.arena, (size_t)count * width, sizeof *values);
        if (!values)
            return misread(statement, STATUS_LIMIT, "arena is full", fault);
    }
    for (int row = 0; row < count; row++) {
        enum status status =
            decode_row(statement, result, row, into.arena, values + (size_t)row * width);
        if (status != STATUS_OK)
            return misread(statement, status, "could not read a value", fault);
    }
    *into.rows = (struct sql_rows){(size_t)count, width, values};
    return STATUS_OK;
}

enum status sql_take_result(struct sql *sql, const struct sql_statement *statement,
                            PGresult *result, struct sql_into into, struct fault *fault)
{
    ExecStatusType type = PQresultStatus(result);
    if (type != PGRES_COMMAND_OK && type != PGRES_TUPLES_OK)
        return sql_fault(sql, result, statement->name, fault);
    if ((size_t)PQnfields(result) != strlen(statement->columns))
        return misread(statement, STATUS_INTERNAL, "number of columns", fault);
    if (!into.rows)
        return STATUS_OK;
    if (type == PGRES_TUPLES_OK)
        return decode_rows(statement, result, into, fault);
    *into.rows = (struct sql_rows){.count = strtoull(PQcmdTuples(result), NULL, 10)};
    return STATUS_OK;
}

/* NOLINTNEXTLINE(readability-function-size): the contract counts six */
static enum status run_alone(struct sql *sql, const struct sql_statement *statement,
                             const struct sql_value *params, struct arena *arena,
                             struct sql_rows *rows, struct fault *fault)
{
    struct sql_bound bound;
    enum status status = sql_bind(sql, statement, params, &bound, fault);
    if (status != STATUS_OK)
        return status;
    int64_t started_us = clock_monotonic_us();
    PGresult *result = PQexecPrepared(sql->conn, statement->name, bound.count, bound.values,
                                      bound.lengths, bound.formats, 1);
    sql_after(sql, statement, started_us);
    status = sql_take_result(sql, statement, result, (struct sql_into){arena, rows}, fault);
    PQclear(result);
    return status;
}

/* Before a statement that goes alone: a connection, and on it the statement's plant. */
static enum status prepare_session(struct sql *sql, const struct sql_statement *statement,
                                   const struct sql_value *params, struct fault *fault)
{
    struct text plant;
    enum status status = sql_before(sql, fault); /* a new connection has no plant */
    if (status == STATUS_OK && sql_wants_plant(sql, statement, params, &plant))
        status = sql_set_plant(sql, plant, fault);
    return status;
}

/* NOLINTNEXTLINE(readability-function-size): the contract counts six */
enum status sql_run(struct sql *sql, const struct sql_statement *statement,
                    const struct sql_value *params, struct arena *arena, struct sql_rows *rows,
                    struct fault *fault)
{
    ASSERT(sql_known_find(sql, statement->name)->statement == statement);
    ASSERT(!sql_is_copy(statement));
    if (sql->queued == 0) {
        enum status status = prepare_session(sql, statement, params, fault);
        return status == STATUS_OK ? run_alone(sql, statement, params, arena, rows, fault) : status;
    }
    ASSERT(sql->queued == sql->pushed);
    enum status status = sql_queue(sql, statement, params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, rows, 1, fault);
    return status;
}
