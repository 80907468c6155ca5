#include "services/mrp/words_core.h"

#include <string.h>

void words_add_bytes(struct words *words, const char *text, size_t length)
{
    size_t room = words->size - 1 - words->used;
    if (length > room)
        length = room;
    memcpy(words->text + words->used, text, length);
    words->used += length;
    words->text[words->used] = '\0';
}

void words_add(struct words *words, const char *text)
{
    words_add_bytes(words, text, strlen(text));
}

void words_number(struct words *words, int64_t number)
{
    char text[DECIMAL_TEXT_MAX];
    words_add_bytes(words, text, decimal_format(number, 0, text));
}

void words_qty(struct words *words, struct qty qty)
{
    char text[QTY_TEXT_MAX];
    if (qty_given(qty))
        words_add_bytes(words, text, qty_format(qty, text));
}

void words_day(struct words *words, const struct plan *plan, int32_t day)
{
    char text[DECIMAL_TEXT_MAX];
    size_t length = 0;
    if (plan->plant->facts.date_style == DATE_STYLE_NUMBER)
        length = decimal_format(day, 0, text);
    else if (plan_date(plan, day) >= DATE_MIN && plan_date(plan, day) <= DATE_MAX)
        length = date_format(plan_date(plan, day), text);
    words_add_bytes(words, text, length);
}
