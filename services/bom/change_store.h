#ifndef MILLRACE_BOM_CHANGE_STORE_H
#define MILLRACE_BOM_CHANGE_STORE_H

#include "common/io/sql.h"
#include "services/bom/edit_store.h"

/* SQL of engineering changes. */
extern const struct sql_schema change_schema;

#define CHANGE_LINES_MAX 200

struct change_line {
    struct text file;
    struct text action;
    int64_t row_no;
    struct cell *cells;
    size_t cell_count;
};

struct change_step {
    struct text action;
    struct text note;
    struct text done_by;
    int64_t done_at_us;
};

struct change {
    struct text change_id;
    struct text title;
    struct text state;
    struct text author;
    struct text approver; /* "": none */
    date effective_on;    /* SQL_NO_DATE: none */
    struct text stock_of; /* "": none */
    int64_t change_seq;   /* 0: none */
    struct change_line *lines;
    size_t line_count;
    struct change_step *steps;
    size_t step_count;
};

/* Locks it for the rest of the transaction when `lock`.  NOT_FOUND unless `*found` is asked for. */
struct change_key {
    struct text plant;
    struct text change_id;
    bool lock;
};

enum status change_load(struct sql *sql, const struct change_key *key, struct arena *arena,
                        struct change *change, bool *found, struct fault *fault) MUST_CHECK;

/* Heads of engineering and mass changes, those that were worked on last first. */
struct change_query {
    struct text state; /* "": any */
    int64_t limit;
    int64_t after; /* so many are passed over */
};

struct change_head {
    struct text kind;
    struct change change; /* without lines and steps */
    int64_t lines;
    int64_t done_at_us;
};

struct change_page {
    struct change_head *heads;
    size_t count;
    bool more;
};

enum status change_list(struct sql *sql, struct text plant, const struct change_query *query,
                        struct arena *arena, struct change_page *page,
                        struct fault *fault) MUST_CHECK;

/* The head, and, for a draft, its lines in place of those before. */
enum status change_put(struct sql *sql, struct text plant, const struct change *change,
                       struct arena *arena, struct fault *fault) MUST_CHECK;
enum status change_set_state(struct sql *sql, struct text plant, const struct change *change,
                             struct fault *fault) MUST_CHECK;
enum status change_put_step(struct sql *sql, struct text plant, struct text change_id,
                            const struct change_step *step, struct fault *fault) MUST_CHECK;

/* Changes of a plant that wait for stock of which nothing is left; those that were refused so are
   left to people. */
enum status change_load_ready(struct sql *sql, struct text plant, struct arena *arena,
                              struct code_list *changes, struct fault *fault) MUST_CHECK;

/* Plants at which a change waits for stock. */
enum status change_load_plants(struct sql *sql, struct arena *arena, struct code_list *plants,
                               struct fault *fault) MUST_CHECK;

/* On hand of an item. */
enum status change_stock(struct sql *sql, struct text plant, struct text item, struct arena *arena,
                         struct qty *on_hand, struct fault *fault) MUST_CHECK;

/* Bills and orders that a change touches: what its lines name, and which page of the answer. */
struct touch_query {
    struct code_list items; /* whose bills, routings or data it changes */
    struct code_list components;
    const int64_t *lines; /* rows of bom.csv */
    size_t line_count;
    const int64_t *operations; /* rows of routing.csv */
    size_t operation_count;
    date day; /* SQL_NO_DATE: none */
    int64_t limit;
    int64_t after; /* so many are passed over */
};

struct touch {
    struct text kind;
    struct text id;
    struct qty quantity; /* NO_QTY: none */
    struct text item;
    date start_on; /* SQL_NO_DATE: none */
    struct text state;
    struct text why;
};

struct touch_page {
    struct touch *touches;
    size_t count;
    int64_t all; /* of all pages */
};

enum status change_touched(struct sql *sql, struct text plant, const struct touch_query *query,
                           struct arena *arena, struct touch_page *page,
                           struct fault *fault) MUST_CHECK;

#endif
