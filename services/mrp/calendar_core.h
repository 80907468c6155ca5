#ifndef MILLRACE_MRP_CALENDAR_CORE_H
#define MILLRACE_MRP_CALENDAR_CORE_H

#include "common/base/arena.h"
#include "common/plant/plant.h"

/*
 * Working days, counted from plan_start (planning.md section 1).  A lead time is the number of
 * working days d with start <= d < due; going back takes the latest working start, going forward
 * the first working due day.
 *
 * A calendar is a table of the days 0 .. day_count - 1: before[d] is the number of working days
 * before d, working[k] the k-th of them.  Days beyond the table work.  A NULL calendar works every
 * day.  A day that calendar.csv does not name works; a date there wins over a weekday.
 */
struct calendar {
    const uint32_t *before; /* [day_count + 1] */
    const int32_t *working; /* [before[day_count]] */
    int32_t day_count;
};

#define CALENDAR_BEFORE_START INT32_MIN /* the start would fall before day 0 */

/* Every calendar that calendar.csv names. */
struct calendar_set {
    const struct calendar *calendars;
    const uint32_t *names; /* texts, ascending */
    uint32_t count;
};

/* False when the arena is full.  day_count: how far the tables reach. */
bool calendar_set_build(const struct plant *plant, int32_t day_count, struct arena *arena,
                        struct calendar_set *set) MUST_CHECK;

/* NULL for text 0, for a name without rows, and for a calendar without a single working day. */
const struct calendar *calendar_find(const struct calendar_set *set, uint32_t name);

/* Latest working start with `lead_days` working days before due, or CALENDAR_BEFORE_START.  A lead
   time of 0 starts on the due day. */
int32_t calendar_back(const struct calendar *calendar, int32_t due_day, int32_t lead_days);

/* First working day with `lead_days` working days since start (>= 0); start itself for 0. */
int32_t calendar_forward(const struct calendar *calendar, int32_t start_day, int32_t lead_days);

/* Number of working days d with from <= d < to; from <= to. */
int32_t calendar_count(const struct calendar *calendar, int32_t from_day, int32_t to_day);

#endif
