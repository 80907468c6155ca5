#include "services/mrp/words_core.h"

#include <string.h>

void words_add_bytes(struct words *words, const char *text, size_t length)
{
    size_t room = words->size - 1 - words->used;
    if (length > room) {
        length = room;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--; /* not in the middle of a character */
    }
    memcpy(words->text + words->used, text, length);
    words->used += length;
    words->text[words->used] = '\0';
}

void words_add(struct words *words, const char *text)
{
    words_add_bytes(words, text, strlen(text));
}

/* Room to write a number or a day in place, or `spare`, to be added as far as it fits. */
static char *words_place(struct words *words, char spare[DECIMAL_TEXT_MAX])
{
    return words->size - words->used > DECIMAL_TEXT_MAX ? words->text + words->used : spare;
}

static void words_placed(struct words *words, const char *place, size_t length)
{
    if (place == words->text + words->used)
        words->used += length;
    else
        words_add_bytes(words, place, length);
}

void words_number(struct words *words, int64_t number)
{
    char spare[DECIMAL_TEXT_MAX];
    char *place = words_place(words, spare);
    words_placed(words, place, decimal_format(number, 0, place));
}

void words_qty(struct words *words, struct qty qty)
{
    char spare[DECIMAL_TEXT_MAX];
    char *place = words_place(words, spare);
    if (qty_given(qty))
        words_placed(words, place, qty_format(qty, place));
}

void words_day(struct words *words, const struct plan *plan, int32_t day)
{
    char spare[DECIMAL_TEXT_MAX];
    char *place = words_place(words, spare);
    if (plan->plant->facts.date_style == DATE_STYLE_NUMBER)
        words_placed(words, place, decimal_format(day, 0, place));
    else if (plan_date(plan, day) >= DATE_MIN && plan_date(plan, day) <= DATE_MAX)
        words_placed(words, place, date_format(plan_date(plan, day), place));
}
