#include "common/io/sheet_number.h"

#include "common/base/date.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_MAX   15
#define EXPONENT_MAX 30

struct number {
    bool negative;
    char digits[24]; /* significant, without leading zeros; one more than DIGITS_MAX is kept */
    int count;
    int point; /* places before the decimal point */
};

/* Digits with at most one point, then maybe E and a whole number. */
static bool parse(struct text raw, struct number *number)
{
    size_t at = 0;
    bool any = false;
    bool pointed = false;
    *number = (struct number){.negative = raw.length > 0 && raw.bytes[0] == '-'};
    at += number->negative;
    for (; at < raw.length &&
           (raw.bytes[at] == '.' || (raw.bytes[at] >= '0' && raw.bytes[at] <= '9'));
         at++) {
        bool point = raw.bytes[at] == '.';
        if (point && pointed)
            return false;
        pointed = pointed || point;
        if (point)
            continue;
        any = true;
        bool counts = number->count > 0 || raw.bytes[at] != '0';
        if (counts && number->count <= DIGITS_MAX)
            number->digits[number->count++] = raw.bytes[at];
        if (!pointed && counts)
            number->point++;
        if (pointed && !counts)
            number->point--;
    }
    if (at == raw.length || !any)
        return any;
    bool down = at + 1 < raw.length && raw.bytes[at + 1] == '-';
    if (raw.bytes[at] != 'E' && raw.bytes[at] != 'e')
        return false;
    int exponent = 0;
    at += 1 + (size_t)(down || (at + 1 < raw.length && raw.bytes[at + 1] == '+'));
    for (any = false; at < raw.length && raw.bytes[at] >= '0' && raw.bytes[at] <= '9'; at++) {
        any = true;
        exponent = exponent < 1000 ? exponent * 10 + (raw.bytes[at] - '0') : exponent;
    }
    number->point += down ? -exponent : exponent;
    return any && at == raw.length;
}

/* To DIGITS_MAX digits, half up in magnitude; then without zeros at the end. */
static void round_digits(struct number *number)
{
    if (number->count > DIGITS_MAX) {
        bool up = number->digits[DIGITS_MAX] >= '5';
        int at = DIGITS_MAX;
        number->count = DIGITS_MAX;
        while (up && at > 0 && number->digits[at - 1] == '9')
            number->digits[--at] = '0';
        if (up && at > 0) {
            number->digits[at - 1]++;
        } else if (up) {
            memmove(number->digits + 1, number->digits, DIGITS_MAX - 1);
            number->digits[0] = '1';
            number->point++;
        }
    }
    while (number->count > 0 && number->digits[number->count - 1] == '0')
        number->count--;
}

struct text sheet_number_text(struct text raw, char room[SHEET_NUMBER_MAX])
{
    struct number number;
    size_t length = 0;
    if (!parse(raw, &number))
        return raw;
    round_digits(&number);
    if (number.count == 0)
        return text_of("0");
    if (number.point > EXPONENT_MAX || number.point < -EXPONENT_MAX)
        return raw;
    if (number.negative)
        room[length++] = '-';
    if (number.point <= 0)
        room[length++] = '0';
    for (int i = 0; i < number.point; i++)
        room[length++] = i < number.count ? number.digits[i] : '0';
    if (number.count > number.point)
        room[length++] = '.';
    for (int i = number.point; i < 0 && number.count > number.point; i++)
        room[length++] = '0';
    for (int i = number.point > 0 ? number.point : 0; i < number.count; i++)
        room[length++] = number.digits[i];
    return (struct text){room, length};
}

struct text sheet_date_text(struct text raw, bool since_1904, char room[SHEET_NUMBER_MAX])
{
    char plain[SHEET_NUMBER_MAX];
    struct text number = sheet_number_text(raw, plain);
    date first;
    int64_t days = 0;
    size_t at = 0;
    bool known =
        since_1904 ? date_parse("1904-01-01", 10, &first) : date_parse("1899-12-30", 10, &first);
    for (; at < number.length && number.bytes[at] >= '0' && number.bytes[at] <= '9'; at++)
        days = days < 10000000 ? days * 10 + (number.bytes[at] - '0') : days;
    if (!known || at == 0 || (at < number.length && number.bytes[at] != '.') ||
        days + first > DATE_MAX || days + first < DATE_MIN)
        return raw;
    char day[DATE_TEXT_MAX];
    size_t length = date_format((date)(days + first), day);
    memcpy(room, day, length);
    return (struct text){room, length};
}

bool sheet_format_is_date(const char *code)
{
    char closing = '\0';
    for (; *code != '\0'; code++) {
        if (closing != '\0') {
            closing = *code == closing ? '\0' : closing;
        } else if (*code == '"' || *code == '[') {
            closing = *code == '"' ? '"' : ']';
        } else if (*code == '\\' && code[1] != '\0') {
            code++;
        } else if (strchr("dDyY", *code)) {
            return true;
        }
    }
    return false;
}
