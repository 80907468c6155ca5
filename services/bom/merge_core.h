#ifndef MILLRACE_BOM_MERGE_CORE_H
#define MILLRACE_BOM_MERGE_CORE_H

#include "services/bom/row_core.h"

/*
 * A file of the plant folder merged into a plant that has data: its rows by their keys become new
 * rows or change the plant's; a column that the file does not have stays as it is in the plant.
 * Pure.
 *
 * A key is made of those of its columns (merge_keys) that the file has.  Where it then fits more
 * rows of the plant than of the file, the row is refused and told which column would tell them
 * apart.  Rows are equal when their values are: 2.50 is 2.5, an empty cell its column's default.
 * A variant's copies of its template's lines (inherited_from) are passed over: they follow it.
 */
enum merge_fate { MERGE_ADDED, MERGE_CHANGED, MERGE_SAME };

struct merge_line {
    struct master_row *row;
    uint32_t line; /* in the file */
    enum merge_fate fate;
};

struct merge_counts {
    uint32_t rows; /* of the file */
    uint32_t added;
    uint32_t changed;
    uint32_t same;
    uint32_t missing; /* rows of the plant that the file could have and has not: see merge_scope */
    uint32_t removed; /* of them */
    uint32_t follow;  /* copies that follow a template */
};

struct merge_file {
    enum plant_file_id file;
    struct text given;      /* CSV */
    struct text now;        /* the plant's rows, as CSV */
    const int64_t *numbers; /* of the plant's rows, in their order; NULL: they have a natural key */
    size_t number_count;
    bool remove; /* rows of the plant that are missing */
    date plan_start;

    struct merge_line *lines; /* made, as the rest */
    size_t line_count;
    struct master_row **gone;
    size_t gone_count;
    struct merge_counts counts;
    struct text merged;    /* the whole file: its own rows first, then the plant's other rows */
    uint32_t *merged_line; /* of each of its own rows, in merged */
};

/* "file:line: column: message", as those of the plant's reader. */
#define MERGE_ERRORS_KEPT 1000

struct merge_errors {
    struct arena *arena;
    char **texts; /* MERGE_ERRORS_KEPT */
    size_t kept;
    uint64_t count;
};

bool merge_errors_init(struct merge_errors *errors, struct arena *arena) MUST_CHECK;
void merge_error(struct merge_errors *errors, const char *file, uint32_t line, const char *format,
                 ...) PRINTF_LIKE(4, 5);

/* May rows of the file be removed from a plant? */
bool merge_removable(enum plant_file_id file);

/* Is it master data, which an import may change in a plant that has data? */
bool merge_takes(enum plant_file_id file);

/* What is wrong goes to the errors; LIMIT: the arena is full. */
enum status merge_file(struct merge_file *file, struct arena *arena, struct merge_errors *errors,
                       struct fault *fault) MUST_CHECK;

#endif
