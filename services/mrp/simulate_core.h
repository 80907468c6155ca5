#ifndef MILLRACE_MRP_SIMULATE_CORE_H
#define MILLRACE_MRP_SIMULATE_CORE_H

#include "services/mrp/live_core.h"
#include "services/mrp/pegging_core.h"

/*
 * What if (planning.md section 10): a plant seen through some changed facts, its plan, and what
 * that says against the plan of the facts as they are.  The plant itself is not touched: arrays
 * that a change touches are copied, the rest is shared.  Its plan is made beside the living one
 * (live_open_beside): what the changes do not reach is not planned again.
 */
enum sim_kind {
    SIM_DEMAND,        /* an order more: item, qty, due */
    SIM_LEAD_TIME,     /* item takes `days`, from whatever supplier */
    SIM_SUPPLIER_LOST, /* supplier no longer delivers: item, or NO_INDEX for all it delivers */
    SIM_STOCK,         /* item was counted: qty usable, in the empty segment */
    SIM_BILL /* item needs qty of component for per_qty 1 (0: none), by a new line where it
                had none */
};

struct sim_change {
    struct qty qty;
    uint32_t item;
    uint32_t component;
    uint32_t supplier; /* text */
    int32_t days;
    date due;
    uint8_t kind; /* enum sim_kind */
    uint8_t spare[3];
};

#define SIM_CHANGES_MAX 1000

/* A plant seen so.  Its suppliers keep their places: a lost one is valid on no day. */
struct simulated {
    struct plant *plant;
    uint32_t *items; /* whose own facts differ, some more than once */
    uint32_t item_count;
    uint32_t item_capacity;
};

/* Items and texts must be those of the plant; quantities fit their item.  LIMIT: no room. */
enum status simulate_plant(const struct plant *plant, const struct sim_change *changes,
                           size_t count, struct arena *arena, struct simulated *out,
                           struct fault *fault) MUST_CHECK;

/* What a plan comes to, to be held against another. */
struct sim_sum {
    int128 value; /* of its purchases, where a price is known; see simulate_purchases */
    uint32_t orders;
    uint32_t late_orders;  /* ready after their need */
    uint32_t late_demands; /* orders some of whose supply, at some level, comes after its need */
    uint32_t messages[PLAN_MESSAGE_KINDS];
};

/* late[plant->demands_count]: set to 1 for demands some of whose supply, at some level, comes after
   its need; the number of orders among them. */
uint32_t simulate_late(const struct plan *plan, const struct pegging *pegging, uint8_t *late);

/* Of a whole plan. */
enum status simulate_sum(struct plan_live *live, const struct pegging *pegging, struct arena *arena,
                         struct sim_sum *sum, struct fault *fault) MUST_CHECK;

/* Of a plan made beside another, from that one's: only what changed is counted. */
enum status simulate_sum_beside(const struct plan_live *other, const struct plan_live *from,
                                const struct sim_sum *before, const struct pegging *pegging,
                                struct arena *arena, struct sim_sum *sum,
                                struct fault *fault) MUST_CHECK;

/* What the purchases cost, in plant currency. */
enum status simulate_purchases(const struct sim_sum *sum, struct amount *out,
                               struct fault *fault) MUST_CHECK;

#endif
