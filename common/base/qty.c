#include "common/base/qty.h"

bool qty_add(struct qty a, struct qty b, struct qty *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a.micro, b.micro, &sum))
        return false;
    out->micro = sum;
    return true;
}

bool qty_sub(struct qty a, struct qty b, struct qty *out)
{
    int64_t difference;
    if (__builtin_sub_overflow(a.micro, b.micro, &difference))
        return false;
    out->micro = difference;
    return true;
}

bool qty_mul(struct qty per, struct qty count, struct qty *out)
{
    return int128_narrow(div_half_away((int128)per.micro * count.micro, QTY_SCALE), &out->micro);
}

bool qty_round_up(struct qty want, struct qty multiple, struct qty *out)
{
    ASSERT(want.micro >= 0);
    ASSERT(multiple.micro > 0);

    int128 lots = ((int128)want.micro + multiple.micro - 1) / multiple.micro;
    return int128_narrow(lots * multiple.micro, &out->micro);
}

bool qty_fits_decimals(struct qty quantity, int decimals)
{
    return decimals >= QTY_DECIMALS || decimal_fits(quantity.micro, QTY_DECIMALS, decimals);
}

bool amount_add(struct amount a, struct amount b, struct amount *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a.e4, b.e4, &sum))
        return false;
    out->e4 = sum;
    return true;
}

bool amount_sub(struct amount a, struct amount b, struct amount *out)
{
    int64_t difference;
    if (__builtin_sub_overflow(a.e4, b.e4, &difference))
        return false;
    out->e4 = difference;
    return true;
}

bool amount_extend(struct qty quantity, struct unitcost cost, struct amount *out)
{
    int128 divisor = (int128)QTY_SCALE * UNITCOST_SCALE / AMOUNT_SCALE;
    return int128_narrow(div_half_away((int128)quantity.micro * cost.micro, divisor), &out->e4);
}

bool amount_share(struct amount total, struct qty part, struct qty whole, struct amount *out)
{
    ASSERT(whole.micro > 0);
    return int128_narrow(div_half_away((int128)total.e4 * part.micro, whole.micro), &out->e4);
}

bool unitcost_of(struct amount total, struct qty quantity, struct unitcost *out)
{
    ASSERT(quantity.micro != 0);

    int128 dividend = (int128)total.e4 * (QTY_SCALE / AMOUNT_SCALE) * UNITCOST_SCALE;
    int128 divisor = quantity.micro;
    if (divisor < 0) {
        dividend = -dividend;
        divisor = -divisor;
    }
    return int128_narrow(div_half_away(dividend, divisor), &out->micro);
}

bool qty_parse(const char *text, size_t length, struct qty *out)
{
    return decimal_parse(text, length, QTY_DECIMALS, &out->micro);
}

size_t qty_format(struct qty quantity, char text[QTY_TEXT_MAX])
{
    return decimal_format(quantity.micro, QTY_DECIMALS, text);
}

bool amount_parse(const char *text, size_t length, struct amount *out)
{
    return decimal_parse(text, length, AMOUNT_DECIMALS, &out->e4);
}

size_t amount_format(struct amount amount, char text[DECIMAL_TEXT_MAX])
{
    return decimal_format(amount.e4, AMOUNT_DECIMALS, text);
}

bool unitcost_parse(const char *text, size_t length, struct unitcost *out)
{
    return decimal_parse(text, length, QTY_DECIMALS, &out->micro);
}

size_t unitcost_format(struct unitcost cost, char text[DECIMAL_TEXT_MAX])
{
    return decimal_format(cost.micro, QTY_DECIMALS, text);
}
