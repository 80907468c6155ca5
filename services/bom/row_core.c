#include "services/bom/row_core.h"

#include "common/base/decimal.h"

#include <string.h>

/* What only a living plant has, NULL-terminated. */
#define EXTRAS_MAX 3
static const char *const extras[PLANT_FILES][EXTRAS_MAX] = {
    [FILE_ITEMS] = {"active", "template"},
    [FILE_UNITS] = {"rounding"},
    [FILE_BOM] = {"designators", "inherited_from"},
};

uint32_t row_cell_count(enum plant_file_id file)
{
    uint32_t count = plant_files[file].column_count;
    for (uint32_t i = 0; i < EXTRAS_MAX && extras[file][i]; i++)
        count++;
    ASSERT(count <= ROW_CELLS_MAX);
    return count;
}

const char *row_cell_name(enum plant_file_id file, uint32_t cell)
{
    uint32_t columns = plant_files[file].column_count;
    ASSERT(cell < row_cell_count(file));
    return cell < columns ? plant_files[file].columns[cell].name : extras[file][cell - columns];
}

uint32_t row_cell_find(enum plant_file_id file, struct text name)
{
    const struct column *column = plant_column_find(&plant_files[file], name);
    if (column)
        return (uint32_t)(column - plant_files[file].columns);
    for (uint32_t i = 0; i < EXTRAS_MAX && extras[file][i]; i++) {
        if (text_is(name, extras[file][i]))
            return plant_files[file].column_count + i;
    }
    return row_cell_count(file);
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

struct text row_object(const struct master_row *row)
{
    struct text object = row_cell(row, row->file == FILE_BOM ? "parent" : "item");
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

/* ---- reference designators ---- */

#define DESIGNATORS_MAX 2000

static bool is_separator(char c)
{
    return c == ' ' || c == ',' || c == ';';
}

/* "R12" into "R" and 12; false when no number ends it. */
static bool split(struct text name, struct text *letters, int64_t *number)
{
    size_t end = name.length;
    while (end > 0 && name.bytes[end - 1] >= '0' && name.bytes[end - 1] <= '9')
        end--;
    *letters = (struct text){name.bytes, end};
    return end < name.length && decimal_parse(name.bytes + end, name.length - end, 0, number) &&
           *number >= 0;
}

struct span {
    struct text letters;
    int64_t first;
    int64_t last;
};

/* R7-R9 or R7-9 or R7; a name without a number stands for itself. */
static bool read_span(struct text name, struct span *span)
{
    const char *dash = memchr(name.bytes, '-', name.length);
    struct text left = {name.bytes, dash ? (size_t)(dash - name.bytes) : name.length};
    struct text right = {dash ? dash + 1 : NULL, dash ? name.length - left.length - 1 : 0};
    struct text letters;
    if (!split(left, &span->letters, &span->first)) {
        *span = (struct span){name, -1, -1};
        return !dash && name.length > 0;
    }
    span->last = span->first;
    if (!dash)
        return true;
    return split(right, &letters, &span->last) &&
           (letters.length == 0 || text_equal(letters, span->letters)) && span->last > span->first;
}

static bool meets(const struct span *a, const struct span *b)
{
    return text_equal(a->letters, b->letters) && a->first <= b->last && b->first <= a->last;
}

bool row_designators(struct text text, uint64_t *count, const char **message)
{
    struct span spans[256];
    size_t used = 0;
    size_t at = 0;
    *count = 0;
    while (at < text.length) {
        size_t end = at;
        while (end < text.length && !is_separator(text.bytes[end]))
            end++;
        struct span span;
        struct text name = {text.bytes + at, end - at};
        at = end + 1;
        if (name.length == 0)
            continue;
        *message = "is not a list of designators such as \"R1 R2 R7-R9\"";
        if (used == COUNT_OF(spans) || !read_span(name, &span))
            return false;
        *message = "names a designator twice";
        for (size_t i = 0; i < used; i++) {
            if (meets(&spans[i], &span))
                return false;
        }
        spans[used++] = span;
        *count += (uint64_t)(span.last - span.first) + 1;
    }
    *message = "names too many designators";
    return *count <= DESIGNATORS_MAX;
}
