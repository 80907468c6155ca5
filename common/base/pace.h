#ifndef MILLRACE_BASE_PACE_H
#define MILLRACE_BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* How fast comes what somebody follows in rounds?  Told by whole windows of at least
   PACE_WINDOW_US, PACE_WINDOWS of them in a row, so that what is caught up after a stall is not
   taken for a flood, nor a small round in a flood for calm. */

#define PACE_WINDOW_US INT64_C(100000)
#define PACE_WINDOWS   10

/* All zero to begin with. */
struct pace {
    int64_t began_us; /* the present window */
    int64_t count;    /* in it */
    int full;         /* so many whole windows in a row were above the limit */
    bool flood;
};

/* A round has ended in which `count` came.  Is it a flood: more than `a_second` a second in each of
   the last PACE_WINDOWS windows?  now_us: of a clock that never goes back. */
bool pace_is_flood(struct pace *pace, int64_t now_us, int64_t count, int64_t a_second);

#endif
