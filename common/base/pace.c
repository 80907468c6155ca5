#include "common/base/pace.h"

#define SECOND_US INT64_C(1000000)

static void end_window(struct pace *pace, int64_t window_us, const struct pace_limit *limit)
{
    pace->a_second = window_us > 0 ? pace->count * SECOND_US / window_us : 0;
    const bool full = pace->a_second > limit->a_second;
    pace->full = !full ? 0 : pace->full < limit->windows ? pace->full + 1 : limit->windows;
    pace->calm_us = full ? 0 : pace->calm_us + window_us;
    pace->flood = pace->full == limit->windows || (pace->flood && pace->calm_us <= limit->calm_us);
}

bool pace_is_flood(struct pace *pace, int64_t now_us, int64_t count, const struct pace_limit *limit)
{
    const int64_t window_us = pace->began_us == 0 ? 0 : now_us - pace->began_us;
    pace->count += count;
    if (window_us == 0 || window_us >= PACE_WINDOW_US) {
        end_window(pace, window_us, limit);
        pace->began_us = now_us;
        pace->count = 0;
    }
    return pace->flood;
}
