#ifndef MILLRACE_COST_BOOKS_STORE_H
#define MILLRACE_COST_BOOKS_STORE_H

#include "common/ledger/command.h"
#include "services/cost/journal_core.h"

/* SQL of the books: settlements and what they are made of, journal lines and their sums, accounts,
   months. */
extern const struct sql_schema books_schema;

/* Days from .. to, both included. */
struct books_range {
    struct text plant;
    date from;
    date to;
};

/* ---- variances ---- */

#define SPLIT_ORDERS_MAX 10000

struct settled_row {
    struct variance_settled settled;
    int64_t posted_seq;
    bool later;   /* the order was settled before: this is late cost, */
    bool outside; /* .. of what a subcontractor billed */
};

/* Settlements to variance that are not split, by order; those of a reversal are copied at once. */
enum status store_settled(struct sql *sql, struct text plant, size_t limit, struct arena *arena,
                          struct settled_row **rows, size_t *count, struct fault *fault) MUST_CHECK;
enum status store_copy_reversed(struct sql *sql, struct text plant, struct fault *fault) MUST_CHECK;

struct split_row {
    int64_t posted_seq;
    struct text kind;
    struct text work_order;
    struct amount amount;
};

enum status store_put_splits(struct sql *sql, struct text plant, const struct split_row *rows,
                             size_t count, struct fault *fault) MUST_CHECK;

#define VARIANCE_GROUPS_MAX 200

struct variances_query {
    struct books_range range;
    struct text by;         /* item, class, month, work_order, or "" */
    struct text work_order; /* "": all, as the next three */
    struct text item;
    struct text class;
    struct text work_center;
    struct text after;
};

struct variance_row {
    struct text of;
    struct text kind;
    struct amount amount;
    int64_t orders;
    int64_t posted_seq;
};

enum status store_variances(struct sql *sql, const struct variances_query *query,
                            struct arena *arena, struct variance_row **rows, size_t *count,
                            struct fault *fault) MUST_CHECK;

/* ---- journal ---- */

#define JOURNAL_PAGE_MAX 200

struct journal_query {
    struct books_range range;
    int64_t after;
    struct text document; /* "": all */
    struct text account;  /* "": all; of entries, not of ledger lines */
    size_t limit;
};

struct journal_row {
    int64_t posted_seq;
    struct text document;
    struct text item;
    struct text class;
    struct text order_id;
    date day;
    struct journal_line line;
};

/* Lines with a value, in order of posted_seq. */
enum status store_journal(struct sql *sql, const struct journal_query *query, struct arena *arena,
                          struct journal_row **rows, size_t *count, struct fault *fault) MUST_CHECK;

/* Their sums by class and kind; posted_seq and texts of lines are absent. */
enum status store_journal_sums(struct sql *sql, const struct books_range *range,
                               struct arena *arena, struct journal_row **rows, size_t *count,
                               struct fault *fault) MUST_CHECK;

struct account_row {
    struct text class;
    struct text key;
    struct text account; /* "": there is none for every class */
    bool by_class;       /* asked for: each class needs its own */
    bool remove;         /* asked for: as if it had never been set */
};

enum status store_accounts(struct sql *sql, struct text plant, struct arena *arena,
                           struct account_row **rows, size_t *count,
                           struct fault *fault) MUST_CHECK;
/* Is an item of the class? */
enum status store_class_exists(struct command *command, struct text class, bool *there,
                               struct fault *fault) MUST_CHECK;
/* NOT_FOUND where one that is to be removed was never set. */
enum status store_put_account(struct command *command, const struct account_row *row,
                              struct fault *fault) MUST_CHECK;

/* "": the plant has none. */
enum status store_currency(struct sql *sql, struct text plant, struct arena *arena,
                           struct text *currency, struct fault *fault) MUST_CHECK;

/* ---- months ---- */

struct month_facts {
    date month; /* its first day */
    date next;
    date open_from;
    date today;         /* where the plant is */
    int64_t unreported; /* completed orders that lack what a subcontractor did */
    date since; /* what is before was frozen when its month was closed; DATE_MIN: nothing was */
    int64_t closing; /* of the last closing; 0: it was never closed */
    bool closed;
    struct text closed_by;
    struct text reopen_asked_by; /* bytes NULL: nobody */
    struct amount stock;         /* at its end */
    struct amount wip;
    struct amount stock_differs; /* stock of items less the ledger's sum */
    struct amount wip_differs;
    int64_t unsplit;
    int64_t open_counts;
    int64_t waiting;    /* adjustments for a second person, transfers for who signs for them */
    int64_t late_costs; /* that have not been followed to the end */
    int64_t completed;  /* orders that are complete and not closed */
    struct amount completed_wip;
    int64_t missing_accounts; /* of purposes and classes; and one of them: */
    struct text missing_purpose;
    struct text missing_class;
};

/* Is a settlement of the open months, or its reversal, not split yet? */
enum status store_unsplit(struct sql *sql, struct text plant, struct arena *arena, bool *open,
                          struct fault *fault) MUST_CHECK;

/* `month` and `next` are given.  With `lock` nobody posts until the transaction ends. */
enum status store_month(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                        struct month_facts *facts, struct fault *fault) MUST_CHECK;
enum status store_close_month(struct sql *sql, struct text plant, struct text principal,
                              const struct month_facts *facts, struct fault *fault) MUST_CHECK;
enum status store_ask_reopen(struct sql *sql, struct text plant, struct text principal,
                             const struct month_facts *facts, struct fault *fault) MUST_CHECK;
enum status store_reopen(struct sql *sql, struct text plant, struct text principal,
                         const struct month_facts *facts, struct fault *fault) MUST_CHECK;

#endif
