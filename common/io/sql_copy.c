#include "common/io/clock.h"
#include "common/io/sql_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQL_COPY_PIECE     (64 * KIB)
#define SQL_COPY_TEXT_MAX  2048
#define SQL_SERVICE_PREFIX "millrace_"
#define SQL_COPY_MAX       ((uint64_t)4096 * MIB) /* bytes of one stream */

/* As the exempt role, for as long as the copy takes; all in one message.  Who is no service
   (tests) has the right itself. */
PGresult *sql_exec_copy_in(struct sql *sql, const struct sql_statement *statement)
{
    char text[SQL_COPY_TEXT_MAX];
    const char *user = PQuser(sql->conn);
    if (strncmp(user, SQL_SERVICE_PREFIX, sizeof SQL_SERVICE_PREFIX - 1) != 0)
        return PQexec(sql->conn, statement->text);
    int length = snprintf(text, sizeof text, "SET LOCAL ROLE %s_copy; %s; SET LOCAL ROLE NONE",
                          user, statement->text);
    ASSERT(length > 0 && (size_t)length < sizeof text);
    return PQexec(sql->conn, text);
}

static enum status copy_begin(struct sql *sql, const struct sql_statement *statement,
                              ExecStatusType want, struct fault *fault)
{
    ASSERT(sql_is_copy(statement)); /* its letters may be missing */
    enum status status = sql_before(sql, fault);
    if (status != STATUS_OK)
        return status;
    PGresult *result = want == PGRES_COPY_IN ? sql_exec_copy_in(sql, statement)
                                             : PQexec(sql->conn, statement->text);
    ExecStatusType type = PQresultStatus(result);
    if (type != want) {
        ASSERT(type != PGRES_COPY_IN && type != PGRES_COPY_OUT); /* the other direction */
        status = sql_fault(sql, result, statement->name, fault);
    }
    PQclear(result);
    return status;
}

/* The result that follows the stream. */
static enum status copy_end(struct sql *sql, const struct sql_statement *statement, int64_t *rows,
                            struct fault *fault)
{
    enum status status = STATUS_OK;
    PGresult *result;
    while ((result = PQgetResult(sql->conn)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            status = sql_fault(sql, result, statement->name, fault);
        else if (rows && PQcmdTuples(result)[0] != '\0')
            *rows = (int64_t)strtoll(PQcmdTuples(result), NULL, 10);
        PQclear(result);
    }
    return status;
}

/* After the sink has had enough the rest is read and thrown away: a cancel could hit the next
   statement. */
enum status sql_copy_out(struct sql *sql, const struct sql_statement *statement, sql_sink_fn *sink,
                         void *context, struct fault *fault)
{
    int64_t started_us = clock_monotonic_us();
    enum status status = copy_begin(sql, statement, PGRES_COPY_OUT, fault);
    if (status != STATUS_OK)
        return status;
    uint64_t total = 0;
    char *piece = NULL;
    int length;
    while ((length = PQgetCopyData(sql->conn, &piece, 0)) > 0) {
        total += (uint64_t)length;
        if (status == STATUS_OK && total > SQL_COPY_MAX)
            status = fault_set(fault, STATUS_LIMIT, "", "result is too large");
        if (status == STATUS_OK)
            status = sink(context, piece, (size_t)length, fault);
        PQfreemem(piece);
    }
    if (length == -2 && status == STATUS_OK)
        status = sql_fault(sql, NULL, statement->name, fault);
    enum status ended = copy_end(sql, statement, NULL, fault);
    sql_after(sql, statement, started_us);
    return status != STATUS_OK ? status : ended;
}

/* --- cells --- */

/* "File Formats" of COPY in PostgreSQL's manual: signature, flags, length of an extension; then of
   each row how many cells it has, and of each its length, -1 for NULL, and its bytes.  The end is a
   row of -1 cells. */
static const char copy_head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
static const char copy_tail[] = {'\377', '\377'};

#define COPY_HEAD_BYTES (sizeof copy_head - 1)

struct cells {
    size_t width;
    sql_cells_fn *take;
    void *context;
    bool begun;
    struct text cells[SQL_PARAMS_MAX];
};

static bool next_number(struct text *left, size_t bytes, int64_t *number)
{
    if (left->length < bytes)
        return false;
    *number = sql_integer(left->bytes, bytes);
    *left = (struct text){left->bytes + bytes, left->length - bytes};
    return true;
}

static bool next_cell(struct text *left, struct text *cell)
{
    int64_t length;
    if (!next_number(left, sizeof(int32_t), &length) ||
        (length > 0 && (uint64_t)length > left->length))
        return false;
    *cell = length < 0 ? (struct text){NULL, 0} : (struct text){left->bytes, (size_t)length};
    *left = (struct text){left->bytes + cell->length, left->length - cell->length};
    return true;
}

static bool next_row(struct cells *cells, struct text *left)
{
    int64_t width;
    bool good = next_number(left, sizeof(int16_t), &width) && width == (int64_t)cells->width;
    for (size_t i = 0; good && i < cells->width; i++)
        good = next_cell(left, &cells->cells[i]);
    return good;
}

static bool skip_head(struct text *left)
{
    bool good =
        left->length >= COPY_HEAD_BYTES && memcmp(left->bytes, copy_head, COPY_HEAD_BYTES) == 0;
    if (good)
        *left = (struct text){left->bytes + COPY_HEAD_BYTES, left->length - COPY_HEAD_BYTES};
    return good;
}

/* sql_sink_fn: libpq hands over whole rows. */
static enum status take_rows(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct cells *cells = context;
    struct text left = {bytes, count};
    enum status status = STATUS_OK;
    bool good = cells->begun || skip_head(&left);
    cells->begun = true;
    while (good && status == STATUS_OK && left.length > sizeof copy_tail) {
        good = next_row(cells, &left);
        if (good)
            status = cells->take(cells->context, cells->cells, fault);
    }
    return good ? status : fault_set(fault, STATUS_INTERNAL, "", "rows of another form came");
}

enum status sql_copy_cells(struct sql *sql, const struct sql_statement *statement,
                           sql_cells_fn *take, void *context, struct fault *fault)
{
    struct cells cells = {
        .width = strlen(statement->columns), .take = take, .context = context, .begun = false};
    ASSERT(cells.width > 0 && cells.width <= SQL_PARAMS_MAX);
    return sql_copy_out(sql, statement, take_rows, &cells, fault);
}

enum status sql_copy_in(struct sql *sql, const struct sql_statement *statement, struct text content,
                        int64_t *rows, struct fault *fault)
{
    int64_t started_us = clock_monotonic_us();
    if (content.length > SQL_COPY_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "input is too large");
    enum status status = copy_begin(sql, statement, PGRES_COPY_IN, fault);
    if (status != STATUS_OK)
        return status;
    bool sent = true;
    for (size_t at = 0; sent && at < content.length;) {
        size_t piece = content.length - at;
        if (piece > SQL_COPY_PIECE)
            piece = SQL_COPY_PIECE;
        sent = PQputCopyData(sql->conn, content.bytes + at, (int)piece) == 1;
        at += piece;
    }
    if (!sent || PQputCopyEnd(sql->conn, NULL) != 1)
        status = sql_fault(sql, NULL, statement->name, fault);
    int64_t copied = 0;
    enum status ended = copy_end(sql, statement, &copied, fault);
    sql_after(sql, statement, started_us);
    if (status != STATUS_OK || ended != STATUS_OK)
        return status != STATUS_OK ? status : ended;
    *rows = copied;
    return STATUS_OK;
}

/* --- rows of arrays --- */

static enum status put_row(const char *letters, const struct sql_value *params, size_t row,
                           struct sql_bytes *out)
{
    size_t count = strlen(letters);
    char head[] = {(char)(count >> 8), (char)(count & 0xff)};
    enum status status = sql_bytes_put(out, head, sizeof head);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = sql_encode_field(letters[i], &params[i], row, out);
    return status;
}

/* What has gathered goes out once it is a piece. */
static bool put_piece(struct sql *sql, size_t at_least)
{
    struct sql_bytes *gathered = &sql->scratch;
    if (gathered->length < at_least)
        return true;
    bool sent = PQputCopyData(sql->conn, gathered->bytes, (int)gathered->length) == 1;
    gathered->length = 0;
    return sent;
}

static enum status put_rows(struct sql *sql, const struct sql_statement *statement,
                            const struct sql_value *params, size_t row_count, struct fault *fault)
{
    bool sent = true;
    sql->scratch.length = 0;
    enum status status = sql_bytes_put(&sql->scratch, copy_head, COPY_HEAD_BYTES);
    for (size_t row = 0; row < row_count && status == STATUS_OK && sent; row++) {
        status = put_row(statement->params, params, row, &sql->scratch);
        sent = put_piece(sql, SQL_COPY_PIECE);
    }
    if (status == STATUS_OK)
        status = sql_bytes_put(&sql->scratch, copy_tail, sizeof copy_tail);
    if (status != STATUS_OK) {
        (void)PQputCopyEnd(sql->conn, "a row is too large");
        return fault_set(fault, STATUS_LIMIT, "", "parameters of statement \"%s\" are too large",
                         statement->name);
    }
    if (!sent || !put_piece(sql, 1) || PQputCopyEnd(sql->conn, NULL) != 1)
        return sql_fault(sql, NULL, statement->name, fault);
    return STATUS_OK;
}

enum status sql_copy_rows(struct sql *sql, const struct sql_statement *statement,
                          const struct sql_value *params, size_t row_count, struct fault *fault)
{
    int64_t started_us = clock_monotonic_us();
    int64_t copied = 0;
    struct fault ended_fault = {0};
    enum status status = copy_begin(sql, statement, PGRES_COPY_IN, fault);
    if (status != STATUS_OK)
        return status;
    status = put_rows(sql, statement, params, row_count, fault);
    enum status ended =
        copy_end(sql, statement, &copied, status == STATUS_OK ? fault : &ended_fault);
    sql_after(sql, statement, started_us);
    if (status != STATUS_OK || ended != STATUS_OK)
        return status != STATUS_OK ? status : ended;
    ASSERT(copied == (int64_t)row_count);
    return STATUS_OK;
}
