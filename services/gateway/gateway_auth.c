#include "services/gateway/gateway_auth.h"

#include "common/io/clock.h"
#include "common/io/conf.h"
#include "common/io/log.h"
#include "common/io/sql.h"
#include "services/gateway/gateway_store.h"

#include <event2/event.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LOOK_US ((int64_t)1000000) /* how often an idle worker looks at the database */

struct queue {
    struct auth_job *first;
    struct auth_job **last;
    size_t count;
};

enum lane { LANE_QUICK, LANE_HASH, LANES };

struct auth {
    struct gateway *gateway;
    const char *conninfo;
    pthread_mutex_t lock; /* of the queues, `closing` and `hashers` */
    pthread_cond_t more[LANES];
    struct queue waiting[LANES];
    size_t hashers; /* threads that have taken that lane */
    struct queue done;
    bool closing;
    pthread_t threads[AUTH_WORKERS];
    size_t thread_count;
    int wake[2]; /* pipe: a byte when `done` is no longer empty */
    struct event *woken;
    atomic_bool reached;
};

static void queue_init(struct queue *queue)
{
    *queue = (struct queue){.first = NULL};
    queue->last = &queue->first;
}

static void queue_put(struct queue *queue, struct auth_job *job)
{
    job->next = NULL;
    *queue->last = job;
    queue->last = &job->next;
    queue->count++;
}

static struct auth_job *queue_take(struct queue *queue)
{
    struct auth_job *job = queue->first;
    if (!job)
        return NULL;
    queue->first = job->next;
    if (!queue->first)
        queue->last = &queue->first;
    queue->count--;
    return job;
}

static void finish(struct auth *auth, struct auth_job *job)
{
    pthread_mutex_lock(&auth->lock);
    bool first = auth->done.count == 0;
    queue_put(&auth->done, job);
    pthread_mutex_unlock(&auth->lock);
    if (first)
        (void)!write(auth->wake[1], "", 1); /* a full pipe wakes as well */
}

/* The worker's connection, made or mended as needed. */
static bool reach(struct auth *auth, struct sql **sql, struct fault *fault)
{
    enum status status =
        *sql ? sql_ready(*sql, fault) : sql_open(auth->conninfo, &store_schema, sql, fault);
    atomic_store(&auth->reached, status == STATUS_OK);
    return status == STATUS_OK;
}

/* The next job; NULL with *closing false when none came for a while. */
static struct auth_job *next_job(struct auth *auth, enum lane lane, bool *closing)
{
    struct queue *waiting = &auth->waiting[lane];
    int64_t until_us = clock_unix_us() + LOOK_US;
    struct timespec until = {.tv_sec = (time_t)(until_us / 1000000),
                             .tv_nsec = (long)(until_us % 1000000) * 1000};
    pthread_mutex_lock(&auth->lock);
    int result = 0;
    while (waiting->count == 0 && !auth->closing && result == 0)
        result = pthread_cond_timedwait(&auth->more[lane], &auth->lock, &until);
    *closing = auth->closing;
    struct auth_job *job = auth->closing ? NULL : queue_take(waiting);
    pthread_mutex_unlock(&auth->lock);
    return job;
}

/* Between jobs: a database that comes late, or comes back, is found without anybody asking. */
static void look(struct auth *auth, struct sql **sql, bool *told)
{
    struct fault fault = {.status = STATUS_OK};
    bool reached = reach(auth, sql, &fault);
    if (!reached && !*told)
        log_fault(LOG_WARNING, &fault, "reach the database");
    *told = !reached;
}

/* Whether this thread hashes; Linux keeps a priority by thread. */
static enum lane lane_take(struct auth *auth)
{
    pthread_mutex_lock(&auth->lock);
    enum lane lane = auth->hashers < AUTH_HASHERS ? LANE_HASH : LANE_QUICK;
    auth->hashers += lane == LANE_HASH;
    pthread_mutex_unlock(&auth->lock);
    if (lane == LANE_HASH && setpriority(PRIO_PROCESS, 0, AUTH_NICE) != 0)
        log_write(LOG_WARNING, "could not lower the priority of hashing");
    return lane;
}

static void *run_worker(void *context)
{
    struct auth *auth = context;
    enum lane lane = lane_take(auth);
    struct sql *sql = NULL;
    bool told = false;
    bool closing = false;
    look(auth, &sql, &told);
    while (!closing) {
        struct auth_job *job = next_job(auth, lane, &closing);
        if (!job && !closing)
            look(auth, &sql, &told);
        if (!job)
            continue;
        if (reach(auth, &sql, &job->fault) && job->work(job, sql) != STATUS_OK)
            ASSERT(job->fault.status != STATUS_OK);
        finish(auth, job);
    }
    sql_close(&sql);
    return NULL;
}

static void on_woken(evutil_socket_t fd, short events, void *context)
{
    (void)events;
    struct auth *auth = context;
    char bytes[64];
    struct queue done;
    (void)!read(fd, bytes, sizeof bytes);
    pthread_mutex_lock(&auth->lock);
    done = auth->done;
    queue_init(&auth->done);
    pthread_mutex_unlock(&auth->lock);
    while (done.first) {
        struct auth_job *job = done.first;
        done.first = job->next; /* `done` may free the job */
        job->done(job);
    }
}

void auth_submit(struct auth *auth, struct auth_job *job)
{
    enum lane lane = job->hashes ? LANE_HASH : LANE_QUICK;
    job->gateway = auth->gateway;
    pthread_mutex_lock(&auth->lock);
    bool room = auth->waiting[lane].count < AUTH_JOBS_MAX && !auth->closing;
    if (room) {
        queue_put(&auth->waiting[lane], job);
        pthread_cond_signal(&auth->more[lane]);
    }
    pthread_mutex_unlock(&auth->lock);
    if (!room) {
        (void)fault_set(&job->fault, STATUS_BUSY, "", "too many callers are signing in");
        finish(auth, job);
    }
}

const char *auth_waiting_for(const struct auth *auth)
{
    return atomic_load(&auth->reached) ? NULL : "database";
}

static enum status open_wake(struct auth *auth, struct fault *fault)
{
    if (pipe(auth->wake) != 0)
        return fault_set(fault, STATUS_INTERNAL, "", "could not make a pipe");
    for (size_t i = 0; i < 2; i++) {
        fcntl(auth->wake[i], F_SETFD, FD_CLOEXEC);
        evutil_make_socket_nonblocking(auth->wake[i]);
    }
    auth->woken =
        event_new(auth->gateway->base, auth->wake[0], EV_READ | EV_PERSIST, on_woken, auth);
    if (!auth->woken || event_add(auth->woken, NULL) != 0)
        return fault_set(fault, STATUS_INTERNAL, "", "could not watch a pipe");
    return STATUS_OK;
}

enum status auth_open(struct gateway *gateway, struct fault *fault)
{
    struct auth *auth = calloc(1, sizeof *auth);
    if (!auth)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    gateway->auth = auth;
    auth->gateway = gateway;
    auth->conninfo = conf_text(gateway->conf, "sql.conninfo");
    pthread_mutex_init(&auth->lock, NULL);
    for (size_t i = 0; i < LANES; i++) {
        pthread_cond_init(&auth->more[i], NULL);
        queue_init(&auth->waiting[i]);
    }
    queue_init(&auth->done);
    enum status status = open_wake(auth, fault);
    for (; status == STATUS_OK && auth->thread_count < AUTH_WORKERS; auth->thread_count++) {
        if (pthread_create(&auth->threads[auth->thread_count], NULL, run_worker, auth) != 0)
            return fault_set(fault, STATUS_INTERNAL, "", "could not start a thread");
    }
    return status;
}

void auth_close(struct auth **auth)
{
    struct auth *closing = *auth;
    if (!closing)
        return;
    pthread_mutex_lock(&closing->lock);
    closing->closing = true;
    for (size_t i = 0; i < LANES; i++)
        pthread_cond_broadcast(&closing->more[i]);
    pthread_mutex_unlock(&closing->lock);
    for (size_t i = 0; i < closing->thread_count; i++)
        pthread_join(closing->threads[i], NULL);
    if (closing->woken)
        event_free(closing->woken);
    close(closing->wake[0]);
    close(closing->wake[1]);
    for (size_t i = 0; i < LANES; i++)
        pthread_cond_destroy(&closing->more[i]);
    pthread_mutex_destroy(&closing->lock);
    free(closing);
    *auth = NULL;
}
