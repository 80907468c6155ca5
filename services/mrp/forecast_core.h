#ifndef MILLRACE_MRP_FORECAST_CORE_H
#define MILLRACE_MRP_FORECAST_CORE_H

#include "common/base/arena.h"
#include "common/base/date.h"

/*
 * Forecast consumption (planning.md section 7).  Orders, in order of due date, priority and
 * reference, take from the forecasts of their item: first from the buckets that overlap the
 * back_days days back from the due date, latest bucket first, then from those that start within the
 * forward_days days after it, earliest first.
 */
struct forecast_bucket {
    date start;
    int32_t days; /* length, at least 1 */
    int64_t qty;  /* micro; what is left of it when all is consumed */
    uint32_t row; /* the caller's */
    uint32_t spare;
};

struct forecast_order {
    date due;
    uint32_t row; /* the caller's */
    int64_t qty;  /* micro */
};

/* One taking, so that a planner can see why a forecast shrank. */
struct forecast_take {
    uint32_t bucket; /* index in buckets */
    uint32_t order;  /* index in orders */
    int64_t qty;
};

struct forecast {
    struct forecast_bucket *buckets; /* ascending by start; of equal starts the caller's order */
    struct forecast_order *orders;   /* in the order in which they consume */
    uint32_t bucket_count;
    uint32_t order_count;
    int32_t back_days;
    int32_t forward_days;
    struct arena *arena; /* for takes; NULL: takes are not kept */
    struct forecast_take *takes;
    uint32_t take_count;
    uint32_t take_capacity;
};

/* False when the arena is full. */
bool forecast_consume(struct forecast *forecast) MUST_CHECK;

#endif
