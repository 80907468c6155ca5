#ifndef MILLRACE_MRP_PLAN_NUMBERS_CORE_H
#define MILLRACE_MRP_PLAN_NUMBERS_CORE_H

#include "services/mrp/live_core.h"

/*
 * What the rows of a plan say, as numbers: rows that say something else have other numbers but by
 * chance in 2^64.  They stand in plan_item beside the rows, so that a plan made anew knows which of
 * its rows differ from what is written and reads none of them back.
 *
 * An item's digest is of all its rows; it is made often, and what suppliers' rows say is worked out
 * once, in `sources` of so many places, zeroed, or each time without.
 */
int64_t plan_numbers_digest(const struct plan_live *live, uint32_t item, uint64_t *sources);

/* Of each of its orders the need day and a number, and of each message a number.  Without bytes
   where an order is of a segment: its key is more than a day.  False: the arena is full. */
bool plan_numbers_of(const struct plan_live *live, uint32_t item, struct arena *arena,
                     struct text *written) MUST_CHECK;

/* Are they known, and are none of the item's orders of a segment now? */
bool plan_numbers_known(const struct plan_live *live, uint32_t item, struct text written);

/* Like live_orders_changed, compared with what was written of the items, of each known.  Of
   what went `before` has only the need day. */
enum status plan_numbers_changed(const struct plan_live *live, const uint32_t *items,
                                 const struct text *written, uint32_t count, struct arena *arena,
                                 struct plan_diff *diff) MUST_CHECK;

/* Like live_message_changed and live_messages_gone. */
bool plan_numbers_message_changed(const struct plan_live *live, uint32_t item, uint32_t number,
                                  struct text written);
uint32_t plan_numbers_messages_gone(const struct plan_live *live, uint32_t item,
                                    struct text written);

uint64_t plan_numbers_mix(uint64_t hash, uint64_t value);

#endif
