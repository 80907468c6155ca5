#ifndef MILLRACE_BOM_BOM_GRAPH_H
#define MILLRACE_BOM_BOM_GRAPH_H

#include "common/base/arena.h"
#include "common/base/frac.h"
#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * The bills of a plant as a graph: compressed rows of line numbers (into plant->bom_lines) by
 * parent and by component, and each item's low-level code, the longest path from any item that has
 * no parent.  All lines are edges, whatever their kind and dates (planning.md section 3), so a
 * level holds for every day.
 *
 * Lines below a parent stand by position (shorter first, then byte order: 9 before 10), component
 * code, valid_from, then as in the file; lines above a component by parent code, then the same.  So
 * results do not depend on the order of rows where these tell lines apart.
 *
 * One bill of it is changed by bom_patch.h; nobody may read meanwhile.
 */
struct bom_graph {
    const struct plant *plant;
    uint32_t *below_first; /* items: lines of parent p are below[below_first[p] .. below_end[p]) */
    uint32_t *below_end;
    uint32_t *below;
    uint32_t *above_first; /* items, the same by component */
    uint32_t *above_end;
    uint32_t *above;
    uint32_t *level; /* items: low-level code, 0 is a finished good */
    uint32_t level_count;
    uint32_t
        room; /* places in below, and in above: rows that bom_patch.h changed move to the end */
};

/*
 * The graph lives in the arena and points into the plant.  STATUS_LIMIT: it does not fit the arena.
 * STATUS_BOM_CYCLE: a cycle (a plant that was read has none), the message names its items.
 */
enum status bom_graph_make(const struct plant *plant, struct arena *arena, struct bom_graph **out,
                           struct fault *fault) MUST_CHECK;

/* All low-level codes anew, from the lines as they stand.  Faults as above. */
enum status bom_graph_levels(struct bom_graph *graph, struct fault *fault) MUST_CHECK;

/* The order of two lines in a row: below a parent, or above a component. */
int bom_graph_compare(const struct plant *plant, bool above, uint32_t a, uint32_t b);

/*
 * What one unit of the parent needs of the line's component, in the component's own unit:
 *
 *     qty x pieces x unit factor / per_qty / (1 - scrap)        (planning.md section 3)
 *
 * for a line with qty_fixed the same without per_qty, for the whole order.  False when it leaves
 * the range of a fraction or the unit cannot be converted.
 */
bool bom_line_per(const struct plant *plant, const struct bom_line *line,
                  struct frac *per) MUST_CHECK;

/* valid_from <= start < valid_to; a start that is NO_DATE is within all. */
static inline bool bom_line_valid(const struct bom_terms *terms, date start)
{
    return !date_given(start) || (terms->valid_from <= start && start < terms->valid_to);
}

#endif
