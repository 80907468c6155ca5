#ifndef MILLRACE_LEDGER_BOOK_STATE_CORE_H
#define MILLRACE_LEDGER_BOOK_STATE_CORE_H

#include "common/ledger/book_core.h"

/* The inside of a book: for this folder (book_core.c, ledger_core.c, post*.c), not for services. */

enum book_type {
    BOOK_TYPE_WORK_ORDER, /* the first ones are enum book_kind */
    BOOK_TYPE_PURCHASE_ORDER,
    BOOK_TYPE_SALES_ORDER,
    BOOK_TYPE_SUGGESTION,
    BOOK_TYPE_STOCK_DOCUMENT,
    BOOK_TYPE_ITEM,
    BOOK_TYPE_BALANCE,
    BOOK_TYPE_LOT,
    BOOK_TYPE_WORK_COMPONENT,
    BOOK_TYPE_WORK_OPERATION,
    BOOK_TYPE_PURCHASE_LINE,
    BOOK_TYPE_SALES_LINE,
    BOOK_TYPE_LAYER,
    BOOK_TYPE_TAKEN,
    BOOK_TYPE_STOCK_LINE,
    BOOK_TYPE_LOCATION,
    BOOK_TYPES
};

/* Documents, items and locations begin alike. */
struct book_head {
    struct book_row row;
    struct text id;
};

/* Index in maps and wants. */
#define BOOK_ITEM     BOOK_KINDS
#define BOOK_LOCATION (BOOK_KINDS + 1)
#define BOOK_MAPS     (BOOK_KINDS + 2)

/* An array in the arena that doubles. */
struct book_list {
    void *items;
    size_t count;
    size_t capacity;
};

struct book_slot {
    struct book_head *head; /* NULL: free */
    uint64_t hash;
};

/* Open addressing, a power of two of slots, at most half full. */
struct book_map {
    struct book_slot *slots;
    size_t slot_count;
    size_t count;
};

struct book_want {
    struct book_head *head;
    unsigned reach;
};

/* The text of a field, see book_line_field. */
#define BOOK_FIELDS 256

struct book_field {
    size_t line;
    const char *name;
    const char *text; /* NULL: free */
};

/* A lot that is asked for by name. */
struct book_lot_want {
    struct text item;
    struct text lot;
};

struct book_saved {
    void *place;
    void *bytes;
    size_t size;
    size_t room; /* in bytes */
};

/* A row of fifo_take: a line took from a layer (or, below 0, gave back). */
struct book_take {
    size_t line; /* of book->lines */
    const struct book_layer *layer;
    struct qty qty;
    struct amount amount;
};

/* A row of work_order_change. */
struct book_order_changed {
    struct order_change change;
    struct text changed_by;
};

/* A row of late_cost: a line left `amount` of pieces that had left stock in cost of sales. */
struct book_late {
    size_t line; /* of book->lines */
    struct text item;
    uint64_t layer;         /* of a receipt; 0: all that .. */
    struct text work_order; /* .. this order brought; "" */
    struct amount amount;
    struct qty pieces;
    struct text source; /* bytes NULL: the line's own document */
    int64_t depth;
};

/* The plant's counter as it was when the first of the batch's facts were read. */
struct book_counter {
    int64_t lines;
    int64_t events;
    int64_t documents;
    int64_t items_file; /* of stock_item and stock_balance: a place is one in this file */
    int64_t balances_file;
};

struct book_state {
    struct book_map maps[BOOK_MAPS];   /* documents by kind, then items, locations */
    struct book_list wants[BOOK_MAPS]; /* struct book_want */
    struct book_list outputs;          /* struct order_output */
    struct book_list rules;            /* struct book_item *: whose rules were set */
    struct book_list lot_wants;        /* struct book_lot_want */
    struct book_list changed;          /* struct book_row * */
    struct book_list numbers;          /* struct book_number * */
    struct book_list journal;          /* struct book_saved */
    struct book_list told;             /* const struct book_row *: objects that get an event */
    struct book_list takes;            /* struct book_take */
    struct book_list order_changes;    /* struct book_order_changed */
    struct book_list late_costs;       /* struct book_late */
    struct book_field fields[BOOK_FIELDS];
    struct book_counter seen;
    size_t line_capacity;
    uint32_t command;     /* the one that decides, 1, 2, ... */
    bool documents_fixed; /* locked and loaded: wanting more makes the book too small */
    bool items_fixed;
};

/* NULL when the arena or `limit` is full. */
void *book_list_add(struct book *book, struct book_list *list, size_t size,
                    size_t limit) MUST_CHECK;

/* The record of a wanted object, NULL when nobody wanted it.  `kind` may be BOOK_ITEM or
   BOOK_LOCATION. */
struct book_head *book_find(const struct book *book, unsigned kind, struct text id);
enum status book_want(struct book *book, unsigned kind, struct text id, unsigned reach,
                      struct fault *fault) MUST_CHECK;
struct book_head *book_wanted(const struct book *book, unsigned kind, size_t index,
                              unsigned *reach);
size_t book_wanted_count(const struct book *book, unsigned kind);

/* A new, empty book that wants what the old one wanted in the end. */
struct book *book_again(const struct book *old, const struct book_plant *plant) MUST_CHECK;

/* A zeroed record of a row that was loaded or is being made; NULL when the arena is full. */
void *book_record(struct book *book, enum book_type type, size_t count) MUST_CHECK;

/* Keep a record's bytes for book_undo without calling it changed (its links are about to be). */
enum status book_save(struct book *book, struct book_row *row, struct fault *fault) MUST_CHECK;
/* A record was made: it exists, is new and must be written. */
enum status book_made(struct book *book, struct book_row *row, struct fault *fault) MUST_CHECK;

enum status book_line(struct book *book, const struct ledger_line *line,
                      struct fault *fault) MUST_CHECK;

/* Put a loaded or new balance or lot in its place in the item's list. */
void book_link_balance(struct book_item *item, struct book_balance *balance);

/* The balance of this key, made when it is not there. */
struct book_balance_key {
    struct text location;
    struct text lot;
    struct text status;
    struct text segment;
    struct text owner;
};

enum status book_balance(struct book *book, struct book_item *item,
                         const struct book_balance_key *key, struct book_balance **out,
                         struct fault *fault) MUST_CHECK;

/* NULL: the plant has none, or none with stock that was not asked for. */
struct book_lot *book_find_lot(const struct book_item *item, struct text lot);

/* BUSY, and the book is too small, when it was never asked whether the plant has this lot. */
enum status book_know_lot(struct book *book, const struct book_item *item, struct text lot,
                          struct fault *fault) MUST_CHECK;

/* The lot's record: made by this batch where there is none. */
enum status book_new_lot(struct book *book, struct book_item *item, struct text lot,
                         struct book_lot **out, struct fault *fault) MUST_CHECK;

enum status book_full(struct fault *fault); /* LIMIT */

#endif
