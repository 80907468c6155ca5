#ifndef MILLRACE_BASE_SORT_H
#define MILLRACE_BASE_SORT_H

#include "common/base/base.h"

/* Below 0: a comes before b; above 0: b before a; 0: as they stand. */
typedef int sort_compare_fn(const void *context, uint32_t a, uint32_t b);

/* Stable merge sort of numbers (of rows, names, ...), without recursion; `spare` has room for
 * count. */
void sort_u32(uint32_t *numbers, uint32_t *spare, size_t count, sort_compare_fn *compare,
              const void *context);

#endif
