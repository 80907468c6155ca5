#ifndef MILLRACE_LEDGER_DEBT_CORE_H
#define MILLRACE_LEDGER_DEBT_CORE_H

#include "common/ledger/book_core.h"

/*
 * Who took the pieces that an item at AVERAGE owes: the lines that took last, for a receipt fills
 * the oldest debts first, so what is still owed is the newest.  Lines of this batch come before
 * those that were loaded (book_item.debts).
 */
struct debt_walk {
    const struct book *book;
    const struct book_item *item;
    struct qty skip; /* the newest, which stay owed */
    size_t line;     /* of the book: the next is the one before it */
    size_t loaded;
};

void debt_begin(struct debt_walk *walk, const struct book *book, const struct book_item *item,
                struct qty skip);
/* The next older one; false: nothing is known of the rest. */
bool debt_next(struct debt_walk *walk, struct book_debt *out) MUST_CHECK;

#endif
