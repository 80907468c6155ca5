#ifndef MILLRACE_BASE_FRAC_H
#define MILLRACE_BASE_FRAC_H

#include "common/base/qty.h"

/*
 * An exact fraction for requirements (planning.md section 1): quantity per parent, scrap and yield
 * multiply along a path without rounding; only the result is rounded, up, once per order and
 * component line.
 *
 * num / den with den > 0, always reduced.  Both are int64 in magnitude after reduction, so that
 * every product fits 128 bits; an operation whose reduced result does not fit returns false: a
 * data error, never a wrong number.
 */
struct frac {
    int64_t num;
    int64_t den;
};

static inline struct frac frac_of_int(int64_t whole)
{
    return (struct frac){whole, 1};
}

/* num / den reduced; den != 0.  False when it does not fit. */
bool frac_make(int128 num, int128 den, struct frac *out) MUST_CHECK;
bool frac_of_qty(struct qty quantity, struct frac *out) MUST_CHECK;
bool frac_add(struct frac a, struct frac b, struct frac *out) MUST_CHECK;
bool frac_sub(struct frac a, struct frac b, struct frac *out) MUST_CHECK;
bool frac_mul(struct frac a, struct frac b, struct frac *out) MUST_CHECK;
bool frac_div(struct frac a, struct frac b, struct frac *out) MUST_CHECK; /* b != 0 */
int frac_cmp(struct frac a, struct frac b);

/* Exact text: a decimal where the fraction is one with at most FRAC_DECIMALS_MAX decimals
   ("0.125"), else the reduced fraction ("1/3").  Returns the length. */
#define FRAC_DECIMALS_MAX 18
#define FRAC_TEXT_MAX     48
size_t frac_format(struct frac value, char text[FRAC_TEXT_MAX]);

/* The least, greatest or nearest (half away from zero) quantity with `decimals` (0..6) decimals. */
bool frac_ceil(struct frac value, int decimals, struct qty *out) MUST_CHECK;
bool frac_floor(struct frac value, int decimals, struct qty *out) MUST_CHECK;
bool frac_round(struct frac value, int decimals, struct qty *out) MUST_CHECK;

#endif
