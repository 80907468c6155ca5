#include "common/io/rpc_worker.h"

#include "common/io/clock.h"
#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/wire/role.h"
#include "common/wire/wire.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MS      1000
#define ARENA_KEPT   (32 * MIB) /* batches are of one size as long as the load is */
#define RECONNECT_US 250000     /* a database that is down is not asked for each request */

struct worker {
    struct rpc_pool *pool;
    pthread_t thread;
    struct arena *arena;
    struct sql *sql;
    int64_t reach_at_us; /* after a failure: no earlier */
    struct ticket_verifier *verifier;
    struct rpc_work work;
};

struct rpc_pool {
    struct rpc_pool_plan plan;
    _Atomic bool database_ready;
    struct metric *batches;
    struct metric *batched;
    size_t count;
    struct worker workers[];
};

/* --- the database --- */

static enum status reach_database(struct worker *worker, struct fault *fault)
{
    const struct rpc_pool_plan *plan = &worker->pool->plan;
    int64_t now_us = clock_monotonic_us();
    if (now_us < worker->reach_at_us)
        return fault_set(fault, STATUS_UNAVAILABLE, "", "database is not available");
    enum status status = worker->sql ? sql_ready(worker->sql, fault)
                                     : sql_open(conf_text(plan->conf, "sql.conninfo"),
                                                plan->service->schema, &worker->sql, fault);
    worker->reach_at_us = status == STATUS_OK ? 0 : now_us + RECONNECT_US;
    return status;
}

/* Every look at the database passes here, so that readiness follows what requests find. */
static enum status database_ready(struct worker *worker, struct fault *fault)
{
    if (!worker->pool->plan.service->schema)
        return STATUS_OK;
    enum status status = reach_database(worker, fault);
    bool ready = status == STATUS_OK;
    if (atomic_exchange(&worker->pool->database_ready, ready) != ready) {
        if (ready)
            log_write(LOG_INFO, "reached the database");
        else
            log_fault(LOG_WARNING, fault, "reach the database");
    }
    return status;
}

bool rpc_pool_database_ready(const struct rpc_pool *pool)
{
    return atomic_load(&pool->database_ready);
}

/* --- may it run --- */

/* A ticket that was good on arrival is good: a request may wait longer than a ticket lives, and
   its own deadline ends that. */
static enum status check_caller(struct worker *worker, struct rpc_item *item)
{
    struct rpc_request *request = &item->request;
    if (role_is_public(request->method))
        return STATUS_OK;
    int64_t waited_us = clock_monotonic_us() - item->received_us;
    struct ticket_use use = {
        .ticket = item->ticket, .plant = request->plant, .now_us = clock_unix_us() - waited_us};
    enum status status =
        ticket_verify(worker->verifier, &use, &request->principal, &request->fault);
    if (status == STATUS_OK)
        status = role_permit(request->method, &request->principal, &request->fault);
    return status;
}

static enum status check_request(struct worker *worker, struct rpc_item *item)
{
    struct rpc_request *request = &item->request;
    if (clock_monotonic_us() >= request->deadline_us)
        return fault_set(&request->fault, STATUS_DEADLINE, "", "deadline passed before the start");
    enum status status = check_caller(worker, item);
    if (status != STATUS_OK)
        return status;
    if (!item->method->handle && uuid_is_nil(request->key))
        return fault_set(&request->fault, STATUS_INVALID, "idempotency_key",
                         "method \"%s\" needs an idempotency key", request->method);
    return STATUS_OK;
}

/* --- the answer --- */

void rpc_item_answer(struct rpc_item *item)
{
    const struct rpc_request *request = &item->request;
    uint8_t bytes[RPC_HEAD_MAX];
    struct rpc_head head = {.id = item->id,
                            .status = request->fault.status,
                            .field = request->fault.field,
                            .message = request->fault.message,
                            .repeated = request->repeated,
                            .instance = request->instance};
    item->head_length = rpc_head_pack(&head, bytes);
    item->body_length = head.status == STATUS_OK ? request->reply.length : 0;
    item->answer = malloc(item->head_length + item->body_length);
    ASSERT(item->answer);
    memcpy(item->answer, bytes, item->head_length);
    if (item->body_length > 0)
        memcpy(item->answer + item->head_length, request->reply.bytes, item->body_length);
}

static void set_context(const struct rpc_request *request)
{
    struct log_context context = {.trace = request->trace,
                                  .plant = request->plant,
                                  .principal = request->principal.name,
                                  .method = request->method};
    log_about(&context);
}

void rpc_item_log(const struct rpc_item *item, int64_t elapsed_us)
{
    set_context(&item->request);
    log_request(item->request.fault.status, &item->request.fault, elapsed_us);
    log_about(NULL);
}

/* A reply too large for the wire is the service's fault, and better said than dropped. */
static void finish(struct rpc_item *item)
{
    struct rpc_request *request = &item->request;
    if (request->fault.status == STATUS_OK && request->reply.length > WIRE_REPLY_MAX)
        (void)fault_set(&request->fault, STATUS_LIMIT, "", "reply of %zu bytes is too large",
                        request->reply.length);
    rpc_item_answer(item);
}

/* --- running --- */

/* The caller asks the other one at once (rpc_client). */
static enum status check_place(const struct worker *worker, struct rpc_request *request)
{
    const struct rpc_pool_plan *plan = &worker->pool->plan;
    if (plan->service->elsewhere && request->plant[0] != '\0')
        request->instance = plan->service->elsewhere(plan->state, request->plant);
    if (request->instance == 0)
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_UNAVAILABLE, "plant",
                     "plant \"%s\" is kept by instance %u", request->plant, request->instance);
}

static void lend(struct worker *worker, struct rpc_request *request)
{
    request->arena = worker->arena;
    request->sql = worker->sql;
    request->service = worker->pool->plan.state;
}

/* Who serves a request sees no other plant than the one that its ticket was checked for. */
static void bind_plant(struct worker *worker, const char *plant)
{
    if (worker->sql)
        sql_bind_plant(worker->sql, text_of(plant));
}

static void run_one(struct worker *worker, struct rpc_item *item)
{
    struct rpc_request *request = &item->request;
    set_context(request);
    if (check_request(worker, item) == STATUS_OK &&
        database_ready(worker, &request->fault) == STATUS_OK &&
        check_place(worker, request) == STATUS_OK) {
        set_context(request);
        lend(worker, request);
        bind_plant(worker, request->plant);
        enum status status = item->method->handle(request);
        bind_plant(worker, "");
        ASSERT(status == request->fault.status);
    }
}

/* Those of the batch that may run. */
static size_t check_batch(struct worker *worker, struct rpc_request *requests[RPC_BATCH_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < worker->work.count; i++) {
        struct rpc_item *item = worker->work.items[i];
        set_context(&item->request);
        if (check_request(worker, item) == STATUS_OK)
            requests[count++] = &item->request;
    }
    log_about(NULL);
    return count;
}

/* Asked once for all of them: it is a call to the kernel. */
static bool batch_has_database(struct worker *worker, struct rpc_request *const *requests,
                               size_t count)
{
    struct fault fault = {0};
    bool ready = database_ready(worker, &fault) == STATUS_OK;
    for (size_t i = 0; i < count && !ready; i++)
        requests[i]->fault = fault;
    return ready;
}

static void run_batch(struct worker *worker)
{
    struct rpc_request *requests[RPC_BATCH_MAX];
    size_t count = check_batch(worker, requests);
    if (count == 0 || !batch_has_database(worker, requests, count))
        return;
    for (size_t i = 0; i < count; i++)
        lend(worker, requests[i]);
    metric_add(worker->pool->batches, 1);
    metric_add(worker->pool->batched, (int64_t)count);
    if (count == 1)
        set_context(requests[0]);
    bind_plant(worker, requests[0]->plant); /* a batch is of one plant */
    worker->pool->plan.service->batch(requests, count);
    bind_plant(worker, "");
}

/* What is to be rung when the answers have gone: once for a batch, which is of one plant. */
struct ring {
    struct feed *bell;
    char plant[FEED_PLANT_MAX];
};

static void find_ring(const struct rpc_work *work, struct ring *ring)
{
    ring->bell = NULL;
    for (size_t i = 0; i < work->count && !ring->bell; i++) {
        const struct rpc_request *request = &work->items[i]->request;
        if (!request->bell)
            continue;
        ring->bell = request->bell;
        snprintf(ring->plant, sizeof ring->plant, "%s", request->plant);
    }
}

static void answer_work(struct worker *worker)
{
    struct rpc_work *work = &worker->work;
    struct ring ring;
    for (size_t i = 0; i < work->count; i++)
        finish(work->items[i]);
    find_ring(work, &ring);
    rpc_outbox_put(worker->pool->plan.outbox, work->items, work->count);
    if (ring.bell) /* only now: who hears it takes the processor from the answers */
        feed_send(ring.bell, ring.plant, text_of(""));
}

/* Up to here a worker answers first and takes the plant's next batch himself: another one, and his
   database session, would have to be woken and have their memory in no cache, which costs more than
   the answers take. */
#define ANSWERED_FIRST 256

static void run_work(struct worker *worker)
{
    struct rpc_pool_plan *plan = &worker->pool->plan;
    arena_recycle(worker->arena, ARENA_KEPT);
    if (worker->work.lane)
        run_batch(worker);
    else
        run_one(worker, worker->work.items[0]);
    if (worker->sql)
        sql_rollback(worker->sql); /* a handler that forgot leaves nothing open */
    bool first = worker->work.count <= ANSWERED_FIRST;
    if (!first)
        rpc_queue_done(plan->queue, &worker->work, true);
    answer_work(worker);
    if (first)
        rpc_queue_done(plan->queue, &worker->work, false);
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    enum rpc_take take = RPC_TAKE_NOTHING;
    while (take != RPC_TAKE_END) {
        if (take == RPC_TAKE_WORK) {
            run_work(worker);
        } else {
            struct fault unseen = {0};
            (void)database_ready(worker, &unseen); /* it logs what changes */
        }
        take = rpc_queue_take(worker->pool->plan.queue, &worker->work, IDLE_MS);
    }
    return NULL;
}

/* --- the pool --- */

static enum status worker_open(struct worker *worker, struct rpc_pool *pool, struct fault *fault)
{
    const struct rpc_pool_plan *plan = &pool->plan;
    worker->pool = pool;
    worker->arena = arena_new(RPC_ARENA_BYTES);
    ASSERT(worker->arena);
    return ticket_verifier_open(conf_text(plan->conf, "ticket.public_key"), plan->service->name,
                                &worker->verifier, fault);
}

static void worker_close(struct worker *worker)
{
    sql_close(&worker->sql);
    ticket_verifier_free(&worker->verifier);
    arena_free(&worker->arena);
}

static void pool_free(struct rpc_pool **pool)
{
    for (size_t i = 0; i < (*pool)->count; i++)
        worker_close(&(*pool)->workers[i]);
    free(*pool);
    *pool = NULL;
}

enum status rpc_pool_start(const struct rpc_pool_plan *plan, struct rpc_pool **out,
                           struct fault *fault)
{
    size_t count = (size_t)conf_int(plan->conf, "rpc.workers");
    struct rpc_pool *pool = calloc(1, sizeof *pool + count * sizeof pool->workers[0]);
    ASSERT(pool);
    pool->plan = *plan;
    pool->count = count;
    pool->batches = metric_counter("millrace_rpc_batches_total", "batches of postings run");
    pool->batched = metric_counter("millrace_rpc_batched_total", "postings run in batches");
    atomic_store(&pool->database_ready, plan->service->schema == NULL);
    for (size_t i = 0; i < count; i++) {
        if (worker_open(&pool->workers[i], pool, fault) != STATUS_OK) {
            pool_free(&pool);
            return fault->status;
        }
    }
    for (size_t i = 0; i < count; i++) {
        int rc = pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]);
        ASSERT(rc == 0);
    }
    *out = pool;
    return STATUS_OK;
}

void rpc_pool_join(struct rpc_pool **pool)
{
    for (size_t i = 0; i < (*pool)->count; i++)
        pthread_join((*pool)->workers[i].thread, NULL);
    pool_free(pool);
}
