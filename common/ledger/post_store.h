#ifndef MILLRACE_LEDGER_POST_STORE_H
#define MILLRACE_LEDGER_POST_STORE_H

#include "common/io/sql.h"
#include "common/ledger/book_state_core.h"

/*
 * The SQL of the posting path: what is locked and loaded into a book (post_load.c), and how a book
 * is written (post_write.c).  post.h has post_schema.
 */
enum post_statement {
    POST_PLANS,
    POST_KEYS,
    POST_INSERT_EVENT,
    POST_WAIT_FOR_REPLICAS,
    POST_COMMAND_STATEMENTS, /* so many are a command's too (command.h) */
    POST_PLANT = POST_COMMAND_STATEMENTS,
    POST_LOCK_WORK_ORDERS,
    POST_COMPONENTS,
    POST_OPERATIONS,
    POST_LOCK_PURCHASE_ORDERS,
    POST_PURCHASE_LINES,
    POST_LOCK_SALES_ORDERS,
    POST_SALES_LINES,
    POST_LOCK_SUGGESTIONS,
    POST_LOCK_STOCK_DOCUMENTS,
    POST_STOCK_LINES,
    POST_LOCK_ITEMS,
    POST_ITEMS,
    POST_BALANCES,
    POST_LOTS,
    POST_LAYERS,
    POST_TAKEN,
    POST_RESERVED,
    POST_DEBTS,
    POST_PAST,
    POST_LOCATIONS,
    POST_COUNTER,
    POST_HOLD_COUNTER,
    POST_RAISE_RECALLED,
    POST_STILL_LOCATIONS,
    POST_MOMENT,
    POST_INSERT_WORK_ORDERS,
    POST_UPDATE_WORK_ORDERS,
    POST_UPDATE_PLACED_WORK_ORDERS,
    POST_INSERT_COMPONENTS,
    POST_UPDATE_COMPONENTS,
    POST_INSERT_OPERATIONS,
    POST_UPDATE_OPERATIONS,
    POST_INSERT_PURCHASE_ORDERS,
    POST_INSERT_PURCHASE_LINES,
    POST_UPDATE_PURCHASE_LINES,
    POST_INSERT_SALES_ORDERS,
    POST_INSERT_SALES_LINES,
    POST_UPDATE_SALES_LINES,
    POST_ACCEPT_SUGGESTIONS,
    POST_INSERT_STOCK_DOCUMENTS,
    POST_UPDATE_STOCK_DOCUMENTS,
    POST_INSERT_STOCK_LINES,
    POST_UPDATE_STOCK_LINES,
    POST_INSERT_LOTS,
    POST_CREATE_BALANCES,
    POST_UPDATE_BALANCES,
    POST_UPDATE_PLACED_BALANCES,
    POST_UPDATE_ITEMS,
    POST_MOVE_BALANCES,
    POST_MOVE_ITEMS,
    POST_CLEAR_PAGES,
    POST_INSERT_LINES,
    POST_INSERT_PLAIN_LINES,
    POST_COPY_LINES,
    POST_INSERT_CLOSES,
    POST_OPEN_LATE,
    POST_ADD_LATE,
    POST_ADD_LINKS,
    POST_INSERT_LAYERS,
    POST_UPDATE_LAYERS,
    POST_INSERT_TAKES,
    POST_COPY_TAKES,
    POST_INSERT_ORDER_CHANGES,
    POST_INSERT_LATE_COSTS,

    POST_INSERT_OUTPUTS,
    POST_SET_RULES,
    POST_INSERT_KEYS,
    POST_COPY_KEYS,
    POST_STATEMENTS
};

/* Those of a command alone: a service that posts nothing has no others, and no right to the ledger.
 */
extern const struct sql_schema post_command_schema;

extern const struct sql_statement post_statements[POST_STATEMENTS];

/* A key that was seen before, with its answer. */
struct post_known {
    struct uuid key;
    struct text hash;
    struct text status; /* name */
    struct text field;
    struct text message;
    struct text reply;
    struct text asked_by; /* "" where it was not kept */
    struct text device;
};

/*
 * After sql_queue_begin.  A1, A2: lock the wanted documents, read their lines, the plant, and which
 * of the keys are known; without keys that is not asked. NOT_FOUND: no such plant.  Sets
 * book->plant.
 */
struct post_known_list {
    struct post_known *items; /* sorted by key */
    size_t count;
};

struct post_keys {
    const struct uuid *items; /* sorted */
    size_t count;
};

enum status post_load_documents(struct sql *sql, struct book *book, const struct post_keys *keys,
                                struct post_known_list *known, struct fault *fault) MUST_CHECK;

/* Which keys are known by now.  With the items locked, whoever had a key that asks for the same has
   committed. */
enum status post_load_keys(struct sql *sql, struct book *book, const struct post_keys *keys,
                           struct post_known_list *known, struct fault *fault) MUST_CHECK;

struct post_crowd;

/* The counter row, locked in the round trip that locks the items: it is the last that a poster
   locks, and a batch that is decided soon does not hold it much longer for that. */
struct post_held {
    bool held;
    bool recalled; /* it is not held: the last batch left it so (post_recall.h) */
    int64_t lines; /* before this batch, as the next two */
    int64_t events;
    int64_t documents;
    date open_from;
    int64_t now_us; /* of the database's clock, taken while the counter was held */
    date today;
    int64_t clock_ahead_us; /* the database's clock less ours, or a little less than that */
    int64_t items_file;     /* of stock_item and stock_balance: a place is one in this file */
    int64_t balances_file;
    const struct post_crowd *crowd; /* pages to be cleared (post_crowd.h), or NULL */
};

/* The rows of POST_COUNTER or POST_HOLD_COUNTER, and of POST_MOMENT. */
void post_read_held(const struct sql_rows results[2], struct post_held *held);

/* A3, B: lock the wanted items and those the documents reach, read their balances and lots.  `held`
   is NULL where the counter is for later; it is not held either where no item is wanted. */
enum status post_load_items(struct sql *sql, struct book *book, struct post_held *held,
                            struct fault *fault) MUST_CHECK;

/* A to B in one round trip, for a book that wants no document, in a transaction that post_begin
   began: the plant and the items.  Which keys are known is not asked. */
enum status post_begin(struct sql *sql, struct book *book, struct fault *fault) MUST_CHECK;
enum status post_load_at_once(struct sql *sql, struct book *book, struct post_held *held,
                              struct fault *fault) MUST_CHECK;

/* One key to be stored, with its answer. */
struct post_key_row {
    struct uuid key;
    struct text hash;
    struct text status;
    struct text field;
    struct text message;
    struct text reply;
    struct text asked_by;
    struct text device;
    struct text method;
    struct text object;
};

/* D: take the counter unless it is held; the book's numbers, lines and events get theirs, and a
   moment that no poster of the plant had before.  moved: the first open day, or the plant's own
   day, has moved since the book was loaded.  A book in which nothing changed leaves the counter
   alone. */
struct post_taken {
    int64_t lines;
    int64_t events;
    int64_t now_us; /* of the database's clock, taken while the counter was held */
    bool moved;
};

enum status post_take_numbers(struct sql *sql, struct book *book, struct post_held *held,
                              struct post_taken *taken, struct fault *fault) MUST_CHECK;

/* Where rows that were there are after COMMIT. */
struct post_placed {
    struct sql_rows moved; /* each one's place before and after, in any order */
    struct book_row **rows;
    size_t count;
};

enum post_placed_table { POST_PLACED_ITEMS, POST_PLACED_BALANCES, POST_PLACED_TABLES };

struct post_places {
    struct post_placed tables[POST_PLACED_TABLES];
};

/* The counter of a book that was recalled: it is raised if it still is where the last batch left
   it, and nothing else that the book took for true has changed, the locations that it wants among
   it.  Else COMMIT fails. */
enum status post_raise_recalled(struct sql *sql, struct book *book, const struct post_held *held,
                                struct fault *fault) MUST_CHECK;

/* E: write all.  What is not copied goes out with COMMIT, and may fail there: KEY_REUSED when
   another poster has one of the keys, INTERNAL when a row was not where it had been read.
   *keys_met: the same of keys that were copied.  Roll back and start again. */
struct post_writing {
    const struct post_held *held;
    const struct post_taken *taken;
    const struct post_key_row *keys; /* sorted */
    size_t key_count;
    struct post_places *places; /* NULL: nobody wants to know */
};

enum status post_write(struct sql *sql, struct book *book, const struct post_writing *writing,
                       bool *keys_met, struct fault *fault) MUST_CHECK;

#endif
