#include "common/io/rpc_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct line {
    struct rpc_item *head;
    struct rpc_item **tail;
};

/* The waiting postings of one plant.  It exists while it has any or a batch of it is under way. */
struct rpc_lane {
    struct rpc_lane *chain; /* in its bucket */
    struct rpc_lane *next;  /* among the ready */
    struct line line;
    bool running;
    char plant[TEXT_CODE_MAX + 1];
};

/* A worker that waits for work. */
struct waiter {
    struct waiter *below; /* it waits for longer */
    pthread_cond_t called;
    bool is_called;
};

struct rpc_queue {
    pthread_mutex_t mutex;
    struct waiter *waiters; /* who came last is called first: its database session is the warmest */
    struct rpc_queue_limits limits;
    struct line reads;
    struct rpc_lane *ready; /* lanes with work and no batch under way, oldest first */
    struct rpc_lane **ready_tail;
    struct rpc_lane *buckets[RPC_QUEUE_LANES];
    size_t waiting;
    size_t waiting_bytes;
    unsigned reads_running;
    unsigned batches_running;
    bool batch_next; /* whose turn it is when both wait */
    bool closed;
};

static void line_clear(struct line *line)
{
    line->head = NULL;
    line->tail = &line->head;
}

static void line_put(struct line *line, struct rpc_item *item)
{
    item->next = NULL;
    *line->tail = item;
    line->tail = &item->next;
}

static struct rpc_item *line_take(struct line *line)
{
    struct rpc_item *item = line->head;
    ASSERT(item);
    line->head = item->next;
    if (!line->head)
        line->tail = &line->head;
    item->next = NULL;
    return item;
}

struct rpc_queue *rpc_queue_new(struct rpc_queue_limits limits)
{
    ASSERT(limits.items > 0 && limits.workers > 0);
    struct rpc_queue *queue = calloc(1, sizeof *queue);
    ASSERT(queue);
    queue->limits = limits;
    line_clear(&queue->reads);
    queue->ready_tail = &queue->ready;
    pthread_mutex_init(&queue->mutex, NULL);
    return queue;
}

void rpc_queue_free(struct rpc_queue **queue)
{
    if (!*queue)
        return;
    ASSERT((*queue)->waiting == 0 && !(*queue)->ready && !(*queue)->waiters);
    pthread_mutex_destroy(&(*queue)->mutex);
    free(*queue);
    *queue = NULL;
}

/* ---- waiting; the lock is held ---- */

static void call_one(struct rpc_queue *queue)
{
    struct waiter *waiter = queue->waiters;
    if (!waiter)
        return; /* all are at work, and look again before they wait */
    queue->waiters = waiter->below;
    waiter->is_called = true;
    pthread_cond_signal(&waiter->called);
}

static void call_all(struct rpc_queue *queue)
{
    while (queue->waiters)
        call_one(queue);
}

static void waiter_init(struct waiter *waiter)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&waiter->called, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* False: nobody called until then. */
static bool wait_called(struct rpc_queue *queue, struct waiter *waiter,
                        const struct timespec *until)
{
    int rc = 0;
    waiter->is_called = false;
    waiter->below = queue->waiters;
    queue->waiters = waiter;
    while (!waiter->is_called && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&waiter->called, &queue->mutex, until);
    struct waiter **place = &queue->waiters;
    while (*place && *place != waiter)
        place = &(*place)->below;
    if (*place)
        *place = waiter->below;
    return waiter->is_called;
}

/* ---- lanes ---- */

static struct rpc_lane **lane_place(struct rpc_queue *queue, const char *plant)
{
    size_t bucket = (size_t)(text_hash(text_of(plant)) % RPC_QUEUE_LANES);
    struct rpc_lane **place = &queue->buckets[bucket];
    while (*place && strcmp((*place)->plant, plant) != 0)
        place = &(*place)->chain;
    return place;
}

static struct rpc_lane *lane_of(struct rpc_queue *queue, const char *plant)
{
    struct rpc_lane **place = lane_place(queue, plant);
    if (*place)
        return *place;
    struct rpc_lane *lane = calloc(1, sizeof *lane);
    ASSERT(lane && strlen(plant) < sizeof lane->plant);
    memcpy(lane->plant, plant, strlen(plant) + 1);
    line_clear(&lane->line);
    *place = lane;
    return lane;
}

static void lane_drop(struct rpc_queue *queue, struct rpc_lane *lane)
{
    struct rpc_lane **place = lane_place(queue, lane->plant);
    ASSERT(*place == lane);
    *place = lane->chain;
    free(lane);
}

static void lane_make_ready(struct rpc_queue *queue, struct rpc_lane *lane)
{
    lane->next = NULL;
    *queue->ready_tail = lane;
    queue->ready_tail = &lane->next;
}

/* False: whoever ends the lane's batch, or takes what waits in it already, takes this one along. */
static bool put_posting(struct rpc_queue *queue, struct rpc_item *item)
{
    struct rpc_lane *lane = lane_of(queue, item->request.plant);
    bool was_empty = lane->line.head == NULL;
    line_put(&lane->line, item);
    if (!was_empty || lane->running)
        return false;
    lane_make_ready(queue, lane);
    return true;
}

bool rpc_queue_put(struct rpc_queue *queue, struct rpc_item *item)
{
    pthread_mutex_lock(&queue->mutex);
    bool room = !queue->closed && queue->waiting < queue->limits.items &&
                queue->waiting_bytes + item->size <= RPC_QUEUE_BYTES;
    if (room) {
        queue->waiting++;
        queue->waiting_bytes += item->size;
        bool wake = true;
        if (item->method->handle)
            line_put(&queue->reads, item);
        else
            wake = put_posting(queue, item);
        if (wake) /* a worker woken for nothing costs more than the request's way through here */
            call_one(queue);
    }
    pthread_mutex_unlock(&queue->mutex);
    return room;
}

/* Where there are both kinds, neither has all workers. */
static unsigned most_of_a_kind(const struct rpc_queue *queue)
{
    unsigned workers = queue->limits.workers;
    return queue->limits.mixed && workers > 1 ? workers - 1 : workers;
}

static void count_out(struct rpc_queue *queue, const struct rpc_item *item)
{
    queue->waiting--;
    queue->waiting_bytes -= item->size;
}

static void take_read(struct rpc_queue *queue, struct rpc_work *work)
{
    work->lane = NULL;
    work->items[0] = line_take(&queue->reads);
    work->count = 1;
    count_out(queue, work->items[0]);
    queue->reads_running++;
    queue->batch_next = true;
}

static void take_batch(struct rpc_queue *queue, struct rpc_work *work)
{
    struct rpc_lane *lane = queue->ready;
    queue->ready = lane->next;
    if (!queue->ready)
        queue->ready_tail = &queue->ready;
    ASSERT(!lane->running && lane->line.head);
    lane->running = true;
    work->lane = lane;
    work->count = 0;
    size_t bytes = 0;
    while (lane->line.head && work->count < RPC_BATCH_MAX && bytes < RPC_BATCH_BYTES) {
        struct rpc_item *item = line_take(&lane->line);
        count_out(queue, item);
        bytes += item->size;
        work->items[work->count++] = item;
    }
    queue->batches_running++;
    queue->batch_next = false;
}

/* What may be taken now; lock held. */
static bool has_read(const struct rpc_queue *queue)
{
    return queue->reads.head && queue->reads_running < most_of_a_kind(queue);
}

static bool has_batch(const struct rpc_queue *queue)
{
    return queue->ready && queue->batches_running < most_of_a_kind(queue);
}

static bool take_now(struct rpc_queue *queue, struct rpc_work *work)
{
    bool read = has_read(queue);
    bool batch = has_batch(queue);
    if (!read && !batch)
        return false;
    if (batch && (!read || queue->batch_next))
        take_batch(queue, work);
    else
        take_read(queue, work);
    return true;
}

static void call_if_any(struct rpc_queue *queue)
{
    if (has_read(queue) || has_batch(queue))
        call_one(queue);
}

static struct timespec in_ms(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

enum rpc_take rpc_queue_take(struct rpc_queue *queue, struct rpc_work *work, int timeout_ms)
{
    struct timespec until = in_ms(timeout_ms);
    enum rpc_take result = RPC_TAKE_NOTHING;
    struct waiter waiter;
    waiter_init(&waiter);
    pthread_mutex_lock(&queue->mutex);
    do {
        if (take_now(queue, work))
            result = RPC_TAKE_WORK;
        else if (queue->closed && queue->waiting == 0)
            result = RPC_TAKE_END;
    } while (result == RPC_TAKE_NOTHING && wait_called(queue, &waiter, &until));
    if (result == RPC_TAKE_WORK) /* whoever gave work back and came for this may have left more */
        call_if_any(queue);
    pthread_mutex_unlock(&queue->mutex);
    pthread_cond_destroy(&waiter.called);
    return result;
}

void rpc_queue_done(struct rpc_queue *queue, const struct rpc_work *work, bool busy)
{
    pthread_mutex_lock(&queue->mutex);
    if (work->lane) {
        struct rpc_lane *lane = work->lane;
        queue->batches_running--;
        lane->running = false;
        if (lane->line.head)
            lane_make_ready(queue, lane);
        else
            lane_drop(queue, lane);
    } else {
        queue->reads_running--;
    }
    if (queue->closed)
        call_all(queue); /* at the end all are to look */
    else if (busy)
        call_if_any(queue);
    pthread_mutex_unlock(&queue->mutex);
}

void rpc_queue_close(struct rpc_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    call_all(queue);
    pthread_mutex_unlock(&queue->mutex);
}

size_t rpc_queue_waiting(struct rpc_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    size_t waiting = queue->waiting;
    pthread_mutex_unlock(&queue->mutex);
    return waiting;
}
