#ifndef MILLRACE_INVENTORY_HISTORY_STORE_H
#define MILLRACE_INVENTORY_HISTORY_STORE_H

#include "common/io/sql.h"
#include "services/inventory/trace_core.h"

/* The questions about the past and about lots. */
extern const struct sql_schema history_schema;

#define PICK_ORDERS_MAX 200 /* of a wave */
#define PICKS_MAX       1000

struct pick_query {
    struct text plant;
    const struct text *work_orders;
    size_t count;
};

/* location (NULL: short), item, lot, expires_on, qty, work_order, line: as a walk goes. */
enum status store_picks(struct sql *sql, const struct pick_query *query, struct arena *arena,
                        struct sql_rows *rows, struct fault *fault) MUST_CHECK;

struct balance_query {
    struct text plant;
    struct text item;
    bool of_day;
    date day;           /* of_day: the end of it, by the days postings are for */
    int64_t posted_seq; /* else: after that line; INT64_MAX: now */
};

struct balance_answer {
    struct qty qty;
    struct amount value;
    int64_t posted_seq; /* 0 where nothing was posted yet, and of a day */
};

/* One index probe, or a month's rows: it does not grow with the ledger. */
enum status store_balance(struct sql *sql, const struct balance_query *query, struct arena *arena,
                          struct balance_answer *out, struct fault *fault) MUST_CHECK;

/* The number of the plant's last ledger line, 0 without any. */
enum status store_last_line(struct sql *sql, struct text plant, struct arena *arena, int64_t *out,
                            struct fault *fault) MUST_CHECK;

struct trace_walk {
    struct text plant;
    bool backward;
    struct arena *rows; /* for what the database says of one level; reset */
};

/* NOT_FOUND, field "lot". */
enum status store_check_lot(struct sql *sql, const struct trace_walk *walk, struct trace_lot lot,
                            struct fault *fault) MUST_CHECK;

/* All links of a lot, level by level. */
enum status store_trace(struct sql *sql, const struct trace_walk *walk, struct trace *trace,
                        struct fault *fault) MUST_CHECK;

/* What the lots of a trace are in. */
struct recall {
    struct arena *arena;       /* given: for the rows */
    struct sql_rows documents; /* document, kind, item, lot, qty, order_kind, order_id */
    struct sql_rows customers; /* customer, sales_order, item, lot, qty */
    struct sql_rows stock;     /* item, location, lot, status, segment, qty, expires_on */
};

#define RECALL_ROWS_MAX 1000 /* of each */
enum status store_recall(struct sql *sql, struct text plant, const struct trace *trace,
                         struct recall *out, struct fault *fault) MUST_CHECK;

#endif
