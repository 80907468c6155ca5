#ifndef MILLRACE_LEDGER_POST_MEMORY_H
#define MILLRACE_LEDGER_POST_MEMORY_H

#include "common/base/arena.h"

#include <pthread.h>

/* The memory of batches: what one had is kept for the next, as pages from the kernel cost a fifth
   of a batch.  Workers post for different plants at once. */
#define POST_MEMORIES_MAX 4 /* that wait for a batch */

struct post_memory {
    pthread_mutex_t mutex;
    struct arena *idle[POST_MEMORIES_MAX];
    size_t idle_count;
};

void post_memory_init(struct post_memory *memory);
void post_memory_release(struct post_memory *memory);

/* An empty arena for one batch, NULL when there is no memory; memory NULL: a new one each time. */
struct arena *post_memory_take(struct post_memory *memory);
void post_memory_give_back(struct post_memory *memory, struct arena *arena); /* arena may be NULL */

#endif
