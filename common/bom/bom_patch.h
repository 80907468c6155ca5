#ifndef MILLRACE_BOM_BOM_PATCH_H
#define MILLRACE_BOM_BOM_PATCH_H

#include "common/bom/bom_graph.h"

/*
 * Single bills of a graph in memory, checked and changed without building it again.
 *
 * The rows of a changed parent, and of a component that gained a line, grow in place or move to the
 * end of their array; the lines of the old bill are used again.  What a change costs depends on the
 * bill, not on the plant; low-level codes are recomputed only where the change reaches.  An array
 * that is full is packed into another.
 *
 * Nobody may read the graph while a bill of it is changed, nor two check at a time.
 */
struct bom_patch;

/* `plant` is the graph's own; the patch's memory lives in the arena.  LIMIT: it does not fit. */
enum status bom_patch_new(struct bom_graph *graph, struct plant *plant, struct arena *arena,
                          struct bom_patch **out, struct fault *fault) MUST_CHECK;

/* All lines of one parent.  `terms` of the lines index `terms`. */
#define BOM_BILL_LINES_MAX 10000

struct bom_bill {
    uint32_t parent;
    const struct bom_line *lines;
    uint32_t line_count;
    const struct bom_terms *terms;
};

/*
 * Would these bills, all together in place of those of their parents, close a loop or be deeper
 * than BOM_LEVELS_MAX?  BOM_CYCLE names the loop ("A > B > C > A"), LIMIT the depth; *which is the
 * bill.  Bills are sorted by parent.  Nothing is changed.
 */
#define BOM_LEVELS_MAX 1000
enum status bom_patch_check(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            size_t *which, struct fault *fault) MUST_CHECK;

/* Is `wanted` at or below `top`?  For a component that replaces another in many bills. */
typedef bool bom_patch_want_fn(const void *context, uint32_t item);
uint32_t bom_patch_find_below(struct bom_patch *patch, uint32_t top, bom_patch_want_fn *wanted,
                              const void *context);

/* The loop from `top` down to what bom_patch_find_below found and back to `top`, as text. */
void bom_patch_spell(const struct bom_patch *patch, uint32_t found, char *text, size_t size);

/* Levels below `top`: 0 when it has no lines. */
uint32_t bom_patch_depth(struct bom_patch *patch, uint32_t top);

/* These bills, each parent once and checked together before, take the place of those of their
   parents.  Lines are given in the order of their rows.  `scratch` is used meanwhile.  LIMIT: no
   room is left, the graph holds what it held; build it anew. */
enum status bom_patch_bills(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            struct arena *scratch, struct fault *fault) MUST_CHECK;

/* The item that plant_add_item makes next has its place: no lines, low-level code 0.  False: no
   room is left, the graph holds what it held; build it anew. */
bool bom_patch_item_room(struct bom_patch *patch) MUST_CHECK;

/*
 * One component is replaced by another in many bills at once, or the same lines get another
 * quantity or end.  A line is found by what it says before; where several of a bill say the same,
 * each is taken once, and all must become the same.
 */
struct bom_swap_line {
    uint32_t parent;
    uint32_t position; /* texts, as the next two */
    uint32_t alternative;
    uint32_t revision;
    struct qty lot_from;
    date valid_from;
    date valid_to; /* before; DATE_LAST: open */
    date new_valid_to;
    struct qty qty; /* before */
    struct qty new_qty;
};

struct bom_swap {
    uint32_t from; /* components; equal: none is replaced */
    uint32_t to;
    const struct bom_swap_line *lines; /* sorted by parent */
    uint32_t line_count;
};

/* NOT_FOUND: a line is not there, or it is not clear which it is; LIMIT: no room.  The graph holds
   what it held then; build it anew. Whether the swap closes a loop was asked before
   (bom_patch_find_below).  `scratch` is used while it works. */
enum status bom_patch_swap(struct bom_patch *patch, const struct bom_swap *swap,
                           struct arena *scratch, struct fault *fault) MUST_CHECK;

#endif
