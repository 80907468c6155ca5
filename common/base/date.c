#include "common/base/date.h"

/*
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the
 * leap day is the last of a year, and 400 years (146,097 days) repeat exactly.
 */

#define ERA_DAYS   146097
#define EPOCH_DAYS 719468 /* 0000-03-01 to 1970-01-01 */

date date_of(struct date_parts parts)
{
    ASSERT(parts.month >= 1 && parts.month <= 12);
    ASSERT(parts.day >= 1 && parts.day <= 31);

    int32_t year = parts.year - (parts.month <= 2);
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t month_from_march = parts.month + (parts.month > 2 ? -3 : 9);
    int32_t day_of_year = (153 * month_from_march + 2) / 5 + parts.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

struct date_parts date_split(date day)
{
    int32_t shifted = day + EPOCH_DAYS;
    int32_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
    int32_t day_of_era = shifted - era * ERA_DAYS;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;

    struct date_parts parts;
    parts.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    parts.month = month_from_march + (month_from_march < 10 ? 3 : -9);
    parts.year = year_of_era + era * 400 + (parts.month <= 2);
    return parts;
}

static bool digits(const char *text, size_t count, int32_t *out)
{
    int32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

bool date_parse(const char *text, size_t length, date *out)
{
    struct date_parts parts;
    if (length != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &parts.year) ||
        !digits(text + 5, 2, &parts.month) || !digits(text + 8, 2, &parts.day))
        return false;
    if (parts.year < 1 || parts.month < 1 || parts.month > 12 || parts.day < 1 || parts.day > 31)
        return false;

    date day = date_of(parts);
    struct date_parts again = date_split(day); /* 2026-02-30 comes back as 2026-03-02 */
    if (again.month != parts.month || again.day != parts.day)
        return false;
    *out = day;
    return true;
}

static char *put_digits(char *at, int32_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + count;
}

size_t date_format(date day, char text[DATE_TEXT_MAX])
{
    ASSERT(day >= DATE_MIN && day <= DATE_MAX);

    struct date_parts parts = date_split(day);
    char *at = put_digits(text, parts.year, 4);
    *at++ = '-';
    at = put_digits(at, parts.month, 2);
    *at++ = '-';
    at = put_digits(at, parts.day, 2);
    *at = '\0';
    return (size_t)(at - text);
}

int date_weekday(date day)
{
    int from_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}
