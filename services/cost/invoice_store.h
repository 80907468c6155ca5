#ifndef MILLRACE_COST_INVOICE_STORE_H
#define MILLRACE_COST_INVOICE_STORE_H

#include "common/ledger/command.h"
#include "services/cost/follow_core.h"
#include "services/cost/invoice_core.h"

/* The SQL of bills and of late costs on their way. */
extern const struct sql_schema invoice_schema;

/* The limits, the currency, and whether another bill has the number. */
enum status store_invoice_rules(struct sql *sql, struct text plant,
                                const struct invoice_command *bill, struct arena *arena,
                                struct invoice_facts *facts, struct fault *fault) MUST_CHECK;
/* Receipts of the orders of a bill that were not taken back. */
enum status store_invoice_receipts(struct sql *sql, struct text plant,
                                   const struct invoice_command *bill, struct arena *arena,
                                   struct invoice_facts *facts, struct fault *fault) MUST_CHECK;
/* A bill with its lines, locked; facts->stored says whether it is there. */
enum status store_invoice(struct sql *sql, struct text plant, struct text invoice,
                          struct arena *arena, struct invoice_facts *facts,
                          struct fault *fault) MUST_CHECK;
/* What it has posted. */
enum status store_invoice_billed(struct sql *sql, struct text plant, struct text invoice,
                                 struct arena *arena, struct invoice_facts *facts,
                                 struct fault *fault) MUST_CHECK;

/* Write what came of a bill; numbers are known. */
enum status store_invoice_outcome(struct sql *sql, const struct book *book,
                                  const struct invoice_outcome *outcome,
                                  struct fault *fault) MUST_CHECK;

struct invoice_tolerance {
    struct qty pct;       /* NO_QTY: none */
    struct amount amount; /* NO_LIMIT: none */
};

enum status store_set_tolerance(struct command *command, const struct invoice_tolerance *tolerance,
                                struct fault *fault) MUST_CHECK;

/* ---- lists ---- */

struct invoice_query {
    struct text plant;
    struct text invoice; /* bytes NULL: any, as the next two */
    struct text supplier;
    struct text state;
    struct text after;
    size_t limit;
};

/* Columns: invoice, kind, supplier, number, state, blocked_for, basis, amount, effective_on,
   entered_by, decided_by, reversed_by, reversal. */
enum status store_list_invoices(struct sql *sql, const struct invoice_query *query,
                                struct arena *arena, struct sql_rows *rows,
                                struct fault *fault) MUST_CHECK;
/* Of one bill: line, purchase_order, order_line, qty, weight, amount, work_order, operation. */
enum status store_invoice_lines(struct sql *sql, const struct invoice_query *query,
                                struct arena *arena, struct sql_rows *rows,
                                struct fault *fault) MUST_CHECK;
/* Of one bill: posted_seq, line, receipt, document, item, payable, to stock, to variance, day, to
   the order. */
enum status store_invoice_entries(struct sql *sql, const struct invoice_query *query,
                                  struct arena *arena, struct sql_rows *rows,
                                  struct fault *fault) MUST_CHECK;

/* ---- late costs ---- */

enum status store_follow_facts(struct sql *sql, struct text plant, struct arena *arena,
                               struct follow_facts *facts, struct fault *fault) MUST_CHECK;
enum status store_followed(struct sql *sql, struct text plant, const struct follow_facts *facts,
                           struct fault *fault) MUST_CHECK;
enum status store_late_open(struct sql *sql, struct text plant, struct arena *arena, bool *open,
                            struct fault *fault) MUST_CHECK;

#endif
