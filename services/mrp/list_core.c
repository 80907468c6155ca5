#include "services/mrp/list_core.h"

#include <string.h>

#define LIST_FIRST_CAPACITY 64
#define LIST_RUN            8 /* rows sorted by insertion before merging starts */
#define LIST_TAIL           4 /* rows put, one by one, among those before them */

void *list_moved(struct arena *arena, void *rows, uint32_t count, uint32_t *capacity,
                 size_t row_size)
{
    if (*capacity > UINT32_MAX / 2)
        return NULL;
    uint32_t next = *capacity == 0 ? LIST_FIRST_CAPACITY : *capacity * 2;
    void *moved = arena_alloc(arena, next, row_size);
    if (!moved)
        return NULL;
    if (count > 0)
        memcpy(moved, rows, count * row_size);
    *capacity = next;
    return moved;
}

static void insertion_sort(const struct list_sort *sort, uint32_t first, uint32_t end)
{
    unsigned char *rows = sort->rows;
    unsigned char *held = sort->spare;
    const size_t size = sort->row_size;
    for (uint32_t i = first + 1; i < end; i++) {
        uint32_t to = i;
        while (to > first &&
               sort->compare(rows + (to - 1) * size, rows + i * size, sort->context) > 0)
            to--;
        if (to == i)
            continue;
        memcpy(held, rows + i * size, size);
        memmove(rows + (to + 1) * size, rows + to * size, (i - to) * size);
        memcpy(rows + to * size, held, size);
    }
}

struct run {
    uint32_t first;
    uint32_t middle;
    uint32_t end;
};

static void merge(const struct list_sort *sort, const unsigned char *from, unsigned char *to,
                  struct run run)
{
    const size_t size = sort->row_size;
    uint32_t left = run.first;
    uint32_t right = run.middle;
    for (uint32_t k = run.first; k < run.end; k++) {
        bool take_left = right >= run.end || (left < run.middle &&
                                              sort->compare(from + left * size, from + right * size,
                                                            sort->context) <= 0);
        memcpy(to + k * size, from + (take_left ? left++ : right++) * size, size);
    }
}

/* So many rows from the first on are in order. */
static uint32_t sorted_already(const struct list_sort *sort)
{
    const unsigned char *rows = sort->rows;
    const size_t size = sort->row_size;
    uint32_t k = 1;
    while (k < sort->count &&
           sort->compare(rows + (k - 1) * size, rows + k * size, sort->context) <= 0)
        k++;
    return k;
}

/* A row goes behind all before it that are not greater; they are sorted. */
static void insert_row(const struct list_sort *sort, uint32_t row)
{
    unsigned char *rows = sort->rows;
    const size_t size = sort->row_size;
    uint32_t low = 0;
    uint32_t high = row;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (sort->compare(rows + middle * size, rows + row * size, sort->context) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    memcpy(sort->spare, rows + row * size, size);
    memmove(rows + (low + 1) * size, rows + low * size, (row - low) * size);
    memcpy(rows + low * size, sort->spare, size);
}

void list_sort(const struct list_sort *sort)
{
    const uint32_t count = sort->count;
    const uint32_t sorted = sorted_already(sort);
    if (count <= sorted + LIST_TAIL) {
        for (uint32_t row = sorted; row < count; row++)
            insert_row(sort, row);
        return;
    }
    for (uint32_t first = 0; first < count; first += LIST_RUN)
        insertion_sort(sort, first, count - first < LIST_RUN ? count : first + LIST_RUN);

    unsigned char *from = sort->rows;
    unsigned char *to = sort->spare;
    for (uint64_t width = LIST_RUN; width < count; width *= 2) {
        for (uint64_t first = 0; first < count; first += 2 * width) {
            uint64_t middle = first + width < count ? first + width : count;
            uint64_t end = first + 2 * width < count ? first + 2 * width : count;
            merge(sort, from, to, (struct run){(uint32_t)first, (uint32_t)middle, (uint32_t)end});
        }
        unsigned char *swap = from;
        from = to;
        to = swap;
    }
    if (from != sort->rows)
        memcpy(sort->rows, from, count * sort->row_size);
}
