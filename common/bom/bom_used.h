#ifndef MILLRACE_BOM_BOM_USED_H
#define MILLRACE_BOM_BOM_USED_H

#include "common/bom/bom_explode.h"

/*
 * Where an item is used: the lines that name it as component, the lines that name their parents,
 * and so on up to items that stand in no bill, depth first.  Every line is told whatever its kind;
 * `start` leaves out lines that are not valid on that day (NO_DATE: none).  levels 1 is the
 * single-level list, 0 goes all the way up.
 */
struct bom_used_request {
    uint32_t item;
    date start;
    uint32_t levels;
};

struct bom_used;

/* STATUS_LIMIT: more than BOM_LINES_MAX lines (counted before the first is told), deeper than
   BOM_DEPTH_MAX, or no room in the arena. */
enum status bom_used_new(const struct bom_graph *graph, const struct bom_used_request *request,
                         struct arena *arena, struct bom_used **out,
                         struct fault *fault) MUST_CHECK;

/* row->qty is qty_per.  False behind the last row, or with STATUS_OVERFLOW in the fault. */
bool bom_used_next(struct bom_used *used, struct bom_row *row, struct fault *fault) MUST_CHECK;

#endif
