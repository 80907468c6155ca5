#ifndef MILLRACE_MRP_AUDIT_CORE_H
#define MILLRACE_MRP_AUDIT_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Two sets of rows compared: those that a plan made anew has, and those that are written.  A row is
 * known by its key and has a hash of all its columns; rows may share a key (two messages about one
 * order), never key and hash unless they are the same twice.
 */
struct audit_row {
    struct text key;
    uint64_t hash;
};

struct audit_rows {
    struct audit_row *rows;
    uint32_t count;
    uint32_t capacity;
};

enum audit_kind { AUDIT_MISSING, AUDIT_EXTRA, AUDIT_CHANGED };

struct audit_difference {
    struct text key;
    uint64_t expected; /* of AUDIT_EXTRA: 0 */
    uint64_t found;    /* of AUDIT_MISSING: 0 */
    enum audit_kind kind;
    bool message; /* of a message, not of a suggestion */
};

struct audit_differences {
    struct audit_difference *rows; /* by kind of row, key, hashes */
    uint32_t count;
    uint32_t capacity;
};

/* Room for so many rows, before the first: a list that grows leaves as much behind as it has.  More
   may come all the same.  False: the arena is full. */
bool audit_reserve(struct audit_rows *rows, uint32_t count, struct arena *arena) MUST_CHECK;

/* False: the arena is full. */
bool audit_add(struct audit_rows *rows, struct text key, uint64_t hash,
               struct arena *arena) MUST_CHECK;

uint64_t audit_hash(uint64_t hash, struct text text);
uint64_t audit_hash_number(uint64_t hash, int64_t number);

/* Appended to *out.  Sorts both sides.  False: the arena is full. */
bool audit_compare(struct audit_rows *expected, struct audit_rows *found, bool message,
                   struct arena *arena, struct audit_differences *out) MUST_CHECK;

/* Keeps those of `now` that were there `before`, the same on both sides. */
void audit_keep_standing(const struct audit_differences *before, struct audit_differences *now);

#endif
