#include "common/base/decimal.h"

#include <string.h>

#define DECIMALS_MAX 6

static const int64_t power_of_ten[DECIMALS_MAX + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

bool int128_narrow(int128 wide, int64_t *out)
{
    if (wide < INT64_MIN || wide > INT64_MAX)
        return false;
    *out = (int64_t)wide;
    return true;
}

int128 div_half_away(int128 dividend, int128 divisor)
{
    ASSERT(divisor > 0);

    int128 quotient = dividend / divisor;
    int128 rest = dividend % divisor;

    /* rest * 2 could overflow for huge divisors; compare with what is missing instead */
    int128 size = rest < 0 ? -rest : rest;
    if (size >= divisor - size)
        quotient += dividend < 0 ? -1 : 1;
    return quotient;
}

/* Appends one digit to a value built below zero: the negative range is one wider, so that
   INT64_MIN parses. */
static bool append_digit(int64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_sub_overflow(*value, digit - '0', value);
}

bool decimal_parse(const char *text, size_t length, int decimals, int64_t *out)
{
    ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);

    size_t at = 0;
    bool negative = false;
    if (at < length && (text[at] == '-' || text[at] == '+'))
        negative = text[at++] == '-';

    int64_t value = 0;
    int seen = -1; /* decimals seen; -1 until the point */
    size_t digits = 0;
    for (; at < length; at++) {
        if (text[at] == '.' && seen < 0 && digits > 0) {
            seen = 0;
            continue;
        }
        if (text[at] < '0' || text[at] > '9' || seen == decimals || !append_digit(&value, text[at]))
            return false;
        digits++;
        if (seen >= 0)
            seen++;
    }
    if (digits == 0 || seen == 0)
        return false;
    if (__builtin_mul_overflow(value, power_of_ten[decimals - (seen < 0 ? 0 : seen)], &value))
        return false;
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    *out = value;
    return true;
}

size_t decimal_format(int64_t value, int decimals, char text[DECIMAL_TEXT_MAX])
{
    ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);

    char digits[DECIMAL_TEXT_MAX];
    char *const end = digits + sizeof digits;
    char *at = end; /* digits come last first */
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int left = decimals;

    if (left == DECIMALS_MAX && size % 1000000 == 0) { /* nearly every quantity: a whole number */
        size /= 1000000;
        left = 0;
    }
    for (; left > 0 && size % 10 == 0; left--)
        size /= 10;
    for (int digit = 0; digit <= left || size != 0; digit++) {
        if (digit == left && left > 0)
            *--at = '.';
        *--at = (char)('0' + size % 10);
        size /= 10;
    }
    if (value < 0)
        *--at = '-';
    size_t length = (size_t)(end - at);
    ASSERT(length < DECIMAL_TEXT_MAX);
    memcpy(text, at, length);
    text[length] = '\0';
    return length;
}

int64_t decimal_round(int64_t value, int from, int to)
{
    ASSERT(from >= to && to >= 0 && from <= DECIMALS_MAX);

    int64_t unit = power_of_ten[from - to];
    int64_t rounded;
    bool fits = int128_narrow(div_half_away(value, unit) * unit, &rounded);
    ASSERT(fits); /* callers stay within NUMERIC(18,6), far below the range of int64 */
    return rounded;
}
