#include "common/plant/plant_rows.h"

#include "common/plant/plant_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MEMORY_MAX (256 * MIB)

/* The digits behind the file's name. */
static uint32_t line_number(const char *digits)
{
    uint32_t line = 0;
    for (; *digits >= '0' && *digits <= '9' && line < UINT32_MAX / 10; digits++)
        line = line * 10 + (uint32_t)(*digits - '0');
    return line;
}

void plant_wrong_parse(const char *error, enum plant_file_id file, struct plant_wrong *wrong)
{
    const char *at = strchr(error, ':');
    *wrong = (struct plant_wrong){0};
    wrong->line = at ? line_number(at + 1) : 0;
    at = at ? strstr(at, ": ") : NULL;
    at = at ? at + 2 : error;
    const char *end = strstr(at, ": ");
    const struct column *column =
        end ? plant_column_find(&plant_files[file], (struct text){at, (size_t)(end - at)}) : NULL;
    wrong->column = column ? column->name : NULL;
    snprintf(wrong->message, sizeof(wrong->message), "%s", column ? end + 2 : at);
}

/* Names that the file's references are looked up in: numbers are the plant's. */
static bool know_names(struct plant_reader *reader, const struct plant *known)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < known->work_centers_count; i++)
        ok =
            names_add(reader->work_centers,
                      text_of(plant_text(known, known->work_centers[i].work_center))) != NAMES_NONE;
    for (uint32_t i = 0; ok && i < known->calendar_days_count; i++)
        ok = names_add(reader->calendars,
                       text_of(plant_text(known, known->calendar_days[i].calendar))) != NAMES_NONE;
    return ok;
}

enum status plant_read_rows(struct plant *known, enum plant_file_id file, struct text bytes,
                            struct arena *arena, struct plant *rows, struct plant_wrong *wrong)
{
    ASSERT(file != FILE_PLANT && file != FILE_ITEMS);
    struct plant_reader *reader = plant_reader_new(ROWS_MEMORY_MAX);
    bool named = file == FILE_ROUTING || file == FILE_WORK_CENTERS || file == FILE_SUPPLIERS;
    *rows = *known;
    rows->arena = arena;
    plant_array_set(rows, file, NULL, 0);
    bool ok = reader && (!named || know_names(reader, known));
    if (ok) {
        reader->plant = rows;
        reader->bytes[file] = bytes;
        reader->part = true;
        ok = plant_read_one(reader, file);
        reader->plant = NULL; /* the caller's */
    }
    bool good = ok && reader->error_count == 0;
    if (ok && !good)
        plant_wrong_parse(reader->errors[0], file, wrong);
    plant_reader_free(&reader);
    if (!ok)
        return STATUS_LIMIT;
    return good ? STATUS_OK : STATUS_INVALID;
}

#define PARAMS_SLACK 256
#define ITEMS_SLACK  1024

/* Texts have other numbers in another plant. */
static bool carry_texts(struct plant *plant, const struct plant *other, struct item_row *row)
{
    const struct plant_file *file = &plant_files[FILE_ITEMS];
    for (uint32_t i = 0; i < file->column_count; i++) {
        const struct column *column = &file->columns[i];
        if (column->kind != COLUMN_CODE && column->kind != COLUMN_TEXT)
            continue;
        uint32_t number = (uint32_t)column_load(column, row);
        uint32_t carried = names_add(plant->texts, text_of(plant_text(other, number)));
        if (carried == NAMES_NONE)
            return false;
        column_store(column, row, carried);
    }
    return true;
}

static bool add_params(struct plant *plant, const struct item_params *params, uint32_t *number)
{
    if (plant->item_param_count == plant->item_param_room) {
        size_t room = (size_t)plant->item_param_count + plant->item_param_count / 8 + PARAMS_SLACK;
        struct item_params *grown = arena_alloc(plant->arena, room, sizeof(*grown));
        if (!grown)
            return false;
        memcpy(grown, plant->item_params, plant->item_param_count * sizeof(*grown));
        plant->item_params = grown;
        plant->item_param_room = (uint32_t)room;
    }
    *number = plant->item_param_count;
    plant->item_params[plant->item_param_count++] = *params;
    return true;
}

/* The row as it is here, with its parameters. */
static bool carry_item(struct plant *plant, const struct plant *other, uint32_t from,
                       uint32_t number, struct item *out)
{
    struct item_row row = {.item = other->items[from], .params = *plant_item_params(other, from)};
    if (!carry_texts(plant, other, &row))
        return false;
    bool same = number < plant->item_param_count &&
                memcmp(&plant->item_params[number], &row.params, sizeof(row.params)) == 0;
    if (!same && !add_params(plant, &row.params, &number))
        return false;
    *out = row.item;
    out->params = number;
    return true;
}

bool plant_patch_item(struct plant *plant, uint32_t item, const struct plant *other, uint32_t from)
{
    struct item made;
    if (!carry_item(plant, other, from, plant->items[item].params, &made))
        return false;
    made.has_safety_levels = plant->items[item].has_safety_levels;
    plant->items[item] = made;
    return true;
}

static bool item_room(struct plant *plant)
{
    if (plant->items_count < plant->item_room)
        return true;
    const size_t room = (size_t)plant->items_count + plant->items_count / 16 + ITEMS_SLACK;
    struct item *items = arena_alloc(plant->arena, room, sizeof(*items));
    if (!items)
        return false;
    if (plant->items_count > 0)
        memcpy(items, plant->items, plant->items_count * sizeof(*items));
    plant->items = items;
    plant->item_room = (uint32_t)room;
    return true;
}

/* Those that came last often have the same parameters. */
bool plant_add_item(struct plant *plant, const struct plant *other, uint32_t from)
{
    struct text code = text_of(plant_item_code(other, from));
    uint32_t like = plant->items_count > 0 ? plant->items[plant->items_count - 1].params : 0;
    struct item made;
    ASSERT(plant_item_find(plant, code) == NO_INDEX);
    if (!item_room(plant) || !carry_item(plant, other, from, like, &made) ||
        names_add(plant->item_codes, code) == NAMES_NONE)
        return false;
    made.has_safety_levels = 0;
    plant->items[plant->items_count++] = made;
    plant->items_late++;
    return true;
}
