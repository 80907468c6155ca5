#ifndef MILLRACE_COST_EXACT_CORE_H
#define MILLRACE_COST_EXACT_CORE_H

#include "common/base/frac.h"

/*
 * An exact fraction of two 128-bit integers, den > 0, reduced: sums over lines with different
 * yields and scraps pass the 64 bits of struct frac.  A result that does not fit returns false and
 * leaves *out alone: an error, never a wrong number.
 */
struct exact {
    int128 num;
    int128 den;
};

static inline struct exact exact_of_int(int64_t whole)
{
    return (struct exact){whole, 1};
}

static inline struct exact exact_of_frac(struct frac value)
{
    return (struct exact){value.num, value.den};
}

/* value x 10^-6 */
bool exact_of_micro(int64_t micro, struct exact *out) MUST_CHECK;
bool exact_add(struct exact a, struct exact b, struct exact *out) MUST_CHECK;
bool exact_mul(struct exact a, struct exact b, struct exact *out) MUST_CHECK;
bool exact_div(struct exact a, struct exact b, struct exact *out) MUST_CHECK; /* b != 0 */

/* The least whole number that is not below the value; value >= 0. */
bool exact_ceil(struct exact value, struct exact *out) MUST_CHECK;

/* Rounded to 10^-6, half away from zero. */
bool exact_round_micro(struct exact value, int64_t *micro) MUST_CHECK;

#endif
