#include "services/order/mirror.h"

#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/rpc_wire.h"
#include "services/order/life_codec.h"
#include "services/order/mirror_store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUND_ARENA_MAX (64 * MIB)
#define LOOK_MS         1000
#define PAUSE_MS        500 /* between two rounds, however often it rings: a round is a commit a plant */

struct mirror {
    pthread_t thread;
    atomic_bool stopping;
    bool reached; /* the last round found the database */
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;
    struct feed *feed;
};

/* ---- one order ---- */

/* The order's lines as Y ships them; the ones that are there keep what is shipped of them. */
static enum status take_lines(struct command *command, const struct life_terms *wanted,
                              struct life_terms *terms, struct fault *fault)
{
    struct text *items = arena_alloc(command->arena, wanted->line_count + 1, sizeof *items);
    struct order_facts *facts = arena_alloc(command->arena, wanted->line_count + 1, sizeof *facts);
    if (!items || !facts)
        return fault_set(fault, STATUS_LIMIT, "", "order does not fit in memory");
    for (size_t i = 0; i < wanted->line_count; i++)
        items[i] = wanted->lines[i].item;
    enum status status = store_facts(command->sql, terms->other_plant, items, wanted->line_count,
                                     command->arena, facts, fault);
    for (size_t i = 0; status == STATUS_OK && i < wanted->line_count; i++) {
        struct life_line *line = &terms->lines[i];
        bool is_new = i >= terms->line_count;
        struct qty least = is_new ? (struct qty){0} : line->done;
        struct qty qty = wanted->lines[i].qty;
        *line = (struct life_line){
            .line = (int64_t)i + 1,
            .item = wanted->lines[i].item,
            .qty = qty_cmp(qty, least) < 0 ? least : qty,
            .done = least,
            .due = wanted->lines[i].due - (date)facts[i].lead_time_days,
            .priority = NO_DAYS,
            .is_new = is_new,
            .touched = !is_new,
        };
        terms->line_count += is_new;
    }
    return status;
}

static enum order_state state_of(const struct life_terms *wanted, const struct life_terms *terms)
{
    bool over = wanted->state == ORDER_CLOSED || wanted->state == ORDER_CANCELLED;
    bool shipped = false;
    for (size_t i = 0; i < terms->line_count; i++)
        shipped = shipped || terms->lines[i].done.micro > 0;
    if (!over)
        return ORDER_OPEN;
    return shipped ? ORDER_CLOSED : wanted->state;
}

/* "X/PO-000017" */
static enum status name_of(struct text plant, struct text order, struct arena *arena,
                           struct text *out, struct fault *fault)
{
    size_t size = plant.length + order.length + 2;
    char *name = arena_alloc(arena, size, 1);
    if (!name)
        return fault_set(fault, STATUS_LIMIT, "", "order does not fit in memory");
    int length = snprintf(name, size, "%.*s/%.*s", (int)plant.length, plant.bytes,
                          (int)order.length, order.bytes);
    *out = (struct text){name, (size_t)length};
    return text_is_code(*out) ? STATUS_OK
                              : fault_set(fault, STATUS_INVALID, "order_id",
                                          "\"%s\" is longer than a code may be", name);
}

static enum status write_order(struct command *command, const struct life_terms *wanted,
                               struct text from_plant, struct fault *fault)
{
    struct fault absent = {0};
    struct life_terms terms;
    struct life_changes changes = {.arena = command->arena};
    struct text name;
    enum status status = name_of(from_plant, wanted->order_id, command->arena, &name, fault);
    if (status != STATUS_OK)
        return status;
    status = life_load(command, true, name, true, &terms, &absent);
    bool is_new = status == STATUS_NOT_FOUND;
    if (is_new) {
        terms = (struct life_terms){.sales = true, .order_id = name};
        terms.version = 0;
        terms.lines = arena_alloc(command->arena, LIFE_LINES_MAX, sizeof *terms.lines);
    } else if (status != STATUS_OK) {
        return fault_set(fault, status, absent.field, "%s", absent.message);
    }
    if (!terms.lines || wanted->line_count > LIFE_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "order does not fit in memory");
    terms.other_plant = from_plant;
    terms.made_by = text_of(command->request->principal.name);
    status = take_lines(command, wanted, &terms, fault);
    terms.state = state_of(wanted, &terms);
    terms.version++;
    if (status == STATUS_OK)
        status = command_take_event(command, fault);
    if (status == STATUS_OK)
        status = is_new ? life_insert(command, &terms, fault)
                        : life_write(command, &terms, &changes, text_of(""), fault);
    return status == STATUS_OK ? put_terms_event(command, &terms, fault) : status;
}

/* One transaction in the plant that ships; nothing where that event was brought there before. */
static enum status bring(struct mirror *mirror, struct text from_plant,
                         const struct life_terms *wanted, int64_t event_seq, struct fault *fault)
{
    struct rpc_request request = {.method = "Order.mirror", .plant = ""};
    bool before = false;
    snprintf(request.principal.name, sizeof request.principal.name, "transfer");
    struct command command = {.request = &request,
                              .plant = wanted->other_plant,
                              .sql = mirror->sql,
                              .arena = mirror->arena};
    enum status status = sql_begin(mirror->sql, fault);
    if (status == STATUS_OK)
        status = mirror_take_cursor(&command, from_plant, event_seq, &before, fault);
    if (status == STATUS_OK && !before)
        status = write_order(&command, wanted, from_plant, fault);
    if (status == STATUS_OK)
        return sql_commit(mirror->sql, fault);
    sql_rollback(mirror->sql);
    return status;
}

/* ---- rounds ---- */

/* A fault of the other plant's data is passed over, one of the database is not. */
static enum status follow_order(struct mirror *mirror, struct text plant,
                                const struct mirror_event *event, struct fault *fault)
{
    struct rpc_request request = {.method = "Order.mirror", .plant = ""};
    struct command command = {
        .request = &request, .plant = plant, .sql = mirror->sql, .arena = mirror->arena};
    struct life_terms wanted;
    struct fault refused = {0};
    enum status status =
        life_load(&command, false, event->purchase_order, false, &wanted, &refused);
    if (status == STATUS_OK && wanted.other_plant.bytes && wanted.state != ORDER_DRAFT)
        status = bring(mirror, plant, &wanted, event->event_seq, &refused);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status_retryable(status))
        return fault_set(fault, status, refused.field, "%s", refused.message);
    log_fault(LOG_WARNING, &refused, "bring a transfer order to the plant it comes from");
    return STATUS_OK;
}

static enum status follow_plant(struct mirror *mirror, struct text plant, struct fault *fault)
{
    struct mirror_page page = {.more = true};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && page.more && !atomic_load(&mirror->stopping)) {
        status = mirror_events(mirror->sql, plant, mirror->arena, &page, fault);
        for (size_t i = 0; status == STATUS_OK && i < page.count; i++)
            status = follow_order(mirror, plant, &page.events[i], fault);
        if (status == STATUS_OK && page.last_seq > page.after_seq)
            status = mirror_scanned(mirror->sql, plant, page.last_seq, fault);
    }
    return status;
}

static enum status follow_all(struct mirror *mirror, struct fault *fault)
{
    struct text *plants;
    size_t count = 0;
    enum status status = mirror->sql
                             ? sql_ready(mirror->sql, fault)
                             : sql_open(mirror->conninfo, &mirror_schema, &mirror->sql, fault);
    if (status == STATUS_OK)
        status = mirror_plants(mirror->sql, mirror->arena, &plants, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = follow_plant(mirror, plants[i], fault);
    return status;
}

static void wait_for_ring(struct mirror *mirror)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    char plant[FEED_PLANT_MAX];
    struct text body;
    int timeout_ms = LOOK_MS - PAUSE_MS;
    nanosleep(&pause, NULL);
    while (feed_receive(mirror->feed, timeout_ms, plant, &body))
        timeout_ms = 0;
}

static void *mirror_main(void *context)
{
    struct mirror *mirror = context;
    while (!atomic_load(&mirror->stopping)) {
        struct fault fault = {0};
        arena_reset(mirror->arena);
        bool reached = follow_all(mirror, &fault) == STATUS_OK;
        if (!reached && mirror->reached)
            log_fault(LOG_WARNING, &fault, "follow transfer orders");
        mirror->reached = reached;
        wait_for_ring(mirror);
    }
    return NULL;
}

enum status mirror_start(const struct conf *conf, struct mirror **out, struct fault *fault)
{
    struct mirror *mirror = calloc(1, sizeof *mirror);
    if (!mirror)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    mirror->conninfo = conf_text(conf, "sql.conninfo");
    mirror->reached = true;
    mirror->arena = arena_new(ROUND_ARENA_MAX);
    struct rpc_wire wire = rpc_wire_of(conf);
    enum status status =
        mirror->arena ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = feed_open(&wire, FEED_SUBSCRIBE, &mirror->feed, fault);
    if (status == STATUS_OK && pthread_create(&mirror->thread, NULL, mirror_main, mirror) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start a thread");
    if (status != STATUS_OK) {
        feed_close(&mirror->feed);
        arena_free(&mirror->arena);
        free(mirror);
        return status;
    }
    *out = mirror;
    return STATUS_OK;
}

void mirror_stop(struct mirror **mirror)
{
    struct mirror *stopped = *mirror;
    if (!stopped)
        return;
    atomic_store(&stopped->stopping, true);
    pthread_join(stopped->thread, NULL);
    feed_close(&stopped->feed);
    sql_close(&stopped->sql);
    arena_free(&stopped->arena);
    free(stopped);
    *mirror = NULL;
}
