/*
 * Random documents (in, out, to other places and statuses), each reversed or not, in random order,
 * against two oracles: the balances of a plain list, and the same documents without the reversed
 * ones.  At STANDARD the value is exactly quantity x cost; at AVERAGE value moves only with the
 * lines, and an empty item has none.
 */

#include "common/ledger/book_state_core.h"
#include "services/inventory/reversal_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define SEQUENCES 2000
#define STEPS     50
#define PLACES    3
#define TODAY     20000

static const char *const places[PLACES] = {"A", "B", "C"};

struct world {
    struct arena *arena;
    struct book *book;
    struct book_item *item;
    int64_t held[PLACES]; /* oracle, pieces */
    struct posted_line lines[STEPS][2];
    size_t line_count[STEPS];
    bool reversed[STEPS];
    uint64_t seed;
    uint64_t seq;
};

static uint64_t draw(struct world *world, uint64_t below)
{
    world->seed ^= world->seed << 13;
    world->seed ^= world->seed >> 7;
    world->seed ^= world->seed << 17;
    return world->seed % below;
}

static struct qty pieces(int64_t whole)
{
    return (struct qty){whole * QTY_SCALE};
}

static void open_world(struct world *world, enum valuation valuation)
{
    const struct book_plant plant = {text_of("P"), text_of("A"), TODAY, 0};
    struct fault fault = {0};
    arena_reset(world->arena);
    *world = (struct world){.arena = world->arena, .seed = world->seed};
    world->book = book_new(world->arena, &plant);
    world->book->principal = text_of("li");
    CU_ASSERT_EQUAL_FATAL(book_want_item(world->book, text_of("X"), &fault), STATUS_OK);
    world->item = (struct book_item *)book_find(world->book, BOOK_ITEM, text_of("X"));
    world->item->row.exists = true;
    world->item->valuation = (uint8_t)valuation;
    world->item->shelf_life_days = NO_DAYS;
    world->item->unit_cost.micro = 3 * UNITCOST_SCALE;
}

/* The lines that a step wrote, as the ledger would give them back. */
static void remember(struct world *world, size_t step, size_t first)
{
    world->line_count[step] = world->book->line_count - first;
    CU_ASSERT_FATAL(world->line_count[step] <= 2);
    for (size_t i = 0; i < world->line_count[step]; i++) {
        world->lines[step][i] = (struct posted_line){.line = world->book->lines[first + i],
                                                     .document = text_of("D"),
                                                     .posted_by = world->book->principal};
        world->lines[step][i].line.posted_seq = ++world->seq;
    }
}

static void move(struct world *world, size_t step)
{
    struct fault fault = {0};
    struct amount cost = {(int64_t)draw(world, 500000)};
    size_t from = (size_t)draw(world, PLACES);
    size_t to = (from + 1 + (size_t)draw(world, PLACES - 1)) % PLACES;
    int64_t whole = 1 + (int64_t)draw(world, 20);
    unsigned what = (unsigned)draw(world, 3);
    struct ledger_move asked = {.kind = what == 2 ? LEDGER_TRANSFER : LEDGER_ADJUSTMENT,
                                .item = world->item,
                                .qty = pieces(whole),
                                .location = text_of(places[from]),
                                .order_kind = BOOK_NO_KIND,
                                .effective_on = TODAY};
    size_t first = world->book->line_count;
    struct book_mark mark = book_mark(world->book);
    enum status status =
        what == 0   ? ledger_put(world->book, &asked, cost, &fault)
        : what == 1 ? ledger_take(world->book, &asked, &cost, &fault)
                    : ledger_shift(world->book, &asked,
                                   (struct ledger_place){.location = text_of(places[to])}, &fault);
    bool enough = what == 0 || world->held[from] >= whole;
    CU_ASSERT_EQUAL(status, enough ? STATUS_OK : STATUS_INSUFFICIENT_STOCK);
    if (status != STATUS_OK) {
        book_undo(world->book, mark);
        return;
    }
    world->held[from] += what == 0 ? whole : -whole;
    world->held[to] += what == 2 ? whole : 0;
    remember(world, step, first);
}

/* What a reversal leaves in each place; false: somewhere less than nothing. */
static bool without(const struct world *world, size_t step, int64_t left[PLACES])
{
    bool fits = true;
    memcpy(left, world->held, sizeof world->held);
    for (size_t i = 0; i < world->line_count[step]; i++) {
        const struct ledger_line *line = &world->lines[step][i].line;
        size_t at = (size_t)(line->location.bytes[0] - 'A');
        left[at] -= line->qty.micro / QTY_SCALE;
    }
    for (size_t i = 0; i < PLACES; i++)
        fits = fits && left[i] >= 0;
    return fits;
}

static void reverse(struct world *world, size_t step)
{
    int64_t left[PLACES];
    struct fault fault = {0};
    struct inventory_outcome outcome = {0};
    const struct reversal_command command = {text_of("D"), text_of("wrong"), NO_DATE};
    const struct posted_document posted = {world->lines[step], world->line_count[step]};
    bool fits = without(world, step, left);
    struct book_mark mark = book_mark(world->book);

    if (world->line_count[step] == 0)
        return;
    for (size_t i = 0; i < posted.count; i++)
        world->lines[step][i].reversed = world->reversed[step];
    /* a transfer at once has no document that it could find */
    if (world->lines[step][0].line.kind == LEDGER_TRANSFER)
        CU_ASSERT_EQUAL_FATAL(reversal_wants(&posted, world->book, &fault), STATUS_OK);
    enum status status = reversal_decide(&command, &posted, world->book, &outcome, &fault);
    bool may = fits && !world->reversed[step];
    CU_ASSERT_EQUAL(status, may ? STATUS_OK : STATUS_STATE_CONFLICT);
    if (status != STATUS_OK) {
        book_undo(world->book, mark);
        return;
    }
    world->seq += posted.count;
    world->reversed[step] = true;
    memcpy(world->held, left, sizeof left);
}

static void check(const struct world *world)
{
    int64_t sum = 0;
    int64_t places_sum[PLACES] = {0};
    struct amount value = {0};
    for (const struct book_balance *at = world->item->balances; at; at = at->next)
        places_sum[at->location.bytes[0] - 'A'] += at->qty.micro;
    for (size_t i = 0; i < PLACES; i++) {
        CU_ASSERT_EQUAL(places_sum[i], world->held[i] * QTY_SCALE);
        sum += places_sum[i];
    }
    for (size_t i = 0; i < world->book->line_count; i++)
        value.e4 += world->book->lines[i].amount.e4;
    CU_ASSERT_EQUAL(world->item->on_hand.micro, sum);
    CU_ASSERT_EQUAL(world->item->value.e4, value.e4);
    CU_ASSERT_TRUE(world->item->value.e4 >= 0);
    if (sum == 0)
        CU_ASSERT_EQUAL(world->item->value.e4, 0);
    if (world->item->valuation == VALUATION_STANDARD)
        CU_ASSERT_EQUAL(world->item->value.e4, sum / QTY_SCALE * 3 * AMOUNT_SCALE);
}

/* All lines of a reversed document and its reversal sum to nothing, wip and variance included. */
static void check_sums(const struct world *world)
{
    const struct book *book = world->book;
    for (size_t i = 0; i < book->line_count; i++) {
        const struct ledger_line *back = &book->lines[i];
        if (back->reverses == 0)
            continue;
        for (size_t step = 0; step < STEPS; step++) {
            for (size_t l = 0; l < world->line_count[step]; l++) {
                const struct ledger_line *line = &world->lines[step][l].line;
                if (line->posted_seq != back->reverses)
                    continue;
                CU_ASSERT_EQUAL(line->qty.micro, -back->qty.micro);
                CU_ASSERT_EQUAL(line->counted.micro, -back->counted.micro);
                CU_ASSERT_EQUAL(line->amount.e4 + line->variance.e4,
                                -back->amount.e4 - back->variance.e4);
            }
        }
    }
}

static void test_sequences(void)
{
    struct world *world = calloc(1, sizeof *world);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world);
    world->arena = arena_new(32 * MIB);
    world->seed = 20261122;
    for (int sequence = 0; sequence < SEQUENCES && CU_get_number_of_failures() == 0; sequence++) {
        open_world(world, sequence % 2 == 0 ? VALUATION_AVERAGE : VALUATION_STANDARD);
        for (size_t step = 0; step < STEPS; step++) {
            (void)book_mark(world->book);
            move(world, step);
            if (draw(world, 3) == 0)
                reverse(world, (size_t)draw(world, step + 1));
            check(world);
        }
        check_sums(world);
    }
    arena_free(&world->arena);
    free(world);
}

UNIT_SUITE("prop_reversal", UNIT(test_sequences))
