#include "services/cost/exact_core.h"

static int128 magnitude(int128 value)
{
    return value < 0 ? -value : value;
}

static int128 common_divisor(int128 a, int128 b)
{
    while (b != 0) {
        int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static struct exact reduced(int128 num, int128 den)
{
    int128 divisor = common_divisor(magnitude(num), den);
    return (struct exact){num / divisor, den / divisor};
}

bool exact_of_micro(int64_t micro, struct exact *out)
{
    *out = reduced(micro, QTY_SCALE);
    return true;
}

/* Over the least common denominator, so that equal denominators stay as they are. */
bool exact_add(struct exact a, struct exact b, struct exact *out)
{
    int128 shared = common_divisor(a.den, b.den);
    int128 left;
    int128 right;
    int128 num;
    int128 den;
    if (__builtin_mul_overflow(a.num, b.den / shared, &left) ||
        __builtin_mul_overflow(b.num, a.den / shared, &right) ||
        __builtin_add_overflow(left, right, &num) ||
        __builtin_mul_overflow(a.den, b.den / shared, &den))
        return false;
    *out = reduced(num, den);
    return true;
}

/* Cross-reduced first, so that only a result that does not fit overflows. */
bool exact_mul(struct exact a, struct exact b, struct exact *out)
{
    struct exact first = reduced(a.num, b.den);
    struct exact second = reduced(b.num, a.den);
    struct exact product;
    if (__builtin_mul_overflow(first.num, second.num, &product.num) ||
        __builtin_mul_overflow(first.den, second.den, &product.den))
        return false;
    *out = product;
    return true;
}

bool exact_div(struct exact a, struct exact b, struct exact *out)
{
    ASSERT(b.num != 0);
    struct exact inverse =
        b.num < 0 ? (struct exact){-b.den, -b.num} : (struct exact){b.den, b.num};
    return exact_mul(a, inverse, out);
}

bool exact_ceil(struct exact value, struct exact *out)
{
    ASSERT(value.num >= 0);
    *out = (struct exact){value.num / value.den + (value.num % value.den != 0), 1};
    return true;
}

bool exact_round_micro(struct exact value, int64_t *micro)
{
    int128 dividend;
    if (__builtin_mul_overflow(value.num, (int128)QTY_SCALE, &dividend))
        return false;
    return int128_narrow(div_half_away(dividend, value.den), micro);
}
