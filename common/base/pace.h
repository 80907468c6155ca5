#ifndef MILLRACE_BASE_PACE_H
#define MILLRACE_BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* How fast comes what somebody follows in rounds?  Told by whole windows of at least
   PACE_WINDOW_US, several in a row, so that what is caught up after a stall is not taken for a
   flood, nor a small round in a flood, or a moment in which the disk stands still, for calm. */

#define PACE_WINDOW_US INT64_C(100000)

/* A flood begins with more than `a_second` a second in each of `windows` windows in a row.  It is
   over when windows that last longer than calm_us together had no more than that. */
struct pace_limit {
    int64_t a_second;
    int windows;
    int64_t calm_us;
};

/* All zero to begin with. */
struct pace {
    int64_t began_us; /* the present window */
    int64_t count;    /* in it */
    int full;         /* so many whole windows in a row were above the limit */
    int64_t calm_us;  /* so long were those since that were not */
    int64_t a_second; /* came in the last whole window */
    bool flood;
};

/* A round has ended in which `count` came.  Is it a flood?  The clock of now_us never goes back. */
bool pace_is_flood(struct pace *pace, int64_t now_us, int64_t count,
                   const struct pace_limit *limit);

#endif
