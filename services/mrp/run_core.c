#include "services/mrp/run_core.h"

#include <string.h>

#define PIECE_ITEMS_MAX 256 /* items that a hand takes at once */
#define PIECES_A_HAND   8   /* of a level with few items */

static enum status no_memory(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

/* The substitutes of a bill look at each other through a second set of working memory. */
static enum status open_peer(struct net *net, struct fault *fault)
{
    if (!net->model->links)
        return STATUS_OK;
    net->peer = arena_alloc(net->arena, 1, sizeof *net->peer);
    if (!net->peer)
        return no_memory(fault);
    return net_init(net->peer, net->model, net->arena, fault);
}

enum status run_init(struct run *run, struct fault *fault)
{
    const uint32_t hands = run->crew->hands;
    run->hands = arena_alloc(run->arena, hands, sizeof *run->hands);
    if (!run->hands)
        return no_memory(fault);
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < hands && status == STATUS_OK; k++) {
        struct run_hand *hand = &run->hands[k];
        hand->arena = k == 0 ? run->arena : arena_branch(run->arena, SIZE_MAX);
        if (!hand->arena)
            return no_memory(fault);
        status = net_init(&hand->net, run->model, hand->arena, fault);
        if (status == STATUS_OK)
            status = open_peer(&hand->net, fault);
        hand->net.fault = &hand->fault;
    }
    return status;
}

static void fetch_rows(const struct run_hand *hand, uint32_t item)
{
    gather_ahead(hand->net.model, item);
}

static void fetch_orders(const struct run_hand *hand, uint32_t item)
{
    gather_ahead_orders(hand->net.model, item);
}

const struct run_stage run_stages[RUN_STAGES] = {{AHEAD_ROWS, fetch_rows},
                                                 {AHEAD_ORDERS, fetch_orders}};

/* None behind the piece: another hand may write that item meanwhile. */
static void fetch_ahead(const struct run *run, const struct run_hand *hand, uint32_t k,
                        uint32_t end)
{
    for (uint32_t s = 0; s < run->stage_count; s++) {
        const struct run_stage *stage = &run->stages[s];
        if (k + stage->lead < end)
            stage->fetch(hand, run->list[k + stage->lead]);
    }
}

/* The first items of a piece: nobody has fetched them. */
static void fetch_first(const struct run *run, const struct run_hand *hand, uint32_t first,
                        uint32_t end)
{
    for (uint32_t s = 0; s < run->stage_count; s++) {
        const struct run_stage *stage = &run->stages[s];
        for (uint32_t k = first; k < first + stage->lead && k < end; k++)
            stage->fetch(hand, run->list[k]);
    }
}

static void lower(uint32_t *least, uint32_t value)
{
    uint32_t now = __atomic_load_n(least, __ATOMIC_RELAXED);
    while (value < now && !__atomic_compare_exchange_n(least, &now, value, true, __ATOMIC_RELAXED,
                                                       __ATOMIC_RELAXED))
        continue;
}

/* Pieces are taken in ascending order: when one fails, those before it are done or in work. */
static void net_pieces(void *context, uint32_t number)
{
    struct run *run = context;
    struct run_hand *hand = &run->hands[number];
    uint32_t piece;
    while (hand->fault.status == STATUS_OK && crew_take(&run->job, &piece) &&
           piece < __atomic_load_n(&run->failed, __ATOMIC_RELAXED)) {
        uint32_t k = run->first + piece * run->piece_items;
        uint32_t end = run->end - k < run->piece_items ? run->end : k + run->piece_items;
        enum status status = STATUS_OK;
        fetch_first(run, hand, k, end);
        for (; k < end && status == STATUS_OK; k++) {
            fetch_ahead(run, hand, k, end);
            status = run->item(hand, run->list[k]);
        }
        if (status == STATUS_OK)
            continue;
        lower(&run->failed, piece);
        hand->failed_piece = piece;
    }
}

static enum status first_fault(const struct run *run, struct fault *fault)
{
    for (uint32_t k = 0; k < run->crew->hands; k++) {
        const struct run_hand *hand = &run->hands[k];
        if (hand->fault.status == STATUS_OK || hand->failed_piece != run->failed)
            continue;
        *fault = hand->fault;
        return fault->status;
    }
    ASSERT(run->failed == NO_INDEX);
    return STATUS_OK;
}

static enum status run_level(struct run *run, struct fault *fault)
{
    const uint32_t items = run->end - run->first;
    const uint32_t fair = items / (run->crew->hands * PIECES_A_HAND) + 1;
    run->piece_items = fair < PIECE_ITEMS_MAX ? fair : PIECE_ITEMS_MAX;
    run->job = (struct crew_job){.count = (items + run->piece_items - 1) / run->piece_items};
    run->failed = NO_INDEX;
    if (!run->stages) {
        run->stages = run_stages;
        run->stage_count = RUN_STAGES;
    }
    if (crew_shares(run->crew, items))
        run->crew->run(run->crew, net_pieces, run);
    else
        net_pieces(run, 0);
    return first_fault(run, fault);
}

enum status run_levels(struct run *run, struct fault *fault)
{
    const struct model *model = run->model;
    enum status status = STATUS_OK;
    run->list = model->sequence;
    for (run->first = 0; run->first < model->item_count && status == STATUS_OK;
         run->first = run->end) {
        const uint16_t level = model->items[model->sequence[run->first]].level;
        run->end = run->first;
        while (run->end < model->item_count &&
               model->items[model->sequence[run->end]].level == level)
            run->end++;
        status = run_level(run, fault);
    }
    return status;
}

enum status run_items(struct run *run, const uint32_t *items, uint32_t count, struct fault *fault)
{
    run->list = items;
    run->first = 0;
    run->end = count;
    return run_level(run, fault);
}

/* One item's messages, in the arena of the hand that nets it. */
static enum status note_item(struct run_hand *hand, uint32_t item)
{
    struct net *net = &hand->net;
    struct message_list *list = (struct message_list *)hand->context + item;
    enum status status = net_item(net, item);
    if (status != STATUS_OK || !message_complete(net))
        return hand->fault.status;
    if (net->message_count == 0)
        return STATUS_OK;
    list->rows = arena_alloc(hand->arena, net->message_count, sizeof *list->rows);
    list->count = net->message_count;
    if (!list->rows)
        return no_memory(&hand->fault);
    memcpy(list->rows, net->messages, net->message_count * sizeof *list->rows);
    return STATUS_OK;
}

enum status run_messages(struct model *model, const struct crew *crew, struct arena *arena,
                         struct message_list **lists, struct fault *fault)
{
    struct run run = {.model = model, .crew = crew, .arena = arena};
    *lists = arena_alloc(arena, (size_t)model->item_count + 1, sizeof **lists);
    if (!*lists)
        return no_memory(fault);
    enum status status = run_init(&run, fault);
    if (status != STATUS_OK)
        return status;
    run.item = note_item;
    for (uint32_t k = 0; k < crew->hands; k++) {
        run.hands[k].context = *lists;
        run.hands[k].net.want_messages = true;
    }
    return run_levels(&run, fault);
}
