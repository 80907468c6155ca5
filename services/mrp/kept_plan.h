#ifndef MILLRACE_MRP_KEPT_PLAN_H
#define MILLRACE_MRP_KEPT_PLAN_H

#include "common/base/crew.h"
#include "common/io/metric.h"
#include "services/mrp/live_core.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/plan_write_store.h"
#include "services/mrp/simulate_core.h"

#include <pthread.h>

/*
 * One plant's plan in memory, and how it follows the plant's facts.
 *
 * kept_make reads everything in one snapshot and plans it; the snapshot's place in the event order
 * is the plan's.  kept_follow reads, in one snapshot again, which objects the events behind that
 * place were about, and the present facts of the items that these touch; so the facts are always as
 * of a place, events may come twice or in any order, and nothing is lost when they come late.  Both
 * write only what differs from what is written, with the place, in one transaction.
 *
 * A plan is made anew when there is none in memory, on a new day, after a change of master data,
 * when a large part of the items is touched, and when following failed; the metric
 * millrace_plans_made_total says why.
 */
struct kept_plan {
    char plant_id[TEXT_CODE_MAX + 1];
    pthread_mutex_t work; /* held by who makes or follows */
    pthread_mutex_t lock; /* held while the plan is read or changed; taken after `work` */
    struct plant *plant;
    struct arena *arena;
    struct plan_live *live; /* NULL: none */
    struct arena *peg_arena;
    struct pegging *pegging; /* of the plan as it is; NULL until somebody asks */
    struct sim_sum sums;     /* of the plan as it is, once `summed` */
    bool summed;
    int64_t event_seq;     /* the facts that the plan knows */
    int64_t epoch;         /* of plan_owner, in which the plan was made */
    int64_t rest_until_us; /* it is not made anew before */
    bool spoiled;          /* what is in memory is not what is written: it must be made anew */
    uint8_t *owed;         /* by item: its numbers are written as unknown, since a flood */
    uint32_t owed_count;
    uint32_t owed_from; /* none before this item, or it is looked for once more */
};

struct kept_metrics {
    struct metric *make_us;
    struct metric *read_us; /* of make_us */
    struct metric *follow_us;
    struct metric *made;   /* by reason */
    struct metric *netted; /* items */
};

/* Who does the work, and for which epoch of plan_owner. */
struct kept_work {
    struct sql *sql;
    const char *conninfo; /* for one more: */
    struct sql *beside;   /* while a large plan is made, or NULL */
    const struct crew *crew;
    const struct kept_metrics *metrics;
    int64_t epoch;
    bool changed; /* answer: suggestions changed, the relay is to be rung */

    enum kept_pace { PACE_CALM, PACE_BUSY, PACE_RISING, PACE_FLOOD } pace;

    int64_t events; /* answer: so many lay behind the plan's place, when it followed */
    int64_t growth; /* and so much may change the next time (rest_core.h); 0: it did not follow */
};

struct kept_plan *kept_new(struct text plant);
void kept_free(struct kept_plan **kept);

/* Forget the plan; the caller holds `lock`. */
void kept_clear(struct kept_plan *kept);

/* In a flood kept_follow writes that an item's numbers are unknown, once, instead of numbers each
   time (plan_rows.h).  They stay owed while the next one may be rising; calm steps write some of
   them.

   The caller holds `work` for both.  `reason` is a label of the metric.  With `all` every item is
   compared with what is written, else those whose digest says that they differ. */
enum status kept_make(struct kept_plan *kept, struct kept_work *work, const char *reason, bool all,
                      struct plan_state *state, struct fault *fault) MUST_CHECK;
enum status kept_follow(struct kept_plan *kept, struct kept_work *work, struct plan_state *state,
                        struct fault *fault) MUST_CHECK;

#endif
