#ifndef MILLRACE_LEDGER_POST_CROWD_H
#define MILLRACE_LEDGER_POST_CROWD_H

#include "common/ledger/post_store.h"

/*
 * Pages that fill up with old versions of their rows.  The server clears a page when a row of it is
 * looked up by its key, or the page is read through; a batch that is recalled does neither, as it
 * updates rows by their place.  In a flood of such batches the pages of stock_item and
 * stock_balance fill up, and then each update moves its row to another page and writes the index:
 * after a quarter of a minute one update of items in six, and the table had grown to twenty times
 * its rows.  So it is counted which page was written how often, and pages are read through in time.
 */

#define POST_CROWD_COUNTS   4096 /* a table; pages share them by number */
#define POST_CROWD_VERSIONS 32   /* then a page is to be cleared: it has room for its rows twice */
#define POST_CROWD_ENOUGH   16   /* are cleared together: a statement costs as much as three */
#define POST_CROWD_URGENT   48   /* versions that no page waits beyond */
#define POST_CROWD_MAX      512  /* pages of a table that wait; others wait to be met again */

struct post_crowd {
    uint8_t versions[POST_PLACED_TABLES][POST_CROWD_COUNTS];
    int64_t pages[POST_PLACED_TABLES][POST_CROWD_MAX]; /* to be cleared */
    size_t counts[POST_PLACED_TABLES];                 /* of those */
    bool urgent;
};

/* A version of a row was written there. */
void post_crowd_note(struct post_crowd *crowd, enum post_placed_table table, int64_t place);

/* Is it time? */
bool post_crowd_is_enough(const struct post_crowd *crowd);

/* Clear all that wait, with what goes out next.  Once that is committed, or where it is not known
   any more which pages they are, they wait no more. */
enum status post_crowd_clear(struct sql *sql, const struct post_crowd *crowd,
                             struct fault *fault) MUST_CHECK;
void post_crowd_cleared(struct post_crowd *crowd);

#endif
