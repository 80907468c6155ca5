#ifndef MILLRACE_COST_JOURNAL_CORE_H
#define MILLRACE_COST_JOURNAL_CORE_H

#include "common/base/qty.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "services/cost/variance_core.h"

/*
 * The journal of ledger lines (design/costing.md section 5).  Pure.  A line has what it adds to
 * stock, to work in process and to variance; what these do not cancel among themselves came from
 * outside or went there, and that account is named by the line's kind.  So every entry balances by
 * construction, of one line as of the sum of many.  A bill moves what it owes from goods received
 * to payables; late cost that is followed comes from cost of sales, where its line left it.
 */
#define JOURNAL_KIND_SUBCONTRACT \
 "subcontract" /* what books_store.c calls the line of a subcontractor */

enum journal_key {
    JOURNAL_STOCK,
    JOURNAL_WIP,
    JOURNAL_RECEIVED, /* goods received, not invoiced */
    JOURNAL_SALES,    /* cost of sales */
    JOURNAL_CONSUMED, /* issued to no order */
    JOURNAL_ADJUSTED, /* counts and adjustments */
    JOURNAL_OPENING,
    JOURNAL_ABSORBED,  /* labour, machine and overhead charged to orders */
    JOURNAL_VARIANCES, /* the first of variance_kind, in its order */
    JOURNAL_PURCHASE_VARIANCE = JOURNAL_VARIANCES + VARIANCE_KINDS,
    JOURNAL_CORRECTION,
    JOURNAL_PAYABLE,     /* owed to suppliers by their bills */
    JOURNAL_REVALUATION, /* stock at a new standard */
    JOURNAL_UNSPLIT,     /* settled, not split into kinds yet */
    JOURNAL_KEYS
};

struct journal_key_name {
    const char *key;     /* "stock": in the scheme */
    const char *account; /* where the scheme says nothing */
    const char *name;
    const char *name_zh;
};

extern const struct journal_key_name journal_names[JOURNAL_KEYS];

/* JOURNAL_KEYS where there is none. */
enum journal_key journal_key_find(struct text key);

/* One ledger line, or the sum of lines that agree in kind and `sales`. */
struct journal_line {
    struct text kind;
    bool sales; /* of a settlement or a bill the rest is cost of sales: not at standard */
    struct amount amount;
    struct amount wip;
    struct amount variance;
    struct amount payable;       /* of a bill */
    struct variance_split split; /* of the variance of settlements, as far as it is known */
};

struct journal_entries {
    struct amount amounts[JOURNAL_KEYS]; /* debits above 0, credits below; they add up to 0 */
};

/* Adds the line's.  OVERFLOW. */
enum status journal_add(const struct journal_line *line, struct journal_entries *entries,
                        struct fault *fault) MUST_CHECK;

#endif
