#include "services/relay/sealer.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/ledger/act.h"
#include "services/relay/relay_store.h"
#include "services/relay/seal_write.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND_ARENA_BYTES (4 * MIB)
#define SEAL_ARENA_BYTES  (32 * MIB)
#define US_PER_SECOND     ((int64_t)1000000)
#define MS_PER_SECOND     1000
#define NS_PER_MS         1000000L
#define NS_PER_SECOND     1000000000L

/* A transaction has its moment a moment before it is seen to be under way. */
#define MARGIN_US US_PER_SECOND

/* In a flood the keys of some seconds wait: to count them in each round is a tenth of sealing them.
   Where some stream has more than COUNT_FEW the metric is of the last round that counted all. */
#define COUNT_FEW    1000
#define COUNT_ROUNDS 8

#define RUNNING_MAX (64 * KIB) /* names of transactions, a dozen bytes each */

struct sealer {
    pthread_t thread;
    pthread_mutex_t mutex; /* of `stop` alone */
    pthread_cond_t stop;
    atomic_bool stopping;
    int64_t seal_ms;
    int64_t alarm_s;
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;      /* of a round */
    struct arena *seal_arena; /* of a seal */

    /* what settled_us waits for: the transactions that were under way at asked_us */
    char running[RUNNING_MAX];
    int64_t asked_us;
    int64_t settled_us;

    unsigned rounds;
    int64_t waiting; /* rows, when they were last counted */
    bool failing;    /* told already */
    int64_t broken_told;
    bool alarm_told;
    struct metric *sealed;
    struct metric *unsealed;
    struct metric *unsealed_s;
    struct metric *broken;
    struct metric *alarm;
};

/* What a round finds over all plants. */
struct round {
    int64_t waiting;
    bool more;        /* of some stream more rows wait than were counted */
    int64_t at_most;  /* rows of a stream are counted */
    int64_t since_us; /* of the oldest row that waits; 0 none */
    int64_t broken;
};

static const struct sql_schema *const parts[] = {&relay_schema, &seal_schema, NULL};
static const struct sql_schema schema = {.parts = parts};

/* Moves settled_us on when the transactions that were listed have all ended. */
static enum status settle(struct sealer *sealer, struct fault *fault)
{
    struct seal_running now;
    enum status status =
        store_running(sealer->sql, text_of(sealer->running), sealer->arena, &now, fault);
    if (status != STATUS_OK || now.earlier || now.running.length >= RUNNING_MAX)
        return status;
    if (sealer->asked_us > 0)
        sealer->settled_us = sealer->asked_us - MARGIN_US;
    sealer->asked_us = now.now_us;
    memcpy(sealer->running, now.running.bytes, now.running.length);
    sealer->running[now.running.length] = '\0';
    return STATUS_OK;
}

static enum status seal_streams(struct sealer *sealer, struct text plant,
                                const struct seal_count waiting[SEAL_STREAMS], struct fault *fault)
{
    const struct seal_work work = {sealer->sql, sealer->seal_arena, plant, sealer->settled_us};
    enum status status = STATUS_OK;
    for (enum seal_stream stream = 0; status == STATUS_OK && stream < SEAL_STREAMS; stream++) {
        int64_t rows = 0;
        bool settled = seal_is_numbered(stream) || waiting[stream].at_us < sealer->settled_us;
        if (waiting[stream].rows == 0 || !settled || atomic_load(&sealer->stopping))
            continue;
        status = seal_stream(&work, stream, &rows, fault);
        metric_add(sealer->sealed, rows);
    }
    return status;
}

static int64_t note_waiting(const struct seal_count waiting[SEAL_STREAMS], struct round *round)
{
    int64_t rows = 0;
    for (enum seal_stream stream = 0; stream < SEAL_STREAMS; stream++) {
        rows += waiting[stream].rows;
        round->more = round->more || waiting[stream].rows == round->at_most;
        if (waiting[stream].rows > 0 &&
            (round->since_us == 0 || waiting[stream].at_us < round->since_us))
            round->since_us = waiting[stream].at_us;
    }
    return rows;
}

/* Where nothing waits, one look is all; what is left is counted behind the sealing, as to count
   what will be sealed at once costs a tenth of it. */
static enum status seal_plant(struct sealer *sealer, struct text plant, struct round *round,
                              struct fault *fault)
{
    struct seal_count waiting[SEAL_STREAMS];
    struct round first = {.at_most = 1};
    enum status status = store_seal_waiting(sealer->sql, plant, 1, sealer->arena, waiting, fault);
    if (status != STATUS_OK || note_waiting(waiting, &first) == 0)
        return status;
    status = seal_streams(sealer, plant, waiting, fault);
    if (status == STATUS_OK)
        status =
            store_seal_waiting(sealer->sql, plant, round->at_most, sealer->arena, waiting, fault);
    if (status == STATUS_OK)
        round->waiting += note_waiting(waiting, round);
    return status;
}

/* A chain that is broken, of one plant, does not keep the others from being sealed. */
static enum status seal_plants(struct sealer *sealer, const struct text *plants, size_t count,
                               struct round *round, struct fault *fault)
{
    for (size_t i = 0; i <= count && !atomic_load(&sealer->stopping); i++) {
        struct text plant = i < count ? plants[i] : text_of(ACT_NO_PLANT);
        enum status status = seal_plant(sealer, plant, round, fault);
        if (status != STATUS_OK && status != STATUS_INTERNAL)
            return status;
        if (status == STATUS_OK)
            continue;
        if (++round->broken > sealer->broken_told)
            log_fault(LOG_ERROR, fault, "seal the audit trail");
        *fault = (struct fault){0};
    }
    sealer->broken_told = round->broken;
    return STATUS_OK;
}

static void tell(struct sealer *sealer, const struct round *round)
{
    const bool counted = !round->more || round->at_most == SEAL_COUNT_MAX;
    if (counted || round->waiting > sealer->waiting)
        sealer->waiting = round->waiting;
    int64_t age_us = round->since_us == 0 ? 0 : clock_unix_us() - round->since_us;
    bool late = age_us > sealer->alarm_s * US_PER_SECOND;
    metric_set(sealer->unsealed, sealer->waiting);
    metric_set(sealer->unsealed_s, age_us / US_PER_SECOND);
    metric_set(sealer->broken, round->broken);
    metric_set(sealer->alarm, late || round->broken > 0);
    if (late && !sealer->alarm_told)
        log_write(LOG_ERROR, "rows of the audit trail have waited long for their seal");
    sealer->alarm_told = late;
}

static enum status seal_round(struct sealer *sealer, struct fault *fault)
{
    struct round round = {.at_most =
                              sealer->rounds++ % COUNT_ROUNDS == 0 ? SEAL_COUNT_MAX : COUNT_FEW};
    struct text *plants;
    size_t count;
    arena_reset(sealer->arena);
    enum status status = sealer->sql ? sql_ready(sealer->sql, fault)
                                     : sql_open(sealer->conninfo, &schema, &sealer->sql, fault);
    if (status == STATUS_OK)
        status = settle(sealer, fault);
    if (status == STATUS_OK)
        status = store_plants(sealer->sql, sealer->arena, &plants, &count, fault);
    if (status == STATUS_OK)
        status = seal_plants(sealer, plants, count, &round, fault);
    if (status == STATUS_OK && sealer->settled_us > 0) /* not before it has begun */
        tell(sealer, &round);
    return status;
}

/* Until the next round, or until it is to stop. */
static void nap(struct sealer *sealer)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until); /* a clock that is set back delays nothing */
    until.tv_sec += (time_t)(sealer->seal_ms / MS_PER_SECOND);
    until.tv_nsec += (long)(sealer->seal_ms % MS_PER_SECOND) * NS_PER_MS;
    until.tv_sec += until.tv_nsec / NS_PER_SECOND;
    until.tv_nsec %= NS_PER_SECOND;
    pthread_mutex_lock(&sealer->mutex);
    int timed_out = 0;
    while (!atomic_load(&sealer->stopping) && timed_out == 0)
        timed_out = pthread_cond_timedwait(&sealer->stop, &sealer->mutex, &until);
    pthread_mutex_unlock(&sealer->mutex);
}

static void *sealer_main(void *argument)
{
    struct sealer *sealer = argument;
    while (!atomic_load(&sealer->stopping)) {
        struct fault fault = {0};
        bool failed = seal_round(sealer, &fault) != STATUS_OK;
        if (failed && !sealer->failing)
            log_fault(LOG_WARNING, &fault, "seal the audit trail");
        sealer->failing = failed;
        nap(sealer);
    }
    return NULL;
}

static void make_metrics(struct sealer *sealer)
{
    sealer->sealed = metric_counter("millrace_audit_sealed_rows_total", "rows that got a seal");
    sealer->unsealed =
        metric_gauge("millrace_audit_unsealed_rows", "rows that wait for a seal, all plants");
    sealer->unsealed_s =
        metric_gauge("millrace_audit_unsealed_seconds", "how long the oldest of them has waited");
    sealer->broken = metric_gauge("millrace_audit_broken_plants",
                                  "plants where the newest seal is not the one the head names");
    sealer->alarm = metric_gauge("millrace_audit_alarm",
                                 "1 while a row has waited longer than relay.seal_alarm_s, or a "
                                 "chain is broken");
}

static void make_stop(struct sealer *sealer)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&sealer->mutex, NULL);
    pthread_cond_init(&sealer->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void release(struct sealer *sealer)
{
    pthread_cond_destroy(&sealer->stop);
    pthread_mutex_destroy(&sealer->mutex);
    sql_close(&sealer->sql);
    arena_free(&sealer->arena);
    arena_free(&sealer->seal_arena);
    free(sealer);
}

enum status sealer_start(const struct conf *conf, struct sealer **out, struct fault *fault)
{
    struct sealer *sealer = calloc(1, sizeof *sealer);
    if (!sealer)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    make_stop(sealer);
    sealer->seal_ms = conf_int(conf, "seal_ms");
    sealer->alarm_s = conf_int(conf, "seal_alarm_s");
    sealer->conninfo = conf_text(conf, "sql.conninfo");
    sealer->arena = arena_new(ROUND_ARENA_BYTES);
    sealer->seal_arena = arena_new(SEAL_ARENA_BYTES);
    make_metrics(sealer);
    enum status status = STATUS_OK;
    if (!sealer->arena || !sealer->seal_arena)
        status = fault_set(fault, STATUS_LIMIT, "", "out of memory");
    else if (pthread_create(&sealer->thread, NULL, sealer_main, sealer) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start the sealing thread");
    if (status != STATUS_OK)
        release(sealer);
    else
        *out = sealer;
    return status;
}

void sealer_stop(struct sealer **sealer)
{
    if (!*sealer)
        return;
    pthread_mutex_lock(&(*sealer)->mutex);
    atomic_store(&(*sealer)->stopping, true);
    pthread_cond_signal(&(*sealer)->stop);
    pthread_mutex_unlock(&(*sealer)->mutex);
    pthread_join((*sealer)->thread, NULL);
    release(*sealer);
    *sealer = NULL;
}
