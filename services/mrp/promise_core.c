#include "services/mrp/list_core.h"
#include "services/mrp/promise_state_core.h"
#include "services/mrp/words_core.h"

#include <string.h>

/* ATP: what of an item is free by day, from its needs and supply as netting gathers them. */

bool promise_no_room(struct promise *promise)
{
    return net_fail(&promise->net, STATUS_LIMIT, "promise");
}

static bool lines_build(struct promise *promise, struct arena *arena)
{
    const struct plant *plant = promise->plan->plant;
    promise->line_first = arena_alloc(arena, (size_t)plant->items_count + 2, sizeof(uint32_t));
    promise->lines = arena_alloc(arena, (size_t)plant->bom_lines_count + 1, sizeof(uint32_t));
    if (!promise->line_first || !promise->lines)
        return false;
    uint32_t *next = promise->line_first + 1;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        next[plant->bom_lines[i].parent + 1]++;
    for (uint32_t i = 0; i < plant->items_count; i++)
        next[i + 1] += next[i];
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        promise->lines[next[plant->bom_lines[i].parent]++] = i;
    return true;
}

enum status promise_open(const struct plan *plan, struct arena *arena, struct promise **out,
                         struct fault *fault)
{
    const size_t days = (size_t)plan->model->horizon + 1;
    struct promise *promise = arena_alloc(arena, 1, sizeof *promise);
    if (!promise)
        return fault_set(fault, STATUS_LIMIT, "", "promise does not fit in memory");
    *promise = (struct promise){.plan = plan, .model = plan->model};
    promise->node_of = arena_alloc(arena, (size_t)plan->item_count * 2 + 1, sizeof(uint32_t));
    promise->supply = arena_alloc(arena, days, sizeof(int64_t));
    promise->committed = arena_alloc(arena, days, sizeof(int64_t));
    promise->ending = arena_alloc(arena, days, sizeof(int64_t));
    promise->rows = arena_alloc(arena, days, sizeof *promise->rows);
    if (!promise->node_of || !promise->supply || !promise->committed || !promise->ending ||
        !promise->rows || !lines_build(promise, arena))
        return fault_set(fault, STATUS_LIMIT, "", "promise does not fit in memory");
    enum status status = net_init(&promise->net, plan->model, arena, fault);
    if (status == STATUS_OK)
        *out = promise;
    return status;
}

static int32_t last_day(const struct promise *promise, const struct need *need)
{
    const struct model *model = promise->model;
    const struct stock *stock = &model->plant->stocks[model->events[need->order].row];
    int64_t day = (int64_t)stock->expiry - model->plant->facts.plan_start;
    return date_given(stock->expiry) && day < model->horizon ? (int32_t)day : model->horizon;
}

static void count_need(struct promise *promise, const struct need *need)
{
    const int64_t qty = need->qty - substitute_taken(&promise->net, need);
    switch ((enum need_kind)need->kind) {
    case NEED_STOCK:
        promise->supply[0] += qty;
        if (qty > 0)
            promise->ending[last_day(promise, need)] += qty;
        break;
    case NEED_SUPPLY:
    case NEED_BY_PRODUCT:
        promise->supply[need->day] += qty;
        break;
    case NEED_DEMAND:
    case NEED_COMPONENT:
    case NEED_PARENT:
        promise->committed[need->day] += qty;
        break;
    case NEED_EXPIRY:
    case NEED_FORECAST:
        break;
    }
}

/* Supply and commitments by day of the segment asked for. */
static bool count_segment(struct net *net, const struct need *needs, uint32_t count)
{
    struct promise *promise = net->context;
    if (net->segment != promise->segment)
        return true;
    for (uint32_t k = 0; k < count; k++)
        count_need(promise, &needs[k]);
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        if (order->due_day < net->model->horizon)
            promise->supply[order->due_day] += order->qty.micro;
    }
    return true;
}

static bool count_item(struct promise *promise, uint32_t item, uint32_t segment)
{
    struct net *net = &promise->net;
    const size_t days = (size_t)promise->model->horizon + 1;
    memset(promise->supply, 0, days * sizeof(int64_t));
    memset(promise->committed, 0, days * sizeof(int64_t));
    memset(promise->ending, 0, days * sizeof(int64_t));
    promise->segment = segment;
    net->on_segment = count_segment;
    net->context = promise;
    return net_item(net, item) == STATUS_OK;
}

/* ATP from what was counted.  Lots that end are used first by what is committed until then. */
static void free_days(const struct promise *promise, int64_t *free)
{
    const int32_t horizon = promise->model->horizon;
    int64_t left = 0;
    for (int32_t day = 0; day < horizon; day++) {
        left += promise->supply[day] - promise->committed[day];
        free[day] = left;
    }
    for (int32_t day = horizon - 1; day > 0; day--) {
        if (free[day] < free[day - 1])
            free[day - 1] = free[day];
    }
    int64_t wanted = 0;
    int64_t lost = 0;
    for (int32_t day = 0; day < horizon; day++) {
        free[day] = free[day] > lost ? free[day] - lost : 0;
        wanted += promise->committed[day];
        int64_t used = wanted < promise->ending[day] ? wanted : promise->ending[day];
        wanted -= used;
        lost += promise->ending[day] - used;
    }
}

struct node *promise_node(struct promise *promise, uint32_t item, uint32_t segment)
{
    uint32_t *number = &promise->node_of[item + (segment != 0 ? promise->model->item_count : 0)];
    if (*number != 0 && promise->nodes[*number - 1].segment == segment)
        return &promise->nodes[*number - 1];
    struct node *nodes = list_grown(promise->net.arena, promise->nodes, promise->node_count,
                                    &promise->node_capacity, sizeof *nodes);
    int64_t *free = arena_alloc(promise->net.arena, (size_t)promise->model->horizon, sizeof *free);
    if (!nodes || !free) {
        promise_no_room(promise);
        return NULL;
    }
    promise->nodes = nodes;
    if (!count_item(promise, item, segment))
        return NULL;
    free_days(promise, free);
    nodes[promise->node_count] = (struct node){.item = item, .segment = segment, .free = free};
    *number = ++promise->node_count;
    return &nodes[*number - 1];
}

enum status promise_available(struct promise *promise, const struct promise_ask *ask,
                              struct promise_answer *answer, struct fault *fault)
{
    promise->net.fault = fault;
    ASSERT(ask->day >= 0 && ask->day < promise->model->horizon);
    const struct node *node = promise_node(promise, ask->item, ask->segment);
    *answer = (struct promise_answer){.day = NO_DAYS, .limit_item = ask->item};
    if (!node)
        return fault->status;
    const int64_t now = node->free[ask->day];
    answer->on_wanted.micro = now < ask->qty.micro ? now : ask->qty.micro;
    for (int32_t day = ask->day; day < promise->model->horizon; day++) {
        if (node->free[day] < ask->qty.micro) {
            answer->limit_qty.micro = node->free[day];
            continue;
        }
        answer->day = answer->limit_day = day;
        break;
    }
    answer->limit = answer->day == ask->day ? PROMISE_AS_WANTED : PROMISE_SUPPLY;
    return STATUS_OK;
}

enum status promise_days(struct promise *promise, uint32_t item, uint32_t segment,
                         const struct promise_day **rows, uint32_t *count, struct fault *fault)
{
    promise->net.fault = fault;
    const struct node *node = promise_node(promise, item, segment);
    if (!node || !count_item(promise, item, segment))
        return fault->status;
    *count = 0;
    for (int32_t day = 0; day < promise->model->horizon; day++) {
        if (day > 0 && promise->supply[day] == 0 && promise->committed[day] == 0 &&
            node->free[day] == node->free[day - 1])
            continue;
        promise->rows[(*count)++] = (struct promise_day){.day = day,
                                                         .supply = {promise->supply[day]},
                                                         .committed = {promise->committed[day]},
                                                         .available = {node->free[day]}};
    }
    *rows = promise->rows;
    return STATUS_OK;
}

void promise_words(const struct plan *plan, const struct promise_answer *answer,
                   char text[PLAN_TEXT_MAX])
{
    struct words words = {.text = text, .size = PLAN_TEXT_MAX};
    text[0] = '\0';
    if (answer->limit == PROMISE_AS_WANTED)
        return;
    words_add(&words, answer->limit == PROMISE_SUPPLY ? "only " : "");
    words_qty(&words, answer->limit_qty);
    words_add(&words, " of item \"");
    words_add(&words, plant_item_code(plan->plant, answer->limit_item));
    if (answer->limit == PROMISE_LEAD_TIME) {
        words_add(&words, "\", needed on ");
        words_day(&words, plan, answer->limit_day);
        words_add(&words, " for a day earlier, would be ready on ");
        words_day(&words, plan, answer->ready_day);
    } else if (answer->day == NO_DAYS) {
        words_add(&words, "\" are free within the horizon");
    } else {
        words_add(&words, "\" are free before ");
        words_day(&words, plan, answer->limit_day);
    }
}
