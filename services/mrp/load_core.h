#ifndef MILLRACE_MRP_LOAD_CORE_H
#define MILLRACE_MRP_LOAD_CORE_H

#include "services/mrp/plan_core.h"

/*
 * Hours per work centre and day (planning.md section 11): infinite loading, nothing is moved
 * [capacity requirements planning: Vollmann, Berry, Whybark and Jacobs, "Manufacturing planning and
 * control", ch. 10].
 *
 * An operation begins when the operations before it in the route are done, counted in working days
 * from the order's start (route_days), never after the order's due day; operations of a parallel
 * group begin together.  Its hours (route_hours) are spread evenly over the working days of its
 * work centre from then until it is done, at least over one day; the millionths of an hour that do
 * not divide are the first day's.  Operations done outside load nothing, nor do days after the
 * horizon.
 *
 * A phantom's operations load the day on which its parent's order needs it.  A released order loads
 * with the quantity that is still to come, whole setups included.
 */
enum load_kind {
    LOAD_PLANNED,
    LOAD_FIRM,     /* firm planned orders */
    LOAD_RELEASED, /* work orders */
    LOAD_KINDS
};

struct load_row {
    uint32_t center; /* index of plant->work_centers */
    int32_t day;
    struct qty hours[LOAD_KINDS];
    struct qty total;
    struct qty capacity; /* hours_per_day, 0 on a day off; NO_QTY where the centre has none */
    struct qty overload; /* total - capacity where above 0, else 0 */
    uint32_t item;       /* the one that brings the most hours, of equals the least code */
    uint32_t spare;
};

/* plan->load: days with hours, by work centre's code, then day. */
struct model;
enum status load_make(struct plan *plan, struct arena *arena, struct fault *fault) MUST_CHECK;

/*
 * "Capacity overload" of each overloaded day, for the item that brings most of its hours, among the
 * messages about the plan's facts.  Damped: what fits into the capacity of the min_days days (of
 * that item) from the day on, with the load they have, is not worth a message.
 */
enum status load_note(struct plan *plan, struct arena *arena, struct fault *fault) MUST_CHECK;

#endif
