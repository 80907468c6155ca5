#ifndef MILLRACE_MRP_PLAN_ROWS_H
#define MILLRACE_MRP_PLAN_ROWS_H

#include "services/mrp/live_core.h"
#include "services/mrp/plan_write_store.h"

/*
 * A plan as rows of planned_order and plan_message.
 *
 * A suggestion is known by what it is for, so that it keeps its id while its need stays: item,
 * need day, ordinal among the orders of that day, and segment if there is one:
 * "FRAME@2026-01-31#1~S7".  Its content hash covers every other column.
 *
 * How it is known which of an item's rows differ from those written: by the numbers of these
 * (plan_numbers_core.h), by the plan that has both (live_core.h), or not; then the piece has all.
 *
 * In a flood each step changes messages of most items that move.  Their numbers are not written
 * each time, but once that they are unknown: a plan made anew reads such items back.
 */
struct rows_asked {
    const uint32_t *items;
    size_t count;
    const struct text *written; /* of each item, or NULL */
    const uint8_t *flags;       /* of live_changed: the plan knows of messages, */
    bool known;                 /* and of orders */
    const uint8_t *owed; /* by item: its numbers are said to be unknown already, and stay so */
    bool unknown;        /* in a flood: those of the others are said to be */
};

enum status plan_rows_piece(const struct plan_live *live, const struct rows_asked *asked,
                            struct arena *arena, struct plan_piece *piece,
                            struct fault *fault) MUST_CHECK;

/* A piece of nothing but the numbers of some items. */
enum status plan_rows_numbers(const struct plan_live *live, const uint32_t *items, size_t count,
                              struct arena *arena, struct plan_piece *piece,
                              struct fault *fault) MUST_CHECK;

/* The row of one planned order: its place among the item's orders.  False: the arena is full. */
bool plan_rows_order(const struct plan *plan, uint32_t item, uint32_t order, struct arena *arena,
                     struct planned_order *row) MUST_CHECK;

/* The row of one message, without its number.  False: the arena is full. */
bool plan_rows_message(const struct plan *plan, const struct plan_message *message,
                       struct arena *arena, struct planner_message *row) MUST_CHECK;

/* The item and place of the order with this id; false: the plan has none. */
bool plan_rows_find(const struct plan *plan, struct text id, uint32_t *item,
                    uint32_t *order) MUST_CHECK;

#endif
