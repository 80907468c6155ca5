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

/* "00" to "99": two digits a division. */
static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static size_t digit_count(uint64_t number)
{
    for (size_t count = 1;; count += 4, number /= 10000) {
        if (number < 10)
            return count;
        if (number < 100)
            return count + 1;
        if (number < 1000)
            return count + 2;
        if (number < 10000)
            return count + 3;
    }
}

/* The last `count` digits, with leading zeros; returns where the text goes on. */
static char *put_digits(char *text, uint64_t number, size_t count)
{
    size_t left = count;
    for (; left >= 2; left -= 2, number /= 100)
        memcpy(text + left - 2, pairs + number % 100 * 2, 2);
    if (left > 0)
        *text = (char)('0' + number % 10);
    return text + count;
}

size_t decimal_format(int64_t value, int decimals, char text[DECIMAL_TEXT_MAX])
{
    ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);

    char *at = text;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int left = decimals;

    if (left == DECIMALS_MAX && size % 1000000 == 0) { /* nearly every quantity: a whole number */
        size /= 1000000;
        left = 0;
    }
    for (; left > 0 && size % 10 == 0; left--)
        size /= 10;
    const uint64_t unit = (uint64_t)power_of_ten[left];
    const uint64_t whole = left > 0 ? size / unit : size;
    if (value < 0)
        *at++ = '-';
    at = put_digits(at, whole, digit_count(whole));
    if (left > 0) {
        *at++ = '.';
        at = put_digits(at, size - whole * unit, (size_t)left);
    }
    *at = '\0';
    return (size_t)(at - text);
}

bool decimal_fits(int64_t value, int decimals, int fewer)
{
    ASSERT(fewer >= 0 && fewer <= decimals && decimals <= DECIMALS_MAX);
    return value % power_of_ten[decimals - fewer] == 0;
}
