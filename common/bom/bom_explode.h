#ifndef MILLRACE_BOM_BOM_EXPLODE_H
#define MILLRACE_BOM_BOM_EXPLODE_H

#include "common/bom/bom_nodes.h"

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
 * name; of its revisions the one that became valid last, then the one with the greatest name (lines
 * without a revision belong to every one);
 * - of a substitute group the line with the least substitute_priority, then the least component; a
 * group with mix_pct is split in those shares instead.
 *
 * A line with qty_fixed is needed once for each time that its parent stands in the structure.
 */
#define BOM_DEPTH_MAX 1000     /* levels of the indented explosion */
#define BOM_LINES_MAX 10000000 /* lines of the indented explosion, of where-used */

/* Usable stock by item: a sorted list, since a request touches few items.  What is missing has
 * none.
 */
struct bom_stock {
    const uint32_t *items; /* ascending */
    const struct qty *quantities;
    uint32_t count;
};

struct bom_request {
    uint32_t item;
    struct qty quantity;     /* above 0 */
    date start;              /* NO_DATE: dates are not looked at */
    uint32_t levels;         /* 0: all; must be 0 where stock is netted */
    const char *alternative; /* of the item itself; NULL: the first by priority, "": unnamed */
    const char *revision;    /* of the item itself; NULL: the last valid */
    const struct bom_stock *stock; /* NULL: nothing is netted */
    bool own_order; /* netted: only the order itself, made components are not exploded */
};

/* One component of the whole structure. */
struct bom_need {
    struct frac exact;
    struct qty qty;        /* rounded up once; netted: the gross requirement */
    struct qty from_stock; /* netted only, as is net */
    struct qty net;        /* to make or buy; 0 for a phantom, which passes the rest on */
    int64_t occurrences;   /* lines of the indented explosion that name it */
    uint32_t item;
    uint32_t node;
};

/* A line that counts. */
struct bom_chosen {
    struct frac per; /* bom_chosen_per */
    uint32_t line;   /* of plant->bom_lines */
    uint32_t node;   /* of its component */
};

struct bom_explosion {
    const struct bom_graph *graph;
    struct bom_request request;
    const struct bom_need *needs; /* by low-level code, then by item */
    uint32_t need_count;
    int64_t line_count;           /* of the indented explosion; INT64_MAX: as many or more */
    const struct bom_node *nodes; /* 0: the item itself */
    uint32_t node_count;
    const struct bom_chosen *chosen; /* of each node, in the order of the graph */
};

/*
 * Takes time for each item and line that it reaches once (with a limit of levels: once a level),
 * however many paths there are and however large the plant is.  STATUS_OVERFLOW names the item
 * whose quantity leaves its range, STATUS_LIMIT: it does not fit the arena, STATUS_INVALID:
 * quantity is not above 0 or has more decimals than the item, or the item has no such alternative
 * or revision.
 *
 * With stock, by planning.md: items in order of their low-level codes; the item itself is ordered
 * in full; each component takes its stock first and only what is left, rounded up once per order
 * and line (several ways through phantoms under one line summed first), is ordered and exploded, as
 * one order; a phantom's stock serves the lines that reach it in the order of those lines, and what
 * is left passes through exactly.  Lot sizes, yield and safety stock are the plan's, not the
 * structure's. `exact` is then the sum before rounding, and there is no indented list.
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

/* STATUS_LIMIT: more than BOM_LINES_MAX lines (the message says what to ask for instead), deeper
 * than BOM_DEPTH_MAX or no room in the arena.
 */
enum status bom_walk_new(const struct bom_explosion *explosion, struct arena *arena,
                         struct bom_walk **out, struct fault *fault) MUST_CHECK;

/* False behind the last row; and with STATUS_OVERFLOW in the fault where a line's quantity leaves
 * its range. */
bool bom_walk_next(struct bom_walk *walk, struct bom_row *row, struct fault *fault) MUST_CHECK;

/*
 * Goes on behind the line with this path, so that a page costs what is on it: time for the levels
 * of the path only.  False: the structure has no such line.  To be called before the first row.
 */
bool bom_walk_seek(struct bom_walk *walk, const uint32_t *path, uint32_t level) MUST_CHECK;

#endif
