#ifndef MILLRACE_BOM_MERGE_STORE_H
#define MILLRACE_BOM_MERGE_STORE_H

#include "common/io/sql.h"
#include "services/bom/merge_core.h"

/* SQL of an import into a plant that has data, within the caller's transaction. */
extern const struct sql_schema merge_schema;

enum status merge_has_data(struct sql *sql, struct text plant, struct arena *arena, bool *has,
                           struct fault *fault) MUST_CHECK;

/* The rows of a file as CSV, and their numbers in the same order (none: they have a natural
   key). */
struct merge_now {
    struct text csv;
    int64_t *numbers;
    size_t number_count;
};

enum status merge_read(struct sql *sql, struct text plant, enum plant_file_id file,
                       struct arena *arena, struct merge_now *now, struct fault *fault) MUST_CHECK;

/* What is written: all added, changed and removed rows, in an order in which they may refer to each
   other. */
struct merge_write {
    struct text plant;
    struct text principal;
    struct master_row **rows;
    size_t count;
    int64_t change_seq; /* of the event */
    int64_t places;     /* set: rows of the history so far */
};

/* The rows and their history. */
enum status merge_write_rows(struct sql *sql, struct merge_write *write, struct arena *arena,
                             struct fault *fault) MUST_CHECK;

/* Copies of templates' lines follow; *copies is how many came, went or changed. */
enum status merge_write_copies(struct sql *sql, struct merge_write *write, struct arena *arena,
                               int64_t *copies, struct fault *fault) MUST_CHECK;

#endif
