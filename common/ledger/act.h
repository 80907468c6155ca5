#ifndef MILLRACE_LEDGER_ACT_H
#define MILLRACE_LEDGER_ACT_H

#include "common/io/rpc.h"
#include "common/io/sql.h"

/*
 * Acts that no other table tells (sql/migrations/0040): who did what, from where, what was before
 * and what after.  Append-only; written in the transaction of the change itself.
 */
#define ACT_NO_PLANT "-" /* of the acts that belong to no plant */

extern const struct sql_schema act_schema;

/* Texts without bytes are empty; before and after are JSON objects, empty where there is nothing.
 */
struct act {
    struct text plant;
    struct text by; /* login; of a failed sign-in the one that was tried */
    struct text device;
    struct text address;
    struct text method; /* "Access.SetUser" */
    enum status status;
    struct text object;
    struct text before;
    struct text after;
    struct text anew; /* the secret that was set anew, told with `after`; never what it is */
};

/* Plant, person, device and method of a request. */
struct act act_of_request(const struct rpc_request *request);

enum status act_insert(struct sql *sql, const struct act *act, struct fault *fault) MUST_CHECK;

/*
 * A change that is told with its two sides, in the transaction of the change: act_begin reads what
 * is, act_end reads it again and writes the act.
 */
struct act_change {
    struct act act;
    const struct sql_statement *state; /* one text, a JSON object; no row: it is not there.  Locks
                                          what it reads, so that nobody comes between.  NULL: the
                                          act has no sides, as a sign-in */
    const struct sql_value *params;    /* of it */
    struct arena *arena;
};

/* Of what is known by its plant and its name, which are the statement's parameters; one may take
   the plant alone. */
struct act_of_object {
    const struct rpc_request *request;
    const struct sql_statement *state;
    struct text object;
    struct arena *arena;
    struct sql_value key[2]; /* filled by act_change_of */
};

struct act_change act_change_of(struct act_of_object *of);

enum status act_begin(struct sql *sql, struct act_change *change, struct fault *fault) MUST_CHECK;
enum status act_end(struct sql *sql, struct act_change *change, struct fault *fault) MUST_CHECK;

/* A transaction of its own: act_begin, work, act_end. */
enum status act_run(struct sql *sql, struct act_change *change, sql_work_fn *work, void *context,
                    struct fault *fault) MUST_CHECK;

#endif
