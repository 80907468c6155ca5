#ifndef MILLRACE_MRP_PEG_WORK_CORE_H
#define MILLRACE_MRP_PEG_WORK_CORE_H

#include "services/mrp/pegging_core.h"
#include "services/mrp/run_core.h"

/*
 * Inside of pegging.  A top is a row of plant->demands, or plant->demands_count plus a row of
 * plant->order_components: what a released order waits for; NO_INDEX: nobody asked for it.
 *
 * Pegs of one supply stand together in their item's rows, because supplies are used up one after
 * the other: what an order serves is a range of its item's pegs, and nothing else is kept for the
 * level below.
 */

struct peg_row {
    int64_t qty;
    uint32_t supply; /* of the item's sources */
    uint32_t for_item;
    uint32_t top;
    int32_t for_day;
};

struct peg_source {
    int64_t qty;
    int32_t due_day;
    uint32_t reference;
    uint32_t segment;
    uint32_t ordinal; /* of an event or order of the item; NO_INDEX: stock and by-products */
    uint8_t kind;     /* enum peg_supply */
    uint8_t spare[7];
};

struct peg_range {
    uint32_t first;
    uint32_t end;
};

struct peg_item {
    struct peg_row *rows;
    struct peg_source *supplies;
    struct peg_range *served; /* pegs by ordinal: events first, then orders; NULL without a bill */
    uint32_t row_count;
    uint32_t spare;
};

struct pegging {
    const struct plan *plan;
    struct peg_item *items;
    bool priorities; /* some demand has one */
};

/* A supply while it is matched. */
struct peg_supply_row {
    int64_t qty;
    int64_t left;
    int32_t day;
    int32_t last_day; /* of a lot that expires */
    int32_t due_day;  /* as the receipt or order says */
    uint32_t reference;
    uint32_t segment;
    uint32_t ordinal;
    uint32_t sequence;
    uint8_t kind; /* enum peg_supply */
    uint8_t spare[3];
};

/* A piece of a need with one top. */
struct need_row {
    int64_t qty;
    int32_t day;
    int32_t priority;
    uint32_t for_item;
    uint32_t order;
    uint32_t sequence; /* of the piece in its order */
    uint32_t top;
};

/* The same of a plain item, where the order of making is the order of matching. */
struct peg_piece {
    int64_t qty;
    uint32_t for_item;
    uint32_t top;
    int32_t day;
    int32_t priority;
};

/* What one hand works with. */
struct peg_hand {
    struct pegging *pegging;
    struct net *net;
    struct peg_supply_row *supplies; /* of a segment */
    uint32_t supply_count;
    uint32_t supply_capacity;
    struct need_row *needs; /* of a segment */
    uint32_t need_count;
    uint32_t need_capacity;
    struct peg_supply_row *kept; /* supplies of the item */
    uint32_t kept_count;
    uint32_t kept_capacity;
    struct peg_row *pegs; /* of the item */
    uint32_t peg_count;
    uint32_t peg_capacity;

    struct peg_piece *pieces; /* two halves: as made, and by day */
    uint32_t piece_count;
    uint32_t piece_capacity;
    uint32_t *day_first;   /* [horizon + 1], zero between items */
    struct peg_row *block; /* room for pegs to keep */
    size_t block_used;
    size_t block_size;
};

static inline uint32_t peg_top_of_event(const struct pegging *pegging, const struct event *event)
{
    return event->kind == EVENT_COMPONENT ? pegging->plan->plant->demands_count + event->row
                                          : event->row;
}

/* 1 first; INT32_MAX without one. */
static inline int32_t peg_priority(const struct pegging *pegging, uint32_t top)
{
    const struct plant *plant = pegging->plan->plant;
    if (!pegging->priorities || top >= plant->demands_count ||
        !days_given(plant->demands[top].priority))
        return INT32_MAX;
    return plant->demands[top].priority;
}

/* Room for so many pegs in the hand's arena, NULL when it is full; what was not used may be given
   back right away. */
struct peg_row *peg_room(struct peg_hand *hand, size_t count) MUST_CHECK;
void peg_room_back(struct peg_hand *hand, size_t count);

/* What each ordinal of an item with a bill serves, from its pegs. */
bool peg_serve(struct peg_hand *hand, uint32_t item) MUST_CHECK;

/*
 * A plain item: no segments, receipts, expiry, substitutes or phantoms about it, and its parents'
 * orders need whole numbers on their start days.  Its needs come in their order but for the days,
 * which a counting sort puts right; its supplies are stock, then orders.
 */
bool peg_is_plain(const struct model *model, uint32_t item);
bool peg_plain(struct peg_hand *hand, uint32_t item) MUST_CHECK;

#endif
