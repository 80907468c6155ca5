#ifndef MILLRACE_IO_SQL_PRIVATE_H
#define MILLRACE_IO_SQL_PRIVATE_H

#include "common/io/metric.h"
#include "common/io/sql_value.h"

#include <libpq-fe.h>

/* Inside of struct sql, for common/io/sql*.c only. */

#define SQL_STATEMENTS_MAX 500 /* of one connection, all parts together */
#define SQL_SLOTS          1024
#define SQL_PARAMS_MAX     48
#define SQL_SCHEMAS_MAX    24
#define SQL_STATE_MAX      6 /* five characters and the NUL */

/* How a statement finds its plant. */
enum sql_plant_by {
    SQL_PLANT_NONE,  /* reads no table */
    SQL_PLANT_FREE,  /* over plants: as it comes */
    SQL_PLANT_FIRST, /* $1 */
};

struct sql_known {
    const struct sql_statement *statement; /* NULL: a free slot */
    enum sql_plant_by plant_by;
    const char *row_type; /* NULL: each array is a parameter */
    Oid row_type_no;      /* in this connection's database */
    struct metric *seconds;
};

/* Statements pushed before others are queued, and a row of both. */
#define SQL_PUSHED_MAX (SQL_PIPELINE_MAX / 2)
#define SQL_ROW_MAX    (SQL_PIPELINE_MAX + SQL_PUSHED_MAX + 2) /* the plant, and COMMIT */

/* Where a result goes; `rows` may be NULL. */
struct sql_into {
    struct arena *arena;
    struct sql_rows *rows;
};

struct sql {
    PGconn *conn; /* NULL before the first connection and after a failed one */
    char *conninfo;
    const struct sql_schema *schemas[SQL_SCHEMAS_MAX]; /* the schema and all its parts */
    size_t schema_count;
    struct sql_known known[SQL_SLOTS]; /* by name, open addressing */
    size_t known_count;

    char bound[SQL_PLANT_MAX]; /* "": to no plant */
    char plant[SQL_PLANT_MAX]; /* what the session has as millrace.plant_id */
    bool plant_known;          /* false after what may have undone it */

    bool in_transaction;
    bool ending;         /* the row that is queued ends it */
    bool wait_cancelled; /* the server gave up waiting for a synchronous standby */
    size_t queued;       /* statements sent and not collected: pipeline mode when > 0 */
    size_t pushed;       /* those of them whose rows nobody collects */
    const struct sql_statement *queue[SQL_ROW_MAX];
    bool is_pushed[SQL_ROW_MAX];
    struct sql_into into[SQL_ROW_MAX]; /* of a pushed one whose rows are wanted */
    int64_t queued_us;                 /* when the first of them was sent */

    char state[SQL_STATE_MAX];
    struct sql_bytes scratch; /* encoded parameters of the statement being sent */
};

/* Parameters in libpq's form; the pointers are into sql->scratch and the caller's texts. */
struct sql_bound {
    int count;
    const char *values[SQL_PARAMS_MAX];
    int lengths[SQL_PARAMS_MAX];
    int formats[SQL_PARAMS_MAX];
};

/* sql.c */
bool sql_is_copy(const struct sql_statement *statement);
bool sql_lost(const struct sql *sql);
const struct sql_known *sql_known_find(const struct sql *sql, const char *name);

/* The plant that has to be set before the statement; false: none, or it is. */
bool sql_wants_plant(const struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct text *plant);
void sql_note_plant(struct sql *sql, struct text plant);
const struct sql_statement *sql_plant_statement(const struct sql *sql);

/* Is it a parameter of its own, or a column of the rows? */
bool sql_is_param(const struct sql_known *known, char letter);

/* How many parameters the server sees. */
size_t sql_param_count(const struct sql_known *known);

/* A command without parameters and rows. */
enum status sql_command(struct sql *sql, const char *text, struct fault *fault) MUST_CHECK;

/* Before a statement: a connection that was lost is opened again unless a transaction was lost
   with it. */
enum status sql_before(struct sql *sql, struct fault *fault) MUST_CHECK;
void sql_after(struct sql *sql, const struct sql_statement *statement, int64_t started_us);

/* sql_copy.c: begins a COPY .. FROM STDIN */
PGresult *sql_exec_copy_in(struct sql *sql, const struct sql_statement *statement);

/* sql_run.c */
enum status sql_bind(struct sql *sql, const struct sql_statement *statement,
                     const struct sql_value *params, struct sql_bound *bound,
                     struct fault *fault) MUST_CHECK;

enum status sql_take_result(struct sql *sql, const struct sql_statement *statement,
                            PGresult *result, struct sql_into into, struct fault *fault) MUST_CHECK;

/* sql_pipeline.c: forget what was queued; the connection is usable or lost afterwards. */
void sql_pipeline_discard(struct sql *sql);

/* What was pushed, in a round trip of its own. */
enum status sql_flush(struct sql *sql, struct fault *fault) MUST_CHECK;

/* What was pushed and COMMIT, in one.  *outcome is the answer to COMMIT, to be cleared; NULL when
   it did not come to that. */
enum status sql_flush_commit(struct sql *sql, PGresult **outcome, struct fault *fault) MUST_CHECK;

/* sql_fault.c: what a failed result means.  `what` is the statement's name or the command. */
enum status sql_fault(struct sql *sql, const PGresult *result, const char *what,
                      struct fault *fault);
bool sql_may_run_again(const struct sql *sql);

#endif
