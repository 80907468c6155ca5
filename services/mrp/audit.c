#define _XOPEN_SOURCE 700 /* nice */

#include "services/mrp/audit.h"

#include "common/base/decimal.h"
#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/mrp/keep_store.h"
#include "services/mrp/plan_rows.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_ARENA_MAX (4096 * MIB)
#define PAGE_ARENA_MAX (64 * MIB)
#define WORDS_MAX      256
#define POLL_MS        50
#define DUE_POLL_MS    5000
#define LOW_PRIORITY   10

/* One look: the plan made anew, and how the written one differs from it. */
struct look {
    struct arena *arena; /* of the plan and of all rows */
    struct arena *page;
    struct plant *plant;
    struct plan *plan;
    struct audit_place written;
    int64_t event_seq; /* of the facts */
    struct audit_rows orders;
    struct audit_rows messages;
    struct audit_differences differences;
    int64_t row_count;
};

static void look_release(struct look *look)
{
    plant_free(&look->plant);
    arena_free(&look->arena);
    arena_free(&look->page);
}

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

/* --- rows as keys and hashes --- */

static uint64_t order_hash(const struct planned_order *row)
{
    const struct text texts[] = {row->item,         row->type,    row->supplier,
                                 row->purchase_uom, row->segment, row->flags};
    const int64_t numbers[] = {
        row->qty.micro,         row->start_qty.micro, row->start,    row->due,   row->need,
        row->past_due_days,     row->price.micro,     row->order_by, row->level, row->content_hash,
        row->purchase_qty.micro};
    uint64_t hash = 0;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        hash = audit_hash(hash, texts[i]);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        hash = audit_hash_number(hash, numbers[i]);
    return hash;
}

static bool add_order(struct audit_rows *rows, const struct planned_order *row, struct arena *arena)
{
    return audit_add(rows, row->planned_order_id, order_hash(row), arena);
}

static bool add_message(struct audit_rows *rows, const struct planner_message *row,
                        struct arena *arena)
{
    char key[3 * TEXT_CODE_MAX + PLAN_TEXT_MAX];
    const struct text texts[] = {row->segment, row->cause, row->action};
    uint64_t hash = audit_hash_number(audit_hash_number(0, row->day), row->qty.micro);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        hash = audit_hash(hash, texts[i]);
    int length = snprintf(key, sizeof key, "%.*s/%.*s/%.*s", (int)row->item.length, row->item.bytes,
                          (int)row->message.length, row->message.bytes, (int)row->reference.length,
                          row->reference.bytes ? row->reference.bytes : "");
    ASSERT(length > 0 && (size_t)length < sizeof key);
    return audit_add(rows, (struct text){key, (size_t)length}, hash, arena);
}

static bool take_size(void *context, int64_t orders, int64_t messages)
{
    struct look *look = context;
    return orders < UINT32_MAX && messages < UINT32_MAX &&
           audit_reserve(&look->orders, (uint32_t)orders, look->arena) &&
           audit_reserve(&look->messages, (uint32_t)messages, look->arena);
}

static bool take_order(void *context, const struct planned_order *row)
{
    struct look *look = context;
    return add_order(&look->orders, row, look->arena);
}

static bool take_message(void *context, const struct planner_message *row)
{
    struct look *look = context;
    return add_message(&look->messages, row, look->arena);
}

static bool plan_orders(struct look *look, struct audit_rows *rows)
{
    const struct plan *plan = look->plan;
    for (uint32_t item = 0; item < plan->item_count; item++) {
        arena_reset(look->page);
        for (uint32_t k = 0; k < plan->items[item].order_count; k++) {
            struct planned_order row;
            if (!plan_rows_order(plan, item, k, look->page, &row) ||
                !add_order(rows, &row, look->arena))
                return false;
        }
    }
    return true;
}

static bool plan_messages(struct look *look, struct audit_rows *rows)
{
    for (uint32_t k = 0; k < look->plan->message_count; k++) {
        struct planner_message row;
        arena_reset(look->page);
        if (!plan_rows_message(look->plan, &look->plan->messages[k], look->page, &row) ||
            !add_message(rows, &row, look->arena))
            return false;
    }
    return true;
}

/* --- one look --- */

static enum status compare(struct look *look, struct fault *fault)
{
    struct audit_rows orders = {0};
    struct audit_rows messages = {0};
    bool ok = look->plan->order_count < UINT32_MAX &&
              audit_reserve(&orders, (uint32_t)look->plan->order_count, look->arena) &&
              audit_reserve(&messages, (uint32_t)look->plan->message_count, look->arena) &&
              plan_orders(look, &orders) && plan_messages(look, &messages) &&
              audit_compare(&orders, &look->orders, false, look->arena, &look->differences) &&
              audit_compare(&messages, &look->messages, true, look->arena, &look->differences);
    look->row_count = (int64_t)orders.count + messages.count;
    return ok ? STATUS_OK : full(fault);
}

/* What is written is read first: the facts are as new or newer. */
static enum status look_at(struct sql *sql, struct text plant, struct look *look,
                           struct fault *fault)
{
    const struct audit_reader reader = {take_size, take_order, take_message, look};
    struct plant_position position;
    *look = (struct look){.arena = arena_new(LOOK_ARENA_MAX), .page = arena_new(PAGE_ARENA_MAX)};
    if (!look->arena || !look->page)
        return full(fault);
    enum status status = audit_read(sql, plant, &reader, look->page, &look->written, fault);
    if (status == STATUS_OK)
        status =
            plant_load(sql, plant, PLANT_PLANNING | PLANT_LIVE, &look->plant, &position, fault);
    if (status == STATUS_OK)
        status = plan_run(look->plant, look->arena, &look->plan, fault);
    if (status != STATUS_OK)
        return status;
    look->event_seq = position.event_seq;
    return compare(look, fault);
}

/* Did the written plan know all the facts that were planned anew? */
static enum status knew_all(struct sql *sql, struct text plant, const struct look *look, bool *all,
                            struct fault *fault)
{
    *all = false;
    if (look->written.plan_start != look->plant->facts.plan_start)
        return STATUS_OK;
    return audit_quiet(sql, plant, look->written.event_seq, look->event_seq, all, look->page,
                       fault);
}

/* Until the written plan knows the facts of the look. */
static enum status wait_for_plan(struct sql *sql, struct text plant, const struct look *look,
                                 struct fault *fault)
{
    int64_t until_us = clock_monotonic_us() + AUDIT_WAIT_MS * INT64_C(1000);
    for (;;) {
        struct audit_place now;
        bool passed = false;
        arena_reset(look->page);
        enum status status = audit_place(sql, plant, look->page, &now, fault);
        if (status == STATUS_OK && now.plan_start == look->plant->facts.plan_start)
            status =
                audit_quiet(sql, plant, now.event_seq, look->event_seq, &passed, look->page, fault);
        if (status != STATUS_OK || passed)
            return status;
        if (clock_monotonic_us() > until_us)
            return fault_set(fault, STATUS_BUSY, "plant",
                             "plan of plant \"%.*s\" is behind its events: try again later",
                             (int)plant.length, plant.bytes);
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
    }
}

/* --- in words --- */

static const char *words_of(const struct planned_order *row, struct arena *arena)
{
    char words[WORDS_MAX];
    char quantity[DECIMAL_TEXT_MAX];
    char start[DATE_TEXT_MAX];
    char due[DATE_TEXT_MAX];
    decimal_format(row->qty.micro, 6, quantity);
    date_format(row->start, start);
    date_format(row->due, due);
    snprintf(words, sizeof words, "%.*s %s, start %s, due %s%s%.*s", (int)row->type.length,
             row->type.bytes, quantity, start, due, row->supplier.length > 0 ? ", from " : "",
             (int)row->supplier.length, row->supplier.bytes ? row->supplier.bytes : "");
    const char *copy = text_copy(text_of(words), arena);
    return copy ? copy : "";
}

static enum status say(struct sql *sql, struct text plant, const struct look *look,
                       const struct audit_difference *difference, struct arena *arena,
                       struct audit_said *said, struct fault *fault)
{
    static const char *const kinds[] = {
        [AUDIT_MISSING] = "missing", [AUDIT_EXTRA] = "extra", [AUDIT_CHANGED] = "changed"};
    struct planned_order row;
    uint32_t item;
    uint32_t order;
    bool there = false;
    const char *key = text_copy(difference->key, arena);
    if (!key)
        return full(fault);
    *said = (struct audit_said){.kind = kinds[difference->kind],
                                .key = {key, difference->key.length},
                                .message = difference->message,
                                .planned = "",
                                .written = ""};
    if (difference->message)
        return STATUS_OK;
    if (plan_rows_find(look->plan, difference->key, &item, &order) &&
        plan_rows_order(look->plan, item, order, look->page, &row))
        said->planned = words_of(&row, arena);
    enum status status = audit_order(sql, plant, difference->key, look->page, &row, &there, fault);
    if (status == STATUS_OK && there)
        said->written = words_of(&row, arena);
    return status;
}

static const char *first_words(const struct audit_said *said, struct arena *arena)
{
    char words[2 * WORDS_MAX];
    snprintf(words, sizeof words, "%s \"%.*s\" is %s%s%s%s%s",
             said->message ? "message" : "planned order", (int)said->key.length, said->key.bytes,
             said->kind, said->planned[0] ? "; planned: " : "", said->planned,
             said->written[0] ? "; written: " : "", said->written);
    const char *copy = text_copy(text_of(words), arena);
    return copy ? copy : "";
}

static enum status tell(struct sql *sql, struct text plant, struct look *look, struct arena *arena,
                        struct audit_result *result, struct fault *fault)
{
    size_t count =
        look->differences.count < AUDIT_TOLD_MAX ? look->differences.count : AUDIT_TOLD_MAX;
    struct audit_said *said = arena_alloc(arena, count + 1, sizeof *said);
    if (!said)
        return full(fault);
    for (size_t i = 0; i < count; i++) {
        arena_reset(look->page);
        enum status status =
            say(sql, plant, look, &look->differences.rows[i], arena, &said[i], fault);
        if (status != STATUS_OK)
            return status;
    }
    *result = (struct audit_result){
        .note = {.event_seq = look->event_seq,
                 .row_count = look->row_count,
                 .differences = look->differences.count,
                 .first = text_of(count > 0 ? first_words(&said[0], arena) : "")},
        .said = said,
        .said_count = count};
    return STATUS_OK;
}

/* --- an audit --- */

static enum status look_twice(struct sql *sql, struct text plant, struct look *first,
                              struct look *second, struct fault *fault)
{
    bool all;
    enum status status = look_at(sql, plant, first, fault);
    if (status == STATUS_OK)
        status = knew_all(sql, plant, first, &all, fault);
    if (status != STATUS_OK || all || first->differences.count == 0)
        return status;
    status = wait_for_plan(sql, plant, first, fault);
    if (status == STATUS_OK)
        status = look_at(sql, plant, second, fault);
    if (status == STATUS_OK)
        audit_keep_standing(&first->differences, &second->differences);
    return status;
}

static void count_audit(struct text plant, enum status status, int64_t differences)
{
    char name[TEXT_CODE_MAX + 1];
    struct metric *audits = metric_counter("millrace_plan_audits_total", "plans compared anew");
    struct metric *differ = metric_gauge("millrace_plan_audit_differences",
                                         "rows that the last audit of the plant's plan found");
    const char *result = status == STATUS_BUSY ? "busy"
                         : status != STATUS_OK ? "failed"
                         : differences > 0     ? "differs"
                                               : "same";
    snprintf(name, sizeof name, "%.*s", (int)plant.length, plant.bytes);
    metric_add(metric_labelled(audits, "result", result), 1);
    if (status == STATUS_OK)
        metric_set(metric_labelled(differ, "plant", name), differences);
}

enum status audit_run(struct sql *sql, struct text plant, struct arena *arena,
                      struct audit_result *result, struct fault *fault)
{
    struct look first = {0};
    struct look second = {0};
    enum status status = look_twice(sql, plant, &first, &second, fault);
    if (status == STATUS_OK)
        status = tell(sql, plant, second.plan ? &second : &first, arena, result, fault);
    look_release(&first);
    look_release(&second);
    if (status == STATUS_OK)
        status = audit_put(sql, plant, &result->note, fault);
    count_audit(plant, status, status == STATUS_OK ? result->note.differences : 0);
    if (status == STATUS_OK && result->note.differences > 0)
        log_write(LOG_ERROR,
                  "plan of plant \"%.*s\" is not what its facts give, in %lld rows at event %lld: "
                  "%.*s",
                  (int)plant.length, plant.bytes, (long long)result->note.differences,
                  (long long)result->note.event_seq, (int)result->note.first.length,
                  result->note.first.bytes);
    return status;
}

/* --- the thread --- */

struct auditor {
    pthread_t thread;
    atomic_bool stopping;
    int64_t instance;
    int64_t minutes; /* 0: no audits */
    int64_t weeks;   /* plans kept by themselves; 0: none */
    int64_t began_us;
    const char *conninfo;
    struct sql *sql;
    struct arena *arena;
};

static const struct sql_schema *const parts[] = {&plant_schema, &audit_schema, &keep_schema, NULL};
static const struct sql_schema auditor_schema = {.parts = parts};

/* One plant's plan of a new week. */
static enum status keep_week(struct auditor *auditor, struct fault *fault)
{
    struct text plant;
    enum status status = store_keep_week(auditor->sql, auditor->instance, auditor->weeks,
                                         auditor->arena, &plant, fault);
    if (status == STATUS_OK && plant.bytes)
        log_write(LOG_INFO, "the week's plan of plant \"%.*s\" is kept", (int)plant.length,
                  plant.bytes);
    return status;
}

/* True: there was one to audit, perhaps there are more. */
static bool audit_next(struct auditor *auditor, struct fault *fault)
{
    struct audit_result result;
    struct text plant = {NULL, 0};
    int64_t up_s = (clock_monotonic_us() - auditor->began_us) / 1000000;
    arena_reset(auditor->arena);
    enum status status = auditor->sql
                             ? sql_ready(auditor->sql, fault)
                             : sql_open(auditor->conninfo, &auditor_schema, &auditor->sql, fault);
    if (status == STATUS_OK && auditor->weeks > 0)
        status = keep_week(auditor, fault);
    if (status == STATUS_OK && auditor->minutes > 0)
        status = audit_due(auditor->sql, auditor->instance, auditor->minutes, up_s, auditor->arena,
                           &plant, fault);
    if (status == STATUS_OK && plant.bytes)
        status = audit_run(auditor->sql, plant, auditor->arena, &result, fault);
    if (status != STATUS_OK)
        log_fault(LOG_WARNING, fault, "audit a plan");
    return status == STATUS_OK && plant.bytes;
}

static void *auditor_main(void *argument)
{
    struct auditor *auditor = argument;
    (void)!nice(LOW_PRIORITY); /* of this thread alone, on Linux */
    int64_t rest_ms = DUE_POLL_MS;
    while (!atomic_load(&auditor->stopping)) {
        struct fault fault = {0};
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
        rest_ms -= POLL_MS;
        if (rest_ms > 0)
            continue;
        rest_ms = audit_next(auditor, &fault) ? 0 : DUE_POLL_MS;
    }
    return NULL;
}

static void auditor_free(struct auditor *auditor)
{
    sql_close(&auditor->sql);
    arena_free(&auditor->arena);
    free(auditor);
}

enum status auditor_start(const struct conf *conf, struct auditor **out, struct fault *fault)
{
    *out = NULL;
    if (conf_int(conf, "audit_minutes") == 0 && conf_int(conf, "keep_weeks") == 0)
        return STATUS_OK;
    struct auditor *auditor = calloc(1, sizeof *auditor);
    if (!auditor)
        return full(fault);
    auditor->instance = conf_int(conf, "rpc.instance");
    auditor->minutes = conf_int(conf, "audit_minutes");
    auditor->weeks = conf_int(conf, "keep_weeks");
    auditor->conninfo = conf_text(conf, "sql.conninfo");
    auditor->began_us = clock_monotonic_us();
    auditor->arena = arena_new(PAGE_ARENA_MAX);
    enum status status = auditor->arena ? STATUS_OK : full(fault);
    if (status == STATUS_OK && pthread_create(&auditor->thread, NULL, auditor_main, auditor) != 0)
        status = fault_set(fault, STATUS_LIMIT, "", "could not start the thread of audits");
    if (status != STATUS_OK) {
        auditor_free(auditor);
        return status;
    }
    *out = auditor;
    return STATUS_OK;
}

void auditor_stop(struct auditor **auditor)
{
    if (!*auditor)
        return;
    atomic_store(&(*auditor)->stopping, true);
    pthread_join((*auditor)->thread, NULL);
    auditor_free(*auditor);
    *auditor = NULL;
}
