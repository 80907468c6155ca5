#ifndef MILLRACE_MRP_ROW_CORE_H
#define MILLRACE_MRP_ROW_CORE_H

#include "common/base/arena.h"
#include "services/mrp/list_core.h"

/* Rows of a table of the plant by item: those of item k are rows[first[k] .. first[k + 1]). Without
   rows both are NULL. */
struct row_index {
    uint32_t *first; /* [item_count + 1] */
    uint32_t *rows;
};

static inline uint32_t row_first(const struct row_index *index, uint32_t item)
{
    return index->first ? index->first[item] : 0;
}

static inline uint32_t row_end(const struct row_index *index, uint32_t item)
{
    return index->first ? index->first[item + 1] : 0;
}

/* Rows of `stride` bytes that begin with their item. */
struct row_table {
    const void *rows;
    size_t stride;
    uint32_t count;
};

/* The rows of an item ascend.  False when the arena is full. */
bool row_index_build(struct row_index *index, uint32_t item_count, struct row_table table,
                     struct arena *arena) MUST_CHECK;

/* Each item's rows in an order of their own: compare gets two row numbers. */
struct row_order {
    int (*compare)(const void *left, const void *right, const void *context);
    const void *context;
};

bool row_index_sort(struct row_index *index, uint32_t item_count, struct row_order order,
                    struct arena *arena) MUST_CHECK;

/* What was counted at first[k + 1] becomes where the rows of k begin. */
void row_starts(uint32_t *first, uint32_t count);

#endif
