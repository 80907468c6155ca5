#ifndef MILLRACE_IO_RPC_WORKER_H
#define MILLRACE_IO_RPC_WORKER_H

#include "common/io/rpc_queue.h"

/*
 * The threads that run the handlers; private to rpc.  Each has its own arena, connection and
 * ticket verifier, takes from the queue and puts finished items in the outbox.
 */
#define RPC_ARENA_BYTES (64 * MIB) /* of one request or batch; memory is taken only as needed */

struct rpc_pool_plan {
    const struct rpc_service *service;
    const struct conf *conf;
    void *state; /* what rpc_service.open made */
    struct rpc_queue *queue;
    struct rpc_outbox *outbox;
};

struct rpc_pool;

/* INVALID when the key for tickets cannot be read.  A database that is down is no failure. */
enum status rpc_pool_start(const struct rpc_pool_plan *plan, struct rpc_pool **out,
                           struct fault *fault) MUST_CHECK;

/* Waits for the threads to end, which they do once the queue is closed and empty. */
void rpc_pool_join(struct rpc_pool **pool);

/* Was the database there when a worker last looked?  True for a service without schema.  Idle
   workers look once a second. */
bool rpc_pool_database_ready(const struct rpc_pool *pool);

/* Make item->answer from the request's reply or fault.  Also for items that never ran. */
void rpc_item_answer(struct rpc_item *item);

/* The one line of log of a request. */
void rpc_item_log(const struct rpc_item *item, int64_t elapsed_us);

#endif
