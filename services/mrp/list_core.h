#ifndef MILLRACE_MRP_LIST_CORE_H
#define MILLRACE_MRP_LIST_CORE_H

#include "common/base/arena.h"

/* Arrays that grow by doubling in an arena, and sorting without the C library's qsort (whose order
   of equal rows and whose memory are not ours to say). */

/* Room for one more row after `count`: the rows, moved when they had to grow, or NULL when the
   arena is full.  *capacity is 0 at first; rows then may be NULL. */
void *list_moved(struct arena *arena, void *rows, uint32_t count, uint32_t *capacity,
                 size_t row_size) MUST_CHECK;

MUST_CHECK static inline void *list_grown(struct arena *arena, void *rows, uint32_t count,
                                          uint32_t *capacity, size_t row_size)
{
    return count < *capacity ? rows : list_moved(arena, rows, count, capacity, row_size);
}

typedef int list_compare_fn(const void *a, const void *b, const void *context);

/* Stable merge sort, bottom up.  spare holds as many rows as are sorted. */
struct list_sort {
    void *rows;
    void *spare;
    size_t row_size;
    uint32_t count;
    list_compare_fn *compare;
    const void *context;
};

void list_sort(const struct list_sort *sort);

#endif
