#ifndef MILLRACE_BASE_DECIMAL_H
#define MILLRACE_BASE_DECIMAL_H

#include "common/base/base.h"

/* Decimal text of a scaled int64: value x 10^-decimals, decimals 0..6.  base/qty.h wraps these in
   types that do not mix; only codecs that handle fields by their scale call them directly. */

#define DECIMAL_TEXT_MAX 24 /* "-9223372036854.775808" and its NUL */

/* [+-]digits[.digits] with at most `decimals` after the point and nothing else: no blanks, no
   exponent, no rounding.  False (also out of range) leaves *out alone. */
bool decimal_parse(const char *text, size_t length, int decimals, int64_t *out) MUST_CHECK;

/* Shortest text without trailing zeros: "12.5", "-3", "0".  Returns the length. */
size_t decimal_format(int64_t value, int decimals, char text[DECIMAL_TEXT_MAX]);

/* Has value x 10^-decimals no more than `fewer` decimals?  Of any value, also the largest. */
bool decimal_fits(int64_t value, int decimals, int fewer);

/* Quotient rounded half away from zero, as round(numeric, n) in PostgreSQL; divisor > 0. */
int128 div_half_away(int128 dividend, int128 divisor);

/* False when the value does not fit; *out is then left alone. */
bool int128_narrow(int128 wide, int64_t *out) MUST_CHECK;

#endif
