#ifndef MILLRACE_MRP_OWNER_H
#define MILLRACE_MRP_OWNER_H

#include "common/io/conf.h"
#include "services/mrp/owner_store.h"

/*
 * Which plants this instance keeps plans of: a thread that renews the leases of its plants and
 * takes those that nobody holds, every OWNER_BEAT_MS.  mrp.instances instances share the plants;
 * one that is stopped gives its plants back at once, one that dies loses them when its leases run
 * out, and the others have them within OWNER_LEASE_S + OWNER_GRACE_MS + OWNER_BEAT_MS.
 *
 * What it answers is a belief: a write is safe because owner_queue_hold looks again in its
 * transaction.
 */
#define OWNER_BEAT_MS    300
#define OWNER_PLANTS_MAX 1024
struct owner;

enum status owner_start(const struct conf *conf, struct owner **out,
                        struct fault *fault) MUST_CHECK;
void owner_stop(struct owner **owner);

/* The epoch in which this instance keeps the plant; 0: it does not. */
int64_t owner_epoch(struct owner *owner, struct text plant);

/* The instance that keeps the plant when it is another one; 0: this one, or nobody. */
uint32_t owner_elsewhere(struct owner *owner, struct text plant);

/* A plant that another instance kept, or that nobody does at the moment. */
bool owner_is_moving(struct owner *owner, struct text plant);

/* Grows whenever a plant was taken or lost. */
uint64_t owner_changes(struct owner *owner);

#endif
