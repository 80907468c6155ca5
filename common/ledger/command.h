#ifndef MILLRACE_LEDGER_COMMAND_H
#define MILLRACE_LEDGER_COMMAND_H

#include "common/io/feed.h"
#include "common/io/rpc.h"

/*
 * One command that changes rows without a ledger line: the promises of post.h for what is no
 * posting.  One transaction holds what is changed, its event and the key with the reply; a refusal
 * is stored under its key too; a commit whose outcome is not known is settled by running the
 * command again.
 *
 * Round trips: BEGIN, what is asked first and the key are one; what work pushes (sql.h), the key
 * with its reply and COMMIT are one; between them are only those that work makes.
 */
struct command {
    struct rpc_request *request;
    struct text plant;
    struct sql *sql;
    struct arena *arena;    /* of this round */
    struct sql_rows *asked; /* rows of what was asked first; NULL: nothing was */
    int64_t event_seq;      /* of the last event: 0 before command_take_event */
    int64_t now_us;         /* its moment */
    bool again;             /* set by work: nothing is written, another round may succeed */
    bool foreign;           /* the key is another caller's */
    struct text reply;      /* set by work; memory of the round */
    void *kept;             /* by work for `end` of its kind */
};

/* Checks and writes.  May run several times, each in a new transaction. */
typedef enum status command_work_fn(struct command *command, const void *asked,
                                    struct fault *fault);

/* Queues (sql_queue) what work reads first: its locks before all else, so that the key is looked up
   behind them and a repeat that waited finds what it waited for.  *count: how many. */
#define COMMAND_ASKS_MAX 16
typedef enum status command_ask_fn(struct command *command, const void *asked, size_t *count,
                                   struct fault *fault);

/* After the COMMIT (`outcome` OK) or the rollback of each round in which work was done.  A failure
   matters where work wants another round: then it is the answer. */
typedef enum status command_end_fn(struct command *command, enum status outcome,
                                   struct fault *fault);

struct command_kind {
    command_work_fn *work;
    command_ask_fn *ask; /* NULL: nothing is read first */
    command_end_fn *end; /* NULL: nothing follows */
};

#define COMMAND_ROUNDS_MAX 8

/* `bell` may be NULL: nobody is woken after the commit. */
enum status command_run(struct rpc_request *request, command_work_fn *work, const void *asked,
                        struct feed *bell) MUST_CHECK;
enum status command_run_kind(struct rpc_request *request, const struct command_kind *kind,
                             const void *asked, struct feed *bell) MUST_CHECK;

/* The plant's next event number.  After every row lock and just before the final inserts. */
enum status command_take_event(struct command *command, struct fault *fault) MUST_CHECK;

/* A row of event_log under that number, pushed; `body` is a packed Event. */
enum status command_put_event(struct command *command, int64_t kind, struct text object,
                              struct text body, struct fault *fault) MUST_CHECK;

/* One statement that is told in the audit trail with what was before and after (act.h). */
struct command_change {
    struct text object;                /* what is changed */
    const struct sql_statement *state; /* as of struct act_change */
    const struct sql_value *key;       /* its parameters */
    const struct sql_statement *statement;
    const struct sql_value *params;
};

enum status command_change(struct command *command, const struct command_change *change,
                           struct fault *fault) MUST_CHECK;

extern const struct sql_schema command_schema;

#endif
