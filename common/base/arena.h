#ifndef MILLRACE_BASE_ARENA_H
#define MILLRACE_BASE_ARENA_H

#include "common/base/base.h"

/*
 * Memory with one lifetime.  A worker owns one arena, resets it before each request and hands it
 * down; nothing allocated from it is ever freed on its own, so no request path has a cleanup
 * label.  The limit is a promise to the operator: a request that would pass it fails with
 * STATUS_LIMIT instead of growing the process.
 */
struct arena;

struct arena *arena_new(size_t limit_bytes) MUST_CHECK;
void arena_free(struct arena **arena); /* NULL-safe; sets *arena to NULL */

/* Zeroed, aligned for any type; NULL only when the limit would be passed. */
void *arena_alloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/*
 * An arena of its own for one of several threads, with its own limit, at most what `arena` has left
 * now; NULL when there is no memory.  It lives as long as what is in `arena`: arena_reset and
 * arena_free of that free it.  Made and freed by one thread, allocated from by one thread.
 */
struct arena *arena_branch(struct arena *arena, size_t limit_bytes) MUST_CHECK;

/* Forget everything allocated since the arena was made or last reset. */
void arena_reset(struct arena *arena);
/* The same, but up to `keep` bytes of its blocks stay for what comes next.  For work of one size
   that comes again and again: pages from the kernel cost more than clearing these. */
void arena_recycle(struct arena *arena, size_t keep);
/* Bytes allocated, those of its branches (not of theirs) included. */
size_t arena_used(const struct arena *arena);

#endif
