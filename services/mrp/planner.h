#ifndef MILLRACE_MRP_PLANNER_H
#define MILLRACE_MRP_PLANNER_H

#include "common/io/conf.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/mrp_store.h"

/*
 * The plans in memory, one a plant, and the thread that keeps them current: it listens to the feed,
 * looks at the event log every mrp.poll_ms all the same, and plans each plant whose facts or whose
 * day moved on.  A plan is a function of one snapshot of the facts; what it changes is written with
 * the snapshot's place in the event order.
 *
 * A burst of events costs one plan, not one each: after a plan the plant rests PLAN_REST times as
 * long as the plan took.
 */
#define PLANNER_PLANTS_MAX 1024
#define PLAN_REST          2

struct planner;

enum status planner_start(const struct conf *conf, struct planner **out,
                          struct fault *fault) MUST_CHECK;
void planner_stop(struct planner **planner);

/* Why plans are not current, NULL when all is well; any thread. */
const char *planner_waiting_for(struct planner *planner);

/* Plan the plant now, on the caller's connection. */
enum status planner_run(struct planner *planner, struct sql *sql, struct text plant,
                        struct plan_state *state, struct fault *fault) MUST_CHECK;

/* The shortages of the next days by the plan in memory; STATE_CONFLICT (try again) before the
   first. */
enum status planner_shortages(struct planner *planner, struct text plant, int32_t days,
                              struct arena *arena, struct short_item **shortages, size_t *count,
                              struct fault *fault) MUST_CHECK;

#endif
