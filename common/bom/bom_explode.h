#ifndef MILLRACE_BOM_BOM_EXPLODE_H
#define MILLRACE_BOM_BOM_EXPLODE_H

#include "common/bom/bom_graph.h"

/*
 * What an order of `quantity` of an item needs, exactly, through all levels.  Nothing is netted
 * against stock and nothing is rounded on the way; a component's sum is rounded up once, at its
 * decimals.
 *
 * Which lines count (planning.md section 3):
 * - those valid on `start`, for every level;
 * - components, phantoms and consumables; co- and by-products are supply and are left out;
 * - whose lot range holds the quantity of their parent (all its lines together);
 * - of the alternatives of a parent the one with the least alternative_priority, then the least
 * name; of its revisions the one with the greatest name (lines without a revision belong to every
 * one);
 * - of a substitute group the line with the least substitute_priority, then the least component; a
 * group with mix_pct is split in those shares instead.
 *
 * A line with qty_fixed is needed once for each time that its parent stands in the structure.
 */
#define BOM_DEPTH_MAX 1000     /* levels of the indented explosion */
#define BOM_LINES_MAX 10000000 /* lines of the indented explosion, of where-used */

struct bom_request {
    uint32_t item;
    struct qty quantity; /* above 0 */
    date start;          /* NO_DATE: dates are not looked at */
    uint32_t levels;     /* 0: all */
};

/* One component of the whole structure. */
struct bom_need {
    struct frac exact;
    struct qty qty;      /* rounded up once */
    int64_t occurrences; /* lines of the indented explosion that name it */
    uint32_t item;
};

struct bom_explosion {
    const struct bom_graph *graph;
    struct bom_request request;
    const struct bom_need *needs; /* by low-level code, then by item */
    uint32_t need_count;
    int64_t line_count;           /* of the indented explosion */
    const uint32_t *chosen_first; /* items + 1: lines that count, of each parent that is needed */
    const uint32_t *chosen;       /* lines of plant->bom_lines, in the order of the graph */
};

/*
 * Takes time for each item and line once (with a limit of levels: once a level), however many paths
 * there are. STATUS_OVERFLOW names the item whose quantity leaves its range, STATUS_LIMIT: it does
 * not fit the arena, STATUS_INVALID: quantity is not above 0 or has more decimals than the item.
 */
enum status bom_explode(const struct bom_graph *graph, const struct bom_request *request,
                        struct arena *arena, struct bom_explosion **out,
                        struct fault *fault) MUST_CHECK;

/* One line of the indented explosion, in depth-first order. */
struct bom_row {
    uint32_t level; /* 1: a component of the item itself */
    const uint32_t
        *path; /* `level` numbers, from 1, of the lines from the top; valid until the next row */
    const struct bom_line *line;
    struct frac qty_per; /* for one of the parent; of a qty_fixed line for its order */
    struct frac qty;     /* for the whole order, exact */
};

struct bom_walk;

/* STATUS_LIMIT: more than BOM_LINES_MAX lines, deeper than BOM_DEPTH_MAX or no room in the arena.
 */
enum status bom_walk_new(const struct bom_explosion *explosion, struct arena *arena,
                         struct bom_walk **out, struct fault *fault) MUST_CHECK;

/* False behind the last row; and with STATUS_OVERFLOW in the fault where a line's quantity leaves
 * its range. */
bool bom_walk_next(struct bom_walk *walk, struct bom_row *row, struct fault *fault) MUST_CHECK;

#endif
