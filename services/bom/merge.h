#ifndef MILLRACE_BOM_MERGE_H
#define MILLRACE_BOM_MERGE_H

#include "common/io/sql.h"
#include "services/bom/merge_core.h"

/*
 * An import into a plant that has data, within the caller's transaction: master files are merged
 * into it by their keys (merge_core.h), what comes out is read and checked as a whole plant
 * is, and what changed is written with its history and one event.  Files of stock and orders are
 * refused, with what changes them instead; of plant.csv only the name counts.
 *
 * A dry run is the same, rolled back by the caller.
 */
#define MERGE_ROWS_MAX 500000 /* that change: a larger import is made in parts */

struct merge_ask {
    struct text plant;
    struct text principal;
    const struct text *given; /* by file; without bytes: not given */
    const bool *remove;       /* by file: rows that are missing in it are removed */
};

struct merge_done {
    struct merge_counts counts[PLANT_FILES];
    struct merge_errors errors; /* some: nothing was written */
    int64_t change_seq;         /* 0: nothing was to be changed */
};

enum status merge_import(struct sql *sql, const struct merge_ask *ask, struct arena *arena,
                         struct merge_done *done, struct fault *fault) MUST_CHECK;

#endif
