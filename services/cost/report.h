#ifndef MILLRACE_COST_REPORT_H
#define MILLRACE_COST_REPORT_H

#include "common/plant/csv.h"
#include "services/cost/books.h"

/*
 * Reports: each is one table, made as CSV.  What is given of it, a part of the CSV, a workbook or
 * rows of JSON, is cut from that one text, so that the forms cannot differ.
 */
#define REPORT_COLUMNS_MAX 14
#define REPORT_PAGES_MAX   200 /* of a statement that is read page by page */

struct report_query {
    struct books_range range;
    struct text report;
    struct text by;
    struct text work_order;
    struct text item;
    struct text version; /* of costs, compared with .. */
    struct text against; /* .. this one, or "" for the standards */
    bool workbook;
    bool chinese;
    size_t limit;      /* rows of a page */
    int64_t offset;    /* where to go on: a byte, or a row */
    struct text stamp; /* of the report that is gone on with; "": none */
};

/* One report being made. */
struct reporting {
    struct rpc_request *request;
    const struct report_query *query;
    struct csv_out out;
};

typedef enum status report_rows_fn(struct reporting *reporting);

struct report {
    const char *name;
    const char *headers[2][REPORT_COLUMNS_MAX]; /* English, Chinese */
    bool sums[REPORT_COLUMNS_MAX];              /* amounts, added up below */
    size_t columns;
    report_rows_fn *rows;
};

/* NULL: there is none of that name. */
const struct report *report_find(struct text name);

/* What the rows are put with. */
void report_put(struct reporting *reporting, int64_t value, int decimals);
void report_put_amount(struct reporting *reporting, struct amount amount);
void report_put_day(struct reporting *reporting, date day);
void report_end_row(struct reporting *reporting);

report_rows_fn report_balance;   /* report_rows.c, as all that say no other */
report_rows_fn report_variances; /* query.by: item, class, month, work_order, work_center */
report_rows_fn report_wip;       /* at the end of query.range.to */
report_rows_fn report_stock;     /* the same; query.item: of one */
report_rows_fn report_order;     /* query.work_order */
report_rows_fn report_price_history;
report_rows_fn report_margin;
report_rows_fn report_stock_curve;
report_rows_fn report_months;
report_rows_fn report_late_costs;
report_rows_fn report_accounts;   /* report_accounts.c */
report_rows_fn report_comparison; /* query.version, query.against */
report_rows_fn
    report_rollup; /* report_rollup.c; query.item: it and what is in it, level by level */

rpc_handler_fn handle_export_report;
rpc_handler_fn handle_get_report;

/* ---- of report_codec.c ---- */

/* Where a report goes on; offset 0: it has ended. */
struct report_place {
    int64_t offset;
    const char *stamp;
};

/* Rows of a report. */
struct report_page {
    size_t columns;
    const char *const *names;
    const char *const *titles;
    const bool *sums;
    struct text *cells; /* [rows x columns] */
    size_t rows;
    int64_t of; /* rows there are */
    struct amount totals[REPORT_COLUMNS_MAX];
    struct report_place next;
};

enum status decode_report(struct rpc_request *request, struct report_query *query) MUST_CHECK;
enum status encode_report_part(struct rpc_request *request, struct text content,
                               const struct report_place *next) MUST_CHECK;
enum status decode_report_rows(struct rpc_request *request, struct report_query *query) MUST_CHECK;
enum status encode_report_rows(struct rpc_request *request,
                               const struct report_page *page) MUST_CHECK;

#endif
