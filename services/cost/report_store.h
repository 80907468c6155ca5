#ifndef MILLRACE_COST_REPORT_STORE_H
#define MILLRACE_COST_REPORT_STORE_H

#include "common/io/sql.h"
#include "services/cost/books_store.h"
#include "services/cost/cost_store.h"

/* SQL of reports whose rows are put as they are read: *columns has a letter a column (sql.h). */
extern const struct sql_schema report_schema;

#define REPORT_ROWS_MAX 200000

/* What a report of rows is asked with; it has days, and an item or all of them. */
struct report_asked {
    struct books_range range;
    struct text item; /* "": all */
};

struct report_table {
    struct sql_rows rows;
    const char *columns;
};

/* LIMIT: more than REPORT_ROWS_MAX rows.  What was there when the range's last day ended; stock:
   all lines for it and before. */
enum status store_wip_as_of(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                            struct report_table *table, struct fault *fault) MUST_CHECK;
enum status store_stock_value(struct sql *sql, const struct report_asked *asked,
                              struct arena *arena, struct report_table *table,
                              struct fault *fault) MUST_CHECK;

/* Of the days of the range. */
enum status store_price_history(struct sql *sql, const struct report_asked *asked,
                                struct arena *arena, struct report_table *table,
                                struct fault *fault) MUST_CHECK;
enum status store_margin(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                         struct report_table *table, struct fault *fault) MUST_CHECK;
enum status store_stock_curve(struct sql *sql, const struct report_asked *asked,
                              struct arena *arena, struct report_table *table,
                              struct fault *fault) MUST_CHECK;
enum status store_late_costs(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                             struct report_table *table, struct fault *fault) MUST_CHECK;

/* Every month since the first day of the books, the last one first. */
enum status store_months(struct sql *sql, const struct report_asked *asked, struct arena *arena,
                         struct report_table *table, struct fault *fault) MUST_CHECK;

/* Classes of items, a row each. */
enum status store_classes(struct sql *sql, struct text plant, struct arena *arena,
                          struct sql_rows *rows, struct fault *fault) MUST_CHECK;

/* ---- variances by work centre ---- */

struct center_operation {
    struct cost_operation operation;
    struct text work_center;
};

/* An order with variances in the range, and what they add up to by kind. */
struct center_order {
    struct cost_order order; /* its quantities; no components, operations are below */
    struct variance_split kinds;
    struct center_operation *operations;
    size_t operation_count;
};

enum status store_center_orders(struct sql *sql, const struct books_range *range,
                                struct text work_order, struct arena *arena,
                                struct center_order **orders, size_t *count,
                                struct fault *fault) MUST_CHECK;

#endif
