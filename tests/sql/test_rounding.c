/* C rounds as PostgreSQL rounds NUMERIC: the same random numbers through base/qty and through SQL.
 */

#include "tests/sql/database.h"

#include <inttypes.h>

#define PAIRS  20000
#define ROUNDS 3

enum { PRODUCTS, WHOLES };

static const struct sql_statement s[] = {
    [PRODUCTS] = {"test.products",
                  "SELECT round(q * c, 4), round(q * p, 6)"
                  " FROM unnest($1, $2, $3) WITH ORDINALITY AS r (q, c, p, i) ORDER BY i",
                  "QCQ", "aq"},
    [WHOLES] = {"test.wholes",
                "SELECT round(q, 0), round(q, 2), round(q, 5)"
                " FROM unnest($1) WITH ORDINALITY AS r (q, i) ORDER BY i",
                "Q", "qqq"},
};
static const struct sql_schema schema = {.statements = s, .statement_count = COUNT_OF(s)};

struct pair {
    struct qty quantity;
    struct unitcost cost;
    struct qty per;
};

static struct pair pairs[PAIRS];
static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Of any length up to `bits`, either sign, and often ending in zeros and fives, where ties are. */
static int64_t random_value(int bits)
{
    static const int64_t steps[] = {1, 5, 50, 500, 5000, 50000, 500000, 1000000};
    int64_t value = (int64_t)(random_next() >> (64 - bits + (int)(random_next() % (uint64_t)bits)));
    value -= value % steps[random_next() % COUNT_OF(steps)];
    return random_next() % 2 ? value : -value;
}

/* 2^42 x 2^38 micros are 1.2e12: within a NUMERIC(18,6) and an amount. */
static void fill(uint64_t seed)
{
    random_state = seed;
    for (size_t i = 0; i < PAIRS; i++) {
        pairs[i].quantity.micro = random_value(40);
        pairs[i].cost.micro = random_value(38);
        pairs[i].per.micro = random_value(38);
    }
}

static struct sql_rows ask(struct sql *sql, int statement, const struct sql_value *params,
                           struct arena *arena)
{
    struct sql_rows rows = {0};
    struct fault fault = {0};
    enum status status = sql_run(sql, &s[statement], params, arena, &rows, &fault);
    if (status != STATUS_OK)
        printf("\n%s: %s\n", fault.message, fault.detail);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(rows.count, PAIRS);
    return rows;
}

static size_t differences_of_products(struct sql *sql, struct arena *arena, size_t *ties)
{
    const struct sql_value params[] = {SQL_ARRAY(pairs, PAIRS, quantity),
                                       SQL_ARRAY(pairs, PAIRS, cost), SQL_ARRAY(pairs, PAIRS, per)};
    struct sql_rows rows = ask(sql, PRODUCTS, params, arena);
    size_t differences = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        struct amount amount = {0};
        struct qty product = {0};
        bool fits = amount_extend(pairs[i].quantity, pairs[i].cost, &amount) &&
                    qty_mul(pairs[i].quantity, pairs[i].per, &product);
        bool same = fits && amount.e4 == sql_at(&rows, i, 0)->as.amount.e4 &&
                    product.micro == sql_at(&rows, i, 1)->as.qty.micro;
        differences += !same;
        int128 exact = (int128)pairs[i].quantity.micro * pairs[i].cost.micro;
        int64_t rest = (int64_t)(exact % 100000000);
        *ties += rest == 50000000 || rest == -50000000;
        if (!same)
            printf("\ndiffer: %" PRId64 " x %" PRId64 "\n", pairs[i].quantity.micro,
                   pairs[i].cost.micro);
    }
    return differences;
}

static size_t differences_of_decimals(struct sql *sql, struct arena *arena)
{
    static const int decimals[] = {0, 2, 5};
    const struct sql_value params[] = {SQL_ARRAY(pairs, PAIRS, quantity)};
    struct sql_rows rows = ask(sql, WHOLES, params, arena);
    size_t differences = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        for (size_t j = 0; j < COUNT_OF(decimals); j++)
            differences += qty_fits_decimals(pairs[i].quantity, decimals[j]) !=
                           (pairs[i].quantity.micro == sql_at(&rows, i, j)->as.qty.micro);
    }
    return differences;
}

static void test_rounding_is_the_same(void)
{
    struct sql *sql = database_open(&schema);
    struct arena *arena = arena_new(64 * MIB);
    size_t ties = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        fill(seed * 0x9e3779b97f4a7c15u);
        CU_ASSERT_EQUAL(differences_of_products(sql, arena, &ties), 0);
        CU_ASSERT_EQUAL(differences_of_decimals(sql, arena), 0);
        arena_reset(arena);
    }
    printf("%d pairs, %zu of them ties at four decimals\n", PAIRS * ROUNDS, ties);
    CU_ASSERT_TRUE(ties > 100); /* else the test would not see the rounding mode */
    arena_free(&arena);
    sql_close(&sql);
}

DATABASE_SUITE("rounding", UNIT(test_rounding_is_the_same))
