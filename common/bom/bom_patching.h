#ifndef MILLRACE_BOM_BOM_PATCHING_H
#define MILLRACE_BOM_BOM_PATCHING_H

/* Inside of bom_patch.h: what bom_patch.c, bom_patch_rows.c, bom_patch_swap.c and
   bom_patch_levels.c share. */

#include "common/bom/bom_patch.h"

/* Rows of line numbers by item: those of the graph, and what each row has for itself. */
struct patch_rows {
    uint32_t **lines; /* graph->below or graph->above */
    uint32_t *first;
    uint32_t *end;
    uint32_t *room;  /* items: places of its row */
    uint32_t *other; /* the array before the last packing, to be packed into again */
    uint32_t other_size;
    uint32_t size; /* places in *lines */
    uint32_t used;
};

struct bom_patch {
    struct bom_graph *graph;
    struct plant *plant;
    struct arena *arena;
    struct patch_rows below;
    struct patch_rows above;
    uint32_t item_room; /* places in all that has one for each item */
    uint32_t terms_room;
    uint32_t line_room;
    uint32_t free_line; /* first of the lines that no bill has, linked by their terms; NO_INDEX */
    uint32_t *mark;     /* items: round that has seen it */
    uint32_t round;
    uint32_t *from;  /* items: the item above it on the way that was walked */
    uint32_t *stack; /* items + 2 */
    uint32_t *spare; /* items + BOM_BILL_LINES_MAX */
};

/* No item has this round's mark afterwards. */
void patch_next_round(struct bom_patch *patch);

/* Room for `wanted` lines in the item's row; false: the memory is full, nothing is lost. */
bool patch_row_grow(struct bom_patch *patch, struct patch_rows *rows, uint32_t item,
                    uint32_t wanted) MUST_CHECK;
bool patch_terms_room(struct bom_patch *patch, uint32_t more) MUST_CHECK;

/* The number that these terms have or get; there is room. */
uint32_t patch_terms_number(struct bom_patch *patch, const struct bom_terms *terms);

/* Lines below `parent`, sorted again. */
void patch_sort_below(struct bom_patch *patch, uint32_t parent);

/*
 * Low-level codes after lines have come and gone: first those that are too small are raised, then
 * those that no line holds up any more are lowered.  Each list is of components; a list may name an
 * item more than once.
 */
void patch_raise_levels(struct bom_patch *patch, uint32_t parent);
void patch_lower_levels(struct bom_patch *patch, const uint32_t *components, uint32_t count);

#endif
