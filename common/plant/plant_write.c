#include "common/plant/plant_write.h"

#include "common/plant/csv.h"
#include "common/plant/plant_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writing {
    const struct plant *plant;
    const struct plant_file *file;
    enum plant_file_id id;
    const struct plant_write *how;
    struct csv_out out;
};

static bool has_row_no(enum plant_file_id id)
{
    return id != FILE_ITEMS && id != FILE_WORK_CENTERS && id != FILE_PARTNERS;
}

static struct text number_text(int64_t value, int decimals, char text[DECIMAL_TEXT_MAX])
{
    return (struct text){text, decimal_format(value, decimals, text)};
}

static struct text date_text(const struct writing *writing, date day, char text[DECIMAL_TEXT_MAX])
{
    const struct plant_facts *facts = &writing->plant->facts;
    if (facts->date_style == DATE_STYLE_NUMBER && date_given(facts->plan_start) &&
        writing->id != FILE_PLANT && !writing->how->plant_id)
        return number_text((int64_t)day - facts->plan_start, 0, text);
    return (struct text){text, date_format(day, text)};
}

static bool not_given(const struct column *column, int64_t value)
{
    switch (column->kind) {
    case COLUMN_CODE:
    case COLUMN_TEXT:
    case COLUMN_CALENDAR:
        return value == 0;
    case COLUMN_NEW_ITEM:
    case COLUMN_ITEM:
    case COLUMN_WORK_CENTER:
        return value == NO_INDEX;
    case COLUMN_QTY:
    case COLUMN_ITEM_QTY:
    case COLUMN_COST:
    case COLUMN_AMOUNT:
        return value == INT64_MIN || value == INT64_MAX;
    case COLUMN_INT:
    case COLUMN_DATE:
        return value == INT32_MIN || value == INT32_MAX;
    case COLUMN_SEQ:
        return value == 0;
    case COLUMN_DECIMALS:
    case COLUMN_BOOL:
    case COLUMN_ENUM:
        return false;
    }
    ASSERT(false && "a kind that is no column_kind");
    return false;
}

/* `text` is room for what has to be formatted. */
static struct text value_text(const struct writing *writing, const struct column *column,
                              int64_t value, char text[DECIMAL_TEXT_MAX])
{
    const struct plant *plant = writing->plant;
    if (not_given(column, value))
        return text_of("");
    switch (column->kind) {
    case COLUMN_CODE:
    case COLUMN_TEXT:
    case COLUMN_CALENDAR:
        return text_of(plant_text(plant, (uint32_t)value));
    case COLUMN_NEW_ITEM:
    case COLUMN_ITEM:
        return text_of(plant_item_code(plant, (uint32_t)value));
    case COLUMN_WORK_CENTER:
        return text_of(plant_text(plant, plant->work_centers[value].work_center));
    case COLUMN_QTY:
    case COLUMN_ITEM_QTY:
    case COLUMN_COST:
        return number_text(value, QTY_DECIMALS, text);
    case COLUMN_AMOUNT:
        return number_text(value, AMOUNT_DECIMALS, text);
    case COLUMN_INT:
    case COLUMN_SEQ:
    case COLUMN_DECIMALS:
    case COLUMN_BOOL:
        return number_text(value, 0, text);
    case COLUMN_DATE:
        return date_text(writing, (date)value, text);
    case COLUMN_ENUM:
        return text_of(column->words[value]);
    }
    ASSERT(false && "a kind that is no column_kind");
    return text_of("");
}

/* Hands on what has been collected, always between rows. */
static enum status flush(struct writing *writing, size_t keep, struct fault *fault)
{
    size_t used = writing->out.used;
    ASSERT(!writing->out.full);
    if (used <= keep)
        return STATUS_OK;
    writing->out.used = 0;
    return writing->how->sink(writing->how->context, writing->out.bytes, used, fault);
}

static void put_header(struct writing *writing)
{
    if (writing->how->plant_id)
        csv_put(&writing->out, text_of("plant_id"));
    if (writing->how->plant_id && has_row_no(writing->id))
        csv_put(&writing->out, text_of("row_no"));
    for (uint32_t i = 0; i < writing->file->column_count; i++) {
        const struct column *column = &writing->file->columns[i];
        csv_put(&writing->out, text_of(writing->how->chinese ? column->name_zh : column->name));
    }
    csv_end_row(&writing->out);
}

static void put_row(struct writing *writing, const void *row, uint32_t number)
{
    char text[DECIMAL_TEXT_MAX];
    if (writing->how->plant_id)
        csv_put(&writing->out, text_of(writing->how->plant_id));
    if (writing->how->plant_id && has_row_no(writing->id))
        csv_put(&writing->out, number_text((int64_t)number + 1, 0, text));
    for (uint32_t i = 0; i < writing->file->column_count; i++) {
        const struct column *column = &writing->file->columns[i];
        csv_put(&writing->out, value_text(writing, column, column_load(column, row), text));
    }
    csv_end_row(&writing->out);
}

/* The wide row of items.csv and bom.csv; other rows are the array's own. */
static const void *wide_row(const struct writing *writing, uint32_t number, void *room)
{
    const struct plant *plant = writing->plant;
    uint32_t count;
    const unsigned char *array = plant_array(plant, writing->id, &count);
    if (writing->id == FILE_ITEMS) {
        struct item_row *row = room;
        row->item = plant->items[number];
        row->params = *plant_item_params(plant, number);
        row->code = number;
        return row;
    }
    if (writing->id == FILE_BOM) {
        struct bom_wide *row = room;
        row->line = plant->bom_lines[number];
        row->terms = *plant_bom_terms(plant, &row->line);
        return row;
    }
    return array + (size_t)number * writing->file->element_bytes;
}

static enum status write_rows(struct writing *writing, struct fault *fault)
{
    union {
        struct item_row item;
        struct bom_wide bom;
    } room;

    uint32_t count;
    enum status status = STATUS_OK;
    (void)plant_array(writing->plant, writing->id, &count);
    put_header(writing);
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        put_row(writing, wide_row(writing, i, &room), i);
        status = flush(writing, PLANT_WRITE_PIECE - CSV_ROW_ROOM, fault);
    }
    return status == STATUS_OK ? flush(writing, 0, fault) : status;
}

static enum status write_facts(struct writing *writing, struct fault *fault)
{
    char text[DECIMAL_TEXT_MAX];
    ASSERT(!writing->how->plant_id);
    csv_put(&writing->out, text_of(writing->how->chinese ? "键" : "key"));
    csv_put(&writing->out, text_of(writing->how->chinese ? "值" : "value"));
    csv_end_row(&writing->out);
    for (uint32_t i = 0; i < writing->file->column_count; i++) {
        const struct column *column = &writing->file->columns[i];
        int64_t value = column_load(column, &writing->plant->facts);
        if (not_given(column, value))
            continue;
        csv_put(&writing->out, text_of(writing->how->chinese ? column->name_zh : column->name));
        csv_put(&writing->out, value_text(writing, column, value, text));
        csv_end_row(&writing->out);
    }
    return flush(writing, 0, fault);
}

enum status plant_write_file(const struct plant *plant, const char *file,
                             const struct plant_write *how, struct fault *fault)
{
    enum plant_file_id id = plant_file_find(file);
    if (id == PLANT_FILES)
        return fault_set(fault, STATUS_NOT_FOUND, "file", "file \"%s\" does not exist", file);
    struct writing writing = {.plant = plant, .file = &plant_files[id], .id = id, .how = how};
    writing.out.size = PLANT_WRITE_PIECE;
    writing.out.bytes = malloc(PLANT_WRITE_PIECE);
    if (!writing.out.bytes)
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    enum status status =
        id == FILE_PLANT ? write_facts(&writing, fault) : write_rows(&writing, fault);
    free(writing.out.bytes);
    return status;
}

bool plant_file_is_empty(const struct plant *plant, const char *file)
{
    enum plant_file_id id = plant_file_find(file);
    uint32_t count = 0;
    if (id == FILE_PLANT)
        return false;
    if (id != PLANT_FILES)
        (void)plant_array(plant, id, &count);
    return count == 0;
}
