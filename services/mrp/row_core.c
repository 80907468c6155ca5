#include "services/mrp/row_core.h"

#include <string.h>

void row_starts(uint32_t *first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        first[i + 1] += first[i];
}

bool row_index_build(struct row_index *index, uint32_t item_count, struct row_table table,
                     struct arena *arena)
{
    const uint32_t count = table.count;
    const size_t stride = table.stride;
    if (count == 0)
        return true;
    index->first = arena_alloc(arena, (size_t)item_count + 2, sizeof(uint32_t));
    index->rows = arena_alloc(arena, count, sizeof(uint32_t));
    if (!index->first || !index->rows)
        return false;
    const unsigned char *bytes = table.rows;
    uint32_t *next = index->first + 1; /* next[k] becomes first[k + 1] when filling is done */
    uint32_t item;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&item, bytes + i * stride, sizeof item);
        next[item + 1]++;
    }
    row_starts(next, item_count);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&item, bytes + i * stride, sizeof item);
        index->rows[next[item]++] = i;
    }
    return true;
}

bool row_index_sort(struct row_index *index, uint32_t item_count, struct row_order order,
                    struct arena *arena)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < item_count; i++) {
        const uint32_t count = row_end(index, i) - row_first(index, i);
        most = count > most ? count : most;
    }
    if (most < 2)
        return true;
    uint32_t *spare = arena_alloc(arena, most, sizeof *spare);
    if (!spare)
        return false;
    for (uint32_t i = 0; i < item_count; i++) {
        const uint32_t first = row_first(index, i);
        list_sort(&(struct list_sort){.rows = index->rows + first,
                                      .spare = spare,
                                      .row_size = sizeof *spare,
                                      .count = row_end(index, i) - first,
                                      .compare = order.compare,
                                      .context = order.context});
    }
    return true;
}
