#ifndef MILLRACE_BASE_QTY_H
#define MILLRACE_BASE_QTY_H

#include "common/base/decimal.h"

/*
 * Exact quantities, unit costs and amounts.
 *
 * Each is a 64-bit count of a fixed fraction, wrapped in its own struct so that adding a cost to
 * a quantity does not compile.  No floating point anywhere: 0.1 kg ten times is exactly 1 kg.
 *
 *     type      unit    one is         largest
 *     qty       micro   0.000001 ea    9 223 372 036 854.775807
 *     unitcost  micro   0.000001 CUR   9 223 372 036 854.775807
 *     amount    1e-4    0.0001 CUR     922 337 203 685 477.5807
 *
 * Columns are NUMERIC(18,6) and NUMERIC(18,4), so any stored value fits its type with room to
 * spare; sums are checked.  Products are formed in 128 bits and rounded once, half away from zero,
 * as PostgreSQL rounds NUMERIC.
 *
 * Every function that can leave the range returns false and leaves *out alone.
 */

struct qty {
    int64_t micro;
};

struct unitcost {
    int64_t micro;
};

struct amount {
    int64_t e4;
};

#define QTY_SCALE       1000000
#define QTY_DECIMALS    6
#define UNITCOST_SCALE  1000000
#define AMOUNT_SCALE    10000
#define AMOUNT_DECIMALS 4
#define QTY_TEXT_MAX    DECIMAL_TEXT_MAX

/* micro: the most that NUMERIC(18,6) holds */
#define QTY_STORED_MAX ((int64_t)999999999999999999)

bool qty_add(struct qty a, struct qty b, struct qty *out) MUST_CHECK;
bool qty_sub(struct qty a, struct qty b, struct qty *out) MUST_CHECK;

/* quantity per parent x parents, rounded at the sixth decimal */
bool qty_mul(struct qty per, struct qty count, struct qty *out) MUST_CHECK;

/* Smallest multiple of `multiple` that is >= want.  Requires multiple > 0 and want >= 0. */
bool qty_round_up(struct qty want, struct qty multiple, struct qty *out) MUST_CHECK;

/* Does the quantity have at most `decimals` (0..6) decimals? */
bool qty_fits_decimals(struct qty quantity, int decimals);

bool amount_add(struct amount a, struct amount b, struct amount *out) MUST_CHECK;
bool amount_sub(struct amount a, struct amount b, struct amount *out) MUST_CHECK;

/* quantity x unit cost */
bool amount_extend(struct qty quantity, struct unitcost cost, struct amount *out) MUST_CHECK;

/* total x part / whole, rounded once; whole > 0.  The share of an amount that a part takes. */
bool amount_share(struct amount total, struct qty part, struct qty whole,
                  struct amount *out) MUST_CHECK;

/* amount / quantity at six decimals; quantity != 0 */
bool unitcost_of(struct amount total, struct qty quantity, struct unitcost *out) MUST_CHECK;

/* Text is what CSV, SQL and JSON carry: see decimal_parse and decimal_format. */
bool qty_parse(const char *text, size_t length, struct qty *out) MUST_CHECK;
size_t qty_format(struct qty quantity, char text[QTY_TEXT_MAX]);
bool amount_parse(const char *text, size_t length, struct amount *out) MUST_CHECK;
size_t amount_format(struct amount amount, char text[DECIMAL_TEXT_MAX]);
bool unitcost_parse(const char *text, size_t length, struct unitcost *out) MUST_CHECK;
size_t unitcost_format(struct unitcost cost, char text[DECIMAL_TEXT_MAX]);

static inline int qty_cmp(struct qty a, struct qty b)
{
    return (a.micro > b.micro) - (a.micro < b.micro);
}

#endif
