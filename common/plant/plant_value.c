#include "common/plant/plant_reader.h"

#include <inttypes.h>
#include <string.h>

static char lower(char c)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    return c >= 'A' && c <= 'Z' ? letters[c - 'A'] : c;
}

static bool same_word(struct text text, const char *word)
{
    size_t length = strlen(word);
    if (text.length != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(text.bytes[i]) != lower(word[i]))
            return false;
    }
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [+-]digits[.digits]; *decimals is how many digits follow the point. */
static bool number_shape(struct text text, size_t *decimals)
{
    size_t at = text.length > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
    size_t first = at;
    while (at < text.length && is_digit(text.bytes[at]))
        at++;
    bool whole = at > first;
    *decimals = 0;
    if (at == text.length)
        return whole;
    if (text.bytes[at++] != '.')
        return false;
    *decimals = text.length - at;
    while (at < text.length && is_digit(text.bytes[at]))
        at++;
    return at == text.length && whole && *decimals > 0;
}

int column_decimals(enum column_kind kind)
{
    if (kind == COLUMN_AMOUNT)
        return AMOUNT_DECIMALS;
    return kind == COLUMN_QTY || kind == COLUMN_ITEM_QTY || kind == COLUMN_COST ? QTY_DECIMALS : 0;
}

static bool not_a_number(struct plant_reader *reader, const struct column *column, struct text text)
{
    char shown[SHOWN_MAX];
    size_t decimals;
    int most = column_decimals(column->kind);
    plant_shown(text, shown);
    if (!number_shape(text, &decimals))
        return plant_error(reader, column->name, "\"%s\" is not a %s", shown,
                           most == 0 ? "whole number" : "number");
    if (most == 0 && decimals > 0)
        return plant_error(reader, column->name, "%s is not a whole number", shown);
    if (decimals > (size_t)most)
        return plant_error(reader, column->name, "%s has more than %d decimals", shown, most);
    return plant_error(reader, column->name, "%s is out of range", shown);
}

static bool out_of_range(struct plant_reader *reader, const struct column *column, struct text text)
{
    char shown[SHOWN_MAX];
    char low[DECIMAL_TEXT_MAX];
    char high[DECIMAL_TEXT_MAX];
    int decimals = column_decimals(column->kind);
    int64_t value = 0;
    plant_shown(text, shown);
    bool negative =
        text.bytes[0] == '-' && decimal_parse(text.bytes, text.length, decimals, &value);
    if (negative && column->low == 0)
        return plant_error(reader, column->name, "%s is negative", shown);
    if (decimals > 0 && column->low == 1 && column->high > 1000 * (int64_t)QTY_SCALE)
        return plant_error(reader, column->name, "%s is not above 0", shown);
    if (decimals > 0 && column->high == 100 * (int64_t)QTY_SCALE - 1)
        return plant_error(reader, column->name, "%s is not below 100", shown);
    decimal_format(column->low, decimals, low);
    decimal_format(column->high, decimals, high);
    return plant_error(reader, column->name, "%s is not between %s and %s", shown, low, high);
}

/* 2.500 is 2.5 and 2.000 is 2: the value is judged, not its text. */
static struct text without_zeros(struct text text)
{
    if (text.length < 2 || text.bytes[text.length - 1] != '0' ||
        !memchr(text.bytes, '.', text.length))
        return text;
    while (text.length > 1 && text.bytes[text.length - 1] == '0')
        text.length--;
    if (text.length > 1 && text.bytes[text.length - 1] == '.')
        text.length--;
    return text;
}

static bool parse_date(struct text text, date plan_start, int64_t *value)
{
    date day;
    int64_t number;
    if (date_parse(text.bytes, text.length, &day)) {
        *value = day;
        return true;
    }
    if (!date_given(plan_start) || !decimal_parse(text.bytes, text.length, 0, &number) ||
        number < DATE_MIN - (int64_t)plan_start || number > DATE_MAX - (int64_t)plan_start)
        return false;
    *value = plan_start + number;
    return true;
}

static bool parse_bool(struct text text, int64_t *value)
{
    static const char *const words[] = {"0", "1", "no", "yes", "false", "true", "否", "是"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        *value = i % 2 == 1;
        if (same_word(text, words[i]))
            return true;
    }
    return false;
}

static bool parse_word(const struct column *column, struct text text, int64_t *value)
{
    for (*value = 0; column->words[*value]; (*value)++) {
        if (same_word(text, column->words[*value]))
            return true;
    }
    return false;
}

bool column_parse(const struct column *column, struct text text, date plan_start, int64_t *value)
{
    switch (column->kind) {
    case COLUMN_QTY:
    case COLUMN_ITEM_QTY:
    case COLUMN_COST:
    case COLUMN_AMOUNT:
    case COLUMN_INT:
    case COLUMN_DECIMALS:
    case COLUMN_SEQ:
        text = without_zeros(text);
        return decimal_parse(text.bytes, text.length, column_decimals(column->kind), value);
    case COLUMN_DATE:
        return parse_date(text, plan_start, value);
    case COLUMN_BOOL:
        return parse_bool(text, value);
    case COLUMN_ENUM:
        return parse_word(column, text, value);
    case COLUMN_CODE:
    case COLUMN_TEXT:
    case COLUMN_NEW_ITEM:
    case COLUMN_ITEM:
    case COLUMN_WORK_CENTER:
    case COLUMN_CALENDAR:
        return false;
    }
    ASSERT(false && "a kind that is no column_kind");
    return false;
}

static bool read_number(struct plant_reader *reader, const struct column *column, struct text text,
                        void *row)
{
    int64_t value;
    text = without_zeros(text);
    if (!decimal_parse(text.bytes, text.length, column_decimals(column->kind), &value))
        return not_a_number(reader, column, text);
    if (value < column->low || value > column->high)
        return out_of_range(reader, column, text);
    column_store(column, row, value);
    return true;
}

static bool read_date(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row)
{
    char shown[SHOWN_MAX];
    int64_t value;
    date start = reader->plant->facts.plan_start;
    if (parse_date(text, start, &value)) {
        column_store(column, row, value);
        return true;
    }
    if (!decimal_parse(text.bytes, text.length, 0, &value))
        return plant_error(reader, column->name,
                           "\"%s\" is not a date (YYYY-MM-DD or a day number)",
                           plant_shown(text, shown));
    if (!date_given(start))
        return plant_error(reader, column->name, "day number %s needs plan_start in plant.csv",
                           plant_shown(text, shown));
    return plant_error(reader, column->name, "day number %s is out of range",
                       plant_shown(text, shown));
}

static bool read_bool(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row)
{
    char shown[SHOWN_MAX];
    int64_t value;
    if (!parse_bool(text, &value))
        return plant_error(reader, column->name, "\"%s\" is neither yes nor no",
                           plant_shown(text, shown));
    column_store(column, row, value);
    return true;
}

static bool read_word(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row)
{
    char shown[SHOWN_MAX];
    char list[256];
    size_t used = 0;
    int64_t value;
    if (parse_word(column, text, &value)) {
        column_store(column, row, value);
        return true;
    }
    for (int i = 0; column->words[i]; i++) {
        size_t length = strlen(column->words[i]);
        ASSERT(used + length + 3 < sizeof(list));
        if (length > 0 && used > 0) {
            memcpy(list + used, ", ", 2);
            used += 2;
        }
        memcpy(list + used, column->words[i], length);
        used += length;
    }
    list[used] = '\0';
    return plant_error(reader, column->name, "\"%s\" is not one of %s", plant_shown(text, shown),
                       list);
}

static bool read_text(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row)
{
    char shown[SHOWN_MAX];
    uint32_t number = names_find(reader->plant->texts, text);
    bool code = column->kind == COLUMN_CODE;
    if (code && !text_is_code(text))
        return plant_error(reader, column->name,
                           "\"%s\" is not a code: 1 to %d bytes, no blank at either end",
                           plant_shown(text, shown), TEXT_CODE_MAX);
    if (!code && text.length > PLANT_TEXT_MAX)
        return plant_error(reader, column->name, "text is longer than %d bytes", PLANT_TEXT_MAX);
    if (number == NAMES_NONE && !text_is_utf8(text))
        return plant_error(reader, column->name, "\"%s\" is not UTF-8", plant_shown(text, shown));
    if (number == NAMES_NONE)
        number = names_add(reader->plant->texts, text);
    reader->out_of_room |= number == NAMES_NONE;
    column_store(column, row, number);
    return true;
}

static bool read_new_item(struct plant_reader *reader, const struct column *column,
                          struct text text, void *row)
{
    char shown[SHOWN_MAX];
    if (!text_is_code(text))
        return plant_error(reader, column->name,
                           "\"%s\" is not a code: 1 to %d bytes, no blank at either end",
                           plant_shown(text, shown), TEXT_CODE_MAX);
    if (reader->codes) {
        reader->codes[reader->row_count] = text;
        reader->key_lines[reader->row_count] = reader->line;
        return true;
    }
    uint32_t count = names_count(reader->plant->item_codes);
    uint32_t item = names_add(reader->plant->item_codes, text);
    reader->out_of_room |= item == NAMES_NONE;
    if (item < count)
        return plant_error(reader, column->name, "item \"%s\" is given twice, first on line %u",
                           plant_shown(text, shown), reader->key_lines[item]);
    if (item != NAMES_NONE)
        reader->key_lines[item] = reader->line;
    column_store(column, row, item);
    return true;
}

static const struct names *names_of_kind(const struct plant_reader *reader, enum column_kind kind,
                                         const char **noun)
{
    *noun = kind == COLUMN_ITEM ? "item" : kind == COLUMN_WORK_CENTER ? "work centre" : "calendar";
    if (kind == COLUMN_ITEM)
        return reader->plant->item_codes;
    return kind == COLUMN_WORK_CENTER ? reader->work_centers : reader->calendars;
}

/* A field with doubled quotes stands in room that the next row uses again: it cannot be kept. */
static bool stays(const struct plant_reader *reader, struct text text)
{
    uintptr_t copies = (uintptr_t)reader->csv->copy;
    return (uintptr_t)text.bytes - copies >= sizeof reader->csv->copy;
}

static bool read_reference(struct plant_reader *reader, const struct column *column,
                           struct text text, void *row)
{
    char shown[SHOWN_MAX];
    const char *noun;
    const struct names *names = names_of_kind(reader, column->kind, &noun);
    struct last_reference *last = &reader->last[column - plant_files[reader->file].columns];
    uint32_t number = text_equal(last->text, text) ? last->number : names_find(names, text);
    if (number == NAMES_NONE)
        return plant_error(reader, column->name, "%s \"%s\" does not exist", noun,
                           plant_shown(text, shown));
    if (stays(reader, text))
        *last = (struct last_reference){text, number};
    if (column->kind == COLUMN_CALENDAR)
        return read_text(reader, column, text, row);
    column_store(column, row, number);
    return true;
}

bool plant_value_read(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row)
{
    switch (column->kind) {
    case COLUMN_CODE:
    case COLUMN_TEXT:
        return read_text(reader, column, text, row);
    case COLUMN_NEW_ITEM:
        return read_new_item(reader, column, text, row);
    case COLUMN_ITEM:
    case COLUMN_WORK_CENTER:
    case COLUMN_CALENDAR:
        return read_reference(reader, column, text, row);
    case COLUMN_QTY:
    case COLUMN_ITEM_QTY:
    case COLUMN_COST:
    case COLUMN_AMOUNT:
    case COLUMN_INT:
    case COLUMN_DECIMALS:
    case COLUMN_SEQ:
        return read_number(reader, column, text, row);
    case COLUMN_DATE:
        return read_date(reader, column, text, row);
    case COLUMN_BOOL:
        return read_bool(reader, column, text, row);
    case COLUMN_ENUM:
        return read_word(reader, column, text, row);
    }
    ASSERT(false && "a kind that is no column_kind");
    return false;
}
