#ifndef MILLRACE_BOM_EDIT_STORE_H
#define MILLRACE_BOM_EDIT_STORE_H

#include "common/io/sql.h"
#include "services/bom/row_core.h"

/* SQL of changed master data: rows as texts by column, the gate, the history, the event. */
extern const struct sql_schema edit_schema;

/* event_seq of the last change of the plant's master data.  NOT_FOUND: no such plant. */
enum status edit_load_master_seq(struct sql *sql, struct text plant, struct arena *arena,
                                 int64_t *master_seq, struct fault *fault) MUST_CHECK;

/* Locks the plant's gate for the rest of the transaction, and tells where the master stands then.
   BUSY: another change holds it. */
enum status edit_lock_gate(struct sql *sql, struct text plant, struct arena *arena,
                           int64_t *master_seq, struct fault *fault) MUST_CHECK;

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

/*
 * Everything that edits read, in one round trip: the gate is locked first, so what stands behind it
 * is what holds until the end of the transaction.
 */
struct edit_wants {
    struct text plant;

    struct {
        bool any;
        struct code_list objects; /* rows of these, */
        int64_t *rows;            /* and of those whose row has such a number */
        size_t row_count;
    } of[PLANT_FILES];           /* bom.csv: variants of them and their templates too */
    struct code_list components; /* which of them are not active? */
};

struct variant {
    struct text item;
    struct text template;
};

struct edit_reads {
    int64_t master_seq;
    struct row_list rows[PLANT_FILES];
    int64_t last_row[PLANT_FILES]; /* the highest number so far */
    struct variant *variants;      /* where the item or the template is one of the wanted bills */
    size_t variant_count;
    struct code_list inactive;
};

enum status edit_queue_reads(struct sql *sql, const struct edit_wants *wants, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* `rows` are those of what was queued.  *gated false: the plant has no gate yet, nothing is taken;
   make it (edit_make_gate) and read again. */
enum status edit_take_reads(const struct edit_wants *wants, const struct sql_rows *rows,
                            struct arena *arena, bool *gated, struct edit_reads *reads,
                            struct fault *fault) MUST_CHECK;
enum status edit_make_gate(struct sql *sql, struct text plant, struct fault *fault) MUST_CHECK;

enum status edit_load_rows(struct sql *sql, struct text plant, enum plant_file_id file,
                           const struct code_list *objects, struct arena *arena,
                           struct row_list *out, struct fault *fault) MUST_CHECK;

/* Objects of the rows with these numbers (bom.csv, routing.csv); fewer than asked: some are none.
 */
enum status edit_load_objects(struct sql *sql, struct text plant, enum plant_file_id file,
                              const int64_t *rows, size_t count, struct arena *arena,
                              struct text **objects, size_t *found, struct fault *fault) MUST_CHECK;

/* Which of the items are not active. */
enum status edit_load_inactive(struct sql *sql, struct text plant, const struct code_list *items,
                               struct arena *arena, struct code_list *inactive,
                               struct fault *fault) MUST_CHECK;

/* CHANGED: one of these items was, or its bill, after somebody read it at this version. */
struct edit_read {
    struct text plant;
    int64_t version;
    struct code_list objects;
};

enum status edit_refuse_later(struct sql *sql, const struct edit_read *read, struct arena *arena,
                              struct fault *fault) MUST_CHECK;

/* What is written beside the rows. */
struct edit_write {
    struct text plant;
    struct text change_id; /* "" */
    struct text principal;
    struct text object; /* of the event */
    struct master_row *const *rows;
    size_t count;
    int64_t change_seq; /* the event's number */
};

/* Pushes (sql.h): the rows are removed, changed and added; their history, and the master's number.
 */
enum status edit_push_rows(struct sql *sql, const struct edit_write *write,
                           struct fault *fault) MUST_CHECK;
enum status edit_push_history(struct sql *sql, const struct edit_write *write,
                              struct fault *fault) MUST_CHECK;

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

#endif
