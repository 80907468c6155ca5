/*
 * Random sequences of movements, some refused and taken back, against an oracle that keeps the same
 * stock as a plain list and works every amount out anew in 128 bits.
 */

#include "common/ledger/book_state_core.h"
#include "common/ledger/ledger_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define SEQUENCES    2000
#define STEPS        50
#define ITEMS        3
#define PLACES       2
#define LOTS         3
#define BALANCES_MAX (PLACES * LOTS)
#define TODAY        20000
#define LAYERS_MAX   (STEPS * 8)

/* ---- the oracle ---- */

struct oracle_balance {
    char location[8];
    char lot[8];
    date expires;
    int64_t qty;
};

struct oracle_layer {
    char lot[8];
    int64_t qty;
    int64_t amount;
};

struct oracle_item {
    bool standard;
    bool fifo;
    bool by_lot;
    bool tracked;
    bool negative;
    int64_t unit_cost; /* micro */
    int64_t last_cost;
    int64_t on_hand; /* micro */
    int64_t value;   /* 1e-4 */
    int64_t variance;
    struct oracle_balance balances[BALANCES_MAX];
    size_t count;
    struct oracle_layer layers[LAYERS_MAX];
    size_t layer_count;
};

struct world {
    struct oracle_item items[ITEMS];
    int64_t wip;
};

/* a x b / c, half away from zero */
static int64_t share(int64_t a, int64_t b, int64_t c)
{
    int128 product = (int128)a * b;
    int128 positive = product < 0 ? -product : product;
    int128 rounded = (2 * positive + c) / (2 * (int128)c);
    return (int64_t)(product < 0 ? -rounded : rounded);
}

static int64_t extend(int64_t qty, int64_t cost)
{
    return share(qty, cost, 100000000);
}

static int64_t oracle_cost_out(struct oracle_item *item, int64_t qty)
{
    if (item->on_hand == qty) {
        if (!item->standard)
            item->last_cost = share(item->value * 100, QTY_SCALE, qty);
        return item->value;
    }
    if (item->standard)
        return extend(qty, item->unit_cost);
    if (item->on_hand == 0)
        return extend(qty, item->last_cost);
    return item->on_hand < 0 ? share(-item->value, qty, -item->on_hand)
                             : share(item->value, qty, item->on_hand);
}

/* value of qty out of layers, oldest first; what is missing becomes a layer below zero */
static int64_t oracle_layers_out(struct oracle_item *item, const char *lot, int64_t qty)
{
    int64_t cost = 0;
    for (size_t i = 0; i < item->layer_count && qty > 0; i++) {
        struct oracle_layer *at = &item->layers[i];
        if (at->qty <= 0 || (item->by_lot && strcmp(at->lot, lot) != 0))
            continue;
        int64_t part = at->qty < qty ? at->qty : qty;
        int64_t amount = part == at->qty ? at->amount : share(at->amount, part, at->qty);
        at->qty -= part;
        at->amount -= amount;
        qty -= part;
        cost += amount;
    }
    if (qty > 0) {
        struct oracle_layer *owed = &item->layers[item->layer_count++];
        *owed = (struct oracle_layer){.qty = -qty, .amount = -extend(qty, item->last_cost)};
        strcpy(owed->lot, lot);
        cost -= owed->amount;
    }
    return cost;
}

/* fills layers below zero first; returns the correction */
static int64_t oracle_layers_in(struct oracle_item *item, const char *lot, int64_t qty,
                                int64_t cost)
{
    int64_t correction = 0;
    for (size_t i = 0; i < item->layer_count && qty > 0; i++) {
        struct oracle_layer *at = &item->layers[i];
        if (at->qty >= 0 || (item->by_lot && strcmp(at->lot, lot) != 0))
            continue;
        int64_t part = -at->qty < qty ? -at->qty : qty;
        int64_t was = part == -at->qty ? -at->amount : share(-at->amount, part, -at->qty);
        int64_t is = part == qty ? cost : share(cost, part, qty);
        at->qty += part;
        at->amount += was;
        qty -= part;
        cost -= is;
        correction += is - was;
    }
    if (qty > 0) {
        struct oracle_layer *made = &item->layers[item->layer_count++];
        *made = (struct oracle_layer){.qty = qty, .amount = cost};
        strcpy(made->lot, lot);
    }
    return correction;
}

static struct oracle_balance *oracle_first(struct oracle_item *item)
{
    struct oracle_balance *best = NULL;
    for (size_t i = 0; i < item->count; i++) {
        struct oracle_balance *at = &item->balances[i];
        if (at->qty <= 0 || at->expires < TODAY)
            continue;
        int order = best ? strcmp(at->lot, best->lot) : 0;
        if (!best || at->expires < best->expires ||
            (at->expires == best->expires &&
             (order < 0 || (order == 0 && strcmp(at->location, best->location) < 0))))
            best = at;
    }
    return best;
}

static struct oracle_balance *oracle_balance(struct oracle_item *item, const char *location,
                                             const char *lot, date expires)
{
    for (size_t i = 0; i < item->count; i++) {
        struct oracle_balance *at = &item->balances[i];
        if (strcmp(at->location, location) == 0 && strcmp(at->lot, lot) == 0)
            return at;
    }
    struct oracle_balance *made = &item->balances[item->count++];
    *made = (struct oracle_balance){.expires = expires};
    strcpy(made->location, location);
    strcpy(made->lot, lot);
    return made;
}

static bool oracle_take(struct world *world, struct oracle_item *item, int64_t qty)
{
    int64_t there = 0;
    for (size_t i = 0; i < item->count; i++) {
        if (item->balances[i].qty > 0 && item->balances[i].expires >= TODAY)
            there += item->balances[i].qty;
    }
    if (there < qty && (!item->negative || item->tracked))
        return false;
    while (qty > 0) {
        struct oracle_balance *from = oracle_first(item);
        int64_t part = from && from->qty < qty ? from->qty : qty;
        if (!from)
            from = oracle_balance(item, "MAIN", "", DATE_LAST);
        int64_t cost = item->fifo || item->by_lot ? oracle_layers_out(item, from->lot, part)
                                                  : oracle_cost_out(item, part);
        from->qty -= part;
        item->on_hand -= part;
        item->value -= cost;
        world->wip += cost;
        qty -= part;
    }
    return true;
}

static void oracle_put(struct oracle_item *item, struct oracle_balance *into, int64_t qty,
                       int64_t cost)
{
    int64_t stock = cost;
    int64_t correction = 0;
    if (item->standard)
        stock = item->on_hand == -qty ? -item->value : extend(qty, item->unit_cost);
    else if (item->fifo || item->by_lot)
        correction = oracle_layers_in(item, into->lot, qty, cost);
    else if (item->on_hand < 0) {
        int64_t covered = qty < -item->on_hand ? qty : -item->on_hand;
        correction = share(cost, covered, qty) - share(-item->value, covered, -item->on_hand);
    }
    into->qty += qty;
    item->on_hand += qty;
    item->value += stock - correction;
    item->variance += cost - stock + correction;
    item->last_cost = share(cost * 100, QTY_SCALE, qty);
}

/* ---- the game ---- */

struct game {
    struct arena *arena;
    struct book *book;
    struct work_order *order;
    struct world world;
    uint64_t state;
};

static uint32_t random_below(struct game *game, uint32_t bound)
{
    game->state = game->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(game->state >> 33) % bound;
}

static struct book_item *item_at(struct game *game, size_t i)
{
    static const char *const codes[ITEMS] = {"A", "B", "C"};
    return (struct book_item *)book_find(game->book, BOOK_ITEM, text_of(codes[i]));
}

static void open_game(struct game *game, uint64_t seed)
{
    static const char *const codes[ITEMS] = {"A", "B", "C"};
    struct book_plant plant = {text_of("P"), text_of("MAIN"), TODAY, 0};
    struct fault fault = {0};
    game->state = seed;
    game->world = (struct world){0};
    arena_reset(game->arena);
    game->book = book_new(game->arena, &plant);
    for (size_t i = 0; i < ITEMS; i++) {
        struct oracle_item *mine = &game->world.items[i];
        CU_ASSERT_EQUAL_FATAL(book_want_item(game->book, text_of(codes[i]), &fault), STATUS_OK);
        struct book_item *item = item_at(game, i);
        item->row.exists = true;
        item->decimals = 6;
        item->shelf_life_days = NO_DAYS;
        item->unit_cost.micro = item->last_cost.micro = random_below(game, 90000000);
        item->valuation =
            (uint8_t)(random_below(game, 3) == 0 ? VALUATION_STANDARD : VALUATION_AVERAGE);
        item->tracking = (uint8_t)(random_below(game, 3) == 0 ? TRACKING_LOT : TRACKING_NONE);
        item->allow_negative = random_below(game, 2) == 0;
        *mine = (struct oracle_item){.standard = item->valuation == VALUATION_STANDARD,
                                     .fifo = item->valuation == VALUATION_FIFO,
                                     .by_lot = item->valuation == VALUATION_LOT,
                                     .tracked = item->tracking == TRACKING_LOT,
                                     .negative = item->allow_negative,
                                     .unit_cost = item->unit_cost.micro,
                                     .last_cost = item->unit_cost.micro};
    }
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(game->book, text_of(""), &game->order, &fault),
                          STATUS_OK);
    game->order->work_order = text_of("W");
}

static int64_t random_qty(struct game *game)
{
    return random_below(game, 2) == 0 ? (int64_t)(random_below(game, 20) + 1) * QTY_SCALE
                                      : (int64_t)random_below(game, 30000000) + 1;
}

static bool step_take(struct game *game, size_t i, bool in_oracle)
{
    struct fault fault = {0};
    struct amount cost;
    struct ledger_move move = {.kind = LEDGER_ISSUE,
                               .item = item_at(game, i),
                               .qty = {random_qty(game)},
                               .wip = game->order,
                               .order_kind = BOOK_NO_KIND,
                               .effective_on = TODAY};
    enum status status = ledger_take(game->book, &move, &cost, &fault);
    bool wanted = !in_oracle || oracle_take(&game->world, &game->world.items[i], move.qty.micro);
    if (in_oracle)
        CU_ASSERT_EQUAL(status == STATUS_OK, wanted);
    return status == STATUS_OK;
}

static bool step_put(struct game *game, size_t i, bool in_oracle)
{
    static const char *const places[PLACES] = {"MAIN", "SHOP"};
    static const char *const lots[LOTS] = {"L1", "L2", "L3"};
    static const date expiries[LOTS] = {TODAY - 1, TODAY, TODAY + 5};
    struct fault fault = {0};
    struct oracle_item *mine = &game->world.items[i];
    uint32_t lot = random_below(game, LOTS);
    const char *place = places[random_below(game, PLACES)];
    struct amount cost = {random_below(game, 3000000)};
    struct ledger_move move = {.kind = LEDGER_PURCHASE_RECEIPT,
                               .item = item_at(game, i),
                               .qty = {random_qty(game)},
                               .location = text_of(place),
                               .lot = text_of(mine->tracked ? lots[lot] : ""),
                               .expires_on = expiries[lot],
                               .order_kind = BOOK_NO_KIND,
                               .effective_on = TODAY};
    enum status status = ledger_put(game->book, &move, cost, &fault);
    CU_ASSERT_EQUAL(status, STATUS_OK);
    if (in_oracle)
        oracle_put(mine,
                   oracle_balance(mine, place, mine->tracked ? lots[lot] : "",
                                  mine->tracked ? expiries[lot] : DATE_LAST),
                   move.qty.micro, cost.e4);
    return status == STATUS_OK;
}

static bool same_balances(const struct book_item *item, struct oracle_item *mine)
{
    int64_t sum = 0;
    for (const struct book_balance *at = item->balances; at; at = at->next) {
        bool found = at->qty.micro == 0;
        for (size_t i = 0; i < mine->count; i++) {
            const struct oracle_balance *other = &mine->balances[i];
            if (text_is(at->location, other->location) && text_is(at->lot, other->lot))
                found = at->qty.micro == other->qty;
        }
        if (!found)
            return false;
        sum += at->qty.micro;
    }
    return sum == item->on_hand.micro;
}

static void compare(struct game *game, uint64_t seed)
{
    bool same = game->order->wip.e4 == game->world.wip;
    for (size_t i = 0; i < ITEMS; i++) {
        struct book_item *item = item_at(game, i);
        struct oracle_item *mine = &game->world.items[i];
        same = same && item->on_hand.micro == mine->on_hand && item->value.e4 == mine->value &&
               same_balances(item, mine) && (item->on_hand.micro != 0 || item->value.e4 == 0);
    }
    CU_ASSERT_TRUE(same);
    if (!same)
        printf("\nseed %llu differs\n", (unsigned long long)seed);
}

/* item = sum of lines, running figures on each line, and what came in is what is anywhere. */
static void check_lines(struct game *game)
{
    int64_t on_hand[ITEMS] = {0};
    int64_t value[ITEMS] = {0};
    int64_t wip = 0;
    int64_t variance = 0;
    bool good = true;
    for (size_t l = 0; l < game->book->line_count; l++) {
        const struct ledger_line *line = &game->book->lines[l];
        size_t i = (size_t)(line->item.bytes[0] - 'A');
        on_hand[i] += line->qty.micro;
        value[i] += line->amount.e4;
        wip += line->wip.e4;
        variance += line->variance.e4;
        good = good && line->on_hand.micro == on_hand[i] && line->value.e4 == value[i];
    }
    for (size_t i = 0; i < ITEMS; i++) {
        good = good && item_at(game, i)->on_hand.micro == on_hand[i] &&
               item_at(game, i)->value.e4 == value[i];
        variance -= game->world.items[i].variance;
    }
    CU_ASSERT_TRUE(good);
    CU_ASSERT_EQUAL(wip, game->world.wip);
    CU_ASSERT_EQUAL(variance, 0);
}

/* A command of several movements, of which the last is refused or not wanted, leaves nothing. */
static void step_undone(struct game *game)
{
    struct book_mark mark = book_mark(game->book);
    for (uint32_t i = random_below(game, 4) + 1; i > 0; i--) {
        size_t item = random_below(game, ITEMS);
        if (random_below(game, 2) == 0)
            (void)step_take(game, item, false);
        else
            (void)step_put(game, item, false);
    }
    book_undo(game->book, mark);
}

static void play(struct game *game, uint64_t seed)
{
    open_game(game, seed);
    for (int step = 0; step < STEPS; step++) {
        uint32_t what = random_below(game, 10);
        size_t item = random_below(game, ITEMS);
        if (what == 0) {
            step_undone(game);
        } else {
            struct book_mark mark = book_mark(game->book);
            bool done = what < 6 ? step_take(game, item, true) : step_put(game, item, true);
            if (done)
                book_keep(game->book);
            else
                book_undo(game->book, mark);
        }
        compare(game, seed);
    }
    check_lines(game);
}

static void test_random_sequences(void)
{
    struct game game = {.arena = arena_new(64 * MIB)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(game.arena);
    for (uint64_t seed = 1; seed <= SEQUENCES; seed++)
        play(&game, seed);
    arena_free(&game.arena);
}

UNIT_SUITE("prop_ledger", UNIT(test_random_sequences))
