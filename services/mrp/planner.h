#ifndef MILLRACE_MRP_PLANNER_H
#define MILLRACE_MRP_PLANNER_H

#include "common/io/conf.h"
#include "services/mrp/live_core.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/mrp_store.h"
#include "services/mrp/owner.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/simulate_core.h"

/*
 * The plans in memory, one a plant, and the thread that keeps them current: it listens to the feed,
 * looks at the event log every mrp.poll_ms all the same, and lets each plant's plan follow its
 * events (kept_plan.h), or makes it anew where it must.
 */
struct planner;

enum status planner_start(const struct conf *conf, struct planner **out,
                          struct fault *fault) MUST_CHECK;
void planner_stop(struct planner **planner);

/* Why plans are not current, NULL when all is well; any thread. */
const char *planner_waiting_for(struct planner *planner);

/* Plan the plant now, on the caller's connection. */
enum status planner_run(struct planner *planner, struct sql *sql, struct text plant,
                        struct plan_state *state, struct fault *fault) MUST_CHECK;

/*
 * Plans are kept of the plants that this instance owns (owner.h); one that was taken over is
 * planned anew from the facts, one that was lost is forgotten.
 */
struct owner *planner_owner(struct planner *planner);

/*
 * A look at the plan in memory: `look` runs while the plan stays as it is.  It must not keep
 * anything of it, nor write into plan_arena.  NOT_FOUND before the first plan, UNAVAILABLE (try
 * again) when it could not be made.
 */
struct planner_sight {
    const struct plan *plan; /* its messages are there after planner_messages */
    struct plan_live *live;
    int64_t event_seq; /* the facts that the plan knows */
    struct kept_plan *kept;
};

typedef enum status planner_look_fn(struct planner_sight *sight, void *context,
                                    struct fault *fault);
enum status planner_look(struct planner *planner, struct text plant, planner_look_fn *look,
                         void *context, struct fault *fault) MUST_CHECK;

/* What the plan in sight comes to, counted when it is first asked for. */
enum status planner_sums(struct planner_sight *sight, struct sim_sum *sum,
                         struct fault *fault) MUST_CHECK;

/* The messages of the plan in sight in one array, sight->plan->messages. */
enum status planner_messages(struct planner_sight *sight, struct fault *fault) MUST_CHECK;

/* The pegging of the plan in sight, made when it is first asked for. */
enum status planner_pegging(struct planner_sight *sight, struct pegging **pegging,
                            struct fault *fault) MUST_CHECK;

#endif
