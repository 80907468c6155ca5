#ifndef MILLRACE_INVENTORY_TRACE_SHELF_H
#define MILLRACE_INVENTORY_TRACE_SHELF_H

#include "services/inventory/trace_core.h"

/*
 * The last traces that were made, so that the pages of one need not trace again and show one state
 * of the ledger.  A trace holds for as long as its plant's ledger has no new line.  Any thread may
 * ask; what it was given stays until it gives it back.
 */
#define SHELF_TRACES_MAX  4
#define SHELF_TRACE_BYTES (32 * MIB) /* a larger one is not kept */
#define TRACE_BYTES_MAX   (128 * MIB)

struct trace_key {
    struct text plant;
    struct trace_lot lot;
    bool backward;
    int64_t as_of; /* the plant's last ledger line when it was made */
};

struct shelf_trace {
    struct arena *arena; /* for all of it, the key's texts too */
    struct trace_key key;
    struct trace trace;
    int holders; /* the shelf is one */
};

/* An empty one of the key, held by the caller alone; NULL when there is no memory. */
struct shelf_trace *shelf_trace_new(const struct trace_key *key) MUST_CHECK;
/* Put a finished one on the shelf, in the place of the oldest; the caller holds it all the same. */
void shelf_put(struct shelf_trace *made);
/* The one of this key, held; NULL: it is not there. */
struct shelf_trace *shelf_find(const struct trace_key *key) MUST_CHECK;
void shelf_give_back(struct shelf_trace **held); /* NULL-safe */
void shelf_clear(void);

#endif
