#ifndef MILLRACE_LEDGER_POST_PAUSE_H
#define MILLRACE_LEDGER_POST_PAUSE_H

#include "common/base/uuid.h"

/*
 * Pauses of the posting path, for tests of concurrency (tests/isolation/pairs.py).  Only builds of
 * type Debug have them (MILLRACE_PAUSES); in a release the calls are nothing.
 *
 * Before each step of a batch, and for each key of it: while there is a file
 * `<rpc.dir>/pause/<key>.<step>`, wait; meanwhile there is a file `<key>.<step>.here` too.  Steps:
 *     A  the transaction has begun                 D  decided
 *     B  documents are locked and read             E  the counter is held
 *     C  items are locked, their stock is read     F  written, not committed
 */
#define PAUSE_LIMIT_US ((int64_t)20000000) /* then it goes on all the same */

#ifdef MILLRACE_PAUSES
void post_pause_open(const char *rpc_dir); /* before the first batch */
void post_pause(struct uuid key, char step);
#else
# define post_pause_open(rpc_dir) ((void)(rpc_dir))
# define post_pause(key, step)    ((void)(key), (void)(step))
#endif

#endif
