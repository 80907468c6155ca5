#ifndef MILLRACE_LEDGER_PAST_CORE_H
#define MILLRACE_LEDGER_PAST_CORE_H

#include "common/ledger/book_core.h"

/*
 * No quantity below zero, also not on a day after a back-dated posting (design/inventory.md section
 * 1).  To be called when lines of the item for `day` are in the book: NEGATIVE_LATER with the day
 * and what would be left of the item, in all places together.  Days before an opening balance are
 * not judged: what was there then is not known.
 */
enum status past_check(struct book *book, const struct book_item *item, date day, const char *field,
                       struct fault *fault) MUST_CHECK;

#endif
