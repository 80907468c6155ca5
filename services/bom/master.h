#ifndef MILLRACE_BOM_MASTER_H
#define MILLRACE_BOM_MASTER_H

#include "common/bom/bom_graph.h"
#include "common/bom/bom_patch.h"
#include "common/ledger/command.h"

/*
 * Master data of plants in memory.  It follows the database: before each use one small query asks
 * for the plant's master_seq; bills and items that changed since are read again one by one
 * (master_change names them), a mass change is done once more in memory, and only what cannot be
 * followed so (an import, a new item) is loaded as a whole.  While that goes on, others read what
 * was there before.
 *
 * Safe from any thread: many read a plant at a time; a change of a bill waits for them and takes
 * microseconds.
 */
#define MASTER_PLANTS_MAX 1024

struct master_cache;

struct master_cache *master_cache_new(void) MUST_CHECK;
void master_cache_free(struct master_cache **cache);

/* Up to date and held for reading.  NOT_FOUND: no such plant.  Let it go with master_release.
   Outside of a transaction. */
struct master;
enum status master_hold(struct master_cache *cache, struct sql *sql, struct text plant,
                        struct arena *arena, struct master **master,
                        struct fault *fault) MUST_CHECK;
const struct bom_graph *master_graph(const struct master *master);
void master_release(struct master *master);

/* Up to date, not held. */
enum status master_refresh(struct master_cache *cache, struct sql *sql, struct text plant,
                           struct arena *arena, struct fault *fault) MUST_CHECK;

/* Within a transaction that holds the plant's gate and read `master_seq` behind it: nothing can
   change any more.  *master NULL: it must be loaded first (roll back, master_refresh, begin again).
   Not held. */
enum status master_catch_up(struct master_cache *cache, const struct command *command,
                            int64_t master_seq, struct master **master,
                            struct fault *fault) MUST_CHECK;

/*
 * What a change made of some bills, as master_catch_up's master at from_seq was asked about them:
 * told once it is committed, nobody has to read them again.
 */
struct master_news {
    struct master *master;
    int64_t from_seq;
    int64_t to_seq;
    const struct bom_bill *bills;
    size_t count;
};

/* Does nothing where the master has moved on: it follows by itself. */
void master_tell(const struct master_news *news, struct arena *scratch);

/*
 * A change that takes a while to follow: from master_expect, called before its commit, others read
 * what was there before, until master_follow, called after it or when it was given up, has brought
 * the master up to date.
 */
void master_expect(struct master *master);
enum status master_follow(struct master *master, struct sql *sql, struct arena *arena,
                          struct fault *fault) MUST_CHECK;

/* Held alone: texts may be added to the plant, loops looked for with the patch. */
void master_hold_alone(struct master *master);
struct plant *master_plant(struct master *master);
struct bom_patch *master_patch(struct master *master);

#endif
