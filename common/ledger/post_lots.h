#ifndef MILLRACE_LEDGER_POST_LOTS_H
#define MILLRACE_LEDGER_POST_LOTS_H

#include "common/io/sql.h"
#include "common/ledger/book_state_core.h"
#include "common/ledger/post_reader.h"

/* Lots of a batch: those with stock come beside their balances, those asked for by name by key. */

/* The lot of a balance, once; the next two columns say when it expires and was made.  False when
   the arena is full. */
bool post_read_lot(struct book *book, const struct book_balance *balance,
                   struct reader *at) MUST_CHECK;

/* Queue the query for the lots that were asked for; *queued is 0 when none was, else 1. */
enum status post_queue_lots(struct sql *sql, struct book *book, size_t *queued,
                            struct fault *fault) MUST_CHECK;

/* Its result, after balances were read: a record for each lot, of those that are not there too. */
enum status post_read_lots(struct book *book, const struct sql_rows *rows,
                           struct fault *fault) MUST_CHECK;

#endif
