#include "services/mrp/promise_rpc.h"

#include "common/io/clock.h"
#include "common/io/threads.h"
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
static enum status find_rows(const struct plant *plant, const struct promising *at,
                             struct fault *fault)
{
    for (size_t i = 0; i < at->count; i++) {
        const uint32_t reference = names_find(plant->texts, at->lines[i].reference);
        at->lines[i].row = NO_INDEX;
        for (uint32_t k = 0; k < plant->demands_count && reference != NO_INDEX; k++) {
            if (plant->demands[k].reference == reference &&
                is_line(plant, &plant->demands[k], &at->lines[i]))
                at->lines[i].row = k;
        }
        if (at->lines[i].row == NO_INDEX)
            return fault_set(fault, STATUS_UNAVAILABLE, "sales_order",
                             "the plan does not know sales order \"%.*s\" yet",
                             (int)at->sales_order.length, at->sales_order.bytes);
    }
    return STATUS_OK;
}

static enum status look_for_order(struct planner_sight *sight, void *context, struct fault *fault)
{
    return find_rows(sight->plan->plant, context, fault);
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

/* The plant as promises see it, beside the living plan. */
struct promised_plant {
    const struct plan_live *from;
    struct plant *plant; /* with demands of its own */
    uint32_t *items;     /* whose demands may differ, some more than once */
    uint32_t item_count;
    struct crew crew;
};

static void differs(struct promised_plant *seen, const struct demand *demand)
{
    ASSERT(seen->item_count < 2 * seen->plant->demands_count);
    seen->items[seen->item_count++] = demand->item;
}

/* The demands as promises see them: left out ones ask for nothing. */
static void move_others(struct promised_plant *seen, const struct promising *at)
{
    struct plant *plant = seen->plant;
    for (size_t i = 0; i < at->other_count; i++) {
        const struct promise_other *other = &at->others[i];
        const uint32_t reference = names_find(plant->texts, other->reference);
        for (uint32_t k = 0; k < plant->demands_count && reference != NO_INDEX; k++) {
            struct demand *demand = &plant->demands[k];
            if (demand->reference != reference || demand->kind != DEMAND_ORDER)
                continue;
            if (date_given(other->day) ? demand->due == other->day : demand->qty.micro == 0)
                continue;
            differs(seen, demand);
            if (date_given(other->day))
                demand->due = other->day;
            else
                demand->qty = (struct qty){0};
        }
    }
}

static bool open_plant(const struct planner_sight *sight, struct arena *arena,
                       struct promised_plant *seen)
{
    const struct plant *plant = sight->plan->plant;
    const size_t count = plant->demands_count;
    struct plant *copy = arena_alloc(arena, 1, sizeof *copy);
    struct demand *demands = arena_alloc(arena, count + 1, sizeof *demands);
    uint32_t *items = arena_alloc(arena, 2 * count + 1, sizeof *items);
    if (!copy || !demands || !items)
        return false;
    *copy = *plant;
    if (count > 0)
        memcpy(demands, plant->demands, count * sizeof *demands);
    copy->demands = demands;
    *seen = (struct promised_plant){.from = sight->live,
                                    .plant = copy,
                                    .items = items,
                                    .crew = threads_crew(threads_processors())};
    return true;
}

/* The plan of the plant as it is seen now: what the items' demands do not reach is another plan's.
 */
static enum status plan_beside(const struct promised_plant *seen, struct arena *arena,
                               struct plan_live **out, struct fault *fault)
{
    struct live_sum sum;
    enum status status = live_open_beside(seen->from, seen->plant, seen->items, seen->item_count,
                                          &seen->crew, arena, out, fault);
    return status == STATUS_OK ? live_settle(*out, &sum, fault) : status;
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

static enum status late_of(const struct plan *plan, const struct crew *crew, struct arena *arena,
                           uint8_t **late, struct fault *fault)
{
    struct pegging *pegging;
    *late = arena_alloc(arena, (size_t)plan->plant->demands_count + 1, 1);
    enum status status = *late ? pegging_make(plan, crew, arena, &pegging, fault) : no_room(fault);
    if (status == STATUS_OK)
        (void)simulate_late(plan, pegging, *late);
    return status;
}

/*
 * What is committed later may be made or bought again until then, which a look ahead in the plan
 * without the line does not see: with the line as wanted, is it served in time, and is nobody
 * else late who was not?
 */
static enum status fits_as_wanted(const struct promised_plant *seen,
                                  const struct plan_live *without, const struct promise_line *line,
                                  struct arena *arena, bool *fits, struct fault *fault)
{
    const struct plant *plant = seen->plant;
    struct demand *demand = &plant->demands[line->row];
    const struct demand left_out = *demand;
    struct promised_plant wanted = *seen;
    struct plan_live *with;
    uint8_t *before;
    uint8_t *after;
    if (line->due < plant->facts.plan_start)
        return STATUS_OK;
    wanted.from = without;
    wanted.items = &demand->item;
    wanted.item_count = 1;
    demand->qty = line->qty;
    demand->due = line->due;
    enum status status = plan_beside(&wanted, arena, &with, fault);
    if (status == STATUS_OK)
        status = late_of(live_plan(with), &seen->crew, arena, &after, fault);
    *demand = left_out;
    if (status != STATUS_OK || after[line->row])
        return status;
    *fits = memchr(after, true, plant->demands_count) == NULL;
    if (*fits)
        return STATUS_OK;
    status = late_of(live_plan(without), &seen->crew, arena, &before, fault);
    *fits = status == STATUS_OK;
    for (uint32_t k = 0; *fits && k < plant->demands_count; k++)
        *fits = before[k] || !after[k];
    return status;
}

static enum status answer_line(const struct promised_plant *seen, struct promise_line *line,
                               struct arena *words, struct fault *fault)
{
    struct arena *arena = arena_new(PROMISE_MEMORY);
    struct promise_answer answer;
    struct plan_live *without;
    bool fits = false;
    if (!arena)
        return no_room(fault);
    enum status status = plan_beside(seen, arena, &without, fault);
    if (status == STATUS_OK)
        status = ask_promise(live_plan(without), line, arena, &answer, fault);
    if (status == STATUS_OK && answer.limit != PROMISE_AS_WANTED)
        status = fits_as_wanted(seen, without, line, arena, &fits, fault);
    if (fits)
        answer = (struct promise_answer){.day = line->due - seen->plant->facts.plan_start};
    if (status == STATUS_OK)
        status = say(live_plan(without), &answer, line, words, fault);
    arena_free(&arena);
    return status;
}

/* Line after line: each is a commitment for those behind it. */
static enum status promise_lines(struct promised_plant *seen, const struct promising *at,
                                 struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < at->count; i++) {
        struct demand *demand = &seen->plant->demands[at->lines[i].row];
        differs(seen, demand);
        if (at->lines[i].asked)
            demand->qty = (struct qty){0};
        else
            demand->due = at->lines[i].promised;
    }
    for (size_t i = 0; status == STATUS_OK && i < at->count; i++) {
        struct promise_line *line = &at->lines[i];
        if (!line->asked)
            continue;
        status = answer_line(seen, line, at->arena, fault);
        if (status == STATUS_OK && date_given(line->promised)) {
            seen->plant->demands[line->row].qty = line->qty;
            seen->plant->demands[line->row].due = line->promised;
        }
    }
    return status;
}

static enum status promise_all(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct promising *at = context;
    struct arena *arena = arena_new(PROMISE_MEMORY);
    struct promised_plant seen;
    enum status status = find_rows(sight->plan->plant, at, fault);
    if (status == STATUS_OK && (!arena || !open_plant(sight, arena, &seen)))
        status = no_room(fault);
    if (status == STATUS_OK) {
        move_others(&seen, at);
        status = promise_lines(&seen, at, fault);
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
