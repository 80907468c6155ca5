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

/* Time for what is above the item, not for the plant. STATUS_LIMIT: more than BOM_LINES_MAX lines
   (counted before the first is told), deeper than BOM_DEPTH_MAX, or no room in the arena. */
enum status bom_used_new(const struct bom_graph *graph, const struct bom_used_request *request,
                         struct arena *arena, struct bom_used **out,
                         struct fault *fault) MUST_CHECK;

/* row->qty is qty_per.  False behind the last row, or with STATUS_OVERFLOW in the fault. */
bool bom_used_next(struct bom_used *used, struct bom_row *row, struct fault *fault) MUST_CHECK;

/* Goes on behind the line with this path; false: there is none.  To be called before the first row.
 */
bool bom_used_seek(struct bom_used *used, const uint32_t *path, uint32_t level) MUST_CHECK;

/*
 * The end items that an item goes into, summarised however many ways lead there: those above it
 * that stand in no bill on that day themselves.  Only lines that need their component count, so no
 * co- and by-products; alternatives, revisions and substitutes all count.
 */
struct bom_end {
    struct frac exact; /* what an order of one end item needs by all lines together */
    int64_t ways;      /* paths; INT64_MAX: as many or more */
    uint32_t item;
};

struct bom_ends {
    const struct bom_end *ends; /* in order of their codes */
    uint32_t count;
};

/* request->levels is not looked at.  STATUS_OVERFLOW, STATUS_LIMIT as above. */
enum status bom_used_ends(const struct bom_graph *graph, const struct bom_used_request *request,
                          struct arena *arena, struct bom_ends *ends,
                          struct fault *fault) MUST_CHECK;

#endif
