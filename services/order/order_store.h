#ifndef MILLRACE_ORDER_ORDER_STORE_H
#define MILLRACE_ORDER_ORDER_STORE_H

#include "common/io/sql.h"
#include "common/ledger/book_core.h"

/* Lists of orders.  What the posting path changes is written by common/ledger/post.h, the rest by
   life_store.h; both schemas are parts of this one. */
extern const struct sql_schema order_schema;

#define ORDER_PAGE_MAX 100 /* orders of a page */

/* Orders with their lines: one row a line, ascending by order and line. */
struct order_row {
    struct text order_id;
    struct text partner;     /* without bytes: none; so the next three */
    struct text other_plant; /* source plant, or the plant it goes to */
    struct text made_by;
    struct text approved_by;
    struct text state; /* as people see it: partly_received ... */
    int64_t version;
    struct amount value;
    struct amount approve_above; /* NO_LIMIT */
    int64_t line;
    struct text item;
    struct qty qty;
    struct qty done; /* received or shipped */
    struct unitcost price;
    date due;
    int64_t priority; /* NO_DAYS: none */
    date promised;    /* NO_DATE: not; of sales lines */
    struct text promise_limit;
};

/* Texts "" and days NO_DATE: any. */
struct order_query {
    struct text plant;
    bool transfers; /* of purchase orders: only, else none */
    bool open_only; /* only orders with an open line */
    struct text after;
    size_t limit; /* orders */
    struct text state;
    struct text partner;
    struct text item; /* with a line of this item, due in these days */
    date due_from;
    date due_to;
};

enum status store_purchase_orders(struct sql *sql, const struct order_query *query,
                                  struct arena *arena, struct order_row **rows, size_t *count,
                                  struct fault *fault) MUST_CHECK;
enum status store_sales_orders(struct sql *sql, const struct order_query *query,
                               struct arena *arena, struct order_row **rows, size_t *count,
                               struct fault *fault) MUST_CHECK;

#endif
