#ifndef MILLRACE_BOM_EDIT_STORE_H
#define MILLRACE_BOM_EDIT_STORE_H

#include "common/io/sql.h"
#include "services/bom/row_core.h"

/* SQL of changed master data: rows as texts by column, the gate, the history, the event. */
extern const struct sql_schema edit_schema;

/* Locks the plant's gate for the rest of the transaction.  BUSY: another change holds it. */
enum status edit_lock_gate(struct sql *sql, struct text plant, struct arena *arena,
                           struct fault *fault) MUST_CHECK;

/* Rows of a file whose object (row_object) is one of these, in order of their numbers; units.csv:
   all rows. */
struct row_list {
    struct master_row **rows;
    size_t count;
    size_t room;
};

bool row_list_add(struct row_list *list, struct master_row *row, struct arena *arena) MUST_CHECK;

struct code_list {
    struct text *codes; /* sorted, each once */
    size_t count;
};

void code_list_sort(struct code_list *list);
bool code_list_has(const struct code_list *list, struct text code);

enum status edit_load_rows(struct sql *sql, struct text plant, enum plant_file_id file,
                           const struct code_list *objects, struct arena *arena,
                           struct row_list *out, struct fault *fault) MUST_CHECK;

/* Objects of the rows with these numbers (bom.csv, routing.csv); fewer than asked: some are none.
 */
enum status edit_load_objects(struct sql *sql, struct text plant, enum plant_file_id file,
                              const int64_t *rows, size_t count, struct arena *arena,
                              struct text **objects, size_t *found, struct fault *fault) MUST_CHECK;

/* Variants of these items: pairs of an item and its template. */
struct variant {
    struct text item;
    struct text template;
};

enum status edit_load_variants(struct sql *sql, struct text plant, const struct code_list *items,
                               struct arena *arena, struct variant **variants, size_t *count,
                               struct fault *fault) MUST_CHECK;

/* Which of the items are not active. */
enum status edit_load_inactive(struct sql *sql, struct text plant, const struct code_list *items,
                               struct arena *arena, struct code_list *inactive,
                               struct fault *fault) MUST_CHECK;

/* The highest row number of a file so far. */
enum status edit_last_row(struct sql *sql, struct text plant, enum plant_file_id file,
                          struct arena *arena, int64_t *last, struct fault *fault) MUST_CHECK;

/* What is written beside the rows. */
struct edit_write {
    struct text plant;
    struct text change_id; /* "" */
    struct text principal;
    struct text object; /* of the event */
    struct master_row *const *rows;
    size_t count;
    int64_t change_seq; /* by edit_take_seq, as the next */
    int64_t now_us;
};

/* Removes, changes and adds the rows, and writes the history; then the counter, the event. */
enum status edit_write_rows(struct sql *sql, const struct edit_write *write, struct arena *arena,
                            struct fault *fault) MUST_CHECK;
enum status edit_take_seq(struct sql *sql, struct edit_write *write, struct arena *arena,
                          struct fault *fault) MUST_CHECK;
enum status edit_write_event(struct sql *sql, const struct edit_write *write, struct text body,
                             struct arena *arena, struct fault *fault) MUST_CHECK;

/* What still uses an item. */
struct item_use {
    struct text kind;
    struct text id;
    struct qty quantity; /* SQL_NO_INT: none */
};

#define ITEM_USES_MAX 500
enum status edit_load_uses(struct sql *sql, struct text plant, struct text item,
                           struct arena *arena, struct item_use **uses, size_t *count,
                           struct fault *fault) MUST_CHECK;

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

enum status edit_load_history(struct sql *sql, struct text plant, const struct history_query *query,
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
enum status edit_load_touched(struct sql *sql, struct text plant, int64_t after,
                              struct arena *arena, struct touched **touched, size_t *count,
                              struct fault *fault) MUST_CHECK;

#endif
