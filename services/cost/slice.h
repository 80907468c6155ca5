#ifndef MILLRACE_COST_SLICE_H
#define MILLRACE_COST_SLICE_H

#include "common/ledger/command.h"
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

/* The same for a command, of which nobody reads the reply.  False: it failed, and was logged. */
bool slice_command(const char *method, command_work_fn *work, const void *asked,
                   const struct rpc_request *asker);

#endif
