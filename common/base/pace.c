#include "common/base/pace.h"

#define SECOND_US INT64_C(1000000)

bool pace_is_flood(struct pace *pace, int64_t now_us, int64_t count, const struct pace_limit *limit)
{
    const int64_t window_us = pace->began_us == 0 ? 0 : now_us - pace->began_us;
    pace->count += count;
    if (window_us == 0 || window_us >= PACE_WINDOW_US) {
        const bool full = window_us > 0 && pace->count > window_us * limit->a_second / SECOND_US;
        pace->full = !full ? 0 : pace->full < limit->windows ? pace->full + 1 : limit->windows;
        pace->flood = pace->full == limit->windows;
        pace->began_us = now_us;
        pace->count = 0;
    }
    return pace->flood;
}
