#ifndef MILLRACE_BOM_COMPARE_CORE_H
#define MILLRACE_BOM_COMPARE_CORE_H

#include "services/bom/row_core.h"

/*
 * Two bills side by side: two revisions, two days, two alternatives, two items.  Pure.  A line is
 * the same line on the other side when component and position agree, else when one of component
 * and position does and the line has no better match.
 */
struct bill_choice {
    struct text item;
    struct text revision;    /* lines without one, and those of this one; "": all */
    struct text alternative; /* "": lines without one */
    struct text start_on;    /* "YYYY-MM-DD"; "": whatever their dates */
};

/*
 * What an explosion would take where nothing was said: the first alternative by priority, and on a
 * day the revision that became valid last.  NULL, or "revision" or "alternative" where no line has
 * the one that was named.
 */
const char *compare_resolve(struct bill_choice *choice, struct master_row *const *rows,
                            size_t count);

struct line_difference {
    const struct master_row *left;  /* NULL: added */
    const struct master_row *right; /* NULL: removed */
};

struct bill_comparison {
    struct line_difference *differences;
    size_t count;
    size_t same;
};

/* Does the line belong to the choice? */
bool compare_chosen(const struct bill_choice *choice, const struct master_row *row);

/* Does the cell tell the lines apart?  Dates, parent, revision and alternative do not. */
bool compare_cell_differs(const struct master_row *left, const struct master_row *right,
                          uint32_t cell);

struct compare_side {
    const struct bill_choice *choice;
    struct master_row *const *rows;
    size_t count;
};

/* False: the arena is full. */
bool compare_bills(const struct compare_side *left, const struct compare_side *right,
                   struct arena *arena, struct bill_comparison *out) MUST_CHECK;

#endif
