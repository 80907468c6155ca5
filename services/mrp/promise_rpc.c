#include "services/mrp/promise_rpc.h"

#include "common/io/clock.h"
#include "services/mrp/planner.h"
#include "services/mrp/promise_codec.h"
#include "services/mrp/promise_core.h"
#include "services/mrp/simulate_core.h"

#include <string.h>

#define WAIT_MS        5000 /* for the plan to know a new order */
#define WAIT_STEP_MS   10
#define PROMISE_MEMORY (1024 * MIB)

/*
 * What if this line and those that come behind it were not there, and lines that were promised
 * were asked for on their promised day: in the plan of that, what is free, and what can be made and
 * bought through all levels, is what can be promised.
 */
struct promising {
    struct text sales_order;
    bool again;
    void *service;
    struct promise_line *lines;
    size_t count;
    const struct promise_other *others;
    size_t other_count;
    struct arena *arena; /* of the answers */
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "sales_order", "promise does not fit in memory");
}

/* ---- the order in the plan ---- */

static bool is_line(const struct plant *plant, const struct demand *demand,
                    const struct promise_line *line)
{
    return demand->kind == DEMAND_ORDER && demand->due == line->due &&
           demand->qty.micro == line->qty.micro &&
           text_is(line->reference, plant_text(plant, demand->reference)) &&
           text_is(line->item, plant_item_code(plant, demand->item));
}

/* The row of each line; UNAVAILABLE while the plan knows one of them otherwise, or not. */
static enum status find_rows(const struct plant *plant, const struct promising *at, uint32_t *rows,
                             struct fault *fault)
{
    for (size_t i = 0; i < at->count; i++) {
        const uint32_t reference = names_find(plant->texts, at->lines[i].reference);
        rows[i] = NO_INDEX;
        for (uint32_t k = 0; k < plant->demands_count && reference != NO_INDEX; k++) {
            if (plant->demands[k].reference == reference &&
                is_line(plant, &plant->demands[k], &at->lines[i]))
                rows[i] = k;
        }
        if (rows[i] == NO_INDEX)
            return fault_set(fault, STATUS_UNAVAILABLE, "sales_order",
                             "the plan does not know sales order \"%.*s\" yet",
                             (int)at->sales_order.length, at->sales_order.bytes);
    }
    return STATUS_OK;
}

static enum status look_for_order(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct promising *at = context;
    uint32_t *rows = arena_alloc(at->arena, at->count + 1, sizeof *rows);
    return rows ? find_rows(sight->plan->plant, at, rows, fault) : no_room(fault);
}

static enum status wait_for_plan(struct rpc_request *request, struct promising *at)
{
    const int64_t end_us = clock_monotonic_us() + (int64_t)WAIT_MS * 1000;
    enum status status;
    for (;;) {
        request->fault = (struct fault){.status = STATUS_OK};
        status = planner_look(request->service, text_of(request->plant), look_for_order, at,
                              &request->fault);
        if (status != STATUS_UNAVAILABLE || clock_monotonic_us() >= end_us)
            return status;
        clock_sleep_us(WAIT_STEP_MS * 1000);
    }
}

/* ---- the promise ---- */

/* The demands as promises see them: left out ones ask for nothing. */
static void move_others(struct plant *plant, const struct promising *at)
{
    for (size_t i = 0; i < at->other_count; i++) {
        const struct promise_other *other = &at->others[i];
        const uint32_t reference = names_find(plant->texts, other->reference);
        for (uint32_t k = 0; k < plant->demands_count && reference != NO_INDEX; k++) {
            struct demand *demand = &plant->demands[k];
            if (demand->reference != reference || demand->kind != DEMAND_ORDER)
                continue;
            if (date_given(other->day))
                demand->due = other->day;
            else
                demand->qty = (struct qty){0};
        }
    }
}

/* A plant with demands of its own. */
static struct plant *other_demands(const struct plant *plant, struct arena *arena)
{
    struct plant *copy = arena_alloc(arena, 1, sizeof *copy);
    struct demand *demands = arena_alloc(arena, (size_t)plant->demands_count + 1, sizeof *demands);
    if (!copy || !demands)
        return NULL;
    *copy = *plant;
    if (plant->demands_count > 0)
        memcpy(demands, plant->demands, plant->demands_count * sizeof *demands);
    copy->demands = demands;
    return copy;
}

static enum status ask_promise(const struct plan *plan, const struct promise_line *line,
                               struct arena *arena, struct promise_answer *answer,
                               struct fault *fault)
{
    const struct plant *plant = plan->plant;
    struct promise_ask ask = {.item = plant_item_find(plant, line->item), .qty = line->qty};
    struct promise_answer capable;
    struct promise *promise;
    *answer = (struct promise_answer){.day = NO_DAYS, .limit_item = ask.item};
    if (line->segment.length > 0)
        ask.segment = names_find(plant->texts, line->segment);
    ask.day = line->due > plant->facts.plan_start ? line->due - plant->facts.plan_start : 0;
    if (ask.day >= plant->facts.horizon_days)
        return STATUS_OK;
    enum status status = promise_open(plan, arena, &promise, fault);
    if (status == STATUS_OK)
        status = promise_available(promise, &ask, answer, fault);
    if (status == STATUS_OK && answer->limit == PROMISE_AS_WANTED && days_given(answer->day))
        return STATUS_OK;
    if (status == STATUS_OK)
        status = promise_capable(promise, &ask, &capable, fault);
    if (status == STATUS_OK && days_given(capable.day) &&
        (!days_given(answer->day) || capable.day < answer->day))
        *answer = capable;
    return status;
}

static enum status say(const struct plan *plan, const struct promise_answer *answer,
                       struct promise_line *line, struct arena *arena, struct fault *fault)
{
    char words[PLAN_TEXT_MAX] = "";
    line->promised = days_given(answer->day) ? plan_date(plan, answer->day) : NO_DATE;
    line->limit = text_of("");
    if (answer->limit == PROMISE_AS_WANTED || !days_given(answer->day))
        return STATUS_OK;
    promise_words(plan, answer, words);
    const char *limit = text_copy(text_of(words), arena);
    const char *item = text_copy(text_of(plant_item_code(plan->plant, answer->limit_item)), arena);
    if (!limit || !item)
        return no_room(fault);
    line->limit = text_of(limit);
    line->limit_item = text_of(item);
    return STATUS_OK;
}

static enum status late_of(const struct plan *plan, struct arena *arena, uint8_t **late,
                           struct fault *fault)
{
    struct pegging *pegging;
    *late = arena_alloc(arena, (size_t)plan->plant->demands_count + 1, 1);
    enum status status =
        *late ? pegging_make(plan, &crew_alone, arena, &pegging, fault) : no_room(fault);
    if (status == STATUS_OK)
        (void)simulate_late(plan, pegging, *late);
    return status;
}

/*
 * What is committed later may be made or bought again until then, which a look ahead in the plan
 * without the line does not see: with the line as wanted, is it served in time, and is nobody
 * else late who was not?
 */
static enum status fits_as_wanted(const struct plan *plan, struct demand *demand,
                                  const struct promise_line *line, struct arena *arena, bool *fits,
                                  struct fault *fault)
{
    const struct plant *plant = plan->plant;
    const size_t row = (size_t)(demand - plant->demands);
    const struct demand without = *demand;
    struct plan *with;
    uint8_t *before;
    uint8_t *after;
    enum status status = late_of(plan, arena, &before, fault);
    demand->qty = line->qty;
    demand->due = line->due;
    if (status == STATUS_OK)
        status = plan_net(plant, arena, &with, fault);
    if (status == STATUS_OK)
        status = late_of(with, arena, &after, fault);
    *demand = without;
    *fits = status == STATUS_OK && line->due >= plant->facts.plan_start && !after[row];
    for (uint32_t k = 0; *fits && k < plant->demands_count; k++)
        *fits = before[k] || !after[k];
    return status;
}

static enum status answer_line(const struct plant *plant, struct demand *demand,
                               struct promise_line *line, struct arena *words, struct fault *fault)
{
    struct arena *arena = arena_new(PROMISE_MEMORY);
    struct promise_answer answer;
    struct plan *plan;
    bool fits = false;
    if (!arena)
        return no_room(fault);
    enum status status = plan_net(plant, arena, &plan, fault);
    if (status == STATUS_OK)
        status = ask_promise(plan, line, arena, &answer, fault);
    if (status == STATUS_OK && answer.limit != PROMISE_AS_WANTED)
        status = fits_as_wanted(plan, demand, line, arena, &fits, fault);
    if (fits)
        answer = (struct promise_answer){.day = line->due - plant->facts.plan_start};
    if (status == STATUS_OK)
        status = say(plan, &answer, line, words, fault);
    arena_free(&arena);
    return status;
}

/* Line after line: each is a commitment for those behind it. */
static enum status promise_all(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct promising *at = context;
    uint32_t *rows = arena_alloc(at->arena, at->count + 1, sizeof *rows);
    struct arena *arena = arena_new(PROMISE_MEMORY);
    struct plant *plant = arena ? other_demands(sight->plan->plant, arena) : NULL;
    enum status status = rows && plant ? STATUS_OK : no_room(fault);
    if (status == STATUS_OK)
        status = find_rows(sight->plan->plant, at, rows, fault);
    if (status == STATUS_OK)
        move_others(plant, at);
    for (size_t i = 0; status == STATUS_OK && i < at->count; i++) {
        struct demand *demand = &plant->demands[rows[i]];
        if (at->lines[i].asked)
            demand->qty = (struct qty){0};
        else
            demand->due = at->lines[i].promised;
    }
    for (size_t i = 0; status == STATUS_OK && i < at->count; i++) {
        if (!at->lines[i].asked)
            continue;
        status = answer_line(plant, &plant->demands[rows[i]], &at->lines[i], at->arena, fault);
        if (status == STATUS_OK && date_given(at->lines[i].promised)) {
            plant->demands[rows[i]].qty = at->lines[i].qty;
            plant->demands[rows[i]].due = at->lines[i].promised;
        }
    }
    arena_free(&arena);
    return status;
}

static enum status promise_work(struct command *command, const void *asked, struct fault *fault)
{
    struct promising at = *(const struct promising *)asked;
    struct promise_other *others;
    at.arena = command->arena;
    enum status status = store_promise_gate(command, fault);
    if (status == STATUS_OK)
        status = store_promise_lines(command->sql, command->plant, at.sales_order, at.arena,
                                     &at.lines, &at.count, fault);
    if (status == STATUS_OK)
        status = store_promise_others(command, at.sales_order, &others, &at.other_count, fault);
    if (status != STATUS_OK)
        return status;
    at.others = others;
    for (size_t i = 0; i < at.count; i++)
        at.lines[i].asked = at.again || !date_given(at.lines[i].promised);
    status = planner_look(at.service, command->plant, promise_all, &at, fault);
    if (status == STATUS_OK)
        status = store_promise_set(command, at.sales_order, at.lines, at.count, fault);
    return status == STATUS_OK ? encode_promised(command, at.sales_order, at.lines, at.count, fault)
                               : status;
}

enum status promise_order(struct rpc_request *request)
{
    struct promising at = {.service = request->service, .arena = request->arena};
    enum status status = decode_promise_order(request, &at.sales_order, &at.again);
    if (status == STATUS_OK)
        status = store_promise_lines(request->sql, text_of(request->plant), at.sales_order,
                                     request->arena, &at.lines, &at.count, &request->fault);
    if (status == STATUS_OK)
        status = wait_for_plan(request, &at);
    return status == STATUS_OK ? command_run(request, promise_work, &at, NULL) : status;
}
