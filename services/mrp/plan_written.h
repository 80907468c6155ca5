#ifndef MILLRACE_MRP_PLAN_WRITTEN_H
#define MILLRACE_MRP_PLAN_WRITTEN_H

#include "common/base/crew.h"
#include "services/mrp/live_core.h"
#include "services/mrp/plan_written_store.h"

#include <pthread.h>

/*
 * What is written of a plant's plan, so that a plan made anew knows which of its items differ, and
 * of these which rows (plan_numbers_core.h).  Only this instance writes them, so they are read
 * while the plan is made: by another connection, when there is one, in a thread of its own.
 *
 * It begins after the facts were read: a suggestion accepted later has an event that the plan will
 * follow, one accepted before is seen here.
 */
struct plan_written {
    const struct plant *plant;
    const char *plant_id;
    struct sql *sql;      /* another connection, or NULL */
    struct arena *arena;  /* of all that follows */
    int64_t *digests;     /* by item */
    struct text *numbers; /* by item; without bytes where there are none, or somebody else wrote */
    uint8_t *there;       /* by item */
    uint32_t at;          /* items come by code, as the plant's do */
    pthread_t thread;
    bool running;
    enum status status;
    struct fault fault;
};

/* Begins to read.  `sql` NULL: it is read by plan_written_end. */
void plan_written_begin(struct plan_written *written, struct text plant_id,
                        const struct plant *plant, struct sql *sql);
/* All is read; by this connection when there is no other. */
enum status plan_written_end(struct plan_written *written, struct sql *sql,
                             struct fault *fault) MUST_CHECK;
/* Nothing is read any more.  Both are safe at any time after plan_written_begin, and on a zeroed
 * one; the connection stays open. */
void plan_written_stop(struct plan_written *written);
void plan_written_free(struct plan_written *written);

/* The items that differ, ascending, those first of whose rows the numbers are known: `known` of
   them, with these numbers.  They live in `written`. */
struct plan_unlike {
    uint32_t *items;
    struct text *numbers;
    size_t count;
    size_t known;
};

enum status plan_written_compare(const struct plan_written *written, const struct plan_live *live,
                                 const struct crew *crew, struct plan_unlike *unlike,
                                 struct fault *fault) MUST_CHECK;

#endif
