#include "services/bom/row_core.h"

#include <string.h>

uint32_t row_cell_count(enum plant_file_id file)
{
    ASSERT(plant_files[file].column_count <= ROW_CELLS_MAX);
    return plant_files[file].column_count;
}

const char *row_cell_name(enum plant_file_id file, uint32_t cell)
{
    ASSERT(cell < row_cell_count(file));
    return plant_files[file].columns[cell].name;
}

uint32_t row_cell_find(enum plant_file_id file, struct text name)
{
    const struct column *column = plant_column_find(&plant_files[file], name);
    return column ? (uint32_t)(column - plant_files[file].columns) : row_cell_count(file);
}

struct text row_cell(const struct master_row *row, const char *name)
{
    uint32_t cell = row_cell_find(row->file, text_of(name));
    ASSERT(cell < row_cell_count(row->file));
    return row->cells[cell];
}

void row_cell_set(struct master_row *row, const char *name, struct text value)
{
    uint32_t cell = row_cell_find(row->file, text_of(name));
    ASSERT(cell < row_cell_count(row->file));
    row->cells[cell] = value.length > 0 ? value : (struct text){NULL, 0};
}

bool row_is_textual(enum plant_file_id file, uint32_t cell)
{
    enum column_kind kind = plant_files[file].columns[cell].kind;
    return kind == COLUMN_CODE || kind == COLUMN_TEXT || kind == COLUMN_NEW_ITEM ||
           kind == COLUMN_ITEM || kind == COLUMN_WORK_CENTER || kind == COLUMN_CALENDAR;
}

bool row_same_value(enum plant_file_id file, uint32_t cell, struct text a, struct text b)
{
    const struct column *column = &plant_files[file].columns[cell];
    int64_t left = column->fallback;
    int64_t right = column->fallback;
    if (text_equal(a, b))
        return true;
    if (row_is_textual(file, cell) || column->kind == COLUMN_DECIMALS) /* by the unit, if none */
        return false;
    if (a.length > 0 && !column_parse(column, a, NO_DATE, &left))
        return false;
    if (b.length > 0 && !column_parse(column, b, NO_DATE, &right))
        return false;
    return left == right;
}

const char *row_object_column(enum plant_file_id file)
{
    static const char *const columns[PLANT_FILES] = {[FILE_BOM] = "parent",
                                                     [FILE_CALENDAR] = "calendar",
                                                     [FILE_RATES] = "currency",
                                                     [FILE_PARTNERS] = "partner",
                                                     [FILE_WORK_CENTERS] = "work_center"};
    return columns[file] ? columns[file] : "item";
}

struct text row_object(const struct master_row *row)
{
    struct text object = row_cell(row, row_object_column(row->file));
    return object.bytes ? object : text_of("");
}

struct master_row *row_new(enum plant_file_id file, struct arena *arena)
{
    struct master_row *row = arena_alloc(arena, 1, sizeof *row);
    struct text *cells = arena_alloc(arena, row_cell_count(file), sizeof *cells);
    if (!row || !cells)
        return NULL;
    *row = (struct master_row){.file = file, .cells = cells, .edit = ROW_UNTOUCHED};
    return row;
}

bool row_is_blank(const struct master_row *row)
{
    for (uint32_t i = 0; i < row_cell_count(row->file); i++) {
        if (row->cells[i].length > 0 && strcmp(row_cell_name(row->file, i), "active") != 0)
            return false;
    }
    return true;
}

bool row_changed(const struct master_row *row)
{
    if (row->gone || !row->old)
        return true;
    for (uint32_t i = 0; i < row_cell_count(row->file); i++) {
        if (!text_equal(row->cells[i], row->old[i]))
            return true;
    }
    return false;
}

/* ---- as CSV ---- */

static size_t row_bytes(const struct master_row *row)
{
    size_t bytes = 1;
    for (uint32_t i = 0; i < plant_files[row->file].column_count; i++)
        bytes += 2 * row->cells[i].length + 3;
    return bytes;
}

/* Always quoted: a quote inside is doubled. */
static char *put_field(char *at, struct text field, bool first)
{
    if (!first)
        *at++ = ',';
    if (field.length == 0)
        return at;
    *at++ = '"';
    for (size_t i = 0; i < field.length; i++) {
        if (field.bytes[i] == '"')
            *at++ = '"';
        *at++ = field.bytes[i];
    }
    *at++ = '"';
    return at;
}

static char *put_header(char *at, const struct plant_file *file)
{
    for (uint32_t i = 0; i < file->column_count; i++)
        at = put_field(at, text_of(file->columns[i].name), i == 0);
    *at++ = '\n';
    return at;
}

static char *put_row(char *at, const struct master_row *row)
{
    for (uint32_t i = 0; i < plant_files[row->file].column_count; i++)
        at = put_field(at, row->cells[i], i == 0);
    *at++ = '\n';
    return at;
}

#define HEADER_BYTES_MAX 2048

bool row_write(struct master_row *const *rows, size_t count, enum plant_file_id file,
               struct arena *arena, struct row_file *out)
{
    size_t bytes = HEADER_BYTES_MAX;
    for (size_t i = 0; i < count; i++)
        bytes += row_bytes(rows[i]);
    char *start = arena_alloc(arena, bytes, 1);
    *out = (struct row_file){.row_of = arena_alloc(arena, count + 1, sizeof(*out->row_of))};
    if (!start || !out->row_of)
        return false;
    char *at = put_header(start, &plant_files[file]);
    ASSERT(at - start <= HEADER_BYTES_MAX);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            bool edited = rows[i]->edit >= 0;
            if (rows[i]->gone || rows[i]->file != file || edited != (pass == 0))
                continue;
            at = put_row(at, rows[i]);
            out->row_of[out->count++] = rows[i];
        }
    }
    out->bytes = (struct text){start, (size_t)(at - start)};
    return true;
}
