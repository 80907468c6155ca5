#include "services/mrp/list_core.h"
#include "services/mrp/lot_core.h"

/* Modifiers: cut at lot_max, then raise the rest to lot_min and round it up to lot_multiple. */

static bool plain(const struct lot_limits *limits)
{
    return limits->yield.num == limits->yield.den;
}

/* value x num / den, rounded to the unit; up or down.  False on overflow. */
static bool scale(int64_t value, struct frac by, int64_t unit, bool up, int64_t *out)
{
    ASSERT(value >= 0 && by.num > 0 && by.den > 0);
    int128 product = (int128)value * by.num;
    int128 step = (int128)by.den * unit;
    return int128_narrow((product + (up ? step - 1 : 0)) / step * unit, out);
}

bool lot_good(const struct lot_limits *limits, int64_t start, int64_t *good)
{
    if (plain(limits)) {
        *good = start;
        return true;
    }
    return scale(start, limits->yield, limits->unit, false, good);
}

bool lot_start(const struct lot_limits *limits, int64_t good, int64_t *start)
{
    if (plain(limits)) {
        *start = good;
        return true;
    }
    struct frac inverse = {limits->yield.den, limits->yield.num};
    return scale(good, inverse, limits->unit, true, start);
}

static bool round_up(int64_t value, int64_t step, int64_t *out)
{
    int64_t over = value % step;
    if (over == 0) {
        *out = value;
        return true;
    }
    return !__builtin_add_overflow(value, step - over, out);
}

/* The largest quantity one order may have: lot_max in whole purchase units.  0: no limit. */
static int64_t full_lot(const struct lot_limits *limits)
{
    if (limits->max == 0 || limits->whole == 0)
        return limits->max;
    int64_t full = limits->max - limits->max % limits->whole;
    return full > 0 ? full : limits->whole;
}

/* The rest of a cut, or an order that needs no cut. */
static bool raise_rest(const struct lot_limits *limits, int64_t full, int64_t *start)
{
    if (*start < limits->min)
        *start = limits->min;
    if (limits->multiple > 0 && !round_up(*start, limits->multiple, start))
        return false;
    if (limits->whole > 0 && !round_up(*start, limits->whole, start))
        return false;
    if (full > 0 && *start > full)
        *start = full;
    return true;
}

static bool append(const struct lot_limits *limits, int64_t start, struct lot_list *list)
{
    struct lot lot = {.start = start};
    if (!lot_good(limits, start, &lot.good))
        return false;
    struct lot *lots =
        list_grown(list->arena, list->lots, list->count, &list->capacity, sizeof *lots);
    if (!lots)
        return false;
    list->lots = lots;
    list->lots[list->count++] = lot;
    return true;
}

bool lot_for_need(const struct lot_limits *limits, int64_t good, struct lot_list *list)
{
    ASSERT(good > 0);
    int64_t full = full_lot(limits);
    int64_t full_good = 0;
    if (full > 0 && !lot_good(limits, full, &full_good))
        return false;
    if (full_good == 0)
        full = 0; /* a lot of lot_max would yield nothing: the limit cannot hold */

    int64_t left = good;
    for (; full > 0 && left > full_good; left -= full_good) {
        if (list->count + 1 >= list->limit) {
            list->cut_short = true;
            full = 0;
            break;
        }
        if (!append(limits, full, list))
            return false;
    }
    int64_t start;
    return lot_start(limits, left, &start) && raise_rest(limits, full, &start) &&
           append(limits, start, list);
}

bool lot_fixed(const struct lot_limits *limits, int64_t start, struct lot_list *list)
{
    ASSERT(start > 0);
    int64_t full = full_lot(limits);
    int64_t left = start;
    for (; full > 0 && left > full; left -= full) {
        if (list->count + 1 >= list->limit) {
            list->cut_short = true;
            full = 0;
            break;
        }
        if (!append(limits, full, list))
            return false;
    }
    return raise_rest(limits, full, &left) && append(limits, left, list);
}
