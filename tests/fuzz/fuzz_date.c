/* Any bytes as a day, a time, a number, a UUID: what is read is written as the same text, or as one
   that reads as the same. */
#include "common/base/date.h"
#include "common/base/decimal.h"
#include "common/base/uuid.h"
#include "common/wire/json_field.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_date(struct text bytes)
{
    date day;
    date again;
    char text[DATE_TEXT_MAX];
    if (!date_parse(bytes.bytes, bytes.length, &day))
        return;
    size_t length = date_format(day, text);
    ASSERT(text_equal((struct text){text, length}, bytes));
    bool read = date_parse(text, length, &again);
    ASSERT(read && again == day);
    ASSERT(date_weekday(day) >= 1 && date_weekday(day) <= 7);
}

static void try_time(struct text bytes)
{
    int64_t time_us;
    if (json_time_parse(bytes, &time_us))
        ASSERT(time_us / 86400000000 >= DATE_MIN - 1 && time_us / 86400000000 <= DATE_MAX + 1);
}

static void try_number(struct text bytes)
{
    for (int decimals = 0; decimals <= 6; decimals += 2) {
        int64_t number;
        int64_t again;
        char text[DECIMAL_TEXT_MAX];
        if (!decimal_parse(bytes.bytes, bytes.length, decimals, &number))
            continue;
        size_t length = decimal_format(number, decimals, text);
        bool read = decimal_parse(text, length, decimals, &again);
        ASSERT(read && again == number);
    }
}

static void try_uuid(struct text bytes)
{
    struct uuid id;
    struct uuid again;
    char text[UUID_TEXT_MAX];
    if (!uuid_parse(bytes.bytes, bytes.length, &id))
        return;
    uuid_format(id, text);
    bool read = uuid_parse(text, strlen(text), &again);
    ASSERT(read && uuid_cmp(id, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* exactly as long as its memory, so that reading behind it is seen */
    struct text bytes = {(const char *)data, size};
    try_date(bytes);
    try_time(bytes);
    try_number(bytes);
    try_uuid(bytes);
    return 0;
}
