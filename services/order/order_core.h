#ifndef MILLRACE_ORDER_CORE_H
#define MILLRACE_ORDER_CORE_H

#include "common/ledger/book_core.h"

/* Orders as documents.  Pure: each function decides on the book. */
#define ORDER_LINES_MAX 1000

struct work_order_command {
    struct text work_order; /* empty: numbered by the plant */
    struct text item;
    struct qty quantity; /* started; NO_QTY: not given */
    date start_on;
    date due_on;
};

struct order_line_command {
    struct text item;
    struct qty quantity;   /* NO_QTY: not given */
    struct unitcost price; /* of a stock unit; NO_COST: not given, of purchases the last cost */
    date due_on;
    int64_t priority; /* NO_DAYS: none; sales lines only */
    struct text uom;  /* "": the item's */
};

struct order_command {
    struct text order_id; /* empty: numbered by the plant */
    struct text partner;  /* supplier, customer or source plant; bytes NULL: not given */
    struct text to_plant; /* of a sales order: a transfer to there; bytes NULL: a sale */
    bool draft;
    bool of_past;    /* it was made on ordered_on, not now */
    date ordered_on; /* then nothing is due before it */
    const struct order_line_command *lines;
    size_t line_count;
};

struct accepted;
struct accept_command;

/* What a command's reply needs; the order's own text is final when it is encoded. */
struct order_outcome {
    const struct accepted *accepted; /* suggestions, one an item of the command */
    const struct accept_command *accept;
    const struct work_order *work;
    const struct purchase_order *purchase;
    const struct sales_order *sales;
};

/* Master data of an item that is not in the book; of one that the plant does not have only the
   defaults (deciding on the book refuses it). */
struct order_facts {
    struct qty yield_pct; /* 0 < yield <= 100 */
    bool known;
    bool active;
    struct text uom;
    int decimals;
    struct unitcost last_cost;
    struct text source_plant; /* where transfers of it come from; bytes NULL: nowhere */
    int64_t lead_time_days;
};

/* What the plant says about new orders. */
struct order_rule {
    struct amount approve_above; /* a purchase above it needs a second person; NO_LIMIT */
    date first_day; /* nothing is due before it: today, or plan_start if that is earlier */
};

struct order_master {
    struct order_rule rule;
    const struct order_facts *facts; /* of the item, or one a line */
    bool source_unknown;             /* of a transfer order: there is no such plant */
};

/* INVALID with a field of lines[i]: inactive item, wrong unit, a day that is past. */
enum status order_check_facts(const struct order_line_command *line, size_t i,
                              const struct order_master *master, struct arena *arena,
                              struct fault *fault) MUST_CHECK;

enum status work_order_wants(const struct work_order_command *command, struct book *book,
                             struct fault *fault) MUST_CHECK;
enum status purchase_wants(const struct order_command *command, struct book *book,
                           struct fault *fault) MUST_CHECK;
enum status sales_wants(const struct order_command *command, struct book *book,
                        struct fault *fault) MUST_CHECK;

/* What the lines cost; above the plant's limit the order is a draft until a second person has
   approved it. */
enum status order_price(struct purchase_order *order, const struct order_rule *rule, bool draft,
                        struct fault *fault) MUST_CHECK;

/* INVALID, NOT_FOUND, EXISTS, OVERFLOW. */
enum status work_order_decide(const struct work_order_command *command,
                              const struct order_master *master, struct book *book,
                              struct order_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status purchase_decide(const struct order_command *command, const struct order_master *master,
                            struct book *book, struct order_outcome *outcome,
                            struct fault *fault) MUST_CHECK;
/* The order's partner is the source plant. */
enum status transfer_order_decide(const struct order_command *command,
                                  const struct order_master *master, struct book *book,
                                  struct order_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status sales_decide(const struct order_command *command, const struct order_master *master,
                         struct book *book, struct order_outcome *outcome,
                         struct fault *fault) MUST_CHECK;

#endif
