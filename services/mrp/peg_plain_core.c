#include "services/mrp/list_core.h"
#include "services/mrp/peg_work_core.h"

#include <string.h>

#define BLOCK_PEGS ((size_t)1 << 14) /* ten in an arena's block of huge pages */

struct peg_row *peg_room(struct peg_hand *hand, size_t count)
{
    if (!hand->block || count > hand->block_size - hand->block_used) {
        hand->block_size = count > BLOCK_PEGS ? count : BLOCK_PEGS;
        hand->block_used = 0;
        hand->block = arena_alloc(hand->net->arena, hand->block_size, sizeof *hand->block);
        if (!hand->block) {
            hand->block_size = 0;
            return NULL;
        }
    }
    struct peg_row *room = hand->block + hand->block_used;
    hand->block_used += count;
    return room;
}

void peg_room_back(struct peg_hand *hand, size_t count)
{
    ASSERT(count <= hand->block_used);
    hand->block_used -= count;
}

bool peg_serve(struct peg_hand *hand, uint32_t item)
{
    const struct model *model = hand->net->model;
    struct peg_item *kept = &hand->pegging->items[item];
    if (!(model->plan_items[item].flags & MODEL_HAS_BILL))
        return true;
    const size_t ordinals = (size_t)(model->event_end[item] - model->event_first[item]) +
                            model->plan_items[item].order_count;
    kept->served = arena_alloc(hand->net->arena, ordinals + 1, sizeof *kept->served);
    if (!kept->served)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    for (uint32_t k = 0; k < kept->row_count;) {
        const uint32_t supply = kept->rows[k].supply;
        struct peg_range range = {k, k};
        while (range.end < kept->row_count && kept->rows[range.end].supply == supply)
            range.end++;
        if (kept->supplies[supply].ordinal != NO_INDEX)
            kept->served[kept->supplies[supply].ordinal] = range;
        k = range.end;
    }
    return true;
}

static bool plain_events(const struct model *model, uint32_t item)
{
    for (uint32_t e = model->event_first[item]; e < model->event_end[item]; e++) {
        const struct event *event = &model->events[e];
        if (event->segment != 0 || event->kind == EVENT_SUPPLY ||
            (event->kind == EVENT_STOCK && date_given(model->plant->stocks[event->row].expiry)))
            return false;
    }
    return true;
}

/* Lines of whole numbers, one of each parent, parents ascending. */
static bool plain_edges(const struct model *model, uint32_t item)
{
    const uint32_t first = model->edge_first[item];
    for (uint32_t k = first; k < model->edge_first[item + 1]; k++) {
        const struct edge *edge = &model->edges[k];
        if (edge->whole == EDGE_NEVER)
            continue;
        if (edge->whole <= 0 || (k > first && edge[-1].parent >= edge->parent) ||
            (model->plan_items[edge->parent].flags &
             (MODEL_FIRM | MODEL_INDIVIDUAL | MODEL_PHANTOM)))
            return false;
    }
    return true;
}

bool peg_is_plain(const struct model *model, uint32_t item)
{
    return !(model->plan_items[item].flags & (MODEL_PHANTOM | MODEL_LINKED)) &&
           plain_events(model, item) && plain_edges(model, item);
}

/* Room for so many pieces more, in both halves. */
static bool piece_room(struct peg_hand *hand, size_t more)
{
    const size_t want = hand->piece_count + more;
    if (want <= hand->piece_capacity)
        return true;
    const size_t capacity = want * 2;
    struct peg_piece *pieces = capacity > UINT32_MAX / 2
                                   ? NULL
                                   : arena_alloc(hand->net->arena, capacity * 2, sizeof *pieces);
    if (!pieces)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    if (hand->piece_count > 0)
        memcpy(pieces, hand->pieces, hand->piece_count * sizeof *pieces);
    hand->pieces = pieces;
    hand->piece_capacity = (uint32_t)capacity;
    return true;
}

static void add_piece(struct peg_hand *hand, struct peg_piece piece)
{
    hand->day_first[piece.day + 1]++;
    net_touch(hand->net, piece.day);
    hand->pieces[hand->piece_count++] = piece;
}

static bool own_pieces(struct peg_hand *hand, uint32_t item)
{
    const struct model *model = hand->net->model;
    const uint32_t first = model->event_first[item];
    const uint32_t end = model->event_end[item];
    if (!piece_room(hand, end - first))
        return false;
    for (uint32_t e = first; e < end; e++) {
        const struct event *event = &model->events[e];
        if (event->qty == 0 || event->kind == EVENT_STOCK)
            continue;
        uint32_t top = peg_top_of_event(hand->pegging, event);
        add_piece(hand, (struct peg_piece){.qty = event->qty,
                                           .for_item = item,
                                           .top = top,
                                           .day = event->day,
                                           .priority = peg_priority(hand->pegging, top)});
    }
    return true;
}

/* A need divided among the pegs of the order that has it. */
struct division {
    const struct peg_row *rows; /* of the parent */
    struct peg_range served;
    int64_t need;
    int64_t good; /* of the order */
};

/* As parent_need of pegging_core.c does; a need that is so many times the order's good quantity,
   as nearly all are, takes no division. */
static void divide(struct peg_hand *hand, const struct division *of, struct peg_piece piece)
{
    const int64_t unit = hand->net->unit;
    const int64_t times = of->need % of->good == 0 ? of->need / of->good : 0;
    int64_t upto = 0;
    int64_t done = 0;
    for (uint32_t k = of->served.first; k < of->served.end; k++) {
        upto += of->rows[k].qty;
        int64_t share = times > 0 ? upto * times : (int64_t)((int128)of->need * upto / of->good);
        share -= share % unit;
        if (share <= done)
            continue;
        piece.qty = share - done;
        piece.top = of->rows[k].top;
        piece.priority = peg_priority(hand->pegging, piece.top);
        done = share;
        add_piece(hand, piece);
    }
    if (done == of->need)
        return;
    piece.qty = of->need - done;
    piece.top = NO_INDEX;
    piece.priority = INT32_MAX;
    add_piece(hand, piece);
}

static bool edge_pieces(struct peg_hand *hand, const struct edge *edge)
{
    const struct model *model = hand->net->model;
    const struct plan_item *parent = &model->plan_items[edge->parent];
    const struct peg_item *pegs = &hand->pegging->items[edge->parent];
    const uint32_t events = model->event_end[edge->parent] - model->event_first[edge->parent];
    if (edge->whole == EDGE_NEVER)
        return true;
    if (!piece_room(hand, (size_t)pegs->row_count + parent->order_count))
        return false;
    for (uint32_t k = 0; k < parent->order_count; k++) {
        const struct plan_order *order = &parent->orders[k];
        struct division of = {.rows = pegs->rows,
                              .need = order->start_qty.micro * edge->whole,
                              .good = order->qty.micro};
        if (order->start_day >= model->horizon || of.need == 0)
            continue;
        if (pegs->served)
            of.served = pegs->served[events + k];
        divide(hand, &of, (struct peg_piece){.for_item = edge->parent, .day = order->start_day});
    }
    return true;
}

/* Needs in the order of items, orders and tops. */
static bool make_pieces(struct peg_hand *hand, uint32_t item)
{
    const struct model *model = hand->net->model;
    uint32_t k = model->edge_first[item];
    const uint32_t end = model->edge_first[item + 1];
    hand->piece_count = 0;
    for (; k < end && model->edges[k].parent < item; k++) {
        if (!edge_pieces(hand, &model->edges[k]))
            return false;
    }
    if (!own_pieces(hand, item))
        return false;
    for (; k < end; k++) {
        if (!edge_pieces(hand, &model->edges[k]))
            return false;
    }
    return true;
}

/* Of one day the least priority first; few, and mostly in order. */
static void sort_by_priority(struct peg_piece *pieces, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct peg_piece piece = pieces[i];
        uint32_t to = i;
        for (; to > 0 && pieces[to - 1].priority > piece.priority; to--)
            pieces[to] = pieces[to - 1];
        pieces[to] = piece;
    }
}

/* By day, of one day as they were made; leaves day_first and the touched days clean. */
static const struct peg_piece *pieces_by_day(struct peg_hand *hand)
{
    struct net *net = hand->net;
    struct peg_piece *sorted = hand->pieces + hand->piece_capacity;
    uint32_t before = 0;
    for (int32_t word = 0; word <= net->model->horizon >> 6; word++) {
        for (uint64_t bits = net->touched[word]; bits != 0; bits &= bits - 1) {
            uint32_t *count = &hand->day_first[word * 64 + __builtin_ctzll(bits) + 1];
            uint32_t here = *count;
            *count = before;
            before += here;
        }
    }
    for (uint32_t k = 0; k < hand->piece_count; k++)
        sorted[hand->day_first[hand->pieces[k].day + 1]++] = hand->pieces[k];
    uint32_t first = 0;
    for (int32_t word = 0; word <= net->model->horizon >> 6; word++) {
        for (uint64_t bits = net->touched[word]; bits != 0; bits &= bits - 1) {
            uint32_t *end = &hand->day_first[word * 64 + __builtin_ctzll(bits) + 1];
            if (hand->pegging->priorities)
                sort_by_priority(sorted + first, *end - first);
            first = *end;
            *end = 0;
        }
        net->touched[word] = 0;
    }
    return sorted;
}

/* Stock, then orders: both come in the order of their days. */
static struct peg_source *plain_supplies(struct peg_hand *hand, uint32_t item, uint32_t *count)
{
    const struct model *model = hand->net->model;
    const uint32_t first = model->event_first[item];
    const uint32_t events = model->event_end[item] - first;
    const struct plan_item *row = &model->plan_items[item];
    struct peg_source *supplies =
        arena_alloc(hand->net->arena, (size_t)events + row->order_count, sizeof *supplies);
    *count = 0;
    for (uint32_t e = first; supplies && e < first + events; e++) {
        const struct event *event = &model->events[e];
        if (event->kind == EVENT_STOCK && event->qty > 0)
            supplies[(*count)++] =
                (struct peg_source){.qty = event->qty,
                                    .reference = model->plant->stocks[event->row].lot,
                                    .ordinal = NO_INDEX,
                                    .kind = PEG_STOCK};
    }
    for (uint32_t k = 0; supplies && k < row->order_count; k++)
        supplies[(*count)++] = (struct peg_source){.qty = row->orders[k].qty.micro,
                                                   .due_day = row->orders[k].due_day,
                                                   .ordinal = events + k,
                                                   .kind = PEG_PLANNED};
    return supplies;
}

/* First in first out. */
static bool match(struct peg_hand *hand, struct peg_item *item, uint32_t supply_count)
{
    const uint32_t need_count = hand->piece_count;
    const struct peg_piece *needs = pieces_by_day(hand);
    const size_t most = (size_t)need_count + supply_count;
    struct peg_row *rows = peg_room(hand, most);
    if (!rows)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    uint32_t count = 0;
    uint32_t n = 0;
    int64_t open = need_count > 0 ? needs[0].qty : 0;
    for (uint32_t s = 0; s < supply_count && n < need_count; s++) {
        for (int64_t left = item->supplies[s].qty; left > 0 && n < need_count;) {
            int64_t qty = left < open ? left : open;
            rows[count++] = (struct peg_row){.qty = qty,
                                             .supply = s,
                                             .for_item = needs[n].for_item,
                                             .top = needs[n].top,
                                             .for_day = needs[n].day};
            left -= qty;
            open -= qty;
            if (open == 0 && ++n < need_count)
                open = needs[n].qty;
        }
    }
    peg_room_back(hand, most - count);
    item->rows = rows;
    item->row_count = count;
    return true;
}

bool peg_plain(struct peg_hand *hand, uint32_t item)
{
    struct peg_item *kept = &hand->pegging->items[item];
    uint32_t supply_count;
    hand->net->item = item;
    hand->net->unit = model_unit(hand->net->model, item);
    if (!make_pieces(hand, item))
        return false;
    kept->supplies = plain_supplies(hand, item, &supply_count);
    if (!kept->supplies)
        return net_fail(hand->net, STATUS_LIMIT, "pegging");
    return match(hand, kept, supply_count) && peg_serve(hand, item);
}
