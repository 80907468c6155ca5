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

static uint64_t common_divisor_64(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Most numbers are small, and 128-bit division takes ten times as long. */
static bool make_small(int128 num, int128 den, struct frac *out)
{
    if (num > INT64_MAX || num < -INT64_MAX || den > INT64_MAX || den <= 0)
        return false;
    int64_t divisor = (int64_t)common_divisor_64((uint64_t)(num < 0 ? -num : num), (uint64_t)den);
    *out = (struct frac){(int64_t)num / divisor, (int64_t)den / divisor};
    return true;
}

bool frac_make(int128 num, int128 den, struct frac *out)
{
    ASSERT(den != 0);

    if (make_small(num, den, out))
        return true;

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
    if (quantity.micro % QTY_SCALE != 0)
        return frac_make(quantity.micro, QTY_SCALE, out);
    *out = frac_of_int(quantity.micro / QTY_SCALE);
    return true;
}

/* a.num*b.den and b.num*a.den are below 2^126, so that their sum fits 128 bits. */
bool frac_add(struct frac a, struct frac b, struct frac *out)
{
    int64_t whole;
    if (a.den == 1 && b.den == 1 && !__builtin_add_overflow(a.num, b.num, &whole)) {
        *out = frac_of_int(whole);
        return true;
    }
    return frac_make((int128)a.num * b.den + (int128)b.num * a.den, (int128)a.den * b.den, out);
}

bool frac_sub(struct frac a, struct frac b, struct frac *out)
{
    return frac_make((int128)a.num * b.den - (int128)b.num * a.den, (int128)a.den * b.den, out);
}

bool frac_mul(struct frac a, struct frac b, struct frac *out)
{
    int64_t whole;
    if (a.den == 1 && b.den == 1 && !__builtin_mul_overflow(a.num, b.num, &whole)) {
        *out = frac_of_int(whole);
        return true;
    }
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

/* Returns how many digits; not NUL-terminated. */
static size_t decimal_digits(uint64_t value, char *text)
{
    char backwards[20];
    size_t count = 0;
    do {
        backwards[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < count; i++)
        text[i] = backwards[count - 1 - i];
    return count;
}

/* Decimal digits of size / den behind `text`; 0 when they do not end. */
static size_t format_decimal(uint64_t size, uint64_t den, char *text)
{
    uint64_t rest = size % den;
    size_t length = decimal_digits(size / den, text);
    if (rest != 0)
        text[length++] = '.';
    for (int i = 0; rest != 0; i++) {
        if (i == FRAC_DECIMALS_MAX)
            return 0;
        int128 ten = (int128)rest * 10;
        text[length++] = (char)('0' + (int)(ten / (int128)den));
        rest = (uint64_t)(ten % (int128)den);
    }
    return length;
}

size_t frac_format(struct frac value, char text[FRAC_TEXT_MAX])
{
    uint64_t size = value.num < 0 ? -(uint64_t)value.num : (uint64_t)value.num;
    uint64_t den = (uint64_t)value.den;
    size_t sign = value.num < 0;
    text[0] = '-';
    size_t length = format_decimal(size, den, text + sign);
    if (length == 0) {
        length = decimal_digits(size, text + sign);
        text[sign + length++] = '/';
        length += decimal_digits(den, text + sign + length);
    }
    text[sign + length] = '\0';
    return sign + length;
}
