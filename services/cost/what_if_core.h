#ifndef MILLRACE_COST_WHAT_IF_CORE_H
#define MILLRACE_COST_WHAT_IF_CORE_H

#include "services/cost/rollup_core.h"

/*
 * What would items cost if a component's price or a work centre's rates were other ones?  Pure: the
 * plant is one's own copy, its facts are changed, and only what is above them is costed again.
 */
struct assumption {
    struct text item;          /* bytes NULL: a work centre's */
    struct unitcost unit_cost; /* of the item */
    struct text work_center;
    struct unitcost labor_rate; /* NO_COST: stays, as the next two */
    struct unitcost machine_rate;
    struct unitcost overhead_rate;
};

#define ASSUMPTIONS_MAX 500

struct what_if {
    struct plant *plant;
    const struct bom_graph *graph;
    const struct assumption *assumptions;
    size_t count;
};

struct cost_effect {
    uint32_t item;
    bool is_end; /* nothing is made of it */
    struct item_cost before;
    struct item_cost after;
};

struct cost_effects {
    struct cost_effect *effects; /* in order of their codes */
    size_t count;
    size_t end_count; /* end items among them */
};

/* The faults of a roll-up; INVALID or NOT_FOUND names the assumption ("assumptions[2].item"). */
enum status what_if(const struct what_if *asked, struct arena *arena, struct cost_effects *out,
                    struct fault *fault) MUST_CHECK;

#endif
