#include "services/mrp/list_core.h"
#include "services/mrp/live_state_core.h"
#include "services/mrp/load_core.h"

#include <string.h>

#define CACHE_LINE   64
#define LIVE_LEAST   256  /* items of a level: netting one takes longer than a row of other jobs */
#define NEAR_BYTES   1024 /* of a list, at most: longer ones are read in sequence */
#define WRITTEN_LEAD 8    /* items */
#define WORN_BYTES   ((size_t)64 * 1024 * 1024) /* beyond twice of what a plan took at first */

enum status live_full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

bool live_add(struct plan_live *live, struct index_list *list, uint32_t row)
{
    uint32_t *rows =
        list_grown(live->arena, list->rows, list->count, &list->capacity, sizeof *rows);
    if (!rows)
        return false;
    list->rows = rows;
    rows[list->count++] = row;
    return true;
}

void live_mark(struct plan_live *live, uint32_t item)
{
    const uint32_t place = live->position[item];
    const uint64_t bit = (uint64_t)1 << (place % 64);
    uint64_t *word = &live->queue[place / 64];
    if (__atomic_load_n(word, __ATOMIC_RELAXED) & bit)
        return;
    __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
    __atomic_fetch_or(&live->queue_words[place / 4096], (uint64_t)1 << (place / 64 % 64),
                      __ATOMIC_RELAXED);
}

/* The first word of the queue from `from` on that has a mark. */
static bool next_word(const struct plan_live *live, uint32_t from, uint32_t *word)
{
    const uint32_t count = live->model->item_count / 4096 + 1;
    uint64_t mask = UINT64_MAX << (from % 64);
    for (uint32_t k = from / 64; k < count; k++, mask = UINT64_MAX) {
        const uint64_t bits = live->queue_words[k] & mask;
        if (bits != 0) {
            *word = k * 64 + (uint32_t)__builtin_ctzll(bits);
            return true;
        }
    }
    return false;
}

bool live_list(struct plan_live *live, uint32_t item)
{
    if (live->flags[item] == 0 || (live->flags[item] & LIVE_LISTED))
        return true;
    live->flags[item] |= LIVE_LISTED;
    return live_add(live, &live->changed, item);
}

/* ---- messages ---- */

static bool same_message(const struct plan_message *a, const struct plan_message *b)
{
    return a->segment == b->segment && a->reference == b->reference && a->day == b->day &&
           a->to_day == b->to_day && a->qty.micro == b->qty.micro &&
           a->to_qty.micro == b->to_qty.micro && a->kind == b->kind &&
           a->data_error == b->data_error && a->supply_kind == b->supply_kind;
}

bool live_same_messages(const struct message_list *list, const struct plan_message *rows,
                        uint32_t count)
{
    bool same = list->count == count;
    for (uint32_t k = 0; same && k < count; k++)
        same = same_message(&list->rows[k], &rows[k]);
    return same;
}

bool live_keep_messages(struct pool *pool, struct message_list *list,
                        const struct plan_message *rows, uint32_t count)
{
    pool_give(pool, list->rows, list->count * sizeof *rows);
    *list = (struct message_list){.count = count};
    if (count == 0)
        return true;
    list->rows = pool_take(pool, count * sizeof *rows);
    if (list->rows)
        memcpy(list->rows, rows, count * sizeof *rows);
    return list->rows != NULL;
}

/* Of the item just netted with messages. */
static enum status keep_messages(struct live_hand *own, struct net *net)
{
    struct plan_live *live = own->live;
    struct message_list *list = &live->messages[net->item];
    if (!message_complete(net))
        return net->fault->status;
    if (live_same_messages(list, net->messages, net->message_count))
        return STATUS_OK;
    own->messages_more += (uint64_t)net->message_count - list->count;
    own->messages_moved = true;
    struct written_messages *written = &live->written[net->item];
    if (!written->kept) {
        *written = (struct written_messages){*list, true};
        *list = (struct message_list){0};
    }
    live->flags[net->item] |= LIVE_MESSAGES;
    return live_keep_messages(&own->pool, list, net->messages, net->message_count)
               ? STATUS_OK
               : live_full(net->fault);
}

/* ---- netting ---- */

static bool has_load(const struct plan_live *live, uint32_t item)
{
    return live->model->items[item].route != NO_INDEX && live->plant->work_centers_count > 0;
}

/* What the item's components and work centres see of it has changed. */
static void push(struct live_hand *own, uint32_t item)
{
    struct plan_live *live = own->live;
    const struct model *model = live->model;
    for (uint32_t c = model->child_first[item]; c < model->child_first[item + 1]; c++)
        live_mark(live, model->children[c]);
    own->load_stale = own->load_stale || has_load(live, item);
    live->flags[item] |= LIVE_ORDERS;
}

/* The item was netted with messages. */
static enum status settled(struct run_hand *hand, uint32_t item)
{
    struct live_hand *own = hand->context;
    uint8_t *marks = own->live->marks;
    const enum status status = keep_messages(own, &hand->net);
    if (status == STATUS_OK && (hand->net.moved || (marks[item] & MARK_PUSHES)))
        push(own, item);
    marks[item] &= (uint8_t)~MARK_PUSHES;
    return status;
}

/* A linked set takes from each other first; its messages come from netting each once more. */
static enum status settle_set(struct run_hand *hand, uint32_t first)
{
    struct net *net = &hand->net;
    net->want_messages = false;
    enum status status = run_plan_item(hand, first);
    net->want_messages = true;
    net->planning = false;
    for (uint32_t i = first; i != NO_INDEX && status == STATUS_OK; i = net->model->link_next[i]) {
        status = net_item(net, i);
        if (status == STATUS_OK)
            status = settled(hand, i);
    }
    net->planning = true;
    return status;
}

/* The `item` of a run. */
static enum status settle_item(struct run_hand *hand, uint32_t item)
{
    hand->net.moved = false;
    if (hand->net.model->plan_items[item].flags & MODEL_LINKED)
        return settle_set(hand, item);
    const enum status status = run_plan_item(hand, item);
    return status == STATUS_OK ? settled(hand, item) : status;
}

/* The marked items of the level, which begins at this word of the queue at the earliest, become
   `turn`. */
static uint32_t take_turn(struct plan_live *live, uint32_t word, uint32_t end)
{
    uint32_t count = 0;
    do {
        const uint64_t in_level =
            end - word * 64 >= 64 ? UINT64_MAX : ((uint64_t)1 << (end - word * 64)) - 1;
        for (uint64_t bits = live->queue[word] & in_level; bits != 0; bits &= bits - 1)
            live->turn[count++] =
                live->model->sequence[word * 64 + (uint32_t)__builtin_ctzll(bits)];
        live->queue[word] &= ~in_level;
        if (live->queue[word] == 0)
            live->queue_words[word / 64] &= ~((uint64_t)1 << (word % 64));
    } while (next_word(live, word + 1, &word) && word * 64 < end);
    return count;
}

/* What changed, in the sequence of the items, and what the hands have counted. */
static enum status put_together(struct plan_live *live, uint32_t count, struct fault *fault)
{
    const struct model *model = live->model;
    bool fits = true;
    for (uint32_t k = 0; k < count && fits; k++) {
        const bool linked = (model->plan_items[live->turn[k]].flags & MODEL_LINKED) != 0;
        fits = live_list(live, live->turn[k]);
        for (uint32_t i = live->turn[k]; linked && i != NO_INDEX && fits; i = model->link_next[i])
            fits = live_list(live, i);
    }
    for (uint32_t k = 0; k < live->crew.hands; k++) {
        struct live_hand *own = &live->hands[k];
        live->message_total += own->messages_more;
        live->plan->order_count += own->store.order_count;
        live->collected = live->collected && !own->messages_moved;
        live->load_stale = live->load_stale || own->load_stale;
        own->messages_more = own->store.order_count = 0;
        own->messages_moved = own->load_stale = false;
    }
    return fits ? STATUS_OK : live_full(fault);
}

/* Marks come behind the level in work only: components stand below their parents. */
static enum status settle_queue(struct plan_live *live, struct live_sum *sum, struct fault *fault)
{
    const struct model *model = live->model;
    enum status status = STATUS_OK;
    uint32_t word = 0;
    while (status == STATUS_OK && next_word(live, word, &word)) {
        const uint32_t place = word * 64 + (uint32_t)__builtin_ctzll(live->queue[word]);
        const uint32_t end = live->level_end[model->items[model->sequence[place]].level];
        const uint32_t count = take_turn(live, word, end);
        status = run_items(&live->run, live->turn, count, fault);
        if (status == STATUS_OK)
            status = put_together(live, count, fault);
        sum->netted += count;
    }
    return status;
}

/* ---- bringing near ---- */

static void fetch_bytes(const void *begin, size_t bytes)
{
    for (size_t at = 0; at < bytes && at < NEAR_BYTES; at += CACHE_LINE)
        __builtin_prefetch((const char *)begin + at);
}

static void fetch_item(const struct run_hand *hand, uint32_t item)
{
    const struct plan_live *live = ((const struct live_hand *)hand->context)->live;
    const struct model *model = live->model;
    __builtin_prefetch(&model->items[item]);
    __builtin_prefetch(&model->edge_first[item]);
    __builtin_prefetch(&model->event_first[item]);
    __builtin_prefetch(&model->event_end[item]);
    __builtin_prefetch(&model->plan_items[item], 1);
    __builtin_prefetch(&model->plant->items[item]);
    __builtin_prefetch(&model->child_first[item]);
    __builtin_prefetch(&live->messages[item], 1);
    __builtin_prefetch(&live->written[item], 1);
    __builtin_prefetch(&model->written[item], 1);
    __builtin_prefetch(&live->facts[item]);
    __builtin_prefetch(&live->marks[item], 1);
    __builtin_prefetch(&live->flags[item], 1);
}

static void fetch_rows(const struct run_hand *hand, uint32_t item)
{
    const struct plan_live *live = ((const struct live_hand *)hand->context)->live;
    const struct model *model = live->model;
    const struct plan_item *row = &model->plan_items[item];
    const uint32_t edge = model->edge_first[item];
    const uint32_t event = model->event_first[item];
    fetch_bytes(&model->edges[edge], (model->edge_first[item + 1] - edge) * sizeof *model->edges);
    fetch_bytes(&model->events[event], (model->event_end[item] - event) * sizeof *model->events);
    fetch_bytes(row->orders, row->order_count * sizeof *row->orders);
    fetch_bytes(live->messages[item].rows,
                live->messages[item].count * sizeof(struct plan_message));
    __builtin_prefetch(&model->children[model->child_first[item]]);
    __builtin_prefetch(plant_item_params(model->plant, item));
}

static void fetch_parents(const struct run_hand *hand, uint32_t item)
{
    gather_ahead(hand->net.model, item);
}

static void fetch_orders(const struct run_hand *hand, uint32_t item)
{
    gather_ahead_orders(hand->net.model, item);
}

static const struct run_stage live_stages[] = {
    {12, fetch_item}, {9, fetch_rows}, {6, fetch_parents}, {3, fetch_orders}};

/* ---- load ---- */

/* Those whose overload messages are not what they were are netted once more, for their messages;
   both lists are by item. */
static void mark_overloads(struct plan_live *live, const struct plan_message *old, uint32_t count)
{
    const struct model *model = live->model;
    const struct plan_message *now = model->messages;
    uint32_t a = 0;
    uint32_t b = 0;
    while (a < count || b < model->message_count) {
        const uint32_t item = b == model->message_count || (a < count && old[a].item < now[b].item)
                                  ? old[a].item
                                  : now[b].item;
        const uint32_t a_first = a;
        const uint32_t b_first = b;
        while (a < count && old[a].item == item)
            a++;
        while (b < model->message_count && now[b].item == item)
            b++;
        const struct message_list list = {.rows = model->messages + b_first, .count = b - b_first};
        if (!live_same_messages(&list, old + a_first, a - a_first))
            live_mark(live, item);
    }
}

static enum status make_load(struct plan_live *live, struct fault *fault)
{
    struct model *model = live->model;
    const struct plan_message *old = model->messages;
    const uint32_t count = model->message_count;
    struct arena *arena = live->loads[1];
    live->loads[1] = live->loads[0]; /* where the old messages are */
    live->loads[0] = arena;
    arena_reset(arena);
    model->messages = NULL;
    model->message_count = model->message_capacity = 0;
    enum status status = load_make(live->plan, arena, fault);
    if (status == STATUS_OK)
        status = load_note(live->plan, arena, fault);
    if (status == STATUS_OK)
        mark_overloads(live, old, count);
    live->load_stale = false;
    return status;
}

enum status live_settle(struct plan_live *live, struct live_sum *sum, struct fault *fault)
{
    *sum = (struct live_sum){0};
    enum status status = live_refresh(live, fault);
    if (status == STATUS_OK)
        status = settle_queue(live, sum, fault);
    if (status == STATUS_OK && live->load_stale) {
        status = make_load(live, fault);
        if (status == STATUS_OK)
            status = settle_queue(live, sum, fault);
    }
    ASSERT(status != STATUS_OK || !live->load_stale);
    sum->changed = live->changed.count;
    return status;
}

/* ---- opening ---- */

/* Messages about facts to their items, those about load by themselves. */
static enum status part_messages(struct plan_live *live, struct fault *fault)
{
    struct model *model = live->model;
    const size_t count = (size_t)model->message_count + 1;
    struct plan_message *loads = arena_alloc(live->arena, count, sizeof *loads);
    uint32_t load_count = 0;
    uint32_t kept = 0;
    live->facts = arena_alloc(live->arena, (size_t)model->item_count + 1, sizeof *live->facts);
    if (!loads || !live->facts)
        return live_full(fault);
    for (uint32_t k = 0; k < model->message_count; k++) {
        const struct plan_message message = model->messages[k];
        if (message.kind == PLAN_CAPACITY_OVERLOAD) {
            loads[load_count++] = message;
            continue;
        }
        struct message_list *list = &live->facts[message.item];
        model->messages[kept] = message;
        if (list->count++ == 0)
            list->rows = &model->messages[kept];
        kept++;
    }
    model->messages = loads;
    model->message_count = load_count;
    model->message_capacity = (uint32_t)count;
    model->facts = live->facts;
    return STATUS_OK;
}

static enum status open_messages(struct plan_live *live, struct fault *fault)
{
    const size_t items = (size_t)live->model->item_count + 1;
    live->written = arena_alloc(live->arena, items, sizeof *live->written);
    if (!live->written)
        return live_full(fault);
    for (uint32_t i = 0; i < live->model->item_count; i++)
        live->message_total += live->messages[i].count;
    return STATUS_OK;
}

static bool open_queue(struct plan_live *live)
{
    const struct model *model = live->model;
    const size_t items = (size_t)model->item_count + 1;
    live->position = arena_alloc(live->arena, items, sizeof *live->position);
    live->queue = arena_alloc(live->arena, items / 64 + 2, sizeof *live->queue);
    live->queue_words = arena_alloc(live->arena, items / 4096 + 2, sizeof *live->queue_words);
    live->turn = arena_alloc(live->arena, items, sizeof *live->turn);
    live->level_end = arena_alloc(live->arena, (size_t)UINT16_MAX + 1, sizeof *live->level_end);
    live->marks = arena_alloc(live->arena, items, sizeof *live->marks);
    live->flags = arena_alloc(live->arena, items, sizeof *live->flags);
    live->scratch = arena_branch(live->arena, SIZE_MAX);
    live->loads[0] = arena_branch(live->arena, SIZE_MAX);
    live->loads[1] = arena_branch(live->arena, SIZE_MAX);
    if (!live->position || !live->queue || !live->queue_words || !live->turn || !live->level_end ||
        !live->marks || !live->flags || !live->scratch || !live->loads[0] || !live->loads[1])
        return false;
    for (uint32_t k = 0; k < model->item_count; k++) {
        live->position[model->sequence[k]] = k;
        live->level_end[model->items[model->sequence[k]].level] = k + 1;
    }
    for (uint32_t i = 0; model->links && i < model->item_count; i++)
        live->position[i] = live->position[model->links[i]];
    return true;
}

static enum status open_hands(struct plan_live *live, struct fault *fault)
{
    const size_t items = (size_t)live->model->item_count + 1;
    live->run = (struct run){.model = live->model,
                             .crew = &live->crew,
                             .arena = live->arena,
                             .item = settle_item,
                             .stages = live_stages,
                             .stage_count = COUNT_OF(live_stages)};
    live->hands = arena_alloc(live->arena, live->crew.hands, sizeof *live->hands);
    live->model->written = arena_alloc(live->arena, items, sizeof *live->model->written);
    if (!live->hands || !live->model->written)
        return live_full(fault);
    enum status status = run_init(&live->run, fault);
    for (uint32_t k = 0; k < live->crew.hands && status == STATUS_OK; k++) {
        struct run_hand *hand = &live->run.hands[k];
        struct live_hand *own = &live->hands[k];
        own->live = live;
        own->pool.arena = hand->arena;
        hand->context = own;
        hand->store = &own->store;
        hand->net.pool = &own->pool;
        hand->net.planning = true;
        hand->net.want_messages = true;
    }
    live->pool = &live->hands[0].pool;
    return status;
}

static struct plan_live *live_new(struct plant *plant, const struct crew *crew, struct arena *arena)
{
    struct plan_live *live = arena_alloc(arena, 1, sizeof *live);
    if (!live)
        return NULL;
    live->plant = plant;
    live->arena = arena;
    live->crew = *crew;
    if (live->crew.least == 0)
        live->crew.least = LIVE_LEAST;
    return live;
}

enum status live_open(struct plant *plant, const struct crew *crew, struct arena *arena,
                      struct plan_live **out, struct fault *fault)
{
    struct plan_live *live = live_new(plant, crew, arena);
    if (!live)
        return live_full(fault);
    enum status status = plan_net_by(plant, crew, arena, &live->plan, fault);
    if (status != STATUS_OK)
        return status;
    live->model = live->plan->model;
    if (!open_queue(live))
        return live_full(fault);
    status = part_messages(live, fault);
    if (status == STATUS_OK)
        status = run_messages(live->model, crew, live->arena, &live->messages, fault);
    if (status == STATUS_OK)
        status = open_messages(live, fault);
    if (status == STATUS_OK)
        status = open_hands(live, fault);
    if (status == STATUS_OK)
        status = live_facts_open(live, fault);
    live->opened_bytes = arena_used(arena);
    if (status == STATUS_OK)
        *out = live;
    return status;
}

/* ---- beside another ---- */

/* What netting leaves with an item is the other plan's, until the item is netted here. */
static void borrow(struct plan_live *live, const struct plan_live *from)
{
    struct model *model = live->model;
    const size_t items = model->item_count;
    ASSERT(items == from->model->item_count);
    model->borrows = true;
    for (size_t i = 0; i < items; i++) {
        struct plan_item *row = &model->plan_items[i];
        row->orders = from->model->plan_items[i].orders;
        row->order_count = from->model->plan_items[i].order_count;
        row->level = model->items[i].level;
        if (row->flags & (MODEL_PHANTOM | MODEL_THROUGH))
            model->passes[i] = from->model->passes[i];
    }
    if (items > 0 && model->links) {
        ASSERT(from->model->links);
        memcpy(model->taking_main, from->model->taking_main, items * sizeof *model->taking_main);
        memcpy(model->taking_giver, from->model->taking_giver, items * sizeof *model->taking_giver);
    }
    live->plan->order_count = from->plan->order_count;
    live->plan->load = from->plan->load;
    live->plan->load_count = from->plan->load_count;
}

static enum status build_beside(struct plan_live *live, const struct plan_live *from,
                                struct fault *fault)
{
    struct plan *plan = arena_alloc(live->arena, 1, sizeof *plan);
    struct model *model = arena_alloc(live->arena, 1, sizeof *model);
    if (!plan || !model)
        return live_full(fault);
    live->plan = plan;
    live->model = model;
    enum status status = model_build(live->plant, &live->crew, live->arena, model, fault);
    if (status != STATUS_OK)
        return status;
    *plan = (struct plan){.plant = live->plant,
                          .items = model->plan_items,
                          .item_count = model->item_count,
                          .model = model};
    borrow(live, from);
    return open_queue(live) ? part_messages(live, fault) : live_full(fault);
}

static enum status borrow_messages(struct plan_live *live, const struct plan_live *from,
                                   struct fault *fault)
{
    const size_t items = live->model->item_count;
    live->messages = arena_alloc(live->arena, items + 1, sizeof *live->messages);
    if (!live->messages)
        return live_full(fault);
    if (items > 0)
        memcpy(live->messages, from->messages, items * sizeof *live->messages);
    live->model->messages = from->model->messages; /* about the load */
    live->model->message_count = from->model->message_count;
    return open_messages(live, fault);
}

enum status live_open_beside(const struct plan_live *from, struct plant *other,
                             const uint32_t *items, uint32_t count, const struct crew *crew,
                             struct arena *arena, struct plan_live **out, struct fault *fault)
{
    struct plan_live *live = live_new(other, crew, arena);
    if (!live)
        return live_full(fault);
    enum status status = build_beside(live, from, fault);
    if (status == STATUS_OK)
        status = borrow_messages(live, from, fault);
    if (status == STATUS_OK)
        status = open_hands(live, fault);
    if (status != STATUS_OK)
        return status;
    for (uint32_t k = 0; k < count; k++) {
        live->marks[items[k]] |= MARK_PUSHES; /* its components may see it otherwise */
        live_mark(live, items[k]);
    }
    for (uint32_t i = 0; i < live->model->item_count; i++) {
        if (!live_same_messages(&live->facts[i], from->facts[i].rows, from->facts[i].count))
            live_mark(live, i);
    }
    live->opened_bytes = arena_used(arena);
    *out = live;
    return STATUS_OK;
}

/* ---- asking ---- */

const struct plan *live_plan(const struct plan_live *live)
{
    return live->plan;
}

const struct plan_message *live_messages(const struct plan_live *live, uint32_t item,
                                         uint32_t *count)
{
    *count = live->messages[item].count;
    return live->messages[item].rows;
}

bool live_message_changed(const struct plan_live *live, uint32_t item, uint32_t number)
{
    const struct written_messages *written = &live->written[item];
    ASSERT(number < live->messages[item].count);
    return written->kept &&
           (number >= written->list.count ||
            !same_message(&written->list.rows[number], &live->messages[item].rows[number]));
}

uint32_t live_messages_gone(const struct plan_live *live, uint32_t item)
{
    const struct written_messages *written = &live->written[item];
    const uint32_t count = live->messages[item].count;
    return written->kept && written->list.count > count ? written->list.count - count : 0;
}

enum status live_collect(struct plan_live *live, struct fault *fault)
{
    struct plan *plan = live->plan;
    if (live->collected)
        return STATUS_OK;
    pool_give(live->pool, (void *)(uintptr_t)plan->messages,
              plan->message_count * sizeof *plan->messages);
    plan->messages = NULL;
    plan->message_count = 0;
    if (live->message_total > UINT32_MAX)
        return live_full(fault);
    struct plan_message *rows =
        pool_take(live->pool, ((size_t)live->message_total + 1) * sizeof *rows);
    if (!rows)
        return live_full(fault);
    for (uint32_t i = 0; i < plan->item_count; i++) {
        const struct message_list *list = &live->messages[i];
        if (list->count > 0)
            memcpy(rows + plan->message_count, list->rows, list->count * sizeof *rows);
        plan->message_count += list->count;
    }
    ASSERT(plan->message_count == live->message_total);
    plan->messages = rows;
    live->collected = true;
    return STATUS_OK;
}

struct live_changes live_changed(const struct plan_live *live)
{
    return (struct live_changes){live->changed.rows, live->flags, live->changed.count};
}

enum status live_orders_changed(const struct plan_live *live, const uint32_t *items, uint32_t count,
                                struct arena *arena, struct plan_diff *diff, struct fault *fault)
{
    struct plan_item *before = arena_alloc(arena, (size_t)count + 1, sizeof *before);
    struct plan_item *after = arena_alloc(arena, (size_t)count + 1, sizeof *after);
    struct plan old = {.plant = live->plant, .items = before, .item_count = count};
    struct plan new = {.plant = live->plant, .items = after, .item_count = count};
    if (!before || !after)
        return live_full(fault);
    for (uint32_t k = 0; k < count; k++) {
        const struct written_orders *written = &live->model->written[items[k]];
        before[k] = after[k] = live->plan->items[items[k]];
        if (written->kept)
            before[k] =
                (struct plan_item){.orders = written->orders, .order_count = written->count};
        old.order_count += before[k].order_count;
        new.order_count += after[k].order_count;
    }
    return plan_diff_make(&old, &new, arena, diff, fault);
}

/* What is given back is far away, too. */
static void fetch_written(const struct plan_live *live, uint32_t k)
{
    const struct index_list *changed = &live->changed;
    if (k + 2 * WRITTEN_LEAD < changed->count) {
        const uint32_t item = changed->rows[k + 2 * WRITTEN_LEAD];
        __builtin_prefetch(&live->model->written[item], 1);
        __builtin_prefetch(&live->written[item], 1);
    }
    if (k + WRITTEN_LEAD < changed->count) {
        const uint32_t item = changed->rows[k + WRITTEN_LEAD];
        __builtin_prefetch(live->model->written[item].orders, 1);
        __builtin_prefetch(live->written[item].list.rows, 1);
    }
}

/* What one hand takes another may have been given: one that got less back than it takes would take
   fresh memory for ever. */
static struct pool *most_owed(const struct plan_live *live)
{
    struct pool *most = &live->hands[0].pool;
    for (uint32_t hand = 1; hand < live->crew.hands; hand++) {
        if (live->hands[hand].pool.owed > most->owed)
            most = &live->hands[hand].pool;
    }
    return most;
}

void live_written(struct plan_live *live)
{
    for (uint32_t k = 0; k < live->changed.count; k++) {
        const uint32_t item = live->changed.rows[k];
        fetch_written(live, k);
        struct pool *pool = most_owed(live);
        struct written_orders *written = &live->model->written[item];
        pool_give(pool, (void *)(uintptr_t)written->orders,
                  written->count * sizeof *written->orders);
        *written = (struct written_orders){0};
        pool_give(pool, live->written[item].list.rows,
                  live->written[item].list.count * sizeof(struct plan_message));
        live->written[item] = (struct written_messages){0};
        live->flags[item] = 0;
    }
    live->changed.count = 0;
}

bool live_is_worn(const struct plan_live *live)
{
    return arena_used(live->arena) > 2 * live->opened_bytes + WORN_BYTES;
}
