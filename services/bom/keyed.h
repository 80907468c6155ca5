#ifndef MILLRACE_BOM_KEYED_H
#define MILLRACE_BOM_KEYED_H

#include "common/io/rpc.h"
#include "services/bom/bom_service.h"

/*
 * One command that changes master data: the promises of common/ledger/post.h for what has no
 * ledger line.  One transaction holds what is changed, its event and the key with the reply; a
 * refusal is stored under its key too; a commit whose outcome is not known is settled by running
 * the command again.
 */
struct keyed {
    struct rpc_request *request;
    struct bom_service *service;
    struct text plant;
    struct sql *sql;
    struct arena *arena;    /* of this attempt */
    bool again;             /* set by work: the master in memory is to be loaded first */
    bool told;              /* set by work: an event was written */
    struct master *expects; /* set by work (master_expect): follow it before the answer */
    bool foreign;           /* the key is another caller's */
    struct text reply;      /* set by work, memory of the attempt */
};

/* Checks and writes.  May run several times, each in a new transaction. */
typedef enum status keyed_work_fn(struct keyed *keyed, const void *asked, struct fault *fault);

#define KEYED_ROUNDS_MAX 8
enum status keyed_run(struct rpc_request *request, keyed_work_fn *work, const void *asked);

#endif
