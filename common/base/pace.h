#ifndef MILLRACE_BASE_PACE_H
#define MILLRACE_BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* How fast comes what somebody follows in rounds?  Told by whole windows of at least
   PACE_WINDOW_US, so that one large round after a stall is not taken for a flood, nor a small one
   in a flood for calm. */

#define PACE_WINDOW_US INT64_C(250000)

/* All zero to begin with. */
struct pace {
    int64_t began_us; /* the present window */
    int64_t count;    /* in it */
    bool flood;       /* the last whole window was one */
};

/* A round has ended in which `count` came.  Is it a flood: more than `a_second` a second in the
   last window?  now_us: of a clock that never goes back. */
bool pace_is_flood(struct pace *pace, int64_t now_us, int64_t count, int64_t a_second);

#endif
