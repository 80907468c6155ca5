#ifndef MILLRACE_IO_RPC_LOOP_H
#define MILLRACE_IO_RPC_LOOP_H

#include "common/io/rpc_worker.h"

/*
 * The thread that owns the ROUTER: takes messages apart, answers what needs no worker (Node.*,
 * refusals), queues the rest, and sends the answers.  Never waits for anything but its events.
 * Private to rpc.
 */
#define RPC_TURN_MAX          256 /* messages before the loop looks at its other events */
#define RPC_UNDER_WAY_BUCKETS 4096
#define RPC_TIMEOUT_MAX_MS    600000 /* no caller may be more patient */
#define RPC_FAREWELL_MS       100
#define RPC_DRAIN_MS          20000 /* a supervisor kills after 30 s */

struct rpc_loop_plan {
    const struct rpc_service *service;
    const struct conf *conf;
    void *state;
    struct rpc_queue *queue;
    struct rpc_outbox *outbox;
    const struct rpc_pool *pool;
};

struct rpc_loop;

/* Binds the service's socket. */
enum status rpc_loop_open(const struct rpc_loop_plan *plan, struct rpc_loop **out,
                          struct fault *fault) MUST_CHECK;

/* Serves until SIGTERM or SIGINT and then until everything taken is answered.  False when that took
   more than RPC_DRAIN_MS. */
bool rpc_loop_run(struct rpc_loop *loop) MUST_CHECK;

void rpc_loop_close(struct rpc_loop **loop);

#endif
