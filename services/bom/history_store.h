#ifndef MILLRACE_BOM_HISTORY_STORE_H
#define MILLRACE_BOM_HISTORY_STORE_H

#include "services/bom/edit_store.h"

/* What is kept of each change to master data: read for people, and by the master in memory. */
extern const struct sql_schema history_schema;

/* History, newest first, before (before_seq, before_place). */
struct master_change {
    int64_t change_seq;
    int64_t place;
    struct text file;
    struct text object;
    int64_t row_no;
    struct text change_id;
    struct text changed_by;
    int64_t changed_at_us;
    struct cell *cells[2]; /* before, after */
    size_t cell_count[2];
};

struct history_query {
    struct text object;    /* "": all */
    struct text change_id; /* "": all */
    int64_t before_seq;
    int64_t before_place;
    int64_t limit;
};

enum status history_load(struct sql *sql, struct text plant, const struct history_query *query,
                         struct arena *arena, struct master_change **changes, size_t *count,
                         struct fault *fault) MUST_CHECK;

/* What changed in (after, ...] by object; for the master in memory. */
struct touched {
    int64_t change_seq;
    struct text file;
    struct text object;    /* "": the lines of the mass change */
    struct text change_id; /* "": of none */
};

#define TOUCHED_MAX 2000
enum status history_load_touched(struct sql *sql, struct text plant, int64_t after,
                                 struct arena *arena, struct touched **touched, size_t *count,
                                 struct fault *fault) MUST_CHECK;

#endif
