#ifndef MILLRACE_INVENTORY_STORE_H
#define MILLRACE_INVENTORY_STORE_H

#include "common/io/sql.h"

/* The questions of this service.  What it posts is written by common/ledger/post.h, whose schema is
   a part of this one. */
extern const struct sql_schema inventory_schema;

#define INVENTORY_PAGE_MAX 500

struct stock_row {
    struct text item;
    struct text location;
    struct text lot;
    struct text status;
    struct text segment;
    struct text owner;
    struct qty qty;
    bool expires;
    date expires_on;
};

struct stock_query {
    struct text plant;
    struct text item;       /* without bytes: any */
    struct stock_row after; /* the last row of the page before; texts empty for the first page */
    size_t limit;
};

enum status store_list_stock(struct sql *sql, const struct stock_query *query, struct arena *arena,
                             struct stock_row **rows, size_t *count,
                             struct fault *fault) MUST_CHECK;

struct ledger_row {
    int64_t posted_seq;
    struct text document;
    struct text kind;
    struct text item; /* without bytes: a line of value only */
    struct qty qty;
    struct amount amount;
    struct text location;
    struct text lot;
    struct text order_id;
    date effective_on;
    int64_t posted_at_us;
    struct text posted_by;
    struct qty on_hand;
    struct amount value;
    struct amount wip;
    struct amount variance;
    struct text reason;
    struct text operation; /* "": none */
};

struct ledger_query {
    struct text plant;
    struct text item;     /* without bytes: any */
    struct text order_id; /* without bytes: any */
    int64_t after;        /* posted_seq */
    size_t limit;
};

enum status store_list_ledger(struct sql *sql, const struct ledger_query *query,
                              struct arena *arena, struct ledger_row **rows, size_t *count,
                              struct fault *fault) MUST_CHECK;

#endif
