#ifndef MILLRACE_BOM_BOM_CHOOSE_H
#define MILLRACE_BOM_BOM_CHOOSE_H

#include "common/bom/bom_graph.h"

/*
 * The lines of a parent that count for a quantity of it started on a day, by the rules listed in
 * bom_explode.h.  Writes them to `chosen`, which has room for all its lines, in the order of the
 * graph; returns how many.
 */
uint32_t bom_choose(const struct bom_graph *graph, uint32_t parent, date start,
                    struct frac quantity, uint32_t *chosen);

/* The same with an alternative (NULL: by priority) and a revision (NULL: the last valid) of the
   caller's choice. */
struct bom_choice {
    uint32_t parent;
    date start;
    struct frac quantity;
    const char *alternative;
    const char *revision;
};

uint32_t bom_choose_named(const struct bom_graph *graph, const struct bom_choice *choice,
                          uint32_t *chosen);

/* What one of the parent needs by a chosen line: bom_line_per and the share of its substitute mix.
 */
bool bom_chosen_per(const struct plant *plant, const struct bom_line *line,
                    struct frac *per) MUST_CHECK;

#endif
