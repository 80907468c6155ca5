/* Lot sizing against the obvious way: Wagner-Whitin by trying every last lot, and the limits. */

#include "services/mrp/lot_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define NEEDS_MAX 40

static uint64_t state;

static uint32_t draw(uint32_t low, uint32_t high)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return low + (uint32_t)(state >> 33) % (high - low + 1);
}

static uint32_t make_needs(struct lot_need *needs)
{
    uint32_t count = draw(1, NEEDS_MAX);
    int32_t day = (int32_t)draw(0, 5);
    for (uint32_t k = 0; k < count; k++) {
        needs[k] = (struct lot_need){.qty = (int64_t)draw(1, 99) * QTY_SCALE,
                                     .order_cost = (int64_t)draw(0, 300) * UNITCOST_SCALE,
                                     .day = day};
        day += (int32_t)draw(1, 4);
    }
    return count;
}

static int128 lot_cost(const struct lot_need *needs, uint32_t first, uint32_t end, int64_t holding)
{
    int128 cost = (int128)needs[first].order_cost * QTY_SCALE;
    for (uint32_t k = first; k < end; k++)
        cost += (int128)needs[k].qty * (needs[k].day - needs[first].day) * holding;
    return cost;
}

static int128 least_cost(const struct lot_need *needs, uint32_t count, int64_t holding)
{
    int128 best[NEEDS_MAX + 1] = {0};
    for (uint32_t end = 1; end <= count; end++) {
        best[end] = best[0] + lot_cost(needs, 0, end, holding);
        for (uint32_t first = 1; first < end; first++) {
            int128 cost = best[first] + lot_cost(needs, first, end, holding);
            if (cost < best[end])
                best[end] = cost;
        }
    }
    return best[count];
}

static void test_cheapest(void)
{
    _Alignas(max_align_t) unsigned char scratch[(NEEDS_MAX + 1) * LOT_SCRATCH_BYTES];
    struct lot_need needs[NEEDS_MAX];
    uint32_t end[NEEDS_MAX];
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        state = seed;
        struct lot_terms terms = {.rule = LOT_RULE_WW, .holding = draw(0, 4) * 500000};
        uint32_t count = make_needs(needs);
        CU_ASSERT_FATAL(lot_cheapest(&terms, needs, count, end, scratch));
        int128 cost = 0;
        for (uint32_t first = 0; first < count; first = end[first]) {
            CU_ASSERT_FATAL(end[first] > first && end[first] <= count);
            cost += lot_cost(needs, first, end[first], terms.holding);
        }
        if (cost != least_cost(needs, count, terms.holding))
            printf("seed %u: not the least cost\n", seed);
        CU_ASSERT(cost == least_cost(needs, count, terms.holding));
    }
}

/* The least root: the answer and its neighbours, in units, squared against 2 D S / H. */
static void test_eoq(void)
{
    static const struct {
        struct lot_eoq eoq;
        int64_t want;
    } rows[] = {
        /* sqrt(2 x 12 x 150 / 0.4) = 94.87 */
        {{720000000, 150000000, 400000, 1000000, 60}, 95000000},
        {{720000000, 150000000, 400000, 10000, 60}, 94870000},
        /* sqrt(2 x 1 x 1.125 / 1) = 1.5 exactly: half up */
        {{10000000, 1125000, 1000000, 1000000, 10}, 2000000},
        {{0, 1125000, 1000000, 1000000, 10}, 1000000}, /* nothing needed: one unit */
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t qty;
        CU_ASSERT_FATAL(lot_eoq(&rows[i].eoq, &qty));
        CU_ASSERT_EQUAL(qty, rows[i].want);
    }
    struct lot_eoq huge = {INT64_MAX, INT64_MAX, 1, 1, 1};
    int64_t qty;
    CU_ASSERT_FALSE(lot_eoq(&huge, &qty));
}

static void list_init(struct lot_list *list, struct arena *arena)
{
    *list = (struct lot_list){.arena = arena, .limit = 1000};
}

/* Whatever the limits: the receipts reach the need, and no lot breaks a limit. */
static void test_limits(void)
{
    struct arena *arena = arena_new(MIB);
    struct lot_list list;
    list_init(&list, arena);
    for (uint32_t seed = 1; seed <= 5000; seed++) {
        state = seed;
        struct lot_limits limits = {.unit = 1, .min = draw(0, 1) * draw(1, 50)};
        limits.max = draw(0, 1) ? limits.min + draw(10, 90) : 0;
        limits.multiple = draw(0, 1) * draw(1, 9);
        limits.yield = (struct frac){draw(0, 1) ? 1 : draw(8, 12), 13};
        if (limits.yield.num == 1)
            limits.yield.den = 1;
        int64_t need = draw(1, 400);
        int64_t reached = 0;
        list.count = 0;
        CU_ASSERT_FATAL(lot_for_need(&limits, need, &list));
        for (uint32_t k = 0; k < list.count; k++) {
            const struct lot *lot = &list.lots[k];
            CU_ASSERT(lot->good == lot->start * limits.yield.num / limits.yield.den);
            CU_ASSERT(limits.max == 0 || lot->start <= limits.max);
            CU_ASSERT(lot->start >= limits.min);
            CU_ASSERT(k + 1 == list.count ? reached < need : lot->start == limits.max);
            reached += lot->good;
        }
        CU_ASSERT(reached >= need);
    }
    arena_free(&arena);
}

static void test_lots_without_end(void)
{
    struct arena *arena = arena_new(MIB);
    struct lot_list list;
    list_init(&list, arena);
    struct lot_limits limits = {.unit = 1, .max = 1, .yield = {1, 1}};
    CU_ASSERT(lot_for_need(&limits, 5000, &list));
    CU_ASSERT(list.cut_short);
    CU_ASSERT_EQUAL(list.count, 1000);
    CU_ASSERT_EQUAL(list.lots[999].start, 4001);
    arena_free(&arena);
}

/* Costs near the end of the numbers: refused, not wrapped. */
static void test_overflow(void)
{
    struct lot_need needs[] = {{INT64_MAX / 4, INT64_MAX, 0, 0},
                               {INT64_MAX / 4, INT64_MAX, 900, 0}};
    struct lot_terms terms = {.rule = LOT_RULE_SM, .holding = INT64_MAX};
    uint32_t covered;
    CU_ASSERT_FALSE(lot_cover(&terms, needs, 2, &covered));
    terms.rule = LOT_RULE_GROFF;
    CU_ASSERT_FALSE(lot_cover(&terms, needs, 2, &covered));
}

UNIT_SUITE("lot", UNIT(test_cheapest), UNIT(test_eoq), UNIT(test_limits),
           UNIT(test_lots_without_end), UNIT(test_overflow))
