#include "services/mrp/forecast_core.h"

#include "services/mrp/list_core.h"

static bool take(struct forecast *forecast, uint32_t bucket, uint32_t order, int64_t *want)
{
    struct forecast_bucket *from = &forecast->buckets[bucket];
    int64_t qty = from->qty < *want ? from->qty : *want;
    if (qty <= 0)
        return true;
    from->qty -= qty;
    *want -= qty;
    if (!forecast->arena)
        return true;
    struct forecast_take *takes = list_grown(forecast->arena, forecast->takes, forecast->take_count,
                                             &forecast->take_capacity, sizeof *takes);
    if (!takes)
        return false;
    forecast->takes = takes;
    takes[forecast->take_count++] = (struct forecast_take){bucket, order, qty};
    return true;
}

static bool consume(struct forecast *forecast, uint32_t order)
{
    const int64_t due = forecast->orders[order].due;
    int64_t want = forecast->orders[order].qty;
    for (uint32_t k = forecast->bucket_count; k-- > 0 && want > 0;) {
        const struct forecast_bucket *bucket = &forecast->buckets[k];
        bool overlaps = bucket->start <= due &&
                        (int64_t)bucket->start + bucket->days > due - forecast->back_days;
        if (overlaps && !take(forecast, k, order, &want))
            return false;
    }
    for (uint32_t k = 0; k < forecast->bucket_count && want > 0; k++) {
        int64_t start = forecast->buckets[k].start;
        if (start > due && start <= due + forecast->forward_days &&
            !take(forecast, k, order, &want))
            return false;
    }
    return true;
}

bool forecast_consume(struct forecast *forecast)
{
    for (uint32_t order = 0; order < forecast->order_count; order++) {
        if (!consume(forecast, order))
            return false;
    }
    return true;
}
