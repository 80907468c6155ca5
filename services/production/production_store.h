#ifndef MILLRACE_PRODUCTION_PRODUCTION_STORE_H
#define MILLRACE_PRODUCTION_PRODUCTION_STORE_H

#include "common/io/sql.h"
#include "services/production/change_core.h"
#include "services/production/production_core.h"
#include "services/production/rework_core.h"

/* SQL of this service; the posting itself is common/ledger's. */
extern const struct sql_schema production_schema;

/* Bill lines and routings of several items at once, whatever their validity; the caller takes those
   that hold on its day. */
struct bill_row {
    struct bill_line line;
    date valid_to;
};

struct routing_row {
    struct routing_step step;
    date valid_from;
    date valid_to;
};

struct bill_rows {
    struct bill_row *lines;
    size_t line_count;
    struct routing_row *steps;
    size_t step_count;
};

struct text_list {
    struct text *items;
    size_t count;
};

/* Of the items and, of bills, all phantoms below them. */
enum status store_bills(struct sql *sql, const struct book *book, const struct text_list *items,
                        struct bill_rows *out, struct fault *fault) MUST_CHECK;

/* Co- and by-products of orders, as their releases froze them, for splits. */
enum status store_frozen(struct sql *sql, const struct book *book, const struct text_list *orders,
                         struct split_master *out, struct fault *fault) MUST_CHECK;

/* Rates of work centres, for rework. */
enum status store_rates(struct sql *sql, const struct book *book, const struct text_list *centers,
                        struct rework_master *out, struct fault *fault) MUST_CHECK;

enum status store_issued_from(struct sql *sql, const struct book *book,
                              const struct text_list *orders, struct return_master *out,
                              struct fault *fault) MUST_CHECK;

/* Work orders as they are read, without locks.  components: only where asked for one. */
struct order_view {
    struct text work_order;
    struct text item;
    struct text state;
    struct qty qty;
    struct qty received;
    struct qty scrapped;
    date start_on;
    date due_on;
    struct text kind;
};

struct component_view {
    int64_t line;
    struct text item;
    struct qty required;
    struct qty issued;
    struct qty returned;
    struct qty reserved;
    bool backflush;
    struct text operation;
};

struct operation_view {
    struct text operation;
    struct text work_center;
    struct qty planned_hours;
    struct qty hours;
    struct qty good;
    struct qty scrapped;
    struct text supplier; /* of an operation that a subcontractor does, as the rest: */
    struct unitcost subcontract_price;
    struct qty billed;
    struct amount subcontract;
    struct amount billed_amount;
};

struct output_view {
    struct text item;
    struct text kind;
    struct qty qty;
};

struct change_view {
    struct text document;
    struct text what;
    int64_t line;
    struct text item;
    struct text before;
    struct text after;
    struct text reason;
    struct text changed_by;
    int64_t changed_at_us;
};

#define ORDER_CENTERS_MAX 32
#define ORDER_CHANGES_MAX 500 /* the newest of an order */

struct order_query {
    struct text plant;
    struct text work_order; /* store_order */
    struct text state;      /* "" any */
    struct text after;      /* work order, "" from the first */
    int64_t limit;
    const struct text *centers; /* none: any */
    size_t center_count;
};

struct order_views {
    struct order_view *orders;
    size_t order_count;
    struct component_view *components;
    size_t component_count;
    struct operation_view *operations;
    size_t operation_count;
    struct output_view *outputs;
    size_t output_count;
    struct change_view *changes;
    size_t change_count;
};

/* One with its components; NOT_FOUND with field work_order. */
enum status store_order(struct sql *sql, const struct order_query *query, struct arena *arena,
                        struct order_views *out, struct fault *fault) MUST_CHECK;
/* Many without. */
enum status store_orders(struct sql *sql, const struct order_query *query, struct arena *arena,
                         struct order_views *out, struct fault *fault) MUST_CHECK;

/* Orders that are completed, by number: a page of them. */
enum status store_completed(struct sql *sql, const struct book *book,
                            const struct close_many *asked, struct completed_orders *out,
                            struct fault *fault) MUST_CHECK;

#endif
