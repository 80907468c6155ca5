#ifndef MILLRACE_IO_SQL_H
#define MILLRACE_IO_SQL_H

#include "common/base/arena.h"
#include "common/base/date.h"
#include "common/base/qty.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/base/uuid.h"

/*
 * The one door to PostgreSQL.  No file but common/io/sql*.c includes libpq-fe.h.
 *
 * A service declares its statements in one table in <service>_store.c; they are prepared when the
 * connection opens, and tests/sql prepares every table against a fresh schema and compares
 * parameter and column types, so that a drifted statement fails a test and not a customer.
 * Parameters and results travel in binary.
 *
 * A struct sql is one connection; it belongs to one thread.
 */
struct sql;

/*
 * Type letters of parameters and columns:
 *     t text   i int8   n int4   b bool   d date   u uuid   x bytea
 *     q NUMERIC(18,6) quantity   c NUMERIC(18,6) unit cost   a NUMERIC(18,4) amount
 *     z timestamptz (microseconds since 1970-01-01 UTC)
 *     p tid: the place of a row (ctid), good while the transaction holds what keeps it there
 * A capital letter is an array of that type (parameters, and cells of a COPY).
 *
 * Where the schema names a composite type for a statement, its arrays travel together as an array
 * of rows of that type, the last parameter: "tITd" with the type "post_thing" are $1 text, $2 date
 * and $3 post_thing[], whose columns are an int8 and a text.  An array a column, each unnested,
 * costs the server as much as writing the row; `FROM unnest($3::post_thing[]) AS t` is one table.
 *
 * A statement whose text begins with COPY is not prepared (PostgreSQL cannot).  It has no letters
 * and is run by sql_copy_out or sql_copy_in; or it is COPY .. FROM STDIN (FORMAT binary), has the
 * letters of its columns as params, and is run by sql_copy_rows; or it is COPY (SELECT ..) TO
 * STDOUT (FORMAT binary), has the letters of its columns as columns, and is run by sql_copy_cells.
 */
struct sql_statement {
    const char *name;    /* "production.lock_work_orders": also its name in logs and metrics */
    const char *text;    /* $1.. placeholders, never built at run time */
    const char *params;  /* a letter a parameter, "" for none */
    const char *columns; /* a letter a column of the result, "" for none */
};

/* A broken named constraint is a business answer: the store says which one means what. */
struct sql_constraint {
    const char *name;
    enum status status;
    const char *field;
    const char *message;
};

/* The arrays of the statement are the columns of that type. */
struct sql_row_type {
    const struct sql_statement *statement;
    const char *type;
};

/* All statements that a connection prepares or may copy with: a program's rights in the database
   are made from this list (sql/grants.sql).  A place without a name is none.  `parts` is a
   NULL-terminated list of further schemas (those of common/ledger, common/plant), or NULL. */
struct sql_schema {
    const struct sql_statement *statements;
    size_t statement_count;
    size_t
        statement_stride; /* bytes from one to the next where they stand in larger structs, or 0 */
    const struct sql_constraint *constraints;
    size_t constraint_count;
    const struct sql_row_type *row_types;
    size_t row_type_count;
    const struct sql_schema *const *parts;
};

/* One field of an array of structs.  `first` points at the field of the first struct; its type is
   as sql_value has it for the letter (struct text, bool, date, ...).  `size` is the size of the
   field, 0 for that of its type; SQL_ARRAY and SQL_LIST fill it in, and then the letters I, N and Z
   also take a signed integer of 4 bytes.  The value that means "none" is sent as NULL: a text whose
   bytes are NULL, the nil uuid, SQL_NO_DATE, and SQL_NO_INT (in 4 bytes INT32_MIN) as integer,
   quantity, cost or amount. */
struct sql_array {
    const void *first;
    size_t stride;
    size_t count;
    size_t size;
};

/* One value, read and written by the letter of its place in the statement. */
struct sql_value {
    bool null;

    union {
        struct text text;         /* t, x */
        int64_t integer;          /* i, n, z, p */
        bool boolean;             /* b */
        date day;                 /* d */
        struct uuid uuid;         /* u */
        struct qty qty;           /* q */
        struct unitcost unitcost; /* c */
        struct amount amount;     /* a */
        struct sql_array array;   /* capital letters */
    } as;
};

#define SQL_NO_DATE INT32_MIN
#define SQL_NO_INT  INT64_MIN

#define SQL_TEXT(value) \
 {                      \
  .as.text = (value)    \
 }
#define SQL_INT(value)  \
 {                      \
  .as.integer = (value) \
 }
#define SQL_BOOL(value) \
 {                      \
  .as.boolean = (value) \
 }
#define SQL_DATE(value) \
 {                      \
  .as.day = (value)     \
 }
#define SQL_UUID(value) \
 {                      \
  .as.uuid = (value)    \
 }
#define SQL_QTY(value) \
 {                     \
  .as.qty = (value)    \
 }
#define SQL_COST(value)  \
 {                       \
  .as.unitcost = (value) \
 }
#define SQL_AMOUNT(value) \
 {                        \
  .as.amount = (value)    \
 }
#define SQL_NULL \
 {               \
  .null = true   \
 }

/* rows: pointer to the first struct; member: the field to send */
#define SQL_ARRAY(rows, n, member)                                                            \
 {                                                                                            \
  .as.array = {(n) == 0 ? NULL : &(rows)->member, sizeof *(rows), (n), sizeof(rows)->member } \
 }

/* values: pointer to the first of n plain values */
#define SQL_LIST(values, n)                                        \
 {                                                                 \
  .as.array = {(values), sizeof *(values), (n), sizeof *(values) } \
 }

/* For a statement without columns `count` is the number of rows it touched and width is 0. */
struct sql_rows {
    size_t count;
    size_t width;
    const struct sql_value *values; /* row-major; arena memory */
};

static inline const struct sql_value *sql_at(const struct sql_rows *rows, size_t row, size_t column)
{
    ASSERT(row < rows->count && column < rows->width);
    return &rows->values[row * rows->width + column];
}

/* Connect and prepare every statement.  UNAVAILABLE when the server cannot be reached. */
enum status sql_open(const char *conninfo, const struct sql_schema *schema, struct sql **out,
                     struct fault *fault) MUST_CHECK;
void sql_close(struct sql **sql); /* NULL-safe */

/* Is the connection usable?  Reconnects and prepares again when it was lost outside a transaction.
   sql_begin, sql_transaction and a statement outside a transaction do this by themselves. */
enum status sql_ready(struct sql *sql, struct fault *fault) MUST_CHECK;

/*
 * Do the letters of every statement agree with the types PostgreSQL finds for it, and may the role
 * of the connection run it?  Names the first statement of which that is not so.  For tests/sql and
 * the option --check-sql of each service; changes nothing.
 */
enum status sql_check(struct sql *sql, struct fault *fault) MUST_CHECK;

/* Run one statement of the connection's schema or its parts (it is known by its name).  Text and
   bytea of the rows live in the arena; rows may be NULL where they do not matter, and then the
   arena too. */
enum status sql_run(struct sql *sql, const struct sql_statement *statement,
                    const struct sql_value *params, struct arena *arena, struct sql_rows *rows,
                    struct fault *fault) MUST_CHECK;

/*
 * Row-level security shows a connection the rows of one plant, the setting millrace.plant_id
 * (sql/roles.sql).  While the connection is bound to a plant, that of the request it serves, it is
 * that one, whatever a statement asks for.  Else it follows the statements: the plant is their $1.
 * It is sent when it changes, in front of the next statement and in its round trip where there is a
 * pipeline.  An empty text ends the binding.
 */
#define SQL_PLANT_MAX 80 /* bytes of a plant's code, and the NUL */
void sql_bind_plant(struct sql *sql, struct text plant);

/*
 * Pipeline: queue statements, then collect all results with one round trip.  `rows` has one
 * element for each statement queued since the last sql_collect, in order.  The first failure is
 * reported; PostgreSQL then skips the rest and the transaction can only be rolled back.
 */
#define SQL_PIPELINE_MAX 64
enum status sql_queue(struct sql *sql, const struct sql_statement *statement,
                      const struct sql_value *params, struct fault *fault) MUST_CHECK;
enum status sql_collect(struct sql *sql, struct arena *arena, struct sql_rows *rows,
                        size_t row_count, struct fault *fault) MUST_CHECK;

/*
 * A statement whose rows nobody wants and whose failure may be told later: it goes out with the
 * next statement, sql_collect or sql_commit, in that one's round trip, and what it breaks is
 * reported there.  Only within a transaction.
 */
enum status sql_push(struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct fault *fault) MUST_CHECK;
/* The same where somebody wants the rows: *rows is there after the round trip that takes the
   statement along, COMMIT's as the last; arena and rows stay where they are until then. */
enum status sql_push_for(struct sql *sql, const struct sql_statement *statement,
                         const struct sql_value *params, struct arena *arena, struct sql_rows *rows,
                         struct fault *fault) MUST_CHECK;

/* READ COMMITTED.  It goes out with the first statement, in that one's round trip, as does a
 * snapshot. */
enum status sql_begin(struct sql *sql, struct fault *fault) MUST_CHECK;
/* The same as the first statement of the next row of statements, so that it has no round trip of
   its own: sql_collect has one element more in front, with nothing in it. */
enum status sql_queue_begin(struct sql *sql, struct fault *fault) MUST_CHECK;
/* REPEATABLE READ, READ ONLY: one snapshot for several reads. */
enum status sql_begin_snapshot(struct sql *sql, struct fault *fault) MUST_CHECK;
/* Another connection, in a transaction that sees what that of the first one sees: begun by
   sql_begin_snapshot, and a statement was run.  Another thread may read by it, while the first
   one's transaction lasts.  It is the caller's (sql_close). */
enum status sql_open_beside(struct sql *sql, const struct sql_schema *schema, struct sql **out,
                            struct fault *fault) MUST_CHECK;
/* The end of a transaction that only read, behind the last statement of the row that sql_collect
   then takes: no round trip of its own.  After a failure the transaction is still to be rolled
   back. */
enum status sql_queue_end(struct sql *sql, struct fault *fault) MUST_CHECK;
/* Safe at any time: also forgets what is queued, does nothing without a transaction. */
void sql_rollback(struct sql *sql);

/*
 * What was pushed goes out with it, in one round trip; a failure of that is told as the
 * statement's.
 *
 * OK: durable.  COMMIT_UNKNOWN: the connection died while COMMIT was in flight, or the server
 * reported "canceling wait for synchronous replication": settle it by running the command again
 * under its key; never guess.  Anything else: rolled back.
 */
enum status sql_commit(struct sql *sql, struct fault *fault) MUST_CHECK;

/*
 * Run `work` in one transaction.  On 40001 and 40P01 it is run again, at most SQL_RUNS_MAX times
 * in all, with jitter, so it must touch nothing but its context and the database and start from
 * scratch each time.
 */
#define SQL_RUNS_MAX 3
typedef enum status sql_work_fn(struct sql *sql, void *context, struct fault *fault);
enum status sql_transaction(struct sql *sql, sql_work_fn *work, void *context,
                            struct fault *fault) MUST_CHECK;

/*
 * COPY.  The statement is static and has no parameters; it is sent as it is, not prepared.  The
 * plant is given by sql_set_plant, which sets millrace.plant_id.
 *
 * PostgreSQL copies into no table with row-level security, so a service copies in as a role of its
 * own that is exempt and may do nothing else (millrace_<service>_copy).
 */
enum status sql_set_plant(struct sql *sql, struct text plant, struct fault *fault) MUST_CHECK;

/* Each call gets some bytes of the stream, in order; a status other than OK ends the copy. */
typedef enum status sql_sink_fn(void *context, const char *bytes, size_t count,
                                struct fault *fault);
enum status sql_copy_out(struct sql *sql, const struct sql_statement *statement, sql_sink_fn *sink,
                         void *context, struct fault *fault) MUST_CHECK;

/* Row by row of a binary COPY: each column as the function of its type sends it, nothing decoded or
   kept; `bytes` is NULL where the column is.  They are there during the call.  Many rows of many
   columns only: a third of sql_run's work here, and the statement is planned each time. */
typedef enum status sql_cells_fn(void *context, const struct text *cells, struct fault *fault);
enum status sql_copy_cells(struct sql *sql, const struct sql_statement *statement,
                           sql_cells_fn *take, void *context, struct fault *fault) MUST_CHECK;

/* The whole input in memory; *rows is the number of rows that were copied. */
enum status sql_copy_in(struct sql *sql, const struct sql_statement *statement, struct text content,
                        int64_t *rows, struct fault *fault) MUST_CHECK;

/* Rows from arrays, as an INSERT of them would write them but for half of its time: many rows only,
   it costs a round trip more.  A small letter is the same value in each row. */
enum status sql_copy_rows(struct sql *sql, const struct sql_statement *statement,
                          const struct sql_value *params, size_t row_count,
                          struct fault *fault) MUST_CHECK;

/* The SQLSTATE of the last failure on this connection, "" for none; for logs and retry policy. */
const char *sql_state(const struct sql *sql);

#endif
