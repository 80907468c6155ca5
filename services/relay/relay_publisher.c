#include "services/relay/relay_publisher.h"

#include "common/base/pace.h"
#include "common/io/clock.h"
#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/io/rpc_wire.h"
#include "services/relay/relay_store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define ROUND_ARENA_MAX (64 * MIB)

struct publisher {
    pthread_t thread;
    atomic_bool stopping;
    atomic_bool reaching; /* the database answered last time */
    int poll_ms;
    int64_t round_events; /* published by the last round */
    struct pace pace;     /* of events */
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;
    struct feed *doorbell;
    bool deaf; /* to it */
    struct feed *events;
    struct metric *published;
};

/* Hints of a page: its newest events.  More would say nothing more, and each costs three followers
   a message. */
#define HINTS_MAX 8

/* Where nobody listens to events only those are read that are hinted at. */
static int64_t skip(struct publisher *publisher, const struct relay_state *state)
{
    const int64_t behind = state->committed_seq - state->published_seq;
    if (behind <= HINTS_MAX || feed_is_asked(publisher->events))
        return 0;
    return behind - HINTS_MAX;
}

static void count_published(struct publisher *publisher, int64_t count)
{
    metric_add(publisher->published, count);
    publisher->round_events += count;
}

static void tell(struct publisher *publisher, const char *plant, const struct relay_event *events,
                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        feed_send(publisher->events, plant, events[i].body);
    for (size_t i = count > HINTS_MAX ? count - HINTS_MAX : 0; i < count; i++)
        feed_hint(publisher->events, plant, events[i].body);
}

/* All events of one plant that were not published yet, in order. */
static enum status publish_plant(struct publisher *publisher, struct relay_state state,
                                 struct fault *fault)
{
    enum status status = STATUS_OK;
    struct text plant = state.plant;
    char name[FEED_PLANT_MAX] = {0};
    ASSERT(plant.length < sizeof name);
    for (size_t i = 0; i < plant.length; i++)
        name[i] = plant.bytes[i];

    const int64_t skipped = skip(publisher, &state);
    state.published_seq += skipped;
    count_published(publisher, skipped);
    while (status == STATUS_OK && state.published_seq < state.committed_seq &&
           !atomic_load(&publisher->stopping)) {
        struct relay_event *events;
        size_t count;
        status = store_events_after(publisher->sql, plant, state.published_seq, RELAY_EVENTS_MAX,
                                    publisher->arena, &events, &count, fault);
        if (status != STATUS_OK || count == 0)
            break;
        tell(publisher, name, events, count);
        count_published(publisher, (int64_t)count);
        state.published_seq = events[count - 1].event_seq;
        status = store_published(publisher->sql, plant, state.published_seq, fault);
    }
    return status;
}

static enum status publish_round(struct publisher *publisher, struct fault *fault)
{
    struct relay_state *plants;
    size_t count;
    enum status status = publisher->sql
                             ? sql_ready(publisher->sql, fault)
                             : sql_open(publisher->conninfo, &relay_schema, &publisher->sql, fault);
    if (status == STATUS_OK)
        status = store_behind(publisher->sql, publisher->arena, &plants, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = publish_plant(publisher, plants[i], fault);
    return status;
}

/* After a round a rest of three times as long: a round for each batch of postings would cost the
   database as much as an eighth of them.  In a flood it is FLOOD_REST_US, without a ring: that late
   an event may be, and so few are the rounds then. */
#define REST_TIMES    3
#define REST_MAX_US   20000
#define FLOOD_REST_US 100000

static const struct pace_limit flood = {.a_second = 3000, .windows = 3, .calm_us = 200000};

static int64_t rest_us(struct publisher *publisher, int64_t begun_us)
{
    const int64_t now_us = clock_monotonic_us();
    const int64_t round_us = REST_TIMES * (now_us - begun_us);
    if (pace_is_flood(&publisher->pace, now_us, publisher->round_events, &flood))
        return FLOOD_REST_US;
    return round_us < REST_MAX_US ? round_us : REST_MAX_US;
}

/* A planner reads the log by itself: it need not wait until the events have been published.  In a
   flood it rests for longer than this does, until such a ring tells it that the flood is over. */
static bool take_ring(struct publisher *publisher, int timeout_ms)
{
    char plant[FEED_PLANT_MAX];
    struct text body;
    if (!feed_receive(publisher->doorbell, timeout_ms, plant, &body))
        return false;
    if (body.length == 0)
        feed_hint(publisher->events, plant, body);
    return true;
}

/* Several rings while a round was under way, or this rested, are one reason to look again, not
 * several. */
static void wait_for_ring(struct publisher *publisher, int64_t rested_us, bool rung)
{
    const int64_t look_us = rested_us + (int64_t)publisher->poll_ms * 1000;
    int64_t left_us;
    while ((left_us = (rung ? rested_us : look_us) - clock_monotonic_us()) > 0)
        rung = take_ring(publisher, (int)((left_us + 999) / 1000)) || rung;
    while (take_ring(publisher, 0))
        continue;
}

/* In a flood nobody needs to ring: a ring for each batch of postings, on its way through four
   threads, is felt by them.  When it is over the first rings may be lost, so this looks once more.
 */
static void rest(struct publisher *publisher, int64_t begun_us)
{
    const int64_t pause_us = rest_us(publisher, begun_us);
    const bool flood_now = publisher->pace.flood;
    const bool ended = publisher->deaf && !flood_now;
    if (publisher->deaf != flood_now)
        feed_deafen(publisher->doorbell, flood_now);
    publisher->deaf = flood_now;
    if (flood_now)
        clock_sleep_us(pause_us);
    else
        wait_for_ring(publisher, clock_monotonic_us() + (ended ? REST_MAX_US : pause_us), ended);
}

static void *publisher_main(void *argument)
{
    struct publisher *publisher = argument;
    while (!atomic_load(&publisher->stopping)) {
        const int64_t begun_us = clock_monotonic_us();
        struct fault fault = {0};
        arena_reset(publisher->arena);
        publisher->round_events = 0;
        enum status status = publish_round(publisher, &fault);
        bool reached = status == STATUS_OK;
        if (!reached && atomic_load(&publisher->reaching))
            log_fault(LOG_WARNING, &fault, "publish events");
        atomic_store(&publisher->reaching, reached);
        rest(publisher, begun_us);
    }
    return NULL;
}

enum status publisher_start(const struct conf *conf, struct publisher **out, struct fault *fault)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    if (!publisher)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    struct rpc_wire wire = rpc_wire_of(conf);
    publisher->poll_ms = (int)conf_int(conf, "poll_ms");
    publisher->conninfo = conf_text(conf, "sql.conninfo");
    publisher->published =
        metric_counter("millrace_events_published_total", "events sent to the feed");
    publisher->arena = arena_new(ROUND_ARENA_MAX);

    enum status status =
        publisher->arena ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = feed_open(&wire, FEED_LISTEN, &publisher->doorbell, fault);
    if (status == STATUS_OK)
        status = feed_open(&wire, FEED_PUBLISH, &publisher->events, fault);
    if (status == STATUS_OK &&
        pthread_create(&publisher->thread, NULL, publisher_main, publisher) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start the publishing thread");
    if (status != STATUS_OK) {
        feed_close(&publisher->doorbell);
        feed_close(&publisher->events);
        arena_free(&publisher->arena);
        free(publisher);
        return status;
    }
    *out = publisher;
    return STATUS_OK;
}

void publisher_stop(struct publisher **publisher)
{
    struct publisher *stopped = *publisher;
    if (!stopped)
        return;
    atomic_store(&stopped->stopping, true);
    pthread_join(stopped->thread, NULL);
    feed_close(&stopped->doorbell);
    feed_close(&stopped->events);
    sql_close(&stopped->sql);
    arena_free(&stopped->arena);
    free(stopped);
    *publisher = NULL;
}

const char *publisher_waiting_for(struct publisher *publisher)
{
    return atomic_load(&publisher->reaching) ? NULL : "the database";
}
