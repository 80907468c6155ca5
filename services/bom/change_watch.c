#include "services/bom/change_watch.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "services/bom/bom_store.h"
#include "services/bom/change.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WATCH_ARENA_MAX (64 * MIB)
#define WATCH_NAME      "millrace"

struct change_watch {
    pthread_t thread;
    pthread_mutex_t lock; /* over stopping */
    pthread_cond_t stop;
    bool stopping;
    bool reaching; /* the database answered last time */
    const char *conninfo;
    struct bom_service *service;
    struct sql *sql;
    struct arena *arena;
};

/* Best effort: without the step it is tried again. */
static void note_refusal(struct change_watch *watch, struct text plant, struct text change_id,
                         const struct fault *refusal)
{
    struct fault fault = {0};
    struct change_step step = {.action = text_of("refuse"),
                               .note = text_of(refusal->message),
                               .done_by = text_of(WATCH_NAME)};
    enum status status = sql_begin(watch->sql, &fault);
    if (status == STATUS_OK)
        status = change_put_step(watch->sql, plant, change_id, &step, &fault);
    if (status == STATUS_OK)
        status = sql_commit(watch->sql, &fault);
    if (status != STATUS_OK)
        sql_rollback(watch->sql);
}

static void apply_one(struct change_watch *watch, struct text plant, struct text change_id)
{
    char *code = text_copy(plant, watch->arena);
    struct rpc_request request = {.method = "Bom.ApplyChange",
                                  .plant = code,
                                  .principal = {.name = WATCH_NAME},
                                  .key = clock_uuid(),
                                  .body = change_id,
                                  .deadline_us = INT64_MAX,
                                  .arena = watch->arena,
                                  .sql = watch->sql,
                                  .service = watch->service};
    if (!code)
        return;
    enum status status = change_apply(&request, change_id);
    if (status != STATUS_OK && !status_retryable(status) && status != STATUS_INTERNAL)
        note_refusal(watch, plant, change_id, &request.fault);
    log_write(LOG_INFO, "engineering change \"%.*s\" of plant \"%s\": %s", (int)change_id.length,
              change_id.bytes, code, status == STATUS_OK ? "effective" : request.fault.message);
}

static enum status look(struct change_watch *watch, struct fault *fault)
{
    struct code_list plants = {0};
    struct code_list changes = {0};
    enum status status = watch->sql ? sql_ready(watch->sql, fault)
                                    : sql_open(watch->conninfo, &bom_schema, &watch->sql, fault);
    if (status == STATUS_OK)
        status = change_load_plants(watch->sql, watch->arena, &plants, fault);
    for (size_t i = 0; status == STATUS_OK && i < plants.count; i++) {
        status = change_load_ready(watch->sql, plants.codes[i], watch->arena, &changes, fault);
        for (size_t k = 0; status == STATUS_OK && k < changes.count; k++)
            apply_one(watch, plants.codes[i], changes.codes[k]);
    }
    return status;
}

/* False: it is to stop. */
static bool wait_a_while(struct change_watch *watch)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CHANGE_WATCH_MS / 1000;
    pthread_mutex_lock(&watch->lock);
    if (!watch->stopping)
        pthread_cond_timedwait(&watch->stop, &watch->lock, &until);
    bool go_on = !watch->stopping;
    pthread_mutex_unlock(&watch->lock);
    return go_on;
}

static void *watch_main(void *argument)
{
    struct change_watch *watch = argument;
    while (wait_a_while(watch)) {
        struct fault fault = {0};
        arena_reset(watch->arena);
        bool reached = look(watch, &fault) == STATUS_OK;
        if (!reached && watch->reaching)
            log_fault(LOG_WARNING, &fault, "look for changes that wait for stock");
        watch->reaching = reached;
    }
    return NULL;
}

enum status change_watch_start(const struct conf *conf, struct bom_service *service,
                               struct change_watch **out, struct fault *fault)
{
    struct change_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    watch->conninfo = conf_text(conf, "sql.conninfo");
    watch->service = service;
    watch->arena = arena_new(WATCH_ARENA_MAX);
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->stop, NULL);
    if (!watch->arena || pthread_create(&watch->thread, NULL, watch_main, watch) != 0) {
        pthread_cond_destroy(&watch->stop);
        pthread_mutex_destroy(&watch->lock);
        arena_free(&watch->arena);
        free(watch);
        return fault_set(fault, STATUS_LIMIT, "", "could not start the thread of changes");
    }
    *out = watch;
    return STATUS_OK;
}

void change_watch_stop(struct change_watch **watch)
{
    struct change_watch *stopped = *watch;
    if (!stopped)
        return;
    pthread_mutex_lock(&stopped->lock);
    stopped->stopping = true;
    pthread_cond_signal(&stopped->stop);
    pthread_mutex_unlock(&stopped->lock);
    pthread_join(stopped->thread, NULL);
    pthread_cond_destroy(&stopped->stop);
    pthread_mutex_destroy(&stopped->lock);
    sql_close(&stopped->sql);
    arena_free(&stopped->arena);
    free(stopped);
    *watch = NULL;
}
