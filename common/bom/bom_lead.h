#ifndef MILLRACE_BOM_BOM_LEAD_H
#define MILLRACE_BOM_BOM_LEAD_H

#include "common/bom/bom_explode.h"

/*
 * How long an exploded order takes from the first purchase on, and which chain of components it
 * waits for.  In days without calendars, by planning.md sections 1 and 3:
 *
 *     own(item)        = lead time + quantity x lead time per unit, rounded up, + safety days
 *     cumulative(item) = own(item) + the longest cumulative time of its components
 *
 * The lead time is the item's own; without one the sum of its operations' (of the first alternative
 * that is valid on the start day; of a parallel group the longest); of a bought item the first
 * supplier's where he gives one.  A phantom takes no time.  The quantity is the whole need of the
 * explosion, or its net where stock was netted; what is taken from stock takes no time and has
 * nothing below it.
 */
#define BOM_LEAD_DAYS_MAX 1000000

struct bom_lead {
    int32_t own;
    int32_t cumulative;
    uint32_t critical; /* node of the component that it waits for, NO_INDEX: of none */
    bool on_path;      /* on the critical path of the whole order */
};

/* One for each node of the explosion, which must have all levels (INVALID otherwise).  LIMIT: no
   room in the arena. */
enum status bom_lead_times(const struct bom_explosion *explosion, struct arena *arena,
                           struct bom_lead **leads, struct fault *fault) MUST_CHECK;

#endif
