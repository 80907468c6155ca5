#ifndef MILLRACE_ORDER_STORE_H
#define MILLRACE_ORDER_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"

/* The questions of this service.  What it changes is written by common/ledger/post.h, whose schema
   is a part of this one. */
extern const struct sql_schema order_schema;

#define ORDER_PAGE_MAX 100 /* orders of a page */

/* yield_pct of the items, 100 where none is given, in the order of `items`; an unknown item has
   100 too (deciding refuses it). */
enum status store_yields(struct sql *sql, struct text plant, const struct text *items, size_t count,
                         struct arena *arena, struct qty *yields, struct fault *fault) MUST_CHECK;

/* Orders with their lines: one row a line, ascending by order and line. */
struct order_row {
    struct text order_id;
    struct text partner; /* without bytes: none */
    int64_t line;
    struct text item;
    struct qty qty;
    struct qty done; /* received or shipped */
    struct unitcost price;
    date due;
    int64_t priority; /* NO_DAYS: none */
};

struct order_query {
    struct text plant;
    bool open_only; /* only orders with an open line */
    struct text after;
    size_t limit; /* orders */
};

enum status store_purchase_orders(struct sql *sql, const struct order_query *query,
                                  struct arena *arena, struct order_row **rows, size_t *count,
                                  struct fault *fault) MUST_CHECK;
enum status store_sales_orders(struct sql *sql, const struct order_query *query,
                               struct arena *arena, struct order_row **rows, size_t *count,
                               struct fault *fault) MUST_CHECK;

#endif
