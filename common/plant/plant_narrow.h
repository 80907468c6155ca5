#ifndef MILLRACE_PLANT_PLANT_NARROW_H
#define MILLRACE_PLANT_PLANT_NARROW_H

#include "common/base/arena.h"
#include "common/base/text.h"

/*
 * `COPY (SELECT a, f(b, 1) AS c, .. FROM ..` without the columns of these names, ended by a zero. A
 * column is named by what follows its last " AS ", or by all of it.  NULL: the arena is full.
 */
const char *plant_narrow(const char *copy, const struct text *names, size_t count,
                         struct arena *arena) MUST_CHECK;

#endif
