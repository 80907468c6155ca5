#ifndef MILLRACE_PRODUCTION_PRODUCTION_CORE_H
#define MILLRACE_PRODUCTION_PRODUCTION_CORE_H

#include "common/ledger/ledger_core.h"
#include "services/production/release_core.h"

/*
 * Commands on work orders: what each wants, and what it does to the book.  Rules:
 * design/inventory.md sections 2 to 4, costing.md section 4.
 *
 *     firm -> released -> in_progress -> completed -> closed
 *
 * A date that was not given is NO_DATE.
 */
#define PRODUCTION_LINES_MAX 2000 /* of one document */
#define ISSUE_TOLERANCE_PCT  10   /* above what the order needs, where the item says nothing else */
#define ISSUE_REASON_MAX     200  /* bytes */

struct release_request {
    struct text work_order;
    date effective_on;
    bool complete_only; /* refuse when anything is missing */
};

/* available: what is there and no other open order needs; not below 0. */
struct missing_component {
    struct text item;
    struct qty required;
    struct qty available;
};

struct release_outcome {
    const struct work_order *order;
    struct missing_component *missing;
    size_t missing_count;
};

struct issue_line {
    struct text item;
    struct qty quantity;
    struct text location; /* "" anywhere */
    struct text lot;      /* "" any */
    struct text reason;
    struct text type; /* of a return; "" not given */
};

/* Of an issue without lines: everything the order still needs. */
struct issue_request {
    struct text work_order;
    date effective_on;
    const struct issue_line *lines;
    size_t line_count;
    struct text operation; /* of an issue: for its component lines only; "" for all */
};

#define OPERATION_HOURS_MAX 100000 /* in one report */

#define WAVE_ORDERS_MAX 200

/* Several orders in one document: all of them, or (per_order) those that can be. */
struct wave_request {
    const struct issue_request *orders;
    size_t count;
    bool per_order;
};

struct posted_outcome {
    const struct book_number *document; /* NULL: nothing was to be posted */
    struct ledger_range lines;
};

struct refused_order {
    struct text work_order;
    struct fault fault;
};

struct wave_outcome {
    struct posted_outcome posted;
    struct refused_order *refused; /* per_order */
    size_t refused_count;
};

/* Where an order's material came from: the newest issue of each item and lot, the newest first. For
   returns that do not say where to. */
struct issued_from {
    struct text work_order;
    struct text item;
    struct text location;
    struct text lot;
};

struct return_master {
    const struct issued_from *rows;
    size_t count;
};

struct operation_request {
    struct text work_order;
    struct text operation;
    date effective_on;
    struct qty hours; /* 0: only pieces */
    struct qty good;  /* pieces, as scrapped */
    struct qty scrapped;
    struct text reason;        /* of scrap, or of being ahead of the sequence */
    bool billed;               /* by the subcontractor, .. */
    struct amount subcontract; /* .. so much; else the planned price of the pieces is charged */
};

#define OPERATION_OVER_PCT    10            /* pieces above what the order starts */
#define OPERATION_GOOD        "good"        /* reason of the line that counts good pieces */
#define OPERATION_SUBCONTRACT "subcontract" /* of the line that a subcontractor is owed */

struct operation_outcome {
    const struct book_number *document;
    struct amount amount;
    const struct work_operation *operation;
    struct ledger_range lines;
};

struct close_request {
    struct text work_order;
    date effective_on;
    bool anyway; /* also while material or pieces of it are on the floor */
};

struct close_outcome {
    const struct work_order *order;
    struct amount settled;
};

/* A night's completed orders: a page of them in one transaction.  What one refuses (its item has
   stock without cost layers, say) does not hold back the others. */
#define CLOSE_ORDERS_MAX 1000

struct close_many {
    struct text after;
    size_t limit;
    date effective_on;
};

/* The master: completed orders, by number. */
struct completed_orders {
    const struct text *items;
    size_t count;
};

struct close_many_outcome {
    size_t closed;
    struct amount settled;
    const struct text *refused;
    size_t refused_count;
    struct text next; /* bytes NULL: the last page */
};

/* Settles an order and closes it: its state is the caller's to check. */
enum status settle_and_close(struct book *book, struct work_order *order, date day,
                             struct amount *settled, struct fault *fault) MUST_CHECK;

/* Shapes as struct post_kind wants them (common/ledger/post.h): request and outcome are the structs
   above, master is struct release_master, struct return_master or NULL. */
enum status release_wants(const void *request, struct book *book, struct fault *fault);
enum status release_decide(const void *request, const void *master, struct book *book,
                           const void **outcome, struct fault *fault);
enum status issue_wants(const void *request, struct book *book, struct fault *fault);
enum status issue_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault);

enum status wave_wants(const void *request, struct book *book, struct fault *fault);
enum status wave_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault);

/* The plant's rule; request and outcome are this struct. */
struct issue_rule {
    bool unplanned_issue;
    bool before; /* of the outcome */
};

enum status rule_wants(const void *request, struct book *book, struct fault *fault);
enum status rule_decide(const void *request, const void *master, struct book *book,
                        const void **outcome, struct fault *fault);
enum status return_wants(const void *request, struct book *book, struct fault *fault);
enum status return_decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault);
enum status operation_wants(const void *request, struct book *book, struct fault *fault);
enum status operation_decide(const void *request, const void *master, struct book *book,
                             const void **outcome, struct fault *fault);
enum status close_wants(const void *request, struct book *book, struct fault *fault);
enum status close_decide(const void *request, const void *master, struct book *book,
                         const void **outcome, struct fault *fault);
enum status close_many_wants(const void *request, struct book *book, struct fault *fault);
enum status close_many_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault);

#endif
