#include "common/base/frac.h"

static const int64_t power_of_ten[QTY_DECIMALS + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

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

bool frac_make(int128 num, int128 den, struct frac *out)
{
    ASSERT(den != 0);

    if (den < 0) {
        num = -num;
        den = -den;
    }
    int128 divisor = common_divisor(magnitude(num), den);
    struct frac result;
    if (!int128_narrow(num / divisor, &result.num) || !int128_narrow(den / divisor, &result.den))
        return false;
    *out = result;
    return true;
}

bool frac_of_qty(struct qty quantity, struct frac *out)
{
    return frac_make(quantity.micro, QTY_SCALE, out);
}

/* a.num*b.den and b.num*a.den are below 2^126, so that their sum fits 128 bits. */
bool frac_add(struct frac a, struct frac b, struct frac *out)
{
    return frac_make((int128)a.num * b.den + (int128)b.num * a.den, (int128)a.den * b.den, out);
}

bool frac_sub(struct frac a, struct frac b, struct frac *out)
{
    return frac_make((int128)a.num * b.den - (int128)b.num * a.den, (int128)a.den * b.den, out);
}

bool frac_mul(struct frac a, struct frac b, struct frac *out)
{
    return frac_make((int128)a.num * b.num, (int128)a.den * b.den, out);
}

bool frac_div(struct frac a, struct frac b, struct frac *out)
{
    ASSERT(b.num != 0);
    return frac_make((int128)a.num * b.den, (int128)a.den * b.num, out);
}

int frac_cmp(struct frac a, struct frac b)
{
    int128 left = (int128)a.num * b.den;
    int128 right = (int128)b.num * a.den;
    return (left > right) - (left < right);
}

/* Counts of 10^-decimals in micro units. */
static bool scaled(int128 count, int decimals, struct qty *out)
{
    return int128_narrow(count * power_of_ten[QTY_DECIMALS - decimals], &out->micro);
}

static int128 floor_of(int128 dividend, int128 divisor)
{
    int128 quotient = dividend / divisor;
    return quotient - (dividend % divisor < 0);
}

bool frac_ceil(struct frac value, int decimals, struct qty *out)
{
    ASSERT(decimals >= 0 && decimals <= QTY_DECIMALS);
    return scaled(-floor_of(-((int128)value.num * power_of_ten[decimals]), value.den), decimals,
                  out);
}

bool frac_floor(struct frac value, int decimals, struct qty *out)
{
    ASSERT(decimals >= 0 && decimals <= QTY_DECIMALS);
    return scaled(floor_of((int128)value.num * power_of_ten[decimals], value.den), decimals, out);
}

bool frac_round(struct frac value, int decimals, struct qty *out)
{
    ASSERT(decimals >= 0 && decimals <= QTY_DECIMALS);
    return scaled(div_half_away((int128)value.num * power_of_ten[decimals], value.den), decimals,
                  out);
}
