#ifndef MILLRACE_LEDGER_COMMAND_H
#define MILLRACE_LEDGER_COMMAND_H

#include "common/io/feed.h"
#include "common/io/rpc.h"

/*
 * One command that changes rows without a ledger line: the promises of post.h for what is no
 * posting.  One transaction holds what is changed, its event and the key with the reply; a refusal
 * is stored under its key too; a commit whose outcome is not known is settled by running the
 * command again.
 */
struct command {
    struct rpc_request *request;
    struct text plant;
    struct sql *sql;
    struct arena *arena;
    int64_t event_seq; /* of the last event: 0 before command_take_event */
    int64_t now_us;    /* its moment */
    bool foreign;      /* the key is another caller's */
    struct text reply; /* set by work; arena memory */
};

/* Checks and writes.  May run several times, each in a new transaction. */
typedef enum status command_work_fn(struct command *command, const void *asked,
                                    struct fault *fault);

#define COMMAND_ROUNDS_MAX 8

/* `bell` may be NULL: nobody is woken after the commit. */
enum status command_run(struct rpc_request *request, command_work_fn *work, const void *asked,
                        struct feed *bell) MUST_CHECK;

/* The plant's next event number.  After every row lock and just before the final inserts. */
enum status command_take_event(struct command *command, struct fault *fault) MUST_CHECK;

/* A row of event_log under that number; `body` is a packed Event. */
enum status command_put_event(struct command *command, int64_t kind, struct text object,
                              struct text body, struct fault *fault) MUST_CHECK;

extern const struct sql_schema command_schema;

#endif
