#include "services/mrp/list_core.h"
#include "services/mrp/live_state_core.h"
#include "services/mrp/load_core.h"

#include <string.h>

#define CACHE_LINE 64
#define NEAR_BYTES 1024 /* of a list, at most: longer ones are read in sequence */
#define WORN_BYTES ((size_t)64 * 1024 * 1024) /* beyond twice of what a plan took at first */

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
    live->queue[place / 64] |= (uint64_t)1 << (place % 64);
    live->queue_words[place / 4096] |= (uint64_t)1 << (place / 64 % 64);
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

static enum status flag_changed(struct plan_live *live, uint32_t item, uint8_t flag,
                                struct fault *fault)
{
    if (live->flags[item] == 0 && !live_add(live, &live->changed, item))
        return live_full(fault);
    live->flags[item] |= flag;
    return STATUS_OK;
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

bool live_keep_messages(struct plan_live *live, struct message_list *list,
                        const struct plan_message *rows, uint32_t count)
{
    pool_give(&live->pool, list->rows, list->count * sizeof *rows);
    *list = (struct message_list){.count = count};
    if (count == 0)
        return true;
    list->rows = pool_take(&live->pool, count * sizeof *rows);
    if (list->rows)
        memcpy(list->rows, rows, count * sizeof *rows);
    return list->rows != NULL;
}

/* Of the item just netted with messages. */
static enum status keep_messages(struct plan_live *live, struct net *net, struct fault *fault)
{
    struct message_list *list = &live->messages[net->item];
    if (!message_complete(net))
        return net->fault->status;
    if (live_same_messages(list, net->messages, net->message_count))
        return STATUS_OK;
    live->message_total += (uint64_t)net->message_count - list->count;
    struct written_messages *written = &live->written[net->item];
    if (!written->kept) {
        *written = (struct written_messages){*list, true};
        *list = (struct message_list){0};
    }
    if (!live_keep_messages(live, list, net->messages, net->message_count))
        return live_full(fault);
    live->collected = false;
    return flag_changed(live, net->item, LIVE_MESSAGES, fault);
}

/* ---- netting ---- */

static bool has_load(const struct plan_live *live, uint32_t item)
{
    return live->model->items[item].route != NO_INDEX && live->plant->work_centers_count > 0;
}

/* What the item's components and work centres see of it has changed. */
static enum status push(struct plan_live *live, uint32_t item, struct fault *fault)
{
    const struct model *model = live->model;
    for (uint32_t c = model->child_first[item]; c < model->child_first[item + 1]; c++)
        live_mark(live, model->children[c]);
    live->load_stale = live->load_stale || has_load(live, item);
    return flag_changed(live, item, LIVE_ORDERS, fault);
}

static enum status settle_one(struct plan_live *live, uint32_t item, struct fault *fault)
{
    struct run_hand *hand = &live->run.hands[0];
    hand->net.moved = false;
    hand->net.want_messages = true;
    enum status status = run_plan_item(hand, item);
    if (status == STATUS_OK)
        status = keep_messages(live, &hand->net, fault);
    else
        *fault = hand->fault;
    if (status == STATUS_OK && (hand->net.moved || (live->marks[item] & MARK_PUSHES)))
        status = push(live, item, fault);
    live->marks[item] &= (uint8_t)~MARK_PUSHES;
    return status;
}

/* A linked set takes from each other first; its messages come from netting each once more, as a
   view does. */
static enum status settle_set(struct plan_live *live, uint32_t first, struct fault *fault)
{
    const struct model *model = live->model;
    struct run_hand *hand = &live->run.hands[0];
    struct net *net = &live->view->net;
    hand->net.moved = false;
    hand->net.want_messages = false;
    enum status status = run_plan_item(hand, first);
    if (status != STATUS_OK)
        *fault = hand->fault;
    net->fault = fault;
    net->want_messages = true;
    for (uint32_t i = first; i != NO_INDEX && status == STATUS_OK; i = model->link_next[i]) {
        status = net_item(net, i);
        if (status == STATUS_OK)
            status = keep_messages(live, net, fault);
        if (status == STATUS_OK && (hand->net.moved || (live->marks[i] & MARK_PUSHES)))
            status = push(live, i, fault);
        live->marks[i] &= (uint8_t)~MARK_PUSHES;
    }
    return status;
}

/* ---- bringing near ---- */

/*
 * Items of a change lie anywhere in memory, and half of netting one would be waiting for it: what
 * an item reads is fetched while those before it in the queue are netted.  Each stage reads what
 * the one before has fetched.
 */
enum { STAGE_ITEM, STAGE_ROWS, STAGE_PARENTS, STAGE_ORDERS, STAGES };

#define STAGE_LEAD 6  /* items from one stage to the next */
#define NEAR_ITEMS 32 /* a power of two above STAGE_LEAD x STAGES */

/* A place in the queue that runs ahead of the one in work: a hint, as marks may come behind it. */
struct ahead {
    uint32_t word;
    uint32_t count; /* of places passed */
    uint64_t bits;
    uint32_t items[NEAR_ITEMS]; /* the last of them */
};

static void fetch_bytes(const void *begin, size_t bytes)
{
    for (size_t at = 0; at < bytes && at < NEAR_BYTES; at += CACHE_LINE)
        __builtin_prefetch((const char *)begin + at);
}

static void fetch_item(const struct plan_live *live, uint32_t item)
{
    const struct model *model = live->model;
    __builtin_prefetch(&model->items[item]);
    __builtin_prefetch(&model->edge_first[item]);
    __builtin_prefetch(&model->event_first[item]);
    __builtin_prefetch(&model->event_end[item]);
    __builtin_prefetch(&model->plan_items[item], 1);
    __builtin_prefetch(&model->plant->items[item]);
    __builtin_prefetch(&model->child_first[item]);
    __builtin_prefetch(&live->messages[item], 1);
    __builtin_prefetch(&live->facts[item]);
    __builtin_prefetch(&live->marks[item], 1);
    __builtin_prefetch(&live->flags[item], 1);
}

static void fetch_rows(const struct plan_live *live, uint32_t item)
{
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

static void fetch(const struct plan_live *live, int stage, uint32_t item)
{
    if (stage == STAGE_ITEM)
        fetch_item(live, item);
    else if (stage == STAGE_ROWS)
        fetch_rows(live, item);
    else if (stage == STAGE_PARENTS)
        gather_ahead(live->model, item);
    else
        gather_ahead_orders(live->model, item);
}

/* The next item of the queue enters the first stage, and others the one behind theirs. */
static void step_ahead(const struct plan_live *live, struct ahead *ahead)
{
    const struct model *model = live->model;
    if (ahead->bits == 0 && next_word(live, ahead->word + 1, &ahead->word))
        ahead->bits = live->queue[ahead->word];
    ahead->items[ahead->count % NEAR_ITEMS] = NO_INDEX;
    if (ahead->bits != 0) {
        const uint32_t bit = (uint32_t)__builtin_ctzll(ahead->bits);
        ahead->bits &= ahead->bits - 1;
        ahead->items[ahead->count % NEAR_ITEMS] = model->sequence[ahead->word * 64 + bit];
    }
    for (uint32_t stage = 0; stage < STAGES && stage * STAGE_LEAD <= ahead->count; stage++) {
        const uint32_t item = ahead->items[(ahead->count - stage * STAGE_LEAD) % NEAR_ITEMS];
        if (item != NO_INDEX)
            fetch(live, (int)stage, item);
    }
    ahead->count++;
}

/* Marks come behind the place in work only: components stand below their parents. */
static enum status settle_queue(struct plan_live *live, struct live_sum *sum, struct fault *fault)
{
    const struct model *model = live->model;
    struct ahead ahead = {0};
    enum status status = STATUS_OK;
    uint32_t word = 0;
    if (next_word(live, 0, &ahead.word))
        ahead.bits = live->queue[ahead.word];
    for (int k = 0; k < STAGES * STAGE_LEAD; k++)
        step_ahead(live, &ahead);
    while (status == STATUS_OK && next_word(live, word, &word)) {
        while (live->queue[word] != 0 && status == STATUS_OK) {
            const uint32_t bit = (uint32_t)__builtin_ctzll(live->queue[word]);
            const uint32_t item = model->sequence[word * 64 + bit];
            live->queue[word] &= live->queue[word] - 1;
            step_ahead(live, &ahead);
            status = model->plan_items[item].flags & MODEL_LINKED ? settle_set(live, item, fault)
                                                                  : settle_one(live, item, fault);
            sum->netted++;
        }
        if (live->queue[word] == 0)
            live->queue_words[word / 64] &= ~((uint64_t)1 << (word % 64));
    }
    return status;
}

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
    const uint64_t orders = live->store.order_count;
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
    live->plan->order_count += live->store.order_count - orders;
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
    live->marks = arena_alloc(live->arena, items, sizeof *live->marks);
    live->flags = arena_alloc(live->arena, items, sizeof *live->flags);
    live->scratch = arena_branch(live->arena, SIZE_MAX);
    live->loads[0] = arena_branch(live->arena, SIZE_MAX);
    live->loads[1] = arena_branch(live->arena, SIZE_MAX);
    if (!live->position || !live->queue || !live->queue_words || !live->marks || !live->flags ||
        !live->scratch || !live->loads[0] || !live->loads[1])
        return false;
    for (uint32_t k = 0; k < model->item_count; k++)
        live->position[model->sequence[k]] = k;
    for (uint32_t i = 0; model->links && i < model->item_count; i++)
        live->position[i] = live->position[model->links[i]];
    return true;
}

static enum status open_hands(struct plan_live *live, struct fault *fault)
{
    live->run = (struct run){.model = live->model, .crew = &crew_alone, .arena = live->arena};
    enum status status = run_init(&live->run, fault);
    if (status == STATUS_OK)
        status = plan_view_open(live->plan, live->arena, &live->view, fault);
    if (status != STATUS_OK)
        return status;
    live->run.hands[0].context = &live->store;
    live->run.hands[0].net.planning = true;
    live->pool.arena = live->arena;
    live->model->pool = &live->pool;
    live->model->written =
        arena_alloc(live->arena, (size_t)live->model->item_count + 1, sizeof *live->model->written);
    return live->model->written ? STATUS_OK : live_full(fault);
}

enum status live_open(struct plant *plant, const struct crew *crew, struct arena *arena,
                      struct plan_live **out, struct fault *fault)
{
    struct plan_live *live = arena_alloc(arena, 1, sizeof *live);
    if (!live)
        return live_full(fault);
    live->plant = plant;
    live->arena = arena;
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
    pool_give(&live->pool, (void *)(uintptr_t)plan->messages,
              plan->message_count * sizeof *plan->messages);
    plan->messages = NULL;
    plan->message_count = 0;
    if (live->message_total > UINT32_MAX)
        return live_full(fault);
    struct plan_message *rows =
        pool_take(&live->pool, ((size_t)live->message_total + 1) * sizeof *rows);
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

void live_written(struct plan_live *live)
{
    for (uint32_t k = 0; k < live->changed.count; k++) {
        const uint32_t item = live->changed.rows[k];
        struct written_orders *written = &live->model->written[item];
        pool_give(&live->pool, (void *)(uintptr_t)written->orders,
                  written->count * sizeof *written->orders);
        *written = (struct written_orders){0};
        pool_give(&live->pool, live->written[item].list.rows,
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
