#ifndef MILLRACE_MRP_RUN_CORE_H
#define MILLRACE_MRP_RUN_CORE_H

#include "common/base/crew.h"
#include "services/mrp/net_core.h"

/*
 * A pass over all items, level by level.  The items of one level depend on those above them only
 * (linked substitutes look at each other's supply, not at each other's orders), so that a crew
 * shares a level; the next begins when all of it is done.  Every hand has working memory and an
 * arena of its own, and writes only what is of the item in its hands: the plan is the same whoever
 * nets what.
 */

struct order_store;

struct run_hand {
    struct net net;
    struct arena *arena;
    struct fault fault;
    struct order_store *store; /* where the orders it plans go */
    void *context;             /* of the pass */
    uint32_t failed_piece;
    uint32_t spare;
};

/* Items lie anywhere in memory, and half of netting one would be waiting for it: what an item reads
   is fetched while those before it are netted, `lead` items ahead.  A later stage, of smaller lead,
   reads what the ones before have fetched. */
struct run_stage {
    uint32_t lead;
    void (*fetch)(const struct run_hand *hand, uint32_t item);
};

/* What netting reads of the item's parents; those of plan_core.c. */
#define RUN_STAGES 2
extern const struct run_stage run_stages[RUN_STAGES];

struct run {
    struct model *model;
    const struct crew *crew;
    struct arena *arena;
    struct run_hand *hands; /* [crew->hands] */

    /* one item of the level; a fault of the least item in the sequence is the run's */
    enum status (*item)(struct run_hand *hand, uint32_t item);

    const struct run_stage *stages; /* by lead, the greatest first; NULL: run_stages */
    uint32_t stage_count;

    const uint32_t *list; /* the level in work: list[first .. end) */
    uint32_t first;
    uint32_t end;
    uint32_t piece_items;
    struct crew_job job;
    uint32_t failed; /* least piece with a fault, or NO_INDEX */
};

/* Hands with nets, arenas and clean faults; `run` has model, crew and arena. */
enum status run_init(struct run *run, struct fault *fault) MUST_CHECK;

/* What a hand's planned orders go to. */
struct order_store {
    struct plan_order *block;
    size_t used;
    size_t size;
    uint64_t order_count;
};

/* The `item` of a run that plans: net it and keep its orders.  A linked set is planned whole with
   the least of its items; the others are passed over. */
enum status run_plan_item(struct run_hand *hand, uint32_t item) MUST_CHECK;

enum status run_levels(struct run *run, struct fault *fault) MUST_CHECK;

/* Some items of one level. */
enum status run_items(struct run *run, const uint32_t *items, uint32_t count,
                      struct fault *fault) MUST_CHECK;

/* The messages of all items of a plan just netted, by item: each is netted once more for them. */
enum status run_messages(struct model *model, const struct crew *crew, struct arena *arena,
                         struct message_list **lists, struct fault *fault) MUST_CHECK;

#endif
