#include "services/bom/merge_core.h"

#include "common/base/names.h"
#include "common/plant/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_COLUMNS_MAX 7
#define KEY_BYTES_MAX   ((size_t)4096)
#define NO_LINE         UINT32_MAX
#define NAMES_BYTES_MAX (1024 * MIB)

/* What tells two rows of a file apart, the most telling columns first. */
static const char *const merge_keys[PLANT_FILES][KEY_COLUMNS_MAX + 1] = {
    [FILE_CALENDAR] = {"calendar", "date", "weekday"},
    [FILE_ITEMS] = {"item"},
    [FILE_UNITS] = {"from", "to", "item"},
    [FILE_RATES] = {"currency", "date"},
    [FILE_PARTNERS] = {"partner"},
    [FILE_SAFETY_STOCK] = {"item", "from"},
    [FILE_WORK_CENTERS] = {"work_center"},
    [FILE_SUPPLIERS] = {"item", "supplier", "price_from_qty", "valid_from"},
    [FILE_ORDER_COSTS] = {"item", "date"},
    [FILE_BOM] = {"parent", "component", "position", "alternative", "revision", "valid_from",
                  "lot_from"},
    [FILE_ROUTING] = {"item", "operation", "alternative", "valid_from"}};

bool merge_takes(enum plant_file_id file)
{
    return merge_keys[file][0] != NULL;
}

/* What others refer to stays: an item is deactivated. */
bool merge_removable(enum plant_file_id file)
{
    return merge_takes(file) && file != FILE_ITEMS && file != FILE_PARTNERS &&
           file != FILE_WORK_CENTERS;
}

/* ---- errors ---- */

bool merge_errors_init(struct merge_errors *errors, struct arena *arena)
{
    *errors = (struct merge_errors){.arena = arena,
                                    .texts = arena_alloc(arena, MERGE_ERRORS_KEPT, sizeof(char *))};
    return errors->texts != NULL;
}

void merge_error(struct merge_errors *errors, const char *file, uint32_t line, const char *format,
                 ...)
{
    char message[400];
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%s:%u: %s", file, line, message);
    char *kept = errors->kept < MERGE_ERRORS_KEPT ? text_copy(text_of(text), errors->arena) : NULL;
    if (kept)
        errors->texts[errors->kept++] = kept;
    errors->count++;
}

/* ---- one file under way ---- */

struct merging {
    struct merge_file *file;
    const struct plant_file *table;
    struct arena *arena;
    struct merge_errors *errors;
    struct csv csv;
    struct csv_row row;
    uint32_t cells[CSV_FIELDS_MAX]; /* of the fields of the text that is read */
    uint32_t cell_count;
    bool has[ROW_CELLS_MAX]; /* columns of the file */
    struct names *keys;
    struct names *objects;
    uint32_t *first;    /* by key: the file's first row with it that no row of the plant met yet */
    uint32_t *next;     /* by row of the file: the next one with its key */
    uint32_t *row_key;  /* by row of the file */
    uint32_t *too_many; /* by key: rows of the plant beyond those of the file */
    size_t room;
    bool full;
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "job_uuid", "import does not fit in memory");
}

static const struct column *column_of(const struct merging *merging, uint32_t cell)
{
    return &merging->table->columns[cell];
}

/* The value as the database's own text of it; what is none stays as it is for the reader to refuse.
   Without bytes: the arena is full. */
static struct text canonical(struct merging *merging, uint32_t cell, struct text text)
{
    const struct column *column = column_of(merging, cell);
    char room[DECIMAL_TEXT_MAX];
    struct text made = text;
    int64_t value;
    if (!row_is_textual(merging->file->file, cell) &&
        column_parse(column, text, merging->file->plan_start, &value)) {
        if (column->kind == COLUMN_ENUM)
            return text_of(column->words[value]);
        if (column->kind == COLUMN_BOOL)
            return text_of(value ? "true" : "false");
        made =
            (struct text){room, column->kind == COLUMN_DATE
                                    ? date_format((date)value, room)
                                    : decimal_format(value, column_decimals(column->kind), room)};
    } else if (text.bytes < merging->csv.copy || text.bytes >= merging->csv.copy + CSV_COPY_MAX) {
        return text; /* it stays where it is */
    }
    char *kept = text_copy(made, merging->arena);
    merging->full |= !kept;
    return (struct text){kept, kept ? made.length : 0};
}

/* ---- headers ---- */

static bool read_header(struct merging *merging, bool mine)
{
    const char *name = merging->table->name;
    uint64_t before = merging->errors->count;
    merging->cell_count = 0;
    if (!csv_next(&merging->csv, &merging->row) || merging->row.problem) {
        merge_error(merging->errors, name, 1, "%s",
                    merging->row.problem ? merging->row.problem : "header row is missing");
        return false;
    }
    for (uint32_t i = 0; i < merging->row.count; i++) {
        struct text field = merging->row.fields[i];
        uint32_t cell = row_cell_find(merging->file->file, field);
        bool known = cell < row_cell_count(merging->file->file);
        bool ignored = field.length >= 2 && memcmp(field.bytes, "x_", 2) == 0;
        if (!known && !ignored)
            merge_error(merging->errors, name, 1, "%.*s: column is unknown",
                        (int)(field.length < 80 ? field.length : 80), field.bytes);
        else if (known && mine && merging->has[cell])
            merge_error(merging->errors, name, 1, "%s: column is given twice",
                        row_cell_name(merging->file->file, cell));
        if (known && mine)
            merging->has[cell] = true;
        merging->cells[merging->cell_count++] = known ? cell : NO_LINE;
    }
    return merging->errors->count == before;
}

/* The first of the key is never to be guessed; of a bill the component neither. */
static bool check_key_columns(struct merging *merging)
{
    bool good = true;
    for (size_t i = 0; merge_keys[merging->file->file][i]; i++) {
        const char *name = merge_keys[merging->file->file][i];
        uint32_t cell = row_cell_find(merging->file->file, text_of(name));
        if (!column_of(merging, cell)->required || merging->has[cell])
            continue;
        merge_error(merging->errors, merging->table->name, 1, "%s: column is missing", name);
        good = false;
    }
    return good;
}

/* ---- rows ---- */

static struct master_row *read_row(struct merging *merging)
{
    struct master_row *row = row_new(merging->file->file, merging->arena);
    for (uint32_t i = 0; row && i < merging->row.count; i++) {
        struct text field = merging->row.fields[i];
        if (merging->cells[i] != NO_LINE && field.length > 0)
            row->cells[merging->cells[i]] = canonical(merging, merging->cells[i], field);
    }
    merging->full |= !row;
    return merging->full ? NULL : row;
}

/* Those of its key's columns that the file has, as one text. */
static struct text key_of(const struct merging *merging, const struct master_row *row,
                          char bytes[KEY_BYTES_MAX])
{
    size_t used = 0;
    for (size_t i = 0; merge_keys[row->file][i]; i++) {
        uint32_t cell = row_cell_find(row->file, text_of(merge_keys[row->file][i]));
        struct text value = row->cells[cell];
        if (!merging->has[cell])
            continue;
        if (value.length > 0 && row_same_value(row->file, cell, value, text_of("")))
            value.length = 0;
        if (value.length > KEY_BYTES_MAX - used - 1)
            value.length = KEY_BYTES_MAX - used - 1;
        if (value.length > 0)
            memcpy(bytes + used, value.bytes, value.length);
        used += value.length;
        bytes[used++] = '\x1f';
        if (used == KEY_BYTES_MAX)
            break;
    }
    return (struct text){bytes, used};
}

static bool has_break(const struct csv_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        struct text field = row->fields[i];
        if (field.length > 0 &&
            (memchr(field.bytes, '\n', field.length) || memchr(field.bytes, '\r', field.length)))
            return true;
    }
    return false;
}

/* A row of the file that can be understood as one. */
static bool check_fields(struct merging *merging)
{
    const struct csv_row *row = &merging->row;
    const char *name = merging->table->name;
    if (row->problem)
        merge_error(merging->errors, name, row->line, "%s", row->problem);
    else if (row->count != merging->cell_count)
        merge_error(merging->errors, name, row->line, "row has %u fields, the header has %u",
                    row->count, merging->cell_count);
    else if (has_break(row))
        merge_error(merging->errors, name, row->line, "a value has a line break");
    else
        return true;
    return false;
}

static bool is_copy(const struct master_row *row)
{
    return row->file == FILE_BOM && row_cell(row, "inherited_from").length > 0;
}

/* Makes room for `count` elements of the lists by row. */
static bool grow(struct merging *merging, size_t count)
{
    size_t room = merging->room == 0 ? 1024 : merging->room * 2;
    struct merge_file *file = merging->file;
    if (count <= merging->room)
        return true;
    struct merge_line *lines = arena_alloc(merging->arena, room, sizeof *lines);
    uint32_t *row_key = arena_alloc(merging->arena, room, sizeof *row_key);
    if (!lines || !row_key)
        return false;
    if (file->line_count > 0) {
        memcpy(lines, file->lines, file->line_count * sizeof *lines);
        memcpy(row_key, merging->row_key, file->line_count * sizeof *row_key);
    }
    file->lines = lines;
    merging->row_key = row_key;
    merging->room = room;
    return true;
}

static bool keep_row(struct merging *merging, struct master_row *row)
{
    struct merge_file *file = merging->file;
    char bytes[KEY_BYTES_MAX];
    if (!grow(merging, file->line_count + 1))
        return false;
    uint32_t key = names_add(merging->keys, key_of(merging, row, bytes));
    uint32_t object = names_add(merging->objects, row_object(row));
    merging->row_key[file->line_count] = key;
    file->lines[file->line_count++] = (struct merge_line){row, merging->row.line, MERGE_ADDED};
    return key != NAMES_NONE && object != NAMES_NONE;
}

static bool read_given(struct merging *merging)
{
    csv_init(&merging->csv, merging->file->given);
    if (!read_header(merging, true) || !check_key_columns(merging))
        return true;
    while (csv_next(&merging->csv, &merging->row)) {
        merging->file->counts.rows++;
        struct master_row *row = check_fields(merging) ? read_row(merging) : NULL;
        if (merging->full)
            return false;
        if (row && is_copy(row))
            merging->file->counts.follow++;
        else if (row && !keep_row(merging, row))
            return false;
    }
    return true;
}

/* The rows of the file by key, each key's in the order of the file. */
static bool index_keys(struct merging *merging)
{
    size_t keys = (size_t)names_count(merging->keys) + 1;
    size_t count = merging->file->line_count;
    merging->first = arena_alloc(merging->arena, keys, sizeof *merging->first);
    merging->too_many = arena_alloc(merging->arena, keys, sizeof *merging->too_many);
    merging->next = arena_alloc(merging->arena, count + 1, sizeof *merging->next);
    merging->file->gone =
        arena_alloc(merging->arena, merging->file->number_count + 1, sizeof *merging->file->gone);
    if (!merging->first || !merging->too_many || !merging->next || !merging->file->gone)
        return false;
    memset(merging->first, 0xff, keys * sizeof *merging->first);
    memset(merging->too_many, 0, keys * sizeof *merging->too_many);
    for (size_t i = count; i > 0; i--) {
        uint32_t key = merging->row_key[i - 1];
        merging->next[i - 1] = merging->first[key];
        merging->first[key] = (uint32_t)(i - 1);
    }
    return true;
}

/* ---- the plant's rows ---- */

/* The file's row takes what it does not say from the plant's. */
static bool meet(struct merging *merging, struct merge_line *line, struct master_row *old)
{
    struct master_row *row = line->row;
    uint32_t count = row_cell_count(row->file);
    uint32_t copy =
        row->file == FILE_BOM ? row_cell_find(FILE_BOM, text_of("inherited_from")) : count;
    line->fate = MERGE_SAME;
    row->old = old->cells;
    row->row_no = old->row_no;
    for (uint32_t i = 0; i < count; i++) {
        if (!merging->has[i] || i == copy)
            row->cells[i] = old->cells[i];
        else if (!row_same_value(row->file, i, row->cells[i], old->cells[i]))
            line->fate = MERGE_CHANGED;
    }
    return true;
}

/* Could the file hold a row of this object?  A bill or a routing that it says nothing of, a
   supplier's item, a calendar: no; of items, partners and work centres it could hold all. */
static bool in_scope(const struct merging *merging, const struct master_row *row)
{
    return !merge_removable(row->file) ||
           names_find(merging->objects, row_object(row)) != NAMES_NONE;
}

/* The row goes, or stands in the merged file as it is. */
static void leave(struct merging *merging, struct master_row *row, struct csv_out *out)
{
    struct merge_file *file = merging->file;
    bool missing = !is_copy(row) && in_scope(merging, row);
    file->counts.missing += missing;
    if (missing && file->remove) {
        row->gone = true;
        row->old = row->cells;
        file->gone[file->gone_count++] = row;
        file->counts.removed++;
        return;
    }
    for (uint32_t i = 0; i < row_cell_count(row->file); i++)
        csv_put(out, row->cells[i]);
    csv_end_row(out);
}

static bool take_now(struct merging *merging, struct master_row *row, struct csv_out *out)
{
    char bytes[KEY_BYTES_MAX];
    uint32_t key =
        is_copy(row) ? NAMES_NONE : names_find(merging->keys, key_of(merging, row, bytes));
    uint32_t line = key == NAMES_NONE ? NO_LINE : merging->first[key];
    if (key != NAMES_NONE && line == NO_LINE)
        merging->too_many[key]++;
    if (line == NO_LINE) {
        leave(merging, row, out);
        return true;
    }
    merging->first[key] = merging->next[line];
    return meet(merging, &merging->file->lines[line], row);
}

static bool read_now(struct merging *merging, struct csv_out *out)
{
    size_t number = 0;
    csv_init(&merging->csv, merging->file->now);
    if (!read_header(merging, false))
        return true;
    while (csv_next(&merging->csv, &merging->row)) {
        struct master_row *row = read_row(merging);
        if (!row)
            return false;
        ASSERT(!merging->file->numbers || number < merging->file->number_count);
        row->row_no = merging->file->numbers ? merging->file->numbers[number] : 0;
        number++;
        if (!take_now(merging, row, out) || out->full)
            return false;
    }
    return true;
}

/* ---- what came of it ---- */

/* Columns of the key that the file lacks; "" when it has them all. */
static void lacking(const struct merging *merging, char text[160])
{
    enum plant_file_id file = merging->file->file;
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; merge_keys[file][i]; i++) {
        uint32_t cell = row_cell_find(file, text_of(merge_keys[file][i]));
        if (!merging->has[cell] && used < 140)
            used += (size_t)snprintf(text + used, 160 - used, "%s%s", used > 0 ? ", " : "",
                                     merge_keys[file][i]);
    }
}

static void tell_ambiguous(struct merging *merging)
{
    struct merge_file *file = merging->file;
    char columns[160];
    lacking(merging, columns);
    for (size_t i = 0; columns[0] != '\0' && i < file->line_count; i++) {
        uint32_t more = merging->too_many[merging->row_key[i]];
        if (more > 0)
            merge_error(merging->errors, merging->table->name, file->lines[i].line,
                        "%s: the plant has %u more such rows; give the columns that tell them "
                        "apart: %s",
                        merge_keys[file->file][0], more, columns);
    }
}

static void count_fates(struct merge_file *file)
{
    for (size_t i = 0; i < file->line_count; i++) {
        file->counts.added += file->lines[i].fate == MERGE_ADDED;
        file->counts.changed += file->lines[i].fate == MERGE_CHANGED;
        file->counts.same += file->lines[i].fate == MERGE_SAME;
        if (file->file == FILE_ITEMS && file->lines[i].fate == MERGE_ADDED &&
            row_cell(file->lines[i].row, "active").length == 0)
            row_cell_set(file->lines[i].row, "active", text_of("true"));
    }
}

static void put_header(const struct merging *merging, struct csv_out *out)
{
    for (uint32_t i = 0; i < row_cell_count(merging->file->file); i++)
        csv_put(out, text_of(row_cell_name(merging->file->file, i)));
    csv_end_row(out);
}

/* The file's own rows, in front of the others. */
static bool put_own(struct merging *merging, struct csv_out *out)
{
    struct merge_file *file = merging->file;
    uint32_t line = 2;
    file->merged_line = arena_alloc(merging->arena, file->line_count + 1, sizeof(uint32_t));
    if (!file->merged_line)
        return false;
    put_header(merging, out);
    for (size_t i = 0; i < file->line_count && !out->full; i++) {
        const struct master_row *row = file->lines[i].row;
        file->merged_line[i] = line;
        for (uint32_t k = 0; k < row_cell_count(file->file); k++) {
            struct text value = row->cells[k];
            csv_put(out, value);
            for (size_t b = 0; b < value.length; b++)
                line += value.bytes[b] == '\n'; /* of a column that stays as it is */
        }
        csv_end_row(out);
        line++;
    }
    return !out->full;
}

/* Rows of the plant may grow by the empty fields of columns that its export does not write. */
static size_t room_for(const struct merge_file *file)
{
    size_t rows = file->line_count + file->number_count + 16;
    return 2 * (file->given.length + file->now.length) + rows * (ROW_CELLS_MAX + 8) +
           2 * CSV_ROW_ROOM + file->line_count * 64;
}

static bool merge_rows(struct merging *merging)
{
    struct merge_file *file = merging->file;
    size_t size = room_for(file);
    struct csv_out rest = {.bytes = arena_alloc(merging->arena, size, 1), .size = size};
    struct csv_out own = {.size = size};
    if (!rest.bytes || !index_keys(merging) || !read_now(merging, &rest))
        return false;
    tell_ambiguous(merging);
    count_fates(file);
    own.bytes = arena_alloc(merging->arena, size + rest.used, 1);
    own.size = size + rest.used;
    if (!own.bytes || !put_own(merging, &own))
        return false;
    memcpy(own.bytes + own.used, rest.bytes, rest.used);
    file->merged = (struct text){own.bytes, own.used + rest.used};
    return true;
}

enum status merge_file(struct merge_file *file, struct arena *arena, struct merge_errors *errors,
                       struct fault *fault)
{
    struct merging *merging = arena_alloc(arena, 1, sizeof *merging);
    if (!merging)
        return full(fault);
    *merging = (struct merging){.file = file,
                                .table = &plant_files[file->file],
                                .arena = arena,
                                .errors = errors,
                                .keys = names_new(NAMES_BYTES_MAX),
                                .objects = names_new(NAMES_BYTES_MAX)};
    bool ok = merging->keys && merging->objects && read_given(merging) && merge_rows(merging);
    names_free(&merging->keys);
    names_free(&merging->objects);
    return ok ? STATUS_OK : full(fault);
}
