#ifndef MILLRACE_BASE_NAMES_H
#define MILLRACE_BASE_NAMES_H

#include "common/base/text.h"

/*
 * A set of texts, each with a dense number: 0, 1, 2, ... in the order in which they were first
 * added.  Two texts of one set are equal exactly when their numbers are.
 *
 * Bytes stand NUL-terminated in one pool that grows by doubling.  The index is an open hash table
 * that holds texts of up to 8 bytes itself, so finding such a name costs one cache miss, a longer
 * one three.  A set of one million codes of 8 bytes takes about 40 MiB, 33 once it is trimmed.
 */
struct names;

#define NAMES_NONE UINT32_MAX

/* NULL when there is no memory.  limit_bytes bounds the pool of texts (at most 4 GiB). */
struct names *names_new(size_t limit_bytes) MUST_CHECK;
void names_free(struct names **names); /* NULL-safe; sets *names to NULL */

/* Number of the text, added when it is new; NAMES_NONE when the limit would be passed.  Any bytes
   may be added; with a NUL inside, names_length tells how many there are. */
uint32_t names_add(struct names *names, struct text text) MUST_CHECK;

/* Room for so many names in all, so that the index does not grow step by step.  False: no memory;
   nothing is changed then. */
bool names_reserve(struct names *names, uint32_t count) MUST_CHECK;

/* Number of the text, or NAMES_NONE. */
uint32_t names_find(const struct names *names, struct text text);

/* Bring near what names_find of this text will read; for who finds many, a few ahead. */
void names_ahead(const struct names *names, struct text text);

/* Valid until the next names_add. */
const char *names_text(const struct names *names, uint32_t number); /* NUL-terminated */
size_t names_length(const struct names *names, uint32_t number);
uint32_t names_count(const struct names *names);

/* Renumber all names in byte order of their texts; new_of[old number] = new number, names_count
   entries.  False when there is no memory (nothing is changed then). */
bool names_sort(struct names *names, uint32_t *new_of) MUST_CHECK;

/* No more names will come, or few: give the index just the room it needs. */
void names_trim(struct names *names);

/* Are the numbers already in byte order of the texts? */
bool names_sorted(const struct names *names);

#endif
