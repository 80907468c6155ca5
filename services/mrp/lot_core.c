#include "services/mrp/lot_core.h"

/* What the rules compare: ordering and carrying cost of a lot, and what it spans. */
struct span {
    int128 cost; /* 10^-12 currency units */
    int64_t qty;
    int32_t periods;
};

/* a / b against c / d by their continued fractions: exact, and nothing can overflow.  a, c >= 0;
   b, d > 0. */
static int ratio_cmp(int128 a, int128 b, int128 c, int128 d)
{
    for (;;) {
        int128 left = a / b;
        int128 right = c / d;
        if (left != right)
            return left < right ? -1 : 1;
        a -= left * b;
        c -= right * d;
        if (a == 0 || c == 0)
            return (a > 0) - (c > 0);
        int128 old_a = a; /* rest a/b against c/d is d/c against b/a */
        a = d;
        d = old_a;
        int128 old_b = b;
        b = c;
        c = old_b;
    }
}

static bool add_product(int128 *sum, int128 a, int64_t b)
{
    int128 product;
    return !__builtin_mul_overflow(a, (int128)b, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static int128 ordering(const struct lot_need *first)
{
    return (int128)first->order_cost * QTY_SCALE;
}

/* The lot of `base` with the need `next` joined. */
static bool span_join(const struct lot_terms *terms, const struct lot_need *first,
                      const struct lot_need *next, struct span *span)
{
    int32_t carried = next->day - first->day;
    span->periods = carried + 1;
    return !__builtin_add_overflow(span->qty, next->qty, &span->qty) &&
           add_product(&span->cost, (int128)next->qty * carried, terms->holding);
}

/* LUC and SM: go on while the cost a unit, or a period, does not rise. */
static bool cover_by_mean(const struct lot_terms *terms, const struct lot_need *needs,
                          uint32_t count, uint32_t *covered)
{
    bool by_unit = terms->rule == LOT_RULE_LUC;
    struct span now = {ordering(&needs[0]), needs[0].qty, 1};
    uint32_t k = 1;
    for (; k < count; k++) {
        struct span next = now;
        if (!span_join(terms, &needs[0], &needs[k], &next))
            return false;
        int32_t before = needs[k].day - needs[0].day; /* periods at the end of the gap */
        int rises = by_unit ? ratio_cmp(next.cost, next.qty, now.cost, now.qty)
                            : ratio_cmp(next.cost, next.periods, now.cost, before);
        if (rises > 0)
            break;
        now = next;
    }
    *covered = k;
    return true;
}

/* LTC: the cumulative part-periods nearest S / H, both sides multiplied by H. */
static bool cover_by_part_periods(const struct lot_terms *terms, const struct lot_need *needs,
                                  uint32_t count, uint32_t *covered)
{
    const int128 target = ordering(&needs[0]);
    struct span now = {0, needs[0].qty, 1};
    uint32_t k = 1;
    for (; k < count && now.cost < target; k++) {
        struct span next = now;
        if (!span_join(terms, &needs[0], &needs[k], &next))
            return false;
        if (next.cost - target > target - now.cost)
            break;
        now = next;
    }
    *covered = k;
    return true;
}

static int128 part_periods(const struct lot_need *carried, const struct lot_need *from)
{
    return (int128)carried->qty * (carried->day - from->day);
}

/* PPB's second look at the lot that LTC found. */
static uint32_t look_around(const struct lot_terms *terms, const struct lot_need *needs,
                            uint32_t count, uint32_t covered)
{
    uint32_t end = covered;
    while (terms->look != PPB_NONE && end + 1 < count &&
           part_periods(&needs[end], &needs[0]) < part_periods(&needs[end + 1], &needs[end]))
        end++;
    if (terms->look == PPB_BACK && end == covered && end > 1 && end < count &&
        part_periods(&needs[end - 1], &needs[0]) > part_periods(&needs[end], &needs[end - 1]))
        end--;
    return end;
}

/* GROFF: q x n x (n + 1) x H <= 2 S. */
static bool cover_by_groff(const struct lot_terms *terms, const struct lot_need *needs,
                           uint32_t count, uint32_t *covered)
{
    uint32_t k = 1;
    for (; k < count; k++) {
        int128 margin = 0;
        int64_t n = needs[k].day - needs[0].day;
        if (!add_product(&margin, (int128)needs[k].qty * (n * (n + 1)), terms->holding))
            return false;
        if (margin > 2 * ordering(&needs[0]))
            break;
    }
    *covered = k;
    return true;
}

/* POQ and DOS: needs within the first `periods` days, or working days. */
static uint32_t cover_by_days(const struct lot_terms *terms, const struct lot_need *needs,
                              uint32_t count)
{
    uint32_t k = 1;
    for (; k < count; k++) {
        int32_t days = terms->rule == LOT_RULE_POQ
                           ? needs[k].day - needs[0].day + 1
                           : calendar_count(terms->calendar, needs[0].day, needs[k].day + 1);
        if (days > terms->periods)
            break;
    }
    return k;
}

bool lot_cover(const struct lot_terms *terms, const struct lot_need *needs, uint32_t count,
               uint32_t *covered)
{
    ASSERT(count > 0);
    *covered = 1;
    if (terms->rule == LOT_RULE_LUC || terms->rule == LOT_RULE_SM)
        return cover_by_mean(terms, needs, count, covered);
    if (terms->rule == LOT_RULE_GROFF)
        return cover_by_groff(terms, needs, count, covered);
    if (terms->rule == LOT_RULE_POQ || terms->rule == LOT_RULE_DOS)
        *covered = cover_by_days(terms, needs, count);
    if (terms->rule == LOT_RULE_LTC || terms->rule == LOT_RULE_PPB) {
        if (!cover_by_part_periods(terms, needs, count, covered))
            return false;
        if (terms->rule == LOT_RULE_PPB)
            *covered = look_around(terms, needs, count, *covered);
    }
    return true;
}

/*
 * Wagner-Whitin.  With Q(j), P(j) the sums of q(k) and q(k) x d(k) over k < j, the best cost of the
 * needs before j is
 *
 *     best(j) = min over i < j of  best(i) + S(i) + H (P(j) - P(i)) - H d(i) (Q(j) - Q(i))
 *             = H P(j) + min over i of  base(i) - H d(i) Q(j)
 *
 * a minimum of lines in Q(j) whose slopes fall with i, asked at rising Q(j): the lines that can
 * still win form a queue.
 */
struct line {
    int128 base;
    int128 slope; /* H d(i): falls by this */
    uint32_t first;
};

struct envelope {
    struct line *lines;
    uint32_t head;
    uint32_t tail;
};

/* Is `middle` below neither of its neighbours anywhere? */
static bool line_is_idle(const struct line *before, const struct line *middle,
                         const struct line *after)
{
    if (middle->base >= after->base)
        return true;
    /* crossing(before, middle) >= crossing(middle, after); bases rise, slopes rise strictly */
    return ratio_cmp(middle->base - before->base, middle->slope - before->slope,
                     after->base - middle->base, after->slope - middle->slope) >= 0;
}

static void envelope_add(struct envelope *hull, struct line line)
{
    while (hull->tail > hull->head && hull->lines[hull->tail - 1].base >= line.base)
        hull->tail--; /* dearer and less steep: never better again */
    if (hull->tail > hull->head && hull->lines[hull->tail - 1].slope == line.slope)
        return; /* free holding: the cheaper base stays */
    while (hull->tail > hull->head + 1 &&
           line_is_idle(&hull->lines[hull->tail - 2], &hull->lines[hull->tail - 1], &line))
        hull->tail--;
    hull->lines[hull->tail++] = line;
}

/* base(i) - H d(i) Q; false on overflow. */
static bool line_at(const struct line *line, int64_t sum, int128 *value)
{
    *value = line->base;
    return add_product(value, -line->slope, sum);
}

static bool envelope_best(struct envelope *hull, int64_t sum, int128 *value)
{
    if (!line_at(&hull->lines[hull->head], sum, value))
        return false;
    while (hull->head + 1 < hull->tail) {
        int128 next;
        if (!line_at(&hull->lines[hull->head + 1], sum, &next))
            return false;
        if (next > *value)
            break;
        *value = next;
        hull->head++;
    }
    return true;
}

bool lot_cheapest(const struct lot_terms *terms, const struct lot_need *needs, uint32_t count,
                  uint32_t *end, void *scratch)
{
    _Static_assert(sizeof(struct line) + sizeof(uint32_t) <= LOT_SCRATCH_BYTES, "scratch a need");
    struct envelope hull = {.lines = scratch};
    uint32_t *first = (uint32_t *)(hull.lines + count); /* first need of the last lot before j */
    int128 best = 0;
    int128 moment = 0; /* H P(j) */
    int64_t sum = 0;   /* Q(j) */
    for (uint32_t j = 0; j < count; j++) {
        int64_t day = needs[j].day - needs[0].day;
        struct line line = {best - moment + ordering(&needs[j]), (int128)terms->holding * day, j};
        if (!add_product(&line.base, line.slope, sum))
            return false;
        envelope_add(&hull, line);
        if (__builtin_add_overflow(sum, needs[j].qty, &sum) ||
            !add_product(&moment, (int128)needs[j].qty * day, terms->holding) ||
            !envelope_best(&hull, sum, &best) || __builtin_add_overflow(best, moment, &best))
            return false;
        first[j + 1] = hull.lines[hull.head].first;
    }
    for (uint32_t j = count; j > 0; j = first[j])
        end[first[j]] = j;
    return true;
}

/* (2 n - 1)^2 x H x days <= 8 x gross x S in the scale of the sides, n counted in units. */
bool lot_eoq(const struct lot_eoq *eoq, int64_t *qty)
{
    ASSERT(eoq->holding > 0 && eoq->days > 0 && eoq->gross >= 0 && eoq->order_cost >= 0);
    struct frac costs;
    if (!frac_make(eoq->order_cost, eoq->holding, &costs))
        return false;
    /* n^2 <= 2 gross S / (days H): in micro of both, gross and n^2 differ by one QTY_SCALE */
    int128 right = (int128)eoq->gross * 8;
    int128 left = (int128)costs.den * eoq->days;
    if (__builtin_mul_overflow(right, (int128)costs.num, &right) ||
        __builtin_mul_overflow(right, (int128)QTY_SCALE, &right))
        return false;
    int64_t low = 1; /* the answer in units lies in low .. high */
    int64_t high = INT64_MAX / 4 / eoq->unit;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        int128 side = ((int128)middle * 2 - 1) * eoq->unit;
        bool fits = side <= right / left / side; /* side^2 <= right / left */
        if (fits)
            low = middle;
        else
            high = middle - 1;
    }
    *qty = low * eoq->unit;
    return true;
}
