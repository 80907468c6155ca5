#ifndef MILLRACE_MRP_LOT_CORE_H
#define MILLRACE_MRP_LOT_CORE_H

#include "common/base/frac.h"
#include "services/mrp/calendar_core.h"

/*
 * Lot sizing (planning.md section 4): how many of the needs ahead one lot covers, and what is then
 * started.  A period is a day.  All comparisons are exact: costs are 128-bit counts of 10^-12
 * currency units, ratios are compared as continued fractions, nothing is divided.
 *
 * Rules that look ahead, for a lot that covers the needs q(0) .. q(j) on the days d(0) .. d(j), S
 * the ordering cost on d(0), H the holding cost of a unit and day:
 *
 *     carrying(j) = H x sum of q(k) x (d(k) - d(0))
 *     LUC    (S + carrying(j)) / sum q       go on while it does not rise        [Orlicky ch. 8]
 *     SM     (S + carrying(j)) / periods     the same; a period without need counts, so a gap
 *            lowers the mean and the next need is compared with the mean at the end of the gap
 *                                                              [Silver and Meal 1973, SPP ch. 6]
 *     LTC    part-periods sum q(k) x (d(k) - d(0)) nearest to the economic part-period S / H; of
 *            two equally near the longer lot                             [DeMatteis 1968, Orlicky]
 *     PPB    as LTC, then look-ahead and look-back as planning.md says         [Orlicky pp. 153 f.]
 *     GROFF  the next need joins while q(j) x n x (n + 1) <= 2 S / H, n = d(j) - d(0)
 *                                                                                   [Groff 1979]
 *     WW     least total cost                  [Wagner and Whitin 1958; found in O(n) by the lower
 *            envelope of lines, after Wagelmans, van Hoesel and Kolen 1992]
 *     POQ    the needs of lot_periods days from the first; DOS the same in working days
 *     EOQ    sqrt(2 D S / H)                                                         [Harris 1913]
 */

struct lot_need {
    int64_t qty; /* micro, above 0 */
    int64_t order_cost;
    int32_t day; /* ascending */
    int32_t spare;
};

struct lot_terms {
    const struct calendar *calendar; /* of DOS */
    int64_t holding;                 /* micro a unit and day, >= 0 */
    int32_t periods;                 /* of POQ and DOS, >= 1 */
    uint8_t rule;                    /* enum lot_rule */
    uint8_t look;                    /* enum ppb_look */
    uint8_t spare[2];
};

/* How many of the needs the lot for the first one covers: 1 .. count.  Not for WW, nor for rules
   that see one day only (they cover 1).  False: a cost leaves 128 bits. */
bool lot_cover(const struct lot_terms *terms, const struct lot_need *needs, uint32_t count,
               uint32_t *covered) MUST_CHECK;

/*
 * The cheapest partition of all needs: end[k] = one past the last need of the lot that begins at
 * need k, for the k that begin one; the others are left alone.  scratch: LOT_SCRATCH_BYTES for each
 * need and one more, aligned for any type.  False: a cost leaves 128 bits.
 */
#define LOT_SCRATCH_BYTES 64
bool lot_cheapest(const struct lot_terms *terms, const struct lot_need *needs, uint32_t count,
                  uint32_t *end, void *scratch) MUST_CHECK;

/* Economic order quantity, rounded half up to a multiple of `unit`, at least one unit.  gross: over
   `days` days.  All in micro.  False: overflow.  holding > 0. */
struct lot_eoq {
    int64_t gross;
    int64_t order_cost;
    int64_t holding;
    int64_t unit;
    int32_t days;
};

bool lot_eoq(const struct lot_eoq *eoq, int64_t *qty) MUST_CHECK;

/* The modifiers after any rule.  All in micro and multiples of unit but `multiple` and `whole` of a
   supplier's purchase unit. */
struct lot_limits {
    struct frac yield; /* 0 < yield <= 1 */
    int64_t unit;      /* one step of the item's precision */
    int64_t min;       /* 0: none */
    int64_t max;       /* 0: none; lots are cut to it */
    int64_t multiple;  /* 0: none */
    int64_t whole;     /* one purchase unit, of which an order is a whole number; 0: none */
};

struct lot {
    int64_t start; /* quantity started */
    int64_t good;  /* the receipt: start x yield, rounded down */
};

struct lot_list {
    struct lot *lots;
    uint32_t count;
    uint32_t capacity;
    bool cut_short; /* `limit` was reached: the last lot took the rest */
    struct arena *arena;
    uint32_t limit;
};

/* Append the lots that together yield at least `good`: the least quantity the limits allow. */
bool lot_for_need(const struct lot_limits *limits, int64_t good, struct lot_list *list) MUST_CHECK;

/* Append the lots that one order of the fixed quantity `start` becomes. */
bool lot_fixed(const struct lot_limits *limits, int64_t start, struct lot_list *list) MUST_CHECK;

/* good = floor(start x yield); start = least with floor(start x yield) >= good. */
bool lot_good(const struct lot_limits *limits, int64_t start, int64_t *good) MUST_CHECK;
bool lot_start(const struct lot_limits *limits, int64_t good, int64_t *start) MUST_CHECK;

#endif
