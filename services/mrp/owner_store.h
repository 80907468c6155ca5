#ifndef MILLRACE_MRP_OWNER_STORE_H
#define MILLRACE_MRP_OWNER_STORE_H

#include "common/io/sql.h"

/*
 * The table plan_owner: which instance keeps a plant's plan (architecture.md section 6).  Time is
 * the database's.  A lease is OWNER_LEASE_S long; a plant whose lease ran out is taken at once by
 * the instance it is spread to, by any other one OWNER_GRACE_MS later (longer than OWNER_BEAT_MS).
 */
#define OWNER_LEASE_S  2
#define OWNER_GRACE_MS 400
#define OWNER_IDLE_S   4 /* a writer that computes between two statements is not idle for long */

extern const struct sql_schema owner_schema; /* a part of the schema of the MRP service */

struct lease {
    struct text plant;
    int64_t epoch;
    int64_t instance; /* who holds it, or held it last; 0: nobody yet */
    bool expired;
    bool takeable; /* expired, and it is this instance's turn */
};

/* A row for each plant that has none. */
enum status owner_enrol(struct sql *sql, struct fault *fault) MUST_CHECK;

/* Prolong these, except those that somebody else took meanwhile. */
enum status owner_renew(struct sql *sql, const struct lease *leases, size_t count,
                        struct fault *fault) MUST_CHECK;

/* All leases, by plant, as instance `self` of `instances` sees them. */
enum status owner_leases(struct sql *sql, int64_t self, int64_t instances, struct arena *arena,
                         struct lease **leases, size_t *count, struct fault *fault) MUST_CHECK;

/* Take the lease over from the epoch seen; *epoch: the new one, 0 when somebody was faster or a
   plan is just being written under it. */
enum status owner_take(struct sql *sql, const struct lease *lease, int64_t self,
                       struct arena *arena, int64_t *epoch, struct fault *fault) MUST_CHECK;

/* Let others have them at once. */
enum status owner_release(struct sql *sql, int64_t self, struct fault *fault) MUST_CHECK;

/*
 * Inside a transaction that writes a plan.  owner_begin, first: a writer that stops in the middle
 * is cut off after OWNER_IDLE_S.  owner_queue_hold, before what is written last, keeps others from
 * taking the plant until the commit; owner_held says of its row, once it is collected, whether the
 * plant is still this epoch's, or fails as UNAVAILABLE.
 */
enum status owner_begin(struct sql *sql, struct fault *fault) MUST_CHECK;
enum status owner_queue_hold(struct sql *sql, struct text plant, int64_t epoch,
                             struct fault *fault) MUST_CHECK;
enum status owner_held(const struct sql_rows *hold, struct text plant,
                       struct fault *fault) MUST_CHECK;

#endif
