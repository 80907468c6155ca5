#include "common/io/sql_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_TEXT_MAX  512 /* SQL_PARAMS_MAX times ", NULL" and a name of 64 bytes */
#define CHECK_QUERY_MAX 4096

static enum status disagree(const struct sql_statement *statement, const char *what, int number,
                            const char *why, struct fault *fault)
{
    return fault_set(fault, STATUS_INTERNAL, statement->name, "statement \"%s\": %s %d: %s",
                     statement->name, what, number, why);
}

static enum status type_differs(const struct sql_statement *statement, const char *what, int number,
                                Oid found, struct fault *fault)
{
    char why[64];
    snprintf(why, sizeof why, "is of another type in the database (pg_type %u)", found);
    return disagree(statement, what, number, why, fault);
}

/* The parameters are declared by our letters when a statement is prepared.  Prepared once more
   without them, PostgreSQL says what it would take them for; where it cannot tell, anything goes.
 */
static enum status check_params(struct sql *sql, const struct sql_known *known, struct fault *fault)
{
    const struct sql_statement *statement = known->statement;
    const int count = (int)sql_param_count(known);
    PGresult *result = PQprepare(sql->conn, "", statement->text, 0, NULL);
    bool told = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    result = PQdescribePrepared(sql->conn, told ? "" : statement->name);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = sql_fault(sql, result, statement->name, fault);
    else if (PQnparams(result) != count)
        status = disagree(statement, "parameter", count + 1, "number of parameters differs", fault);
    int param = 0;
    for (const char *letter = statement->params; status == STATUS_OK && *letter != '\0'; letter++) {
        if (!sql_is_param(known, *letter))
            continue; /* check_row_type */
        if (PQparamtype(result, param) != sql_type_of(*letter))
            status =
                type_differs(statement, "parameter", param + 1, PQparamtype(result, param), fault);
        param++;
    }
    PQclear(result);
    return status;
}

#define ROW_TYPE_COLUMNS                                                                       \
 "SELECT a.atttypid FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid WHERE t.oid" \
 " = $1::text::regtype AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"

/* The columns of the composite type are the statement's arrays, in their order. */
static enum status check_row_type(struct sql *sql, const struct sql_known *known,
                                  struct fault *fault)
{
    const struct sql_statement *statement = known->statement;
    const char *const name[] = {known->row_type};
    PGresult *result = PQexecParams(sql->conn, ROW_TYPE_COLUMNS, 1, NULL, name, NULL, NULL, 0);
    enum status status = STATUS_OK;
    int column = 0;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        status = sql_fault(sql, result, statement->name, fault);
    for (const char *letter = statement->params; status == STATUS_OK && *letter != '\0'; letter++) {
        if (!sql_letter_is_array(*letter))
            continue;
        Oid found = column < PQntuples(result)
                        ? (Oid)strtoul(PQgetvalue(result, column, 0), NULL, 10)
                        : InvalidOid;
        if (found != sql_type_of((char)(*letter - 'A' + 'a')))
            status = type_differs(statement, "column of its rows", column + 1, found, fault);
        column++;
    }
    if (status == STATUS_OK && column != PQntuples(result))
        status = disagree(statement, "column of its rows", column + 1, "number of columns differs",
                          fault);
    PQclear(result);
    return status;
}

/* NUMERIC(p, s) of a column; an expression has none. */
static bool scale_fits(char letter, int modifier)
{
    if (modifier < 4)
        return true;
    int precision = (modifier - 4) >> 16 & 0xffff;
    int scale = (modifier - 4) & 0x7ff;
    return precision <= 18 && scale == (letter == 'a' ? AMOUNT_DECIMALS : QTY_DECIMALS);
}

/* Of what is prepared under `name`. */
static enum status check_columns(struct sql *sql, const struct sql_statement *statement,
                                 const char *name, struct fault *fault)
{
    int count = (int)strlen(statement->columns);
    PGresult *result = PQdescribePrepared(sql->conn, name);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = sql_fault(sql, result, statement->name, fault);
    else if (PQnfields(result) != count)
        status =
            disagree(statement, "column", PQnfields(result), "number of columns differs", fault);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        char letter = statement->columns[i];
        if (sql_letter_is_array(letter) && !sql_is_copy(statement))
            status = disagree(statement, "column", i + 1, "cannot be an array", fault);
        else if (PQftype(result, i) != sql_type_of(letter))
            status = type_differs(statement, "column", i + 1, PQftype(result, i), fault);
        else if (strchr("qca", letter) && !scale_fits(letter, PQfmod(result, i)))
            status = disagree(statement, "column", i + 1, "has other decimals", fault);
    }
    PQclear(result);
    return status;
}

/* Preparing asks for no rights, EXPLAIN does, and runs nothing. */
static enum status check_rights(struct sql *sql, const struct sql_known *known, struct fault *fault)
{
    const struct sql_statement *statement = known->statement;
    char text[CHECK_TEXT_MAX];
    if (strncmp(statement->name, "sql.", 4) == 0) /* our own: BEGIN, COMMIT */
        return STATUS_OK;
    int length = snprintf(text, sizeof text, "EXPLAIN EXECUTE \"%s\"", statement->name);
    const size_t params = sql_param_count(known);
    for (size_t i = 0; i < params; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s",
                           i == 0 ? "(NULL" : ", NULL");
    snprintf(text + length, sizeof text - (size_t)length, "%s", params > 0 ? ")" : "");
    return sql_command(sql, text, fault);
}

/* The query of a COPY (SELECT ..) TO STDOUT, prepared alone, tells its columns. */
static enum status check_copied(struct sql *sql, const struct sql_statement *statement,
                                struct fault *fault)
{
    char query[CHECK_QUERY_MAX];
    const char *begin = strchr(statement->text, '(');
    const char *end = strstr(statement->text, ") TO STDOUT");
    ASSERT(begin && end && begin < end && (size_t)(end - begin) < sizeof query);
    snprintf(query, sizeof query, "%.*s", (int)(end - begin - 1), begin + 1);
    PGresult *result = PQprepare(sql->conn, "", query, 0, NULL);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = sql_fault(sql, result, statement->name, fault);
    PQclear(result);
    return status == STATUS_OK ? check_columns(sql, statement, "", fault) : status;
}

/* Begins the copy in a transaction that is rolled back: names and syntax are then known to be
   right.  Out gives no plant's rows; in is broken off before the first. */
static enum status check_copy(struct sql *sql, const struct sql_statement *statement,
                              struct fault *fault)
{
    enum status status = sql_begin(sql, fault);
    if (status == STATUS_OK)
        status = sql_set_plant(sql, text_of(""), fault);
    if (status != STATUS_OK) {
        sql_rollback(sql);
        return status;
    }
    PGresult *result = strstr(statement->text, "FROM STDIN") ? sql_exec_copy_in(sql, statement)
                                                             : PQexec(sql->conn, statement->text);
    ExecStatusType type = PQresultStatus(result);
    char *piece = NULL;
    if (type == PGRES_COPY_IN && statement->params && statement->params[0] != '\0' &&
        PQnfields(result) != (int)strlen(statement->params))
        status =
            disagree(statement, "parameter", PQnfields(result), "number of columns differs", fault);
    if (type == PGRES_COPY_IN)
        (void)PQputCopyEnd(sql->conn, "only checked");
    else if (type != PGRES_COPY_OUT)
        status = sql_fault(sql, result, statement->name, fault);
    PQclear(result);
    while (type == PGRES_COPY_OUT && PQgetCopyData(sql->conn, &piece, 0) > 0)
        PQfreemem(piece);
    while ((result = PQgetResult(sql->conn)) != NULL) {
        if (type == PGRES_COPY_OUT && PQresultStatus(result) != PGRES_COMMAND_OK)
            status = sql_fault(sql, result, statement->name, fault);
        PQclear(result);
    }
    sql_rollback(sql);
    return status;
}

enum status sql_check(struct sql *sql, struct fault *fault)
{
    enum status status = sql_before(sql, fault);
    for (size_t i = 0; status == STATUS_OK && i < SQL_SLOTS; i++) {
        const struct sql_statement *statement = sql->known[i].statement;
        if (!statement)
            continue;
        if (sql_is_copy(statement)) {
            status = check_copy(sql, statement, fault);
            if (status == STATUS_OK && statement->columns && statement->columns[0] != '\0')
                status = check_copied(sql, statement, fault);
            continue;
        }
        status = check_params(sql, &sql->known[i], fault);
        if (status == STATUS_OK && sql->known[i].row_type)
            status = check_row_type(sql, &sql->known[i], fault);
        if (status == STATUS_OK)
            status = check_columns(sql, statement, statement->name, fault);
        if (status == STATUS_OK)
            status = check_rights(sql, &sql->known[i], fault);
    }
    return status;
}
