#include "services/mrp/planner.h"

#include "common/base/pace.h"
#include "common/io/clock.h"
#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/io/rpc_wire.h"
#include "common/io/threads.h"
#include "services/mrp/audit.h"
#include "services/mrp/kept_plan.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/rest_core.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_ARENA_MAX (16 * MIB)
#define HEARD_MAX       16 /* plants; events of more are a reason to look at all */
#define PEG_ARENA_MAX   (2048 * MIB)

struct planner {
    pthread_t thread;
    atomic_bool stopping;
    atomic_bool current;
    int poll_ms;
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;
    struct feed *feed;
    struct feed *doorbell;
    pthread_mutex_t lock; /* over kept and kept_count */
    struct kept_plan *kept[OWNER_PLANTS_MAX];
    size_t kept_count;
    struct kept_metrics metrics;
    struct owner *owner;
    struct auditor *auditor;
    uint64_t changes_seen;                 /* of the owner, when the last round began */
    uint64_t changes_planned;              /* all plants taken until then have a plan */
    char heard[HEARD_MAX][FEED_PLANT_MAX]; /* plants of the events since the last round */
    size_t heard_count;
    int64_t look_at_us;   /* at all plants, whatever was heard */
    int64_t round_events; /* that the plans took in in the last round */
    int64_t round_growth; /* the smallest of their steps (rest_core.h); 0: none took in any */
    struct pace pace;     /* of these */
    struct crew crew;
};

/* The place of a plant; made when `make` and missing.  NULL: none, or no room. */
static struct kept_plan *kept_of(struct planner *planner, struct text plant, bool make)
{
    struct kept_plan *found = NULL;
    pthread_mutex_lock(&planner->lock);
    for (size_t i = 0; i < planner->kept_count && !found; i++) {
        if (text_is(plant, planner->kept[i]->plant_id))
            found = planner->kept[i];
    }
    if (!found && make && planner->kept_count < OWNER_PLANTS_MAX) {
        found = kept_new(plant);
        if (found)
            planner->kept[planner->kept_count++] = found;
    }
    pthread_mutex_unlock(&planner->lock);
    return found;
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

#define CALM_A_SECOND 1000 /* events */

static enum kept_pace pace_of(const struct planner *planner)
{
    return planner->pace.flood                      ? PACE_FLOOD
           : planner->pace.full > 0                 ? PACE_RISING
           : planner->pace.a_second > CALM_A_SECOND ? PACE_BUSY
                                                    : PACE_CALM;
}

/* By the planning thread. */
static void note_step(struct planner *planner, const struct kept_work *work)
{
    planner->round_events += work->events;
    if (work->growth > 0 && (planner->round_growth == 0 || work->growth < planner->round_growth))
        planner->round_growth = work->growth;
}

/* Make the plan anew, or let it follow; one at a time. */
static enum status plan_plant(struct planner *planner, struct sql *sql, struct kept_plan *kept,
                              const char *reason, struct plan_state *state, struct fault *fault)
{
    struct kept_work work = {.sql = sql,
                             .conninfo = planner->conninfo,
                             .crew = &planner->crew,
                             .metrics = &planner->metrics,
                             .epoch = owner_epoch(planner->owner, text_of(kept->plant_id))};
    if (sql == planner->sql) /* the planning thread, whose the pace is */
        work.pace = pace_of(planner);
    if (work.epoch == 0)
        return fault_set(fault, STATUS_UNAVAILABLE, "plant", "plan of plant \"%s\" is being moved",
                         kept->plant_id);
    pthread_mutex_lock(&kept->work);
    bool follows = !reason && kept->live && !kept->spoiled && kept->epoch == work.epoch;
    enum status status = follows ? kept_follow(kept, &work, state, fault)
                                 : kept_make(kept, &work, reason ? reason : "none in memory",
                                             reason != NULL, state, fault);
    pthread_mutex_unlock(&kept->work);
    /* The bell belongs to the planning thread; after RunPlan the relay's own look finds the event.
     */
    if (sql == planner->sql)
        note_step(planner, &work);
    if (work.changed && sql == planner->sql)
        feed_send(planner->doorbell, kept->plant_id, text_of(RING_PLAN));
    return status;
}

enum status planner_run(struct planner *planner, struct sql *sql, struct text plant,
                        struct plan_state *state, struct fault *fault)
{
    struct arena *arena = arena_new(64 * KIB);
    enum status status = arena ? store_plan_state(sql, plant, arena, state, fault) : no_room(fault);
    arena_free(&arena);
    if (status != STATUS_OK)
        return status; /* NOT_FOUND before a place is made for a plant that does not exist */
    struct kept_plan *kept = kept_of(planner, plant, true);
    return kept ? plan_plant(planner, sql, kept, "asked", state, fault) : no_room(fault);
}

/* False when a plant had to be left to its rest, or failed. */
static bool plan_one(struct planner *planner, struct text plant)
{
    struct kept_plan *kept = kept_of(planner, plant, true);
    struct plan_state state;
    struct fault fault = {0};
    bool rests =
        kept && (!kept->live || kept->spoiled) && clock_monotonic_us() < kept->rest_until_us;
    if (!kept || rests)
        return false;
    enum status status = plan_plant(planner, planner->sql, kept, NULL, &state, &fault);
    if (status != STATUS_OK && status != STATUS_BUSY)
        log_fault(LOG_ERROR, &fault, "plan a plant");
    return status == STATUS_OK;
}

/* Does the plan in memory belong to the present epoch?  One of an earlier one is forgotten. */
static bool is_kept(struct planner *planner, struct text plant)
{
    struct kept_plan *kept = kept_of(planner, plant, false);
    int64_t epoch = owner_epoch(planner->owner, plant);
    if (!kept || kept->epoch == epoch)
        return kept != NULL;
    pthread_mutex_lock(&kept->work);
    pthread_mutex_lock(&kept->lock);
    kept_clear(kept);
    kept->epoch = 0;
    kept->rest_until_us = 0;
    pthread_mutex_unlock(&kept->lock);
    pthread_mutex_unlock(&kept->work);
    return false;
}

/* The plants of this instance whose facts moved on, and those that it has no plan of. */
static enum status look_at_all(struct planner *planner, bool *again, struct fault *fault)
{
    struct text *plants;
    size_t count;
    planner->changes_seen = owner_changes(planner->owner);
    planner->look_at_us = clock_monotonic_us() + (int64_t)planner->poll_ms * 1000;
    bool every = planner->changes_seen != planner->changes_planned;
    enum status status =
        store_plants_to_plan(planner->sql, false, planner->arena, &plants, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count && !atomic_load(&planner->stopping); i++) {
        if (owner_epoch(planner->owner, plants[i]) > 0 && !plan_one(planner, plants[i]))
            *again = true;
    }
    if (status == STATUS_OK && every)
        status = store_plants_to_plan(planner->sql, true, planner->arena, &plants, &count, fault);
    for (size_t i = 0; status == STATUS_OK && every && i < count; i++) {
        if (!is_kept(planner, plants[i]) && owner_epoch(planner->owner, plants[i]) > 0 &&
            !plan_one(planner, plants[i]))
            *again = true;
    }
    if (status == STATUS_OK && !*again)
        planner->changes_planned = planner->changes_seen;
    return status;
}

/* The plants that events were heard of: no question which. */
static void follow_heard(struct planner *planner, bool *again)
{
    for (size_t i = 0; i < planner->heard_count && !atomic_load(&planner->stopping); i++) {
        const struct text plant = text_of(planner->heard[i]);
        if (owner_epoch(planner->owner, plant) > 0 && !plan_one(planner, plant))
            *again = true;
    }
}

static enum status plan_round(struct planner *planner, bool *again, struct fault *fault)
{
    const bool heard = planner->heard_count > 0 && planner->heard_count <= HEARD_MAX &&
                       clock_monotonic_us() < planner->look_at_us &&
                       owner_changes(planner->owner) == planner->changes_planned;
    enum status status = planner->sql
                             ? sql_ready(planner->sql, fault)
                             : sql_open(planner->conninfo, &mrp_schema, &planner->sql, fault);
    if (status == STATUS_OK && heard)
        follow_heard(planner, again);
    else if (status == STATUS_OK)
        status = look_at_all(planner, again, fault);
    if (*again)
        planner->look_at_us = 0;
    planner->heard_count = 0;
    return status;
}

/* The place that the plan has read up to; -1 while somebody is at work on it, or it must be made.
 */
static int64_t read_up_to(struct planner *planner, struct text plant)
{
    struct kept_plan *kept = kept_of(planner, plant, false);
    int64_t event_seq = -1;
    if (!kept || pthread_mutex_trylock(&kept->work) != 0)
        return event_seq;
    if (kept->live && !kept->spoiled)
        event_seq = kept->event_seq;
    pthread_mutex_unlock(&kept->work);
    return event_seq;
}

/* Does a plan have to follow this event?  Not those of plans, nor one that the plan has read from
   the log by itself, when the bell rang (without a body: feed.h). */
static bool is_news(struct planner *planner, const char *plant, struct text body)
{
    int64_t event_seq;
    if (body.length == 0)
        return true;
    arena_reset(planner->arena);
    return decode_is_news(body, planner->arena, &event_seq) &&
           event_seq > read_up_to(planner, text_of(plant));
}

/* What else comes of a plant that is noted already need not be read. */
static bool note_heard(struct planner *planner, const char *plant, struct text body)
{
    size_t known = 0;
    while (known < planner->heard_count && known < HEARD_MAX &&
           strcmp(planner->heard[known], plant) != 0)
        known++;
    if (known < planner->heard_count)
        return true;
    if (!is_news(planner, plant, body))
        return false;
    if (known < HEARD_MAX)
        memcpy(planner->heard[known], plant, strlen(plant) + 1);
    planner->heard_count++;
    return true;
}

#define REST_POLL_MS  20
#define OWNER_POLL_MS 50 /* how soon a plant that was taken over is planned */

/* What has come already; true: there was news. */
static bool hear_waiting(struct planner *planner)
{
    char plant[FEED_PLANT_MAX];
    struct text body;
    bool heard = false;
    while (feed_receive(planner->feed, 0, plant, &body))
        heard = note_heard(planner, plant, body) || heard;
    return heard;
}

static void wait_for_events(struct planner *planner, bool again)
{
    char plant[FEED_PLANT_MAX];
    struct text body;
    int left_ms = again ? REST_POLL_MS : planner->poll_ms;
    int slice_ms = left_ms < OWNER_POLL_MS ? left_ms : OWNER_POLL_MS;
    bool heard = hear_waiting(planner) || planner->heard_count > 0; /* in the last round, or rest */
    while (left_ms > 0 && !heard && owner_changes(planner->owner) == planner->changes_seen) {
        heard =
            feed_receive(planner->feed, slice_ms, plant, &body) && note_heard(planner, plant, body);
        left_ms -= slice_ms;
    }
    (void)hear_waiting(planner);
}

/* After a round a rest as long as it, at most REST_MAX_US; in a flood a long one (rest_core.h). */
#define REST_MAX_US      10000
#define FLOOD_LOOK_MS    50 /* how soon this sees that it has to stop */
#define FLOOD_SILENCE_US 300000

static const struct pace_limit flood = {.a_second = 3000, .windows = 3, .calm_us = 500000};

static int64_t flood_rest_us(const struct planner *planner, int64_t round_us)
{
    const struct rest_round round = {.took_us = round_us,
                                     .events = planner->round_events,
                                     .growth = planner->round_growth,
                                     .a_second = planner->pace.a_second};
    return rest_flood_us(&round);
}

/* In a flood the relay publishes some ten times a second.  It is over when nothing comes, or
   when a ring without a body does: the relay passes these on again. */
static void rest_in_flood(struct planner *planner, int64_t rest_us)
{
    int64_t now_us = clock_monotonic_us();
    const int64_t until_us = now_us + rest_us;
    int64_t heard_us = now_us;
    char plant[FEED_PLANT_MAX];
    struct text body;
    bool over = false;
    while (!over && now_us < until_us && !atomic_load(&planner->stopping)) {
        const bool heard = feed_receive(planner->feed, FLOOD_LOOK_MS, plant, &body);
        now_us = clock_monotonic_us();
        if (heard) {
            heard_us = now_us;
            (void)note_heard(planner, plant, body);
        }
        over = (heard && body.length == 0) || now_us - heard_us > FLOOD_SILENCE_US ||
               owner_changes(planner->owner) != planner->changes_seen;
    }
}

static void rest(struct planner *planner, int64_t begun_us)
{
    const int64_t now_us = clock_monotonic_us();
    const int64_t round_us = now_us - begun_us;
    if (pace_is_flood(&planner->pace, now_us, planner->round_events, &flood))
        rest_in_flood(planner, flood_rest_us(planner, round_us));
    else
        clock_sleep_us(round_us < REST_MAX_US ? round_us : REST_MAX_US);
}

static void *planner_main(void *argument)
{
    struct planner *planner = argument;
    while (!atomic_load(&planner->stopping)) {
        const int64_t begun_us = clock_monotonic_us();
        struct fault fault = {0};
        bool again = false;
        planner->round_events = planner->round_growth = 0;
        arena_reset(planner->arena);
        enum status status = plan_round(planner, &again, &fault);
        if (status != STATUS_OK && atomic_load(&planner->current))
            log_fault(LOG_WARNING, &fault, "look for plants to plan");
        atomic_store(&planner->current, status == STATUS_OK);
        rest(planner, begun_us);
        wait_for_events(planner, again && status == STATUS_OK);
    }
    return NULL;
}

static void planner_free(struct planner *planner)
{
    auditor_stop(&planner->auditor);
    owner_stop(&planner->owner);
    feed_close(&planner->feed);
    feed_close(&planner->doorbell);
    sql_close(&planner->sql);
    arena_free(&planner->arena);
    for (size_t i = 0; i < planner->kept_count; i++) {
        kept_free(&planner->kept[i]);
    }
    pthread_mutex_destroy(&planner->lock);
    free(planner);
}

enum status planner_start(const struct conf *conf, struct planner **out, struct fault *fault)
{
    struct planner *planner = calloc(1, sizeof *planner);
    if (!planner)
        return no_room(fault);
    pthread_mutex_init(&planner->lock, NULL);
    planner->crew = threads_crew(threads_processors());
    planner->poll_ms = (int)conf_int(conf, "poll_ms");
    planner->conninfo = conf_text(conf, "sql.conninfo");
    planner->arena = arena_new(ROUND_ARENA_MAX);
    planner->metrics = (struct kept_metrics){
        .make_us = metric_histogram("millrace_plan_seconds", "reading, planning and writing anew"),
        .read_us = metric_histogram("millrace_plan_read_seconds", "reading of a plan made anew"),
        .follow_us = metric_histogram("millrace_plan_follow_seconds",
                                      "events read, net change and its difference written"),
        .made = metric_counter("millrace_plans_made_total", "plans made anew, by reason"),
        .netted = metric_counter("millrace_plan_items_netted_total", "items of net changes")};

    struct rpc_wire wire = rpc_wire_of(conf);
    enum status status = planner->arena ? STATUS_OK : no_room(fault);
    if (status == STATUS_OK)
        status = feed_open(&wire, FEED_SUBSCRIBE, &planner->feed, fault);
    if (status == STATUS_OK)
        status = feed_open(&wire, FEED_RING, &planner->doorbell, fault);
    if (status == STATUS_OK)
        status = owner_start(conf, &planner->owner, fault);
    if (status == STATUS_OK)
        status = auditor_start(conf, &planner->auditor, fault);
    if (status == STATUS_OK && pthread_create(&planner->thread, NULL, planner_main, planner) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start the planning thread");
    if (status != STATUS_OK) {
        planner_free(planner);
        return status;
    }
    *out = planner;
    return STATUS_OK;
}

void planner_stop(struct planner **planner)
{
    if (!*planner)
        return;
    atomic_store(&(*planner)->stopping, true);
    pthread_join((*planner)->thread, NULL);
    planner_free(*planner);
    *planner = NULL;
}

const char *planner_waiting_for(struct planner *planner)
{
    return atomic_load(&planner->current) ? NULL : "the database";
}

struct owner *planner_owner(struct planner *planner)
{
    return planner->owner;
}

static enum status no_plan(struct planner *planner, struct text plant, struct fault *fault)
{
    return owner_is_moving(planner->owner, plant)
               ? fault_set(fault, STATUS_UNAVAILABLE, "plant",
                           "plan of plant \"%.*s\" is being moved", (int)plant.length, plant.bytes)
               : fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" has no plan yet",
                           (int)plant.length, plant.bytes);
}

enum status planner_look(struct planner *planner, struct text plant, planner_look_fn *look,
                         void *context, struct fault *fault)
{
    struct kept_plan *kept = kept_of(planner, plant, false);
    if (!kept || owner_epoch(planner->owner, plant) == 0)
        return no_plan(planner, plant, fault);
    pthread_mutex_lock(&kept->lock);
    struct planner_sight sight = {.plan = kept->live ? live_plan(kept->live) : NULL,
                                  .live = kept->live,
                                  .event_seq = kept->event_seq,
                                  .kept = kept};
    enum status status =
        kept->live ? look(&sight, context, fault)
                   : fault_set(fault, STATUS_UNAVAILABLE, "plant",
                               "plan of plant \"%.*s\" could not be made; see the service's log",
                               (int)plant.length, plant.bytes);
    pthread_mutex_unlock(&kept->lock);
    return status;
}

enum status planner_pegging(struct planner_sight *sight, struct pegging **pegging,
                            struct fault *fault)
{
    struct kept_plan *kept = sight->kept;
    const struct crew crew = threads_crew(threads_processors());
    enum status status = STATUS_OK;
    if (!kept->pegging) {
        kept->peg_arena = arena_new(PEG_ARENA_MAX);
        status = kept->peg_arena ? pegging_make(live_plan(kept->live), &crew, kept->peg_arena,
                                                &kept->pegging, fault)
                                 : no_room(fault);
        if (status != STATUS_OK)
            arena_free(&kept->peg_arena);
    }
    *pegging = kept->pegging;
    return status;
}

enum status planner_sums(struct planner_sight *sight, struct sim_sum *sum, struct fault *fault)
{
    struct kept_plan *kept = sight->kept;
    struct pegging *pegging;
    enum status status = STATUS_OK;
    if (!kept->summed)
        status = planner_pegging(sight, &pegging, fault);
    if (status == STATUS_OK && !kept->summed) {
        status = simulate_sum(kept->live, pegging, kept->peg_arena, &kept->sums, fault);
        kept->summed = status == STATUS_OK;
    }
    *sum = kept->sums;
    return status;
}

enum status planner_messages(struct planner_sight *sight, struct fault *fault)
{
    return live_collect(sight->live, fault);
}
