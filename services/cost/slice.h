#ifndef MILLRACE_COST_SLICE_H
#define MILLRACE_COST_SLICE_H

#include "common/ledger/post.h"

/*
 * Work that is posted in slices, a transaction each, so that other postings go on meanwhile: a
 * posting without a body that takes what is next of a queue in the database.
 */
struct slice_kind {
    const struct post_service *posting;
    const char *method; /* "Cost.PostLateCosts" */
    bool (*more)(struct text reply, struct arena *arena);
};

/* One slice in a transaction of its own, in the name of who asked.  False: nothing more to do, or
   it has to wait for another call. */
bool slice_post(const struct slice_kind *kind, const struct rpc_request *asker);

#endif
