#ifndef MILLRACE_BOM_MASTER_H
#define MILLRACE_BOM_MASTER_H

#include "common/bom/bom_graph.h"
#include "common/io/sql.h"

/*
 * Master data of plants in memory, read again when the plant's master_seq says that it changed: one
 * small query a request instead of the whole master.  Safe from any thread; a plant that is held
 * stays as it is until it is let go, and the others that want the same plant wait.
 */
#define MASTER_PLANTS_MAX 1024

struct master_cache;

struct master_cache *master_cache_new(void) MUST_CHECK;
void master_cache_free(struct master_cache **cache);

/* NOT_FOUND: no such plant.  Let it go with master_release. */
struct master;
enum status master_hold(struct master_cache *cache, struct sql *sql, struct text plant,
                        struct arena *arena, struct master **master,
                        struct fault *fault) MUST_CHECK;
const struct bom_graph *master_graph(const struct master *master);
void master_release(struct master *master);

#endif
