#ifndef MILLRACE_IO_RPC_QUEUE_H
#define MILLRACE_IO_RPC_QUEUE_H

#include "common/io/rpc.h"
#include "common/io/rpc_codec.h"

/*
 * Between the loop and the workers; private to rpc.
 *
 * Requests to methods with a handler wait in one line.  Those of methods that write wait in a lane
 * a plant; a lane is taken whole, and not again before that batch is done, so that the postings of
 * one plant meet in one transaction at a time.  Where a service has both kinds, neither may occupy
 * all workers, and takes alternate.
 */
#define RPC_ROUTE_MAX   255                /* a routing id of ZeroMQ */
#define RPC_QUEUE_BYTES ((size_t)32 * MIB) /* of all that waits */
#define RPC_QUEUE_LANES 256                /* buckets */

struct rpc_verb; /* the loop's counters of a method */

/* One request from its arrival to its answer.  Owned by whoever holds it: loop, queue, worker. */
struct rpc_item {
    struct rpc_item *next; /* in the queue, then in the outbox */

    /* the loop's */
    struct rpc_item *chain; /* among those under way with the same hash */
    unsigned char route[RPC_ROUTE_MAX];
    size_t route_length;
    struct rpc_verb *verb;
    int64_t received_us; /* monotonic */

    /* what is asked */
    struct uuid id;
    const struct rpc_method *method;
    struct ticket ticket;
    struct rpc_request request;

    /* the answer as two frames in one allocation, made by the worker */
    char *answer;
    size_t head_length;
    size_t body_length;

    size_t size;  /* of the texts below */
    char bytes[]; /* what the pointers above point to */
};

struct rpc_queue_limits {
    size_t items;
    unsigned workers;
    bool mixed; /* has handlers and a batch function */
};

struct rpc_queue;
struct rpc_lane;

struct rpc_queue *rpc_queue_new(struct rpc_queue_limits limits);
void rpc_queue_free(struct rpc_queue **queue); /* it must be empty */

/* False when it is full or closed; the caller keeps the item. */
bool rpc_queue_put(struct rpc_queue *queue, struct rpc_item *item) MUST_CHECK;

/* Work for one worker: one request with a handler, or a batch of one plant (lane is set). */
struct rpc_work {
    struct rpc_item *items[RPC_BATCH_MAX];
    size_t count;
    struct rpc_lane *lane;
};

enum rpc_take { RPC_TAKE_WORK, RPC_TAKE_NOTHING, RPC_TAKE_END };

/* Waits at most timeout_ms; END when the queue is closed and nothing is left.  Each taking of WORK
   is given back by rpc_queue_done once its items are done; they stay the taker's.  `busy`: he has
   still something to do, and another may take what waits; else he asks for it himself at once. */
enum rpc_take rpc_queue_take(struct rpc_queue *queue, struct rpc_work *work, int timeout_ms);
void rpc_queue_done(struct rpc_queue *queue, const struct rpc_work *work, bool busy);

/* Nothing more comes in. */
void rpc_queue_close(struct rpc_queue *queue);

size_t rpc_queue_waiting(struct rpc_queue *queue);

/* The way back: finished items, and an eventfd that is readable when there are any. */
struct rpc_outbox;
struct rpc_outbox *rpc_outbox_new(void);
void rpc_outbox_free(struct rpc_outbox **outbox);
void rpc_outbox_put(struct rpc_outbox *outbox, struct rpc_item *const *items, size_t count);
struct rpc_item *rpc_outbox_take_all(struct rpc_outbox *outbox); /* oldest first, by next */
int rpc_outbox_fd(const struct rpc_outbox *outbox);

#endif
