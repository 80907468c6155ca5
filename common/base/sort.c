#include "common/base/sort.h"

#include <string.h>

struct sorting {
    sort_compare_fn *compare;
    const void *context;
};

/* from[low..middle) and from[middle..high), each sorted, into to[low..high). */
static void merge(const struct sorting *sorting, const uint32_t *from, uint32_t *to,
                  const size_t bounds[3])
{
    size_t left = bounds[0];
    size_t right = bounds[1];
    for (size_t at = bounds[0]; at < bounds[2]; at++) {
        bool take_left =
            right >= bounds[2] ||
            (left < bounds[1] && sorting->compare(sorting->context, from[left], from[right]) <= 0);
        to[at] = take_left ? from[left++] : from[right++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void sort_u32(uint32_t *numbers, uint32_t *spare, size_t count, sort_compare_fn *compare,
              const void *context)
{
    const struct sorting sorting = {compare, context};
    uint32_t *from = numbers;
    uint32_t *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = least(low + width, count);
            merge(&sorting, from, to, (const size_t[3]){low, middle, least(middle + width, count)});
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != numbers && count > 0)
        memcpy(numbers, from, count * sizeof(*numbers));
}
