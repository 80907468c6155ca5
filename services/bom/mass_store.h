#ifndef MILLRACE_BOM_MASS_STORE_H
#define MILLRACE_BOM_MASS_STORE_H

#include "common/io/sql.h"

/* SQL of mass changes: lines are picked into mass_change_line, checked there, then written. */
extern const struct sql_schema mass_schema;

struct mass_rule {
    struct text change_id;
    struct text component;
    struct text new_component; /* "": stays */
    struct qty factor;         /* SQL_NO_INT: none */
    struct qty quantity;       /* SQL_NO_INT: none */
    date end_on;               /* SQL_NO_DATE: none */
    struct text parent_class;  /* "": all */
};

struct mass_counts {
    int64_t lines;
    int64_t bills;
};

struct mass_line {
    struct text parent;
    int64_t row_no;
    struct text component;
    struct qty qty;
    struct text new_component;
    struct qty new_qty;
    date new_valid_to; /* SQL_NO_DATE: none */
};

struct mass_done {
    int64_t lines;
    int64_t bills;
    int64_t change_seq;
    int64_t undone_seq; /* 0: not undone */
    struct text rule;
    struct text component; /* of its lines, before and after */
    struct text new_component;
};

enum status mass_pick(struct sql *sql, struct text plant, const struct mass_rule *rule,
                      struct arena *arena, struct mass_counts *counts,
                      struct fault *fault) MUST_CHECK;
enum status mass_first_lines(struct sql *sql, struct text plant, struct text change_id,
                             struct arena *arena, struct mass_line **lines, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* What speaks against it: a parent and why; without bytes: nothing. */
struct mass_objection {
    struct text parent;
    struct text field;
    struct text message;
};

struct mass_asked {
    struct text plant;
    struct text change_id;
    bool undo;
};

enum status mass_object(struct sql *sql, const struct mass_asked *asked, struct arena *arena,
                        struct mass_objection *objection, struct fault *fault) MUST_CHECK;

/* The first column of: units of the picked lines ("" the component's own); their parents; the last
   row numbers of parts of 10,000 lines. */
enum status mass_units(struct sql *sql, struct text plant, struct text change_id,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault) MUST_CHECK;
enum status mass_parents(struct sql *sql, struct text plant, struct text change_id,
                         struct arena *arena, struct sql_rows *rows,
                         struct fault *fault) MUST_CHECK;
enum status mass_parts(struct sql *sql, struct text plant, struct text change_id,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault) MUST_CHECK;

/* Lines of rows after .. last get their new values, or the old ones back where they still have the
   new ones; *lines is how many. */
struct mass_part {
    struct text change_id;
    int64_t after;
    int64_t last;
    bool undo;
};

enum status mass_write_part(struct sql *sql, struct text plant, const struct mass_part *part,
                            struct arena *arena, int64_t *lines, struct fault *fault) MUST_CHECK;

enum status mass_put(struct sql *sql, struct text plant, const struct mass_done *done,
                     struct text change_id, struct text principal, struct fault *fault) MUST_CHECK;
/* The history's one row of it. */
enum status mass_put_history(struct sql *sql, struct text plant, struct text change_id,
                             int64_t change_seq, struct text principal,
                             struct fault *fault) MUST_CHECK;
enum status mass_set_undone(struct sql *sql, struct text plant, struct text change_id,
                            int64_t undone_seq, struct fault *fault) MUST_CHECK;

/* What the change of `change_seq` made of its lines, by parent: of one that was run, or undone. For
   the master in memory. */
struct mass_swap {
    struct text from; /* components */
    struct text to;
    struct sql_rows lines; /* MASS_SWAP_... */
};

enum {
    MASS_SWAP_PARENT,
    MASS_SWAP_POSITION,
    MASS_SWAP_ALTERNATIVE,
    MASS_SWAP_REVISION,
    MASS_SWAP_LOT_FROM,
    MASS_SWAP_VALID_FROM,
    MASS_SWAP_VALID_TO,
    MASS_SWAP_NEW_VALID_TO,
    MASS_SWAP_QTY,
    MASS_SWAP_NEW_QTY
};

struct mass_key {
    struct text plant;
    struct text change_id;
    int64_t change_seq;
};

enum status mass_load_swap(struct sql *sql, const struct mass_key *key, struct arena *arena,
                           struct mass_swap *swap, struct fault *fault) MUST_CHECK;

/* NOT_FOUND: no such change. */
enum status mass_load(struct sql *sql, struct text plant, struct text change_id,
                      struct arena *arena, struct mass_done *done, struct fault *fault) MUST_CHECK;

#endif
