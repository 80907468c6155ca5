#include "services/mrp/owner.h"

#include "common/base/text.h"
#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BEAT_ARENA_MAX (16 * MIB)

struct holding {
    char plant_id[TEXT_CODE_MAX + 1];
    int64_t epoch;     /* 0: not this instance's */
    uint32_t instance; /* whose it is; 0: nobody's */
    bool held_before;  /* by anybody, ever */
};

struct owner {
    pthread_t thread;
    atomic_bool stopping;
    _Atomic uint64_t changes;
    uint32_t self;
    uint32_t instances;
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;
    bool first; /* no beat has succeeded: leases in its name are those of its former life */
    struct metric *owned;
    struct metric *taken;
    pthread_mutex_t lock; /* over what follows */
    int64_t valid_until_us;
    size_t count;
    struct holding holdings[OWNER_PLANTS_MAX]; /* by plant */
};

/* --- what is known; only the thread of leases writes it, and needs no lock to read --- */

static struct holding *find(struct owner *owner, struct text plant)
{
    size_t low = 0;
    size_t high = owner->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_cmp(text_of(owner->holdings[middle].plant_id), plant);
        if (order == 0)
            return &owner->holdings[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The epoch of a holding while its lease surely runs. */
static int64_t epoch_now(const struct owner *owner, const struct holding *holding)
{
    return clock_monotonic_us() < owner->valid_until_us ? holding->epoch : 0;
}

int64_t owner_epoch(struct owner *owner, struct text plant)
{
    pthread_mutex_lock(&owner->lock);
    const struct holding *holding = find(owner, plant);
    int64_t epoch = holding ? epoch_now(owner, holding) : 0;
    pthread_mutex_unlock(&owner->lock);
    return epoch;
}

uint32_t owner_elsewhere(struct owner *owner, struct text plant)
{
    pthread_mutex_lock(&owner->lock);
    const struct holding *holding = find(owner, plant);
    uint32_t instance = holding && holding->instance != owner->self ? holding->instance : 0;
    pthread_mutex_unlock(&owner->lock);
    return instance;
}

bool owner_is_moving(struct owner *owner, struct text plant)
{
    pthread_mutex_lock(&owner->lock);
    const struct holding *holding = find(owner, plant);
    bool moving =
        holding && (holding->held_before || holding->epoch > 0) && epoch_now(owner, holding) == 0;
    pthread_mutex_unlock(&owner->lock);
    return moving;
}

uint64_t owner_changes(struct owner *owner)
{
    return atomic_load(&owner->changes);
}

/* --- a beat --- */

/* The leases that this instance believes to hold. */
static size_t held(const struct owner *owner, struct lease *leases)
{
    size_t count = 0;
    for (size_t i = 0; i < owner->count; i++) {
        if (owner->holdings[i].epoch > 0)
            leases[count++] = (struct lease){.plant = text_of(owner->holdings[i].plant_id),
                                             .epoch = owner->holdings[i].epoch};
    }
    return count;
}

/* A lease that somebody else holds is left alone; a free one is taken when it is this one's turn.
 */
static int64_t epoch_of(struct owner *owner, const struct lease *lease)
{
    struct fault fault = {0};
    int64_t epoch = 0;
    const struct holding *holding = find(owner, lease->plant);
    if (holding && holding->epoch == lease->epoch && lease->instance == owner->self)
        return lease->epoch;
    bool former_life = owner->first && lease->instance == owner->self;
    if (!lease->takeable && !former_life)
        return 0;
    if (owner_take(owner->sql, lease, owner->self, owner->arena, &epoch, &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "take a plant over");
    if (epoch == 0)
        return 0;
    metric_add(owner->taken, 1);
    log_write(LOG_INFO, "keeps plant \"%.*s\" in epoch %lld", (int)lease->plant.length,
              lease->plant.bytes, (long long)epoch);
    return epoch;
}

static struct holding holding_of(const struct owner *owner, const struct lease *lease,
                                 int64_t epoch)
{
    struct holding holding = {.epoch = epoch,
                              .instance = epoch > 0        ? owner->self
                                          : lease->expired ? 0
                                                           : (uint32_t)lease->instance,
                              .held_before = lease->instance > 0};
    if (holding.instance == owner->self && epoch == 0)
        holding.instance = 0; /* a lease of a former life */
    memcpy(holding.plant_id, lease->plant.bytes, lease->plant.length);
    return holding;
}

static void settle(struct owner *owner, const struct holding *now, size_t count,
                   int64_t valid_until_us)
{
    bool changed = false;
    int64_t mine = 0;
    pthread_mutex_lock(&owner->lock);
    for (size_t i = 0; i < count; i++) {
        const struct holding *before = find(owner, text_of(now[i].plant_id));
        changed = changed || (before ? before->epoch : 0) != now[i].epoch;
        mine += now[i].epoch > 0;
    }
    memcpy(owner->holdings, now, count * sizeof *now);
    owner->count = count;
    owner->valid_until_us = valid_until_us;
    pthread_mutex_unlock(&owner->lock);
    metric_set(owner->owned, mine);
    if (changed)
        atomic_fetch_add(&owner->changes, 1);
}

static enum status beat(struct owner *owner, struct fault *fault)
{
    int64_t valid_until_us = clock_monotonic_us() + (int64_t)OWNER_LEASE_S * 1000000;
    struct lease *mine = arena_alloc(owner->arena, OWNER_PLANTS_MAX, sizeof *mine);
    struct holding *now = arena_alloc(owner->arena, OWNER_PLANTS_MAX, sizeof *now);
    struct lease *leases;
    size_t count = 0;
    ASSERT(mine && now);
    enum status status = owner_enrol(owner->sql, fault);
    if (status == STATUS_OK)
        status = owner_renew(owner->sql, mine, held(owner, mine), fault);
    if (status == STATUS_OK)
        status = owner_leases(owner->sql, owner->self, owner->instances, owner->arena, &leases,
                              &count, fault);
    if (status != STATUS_OK)
        return status;
    if (count > OWNER_PLANTS_MAX)
        count = OWNER_PLANTS_MAX;
    for (size_t i = 0; i < count; i++)
        now[i] = holding_of(owner, &leases[i], epoch_of(owner, &leases[i]));
    settle(owner, now, count, valid_until_us);
    owner->first = false;
    return STATUS_OK;
}

static enum status reach(struct owner *owner, struct fault *fault)
{
    return owner->sql ? sql_ready(owner->sql, fault)
                      : sql_open(owner->conninfo, &owner_schema, &owner->sql, fault);
}

static void *owner_main(void *argument)
{
    struct owner *owner = argument;
    bool reached = true;
    while (!atomic_load(&owner->stopping)) {
        struct fault fault = {0};
        arena_reset(owner->arena);
        enum status status = reach(owner, &fault);
        if (status == STATUS_OK)
            status = beat(owner, &fault);
        if (status != STATUS_OK && reached)
            log_fault(LOG_WARNING, &fault, "renew leases");
        reached = status == STATUS_OK;
        nanosleep(&(struct timespec){.tv_nsec = OWNER_BEAT_MS * 1000000L}, NULL);
    }
    struct fault fault = {0};
    if (owner->sql && owner_release(owner->sql, owner->self, &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "release leases");
    return NULL;
}

/* --- start and stop --- */

static void owner_free(struct owner *owner)
{
    sql_close(&owner->sql);
    arena_free(&owner->arena);
    pthread_mutex_destroy(&owner->lock);
    free(owner);
}

enum status owner_start(const struct conf *conf, struct owner **out, struct fault *fault)
{
    struct owner *owner = calloc(1, sizeof *owner);
    if (!owner)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    pthread_mutex_init(&owner->lock, NULL);
    owner->self = (uint32_t)conf_int(conf, "rpc.instance");
    owner->instances = (uint32_t)conf_int(conf, "mrp.instances");
    owner->conninfo = conf_text(conf, "sql.conninfo");
    owner->first = true;
    owner->arena = arena_new(BEAT_ARENA_MAX);
    owner->owned = metric_gauge("millrace_plans_owned", "plants whose plan this instance keeps");
    owner->taken = metric_counter("millrace_plans_taken_total", "plants taken over");
    enum status status =
        owner->arena ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK && pthread_create(&owner->thread, NULL, owner_main, owner) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start the thread of leases");
    if (status != STATUS_OK) {
        owner_free(owner);
        return status;
    }
    *out = owner;
    return STATUS_OK;
}

void owner_stop(struct owner **owner)
{
    if (!*owner)
        return;
    atomic_store(&(*owner)->stopping, true);
    pthread_join((*owner)->thread, NULL);
    owner_free(*owner);
    *owner = NULL;
}
