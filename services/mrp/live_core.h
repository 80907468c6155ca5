#ifndef MILLRACE_MRP_LIVE_CORE_H
#define MILLRACE_MRP_LIVE_CORE_H

#include "services/mrp/plan_core.h"
#include "services/mrp/plan_diff_core.h"

/*
 * A plan that lives on: the facts of some items change, and what follows from them is netted once
 * more, nothing else [net change: Orlicky, "Material requirements planning", ch. 5].
 *
 *     status = live_open(plant, crew, arena, &live, &fault);            plans everything
 *     status = live_change(live, &facts, &fault);  ... for each item    replaces an item's facts
 *     status = live_settle(live, &sum, &fault);                         the plan holds again
 *     for (uint32_t k = 0; k < live_changed(live)->count; k++) ...      what is to be written
 *     live_written(live);
 *
 * After live_settle the plan equals the one that plan_run makes of the same facts, row for row, its
 * messages and its load included.  An item is netted by the same net_item as in a full run.
 *
 * Why that is all: netting an item reads
 *   - its own facts: stock, receipts, demands, forecasts and components, by live_change;
 *   - the orders, passes through phantoms and open supply of its parents: whoever's change, or
 *     other place among the parent's facts, marks its components, and these come later in the
 *     sequence of levels;
 *   - linked substitutes: a linked set is netted whole when one of it is marked;
 *   - master data, which a living plan does not change: live_open again.
 * An item's messages beyond netting's read
 *   - the order that a component need names (its start, item): live_change marks those who name it;
 *   - whether anybody asks for its segments: counted, and when the answer changes those who offer
 *     the segment are marked;
 *   - the load of its work centres: made again when an item with a route changed, and those whose
 *     overload messages differ are netted once more.
 * Quotas, lot rules and alternatives by lot range depend on the item's own orders only.
 *
 * Of each level the items to be netted are shared among the crew, as in a full run; what a hand
 * writes is of the item in its hands, and the rest is put together when the level is done, so that
 * the plan is the same whoever nets what.
 *
 * After an error the plan is of no use: live_open again.  Days do not move: a new day is a new
 * live_open.
 */
struct plan_live;

/* The crew is copied.  The plant is the plan's from now on: its arrays of stocks, demands, supplies
   and order components change place, and rows without quantity mark what is gone.  All else lives
   in the arena. */
enum status live_open(struct plant *plant, const struct crew *crew, struct arena *arena,
                      struct plan_live **out, struct fault *fault) MUST_CHECK;

/*
 * The plan of a plant that differs from the living plan's in a few facts, master data included: a
 * what-if.  Of `other` items, texts and days have the same numbers, and rows of suppliers and bill
 * lines the same places, more behind them.  `items` are those whose own facts differ: what they
 * need, have, cost and take, their suppliers and the lines of their bill.  Nothing is planned yet:
 * live_settle nets these items and what follows, and live_changed then says what differs.
 *
 * The living plan stays as it is, and must until the other is no longer needed: orders of items
 * that do not change are shared.  The other takes no further changes of facts.
 */
enum status live_open_beside(const struct plan_live *from, struct plant *other,
                             const uint32_t *items, uint32_t count, const struct crew *crew,
                             struct arena *arena, struct plan_live **out,
                             struct fault *fault) MUST_CHECK;

/* All facts of one item; the rows' item is `item`, their texts are numbers of the plant's. */
struct live_facts {
    uint32_t item;
    uint32_t stock_count;
    uint32_t demand_count;
    uint32_t supply_count;
    uint32_t component_count;
    const struct stock *stocks;
    const struct demand *demands;
    const struct supply *supplies;
    const struct order_component *components;
};

enum status live_change(struct plan_live *live, const struct live_facts *facts,
                        struct fault *fault) MUST_CHECK;

/* The items with component needs for an order: whom its event touches beside those that the
   database knows by now.  The reference is a text of the plant; rows stay until the next call. */
enum status live_components_of(struct plan_live *live, uint32_t reference, const uint32_t **items,
                               uint32_t *count, struct fault *fault) MUST_CHECK;

struct live_sum {
    uint32_t netted; /* items */
    uint32_t changed;
};

enum status live_settle(struct plan_live *live, struct live_sum *sum,
                        struct fault *fault) MUST_CHECK;

/* As plan_run gives it but for plan->messages: see live_messages.  Good until the next change. */
const struct plan *live_plan(const struct plan_live *live);

/* The messages of one item, sorted as plan_view_messages does. */
const struct plan_message *live_messages(const struct plan_live *live, uint32_t item,
                                         uint32_t *count);

/* Is this message of an item another than its message of that place at the last live_written, and
   how many has it fewer than then? */
bool live_message_changed(const struct plan_live *live, uint32_t item, uint32_t number);
uint32_t live_messages_gone(const struct plan_live *live, uint32_t item);

/* plan->messages filled as plan_run does; in the plan's memory, until the next settle. */
enum status live_collect(struct plan_live *live, struct fault *fault) MUST_CHECK;

/* Items whose orders or messages differ from what they were at the last live_written, ascending in
   no order.  Right after live_open none: everything is to be compared then. */
#define LIVE_ORDERS   1u
#define LIVE_MESSAGES 2u
#define LIVE_TOUCHED  4u /* its facts were replaced by live_change, even by the same */
#define LIVE_LISTED   8u /* the list has the item */

struct live_changes {
    const uint32_t *items;
    const uint8_t *flags; /* LIVE_..., by item */
    uint32_t count;
};

struct live_changes live_changed(const struct plan_live *live);

/* Of some items the difference of their orders to what they were at the last live_written;
   before_item and after_item are places in the list.  Good until the next change. */
enum status live_orders_changed(const struct plan_live *live, const uint32_t *items, uint32_t count,
                                struct arena *arena, struct plan_diff *diff,
                                struct fault *fault) MUST_CHECK;

void live_written(struct plan_live *live);

/* Has the plan grown so much since live_open that it should be made again? */
bool live_is_worn(const struct plan_live *live);

/*
 * Where a plan that lives differs from one made of the same facts in one go (plan_run), of the same
 * plant or of one loaded on its own: items are compared by code, texts by bytes.
 */
struct live_difference {
    uint64_t items; /* that differ */
    uint32_t first; /* the least of them, an index of the living plan's plant, or NO_INDEX */
    uint32_t spare;
    bool order; /* its orders differ, or its messages */
    bool message;
    bool load; /* hours of work centres differ */
};

void live_compare(struct plan_live *live, const struct plan *full,
                  struct live_difference *difference);

#endif
