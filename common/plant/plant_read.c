#include "common/plant/plant_read.h"

#include "common/plant/plant_reader.h"

#include <stdlib.h>
#include <string.h>

/* The widest row on its way from text into the plant. */
union any_row {
    struct item_row item;
    struct bom_wide bom;
    struct operation operation;
    struct plant_facts facts;
    unsigned char bytes[256];
};

struct plant_reader *plant_reader_new(size_t limit_bytes)
{
    struct plant_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return NULL;
    reader->limit_bytes = limit_bytes;
    reader->crew = crew_alone;
    reader->scratch = arena_new(limit_bytes);
    reader->params = names_new(limit_bytes);
    reader->terms = names_new(limit_bytes);
    reader->work_centers = names_new(limit_bytes);
    reader->calendars = names_new(limit_bytes);
    if (reader->scratch)
        reader->errors = arena_alloc(reader->scratch, PLANT_ERRORS_KEPT, sizeof(*reader->errors));
    if (!reader->errors || !reader->params || !reader->terms || !reader->work_centers ||
        !reader->calendars)
        plant_reader_free(&reader);
    return reader;
}

void plant_reader_free(struct plant_reader **reader)
{
    if (!*reader)
        return;
    plant_free(&(*reader)->plant);
    names_free(&(*reader)->params);
    names_free(&(*reader)->terms);
    names_free(&(*reader)->work_centers);
    names_free(&(*reader)->calendars);
    names_free(&(*reader)->keys);
    if (!(*reader)->rows_placed)
        free((*reader)->rows);
    free((*reader)->key_lines);
    free((*reader)->item_lines);
    free((*reader)->bom_line_lines);
    free((*reader)->operation_lines);
    arena_free(&(*reader)->scratch);
    free(*reader);
    *reader = NULL;
}

static struct plant *plant_new(size_t limit_bytes)
{
    struct arena *arena = arena_new(limit_bytes);
    struct plant *plant = arena ? arena_alloc(arena, 1, sizeof(*plant)) : NULL;
    if (!plant) {
        arena_free(&arena);
        return NULL;
    }
    plant->arena = arena;
    plant->item_codes = names_new(limit_bytes);
    plant->texts = names_new(limit_bytes);
    plant_row_default(&plant_files[FILE_PLANT], &plant->facts);
    if (!plant->item_codes || !plant->texts || names_add(plant->texts, text_of("")) != 0)
        plant_free(&plant);
    return plant;
}

void plant_free(struct plant **plant)
{
    if (!*plant)
        return;
    struct arena *arena = (*plant)->arena;
    names_free(&(*plant)->item_codes);
    names_free(&(*plant)->texts);
    arena_free(&arena);
    *plant = NULL;
}

void plant_reader_crew(struct plant_reader *reader, const struct crew *crew)
{
    reader->crew = *crew;
}

bool plant_reader_take(struct plant_reader *reader, const char *file, struct text bytes)
{
    enum plant_file_id id = plant_file_find(file);
    if (id == PLANT_FILES)
        return false;
    reader->bytes[id] = bytes;
    reader->taken[id] = true;
    return true;
}

void plant_reader_is_part(struct plant_reader *reader)
{
    reader->part = true;
}

void plant_reader_is_kept(struct plant_reader *reader)
{
    reader->kept = true;
}

bool plant_reader_take_pieces(struct plant_reader *reader, const char *file, csv_more_fn *more,
                              void *context)
{
    enum plant_file_id id = plant_file_find(file);
    if (id == PLANT_FILES)
        return false;
    reader->more[id] = more;
    reader->more_context[id] = context;
    reader->taken[id] = true;
    return true;
}

static bool read_header_field(struct plant_reader *reader, struct text field)
{
    const struct plant_file *file = &plant_files[reader->file];
    char shown[SHOWN_MAX];
    plant_shown(field, shown);
    const struct column *column = plant_column_find(file, field);
    bool ignored = field.length >= 2 && memcmp(field.bytes, "x_", 2) == 0;
    if (!column && !ignored)
        return plant_error(reader, shown, "column is unknown");
    for (uint32_t i = 0; column && i < reader->field_count; i++) {
        if (reader->columns[i] == column)
            return plant_error(reader, shown, "column is given twice");
    }
    reader->columns[reader->field_count++] = column;
    return true;
}

static bool check_required(struct plant_reader *reader)
{
    const struct plant_file *file = &plant_files[reader->file];
    bool good = true;
    for (uint32_t i = 0; i < file->column_count; i++) {
        bool found = !file->columns[i].required;
        for (uint32_t k = 0; k < reader->field_count && !found; k++)
            found = reader->columns[k] == &file->columns[i];
        if (!found)
            good = plant_error(reader, file->columns[i].name, "column is missing");
    }
    return good;
}

/* The first row; false when the rest of the file cannot be understood. */
static bool read_row_of_headers(struct plant_reader *reader, struct csv *csv, struct csv_row *row)
{
    bool good = true;
    reader->field_count = 0;
    reader->line = 1;
    if (!csv_next(csv, row))
        return plant_error(reader, NULL, "header row is missing");
    reader->line = row->line;
    if (row->problem)
        return plant_error(reader, NULL, "%s", row->problem);
    for (uint32_t i = 0; i < row->count; i++) {
        if (!text_is_utf8(row->fields[i]))
            return plant_error(reader, NULL,
                               "file is not UTF-8: save it as \"CSV UTF-8\", or as a workbook");
    }
    for (uint32_t i = 0; i < row->count; i++)
        good &= read_header_field(reader, row->fields[i]);
    return good && check_required(reader);
}

/* Every field of a row into `wide`, which holds the defaults. */
static bool read_fields(struct plant_reader *reader, const struct csv_row *row, void *wide)
{
    bool good = true;
    if (row->count != reader->field_count)
        return plant_error(reader, NULL, "row has %u fields, the header has %u", row->count,
                           reader->field_count);
    for (uint32_t i = 0; i < row->count; i++) {
        const struct column *column = reader->columns[i];
        if (!column)
            continue;
        if (row->fields[i].length > 0)
            good &= plant_value_read(reader, column, row->fields[i], wide);
        else if (column->required)
            good = plant_error(reader, column->name, "value is missing");
    }
    return good;
}

/* Number of these bytes in the set of distinct records; most rows agree with the one before. */
static uint32_t share(struct plant_reader *reader, struct names *records, const void *bytes,
                      size_t length)
{
    uint32_t last = reader->last_shared;
    if (last < names_count(records) && memcmp(names_text(records, last), bytes, length) == 0)
        return last;
    uint32_t number = names_add(records, (struct text){bytes, length});
    reader->out_of_room |= number == NAMES_NONE;
    reader->last_shared = number;
    return number;
}

static void default_decimals(struct plant_reader *reader, struct item *item)
{
    bool kilograms = strcmp(plant_text(reader->plant, item->uom), "KG") == 0;
    if (item->decimals > QTY_DECIMALS)
        item->decimals = kilograms ? 3 : 0;
}

/* An item is kept even where its other columns are wrong, so that its number stays its place and
   the lines that name it are not called wrong as well. */
static void put_item(struct plant_reader *reader, struct item_row *row, bool good)
{
    if (!reader->codes && names_count(reader->plant->item_codes) == reader->row_count)
        return;
    default_decimals(reader, &row->item);
    if (good)
        (void)plant_check_row(reader, row);
    row->item.params = share(reader, reader->params, &row->params, sizeof(row->params));
    ((struct item *)(void *)reader->rows)[reader->row_count++] = row->item;
}

static void note_names(struct plant_reader *reader, const union any_row *row)
{
    const struct work_center *center = (const void *)row;
    const struct calendar_day *day = (const void *)row;
    struct names *names = reader->file == FILE_WORK_CENTERS ? reader->work_centers : NULL;
    uint32_t text = center->work_center;
    if (reader->file == FILE_CALENDAR) {
        names = reader->calendars;
        text = day->calendar;
    }
    if (names && names_add(names, text_of(plant_text(reader->plant, text))) == NAMES_NONE)
        reader->out_of_room = true;
}

static void put_row(struct plant_reader *reader, union any_row *row)
{
    uint32_t bytes = plant_files[reader->file].element_bytes;
    if (reader->file == FILE_BOM) {
        row->bom.line.terms = share(reader, reader->terms, &row->bom.terms, sizeof(row->bom.terms));
        reader->key_lines[reader->row_count] = reader->line;
    }
    if (reader->file == FILE_SAFETY_STOCK) {
        const struct safety_level *level = (const void *)row;
        reader->plant->items[level->item].has_safety_levels = 1;
    }
    memcpy(reader->rows + (size_t)reader->row_count * bytes, row, bytes);
    reader->row_count++;
}

void plant_read_row(struct plant_reader *reader, const struct csv_row *row, void *given)
{
    union any_row *wide = given;
    bool good = read_fields(reader, row, wide);
    if (reader->file == FILE_ITEMS) {
        put_item(reader, &wide->item, good);
        return;
    }
    if (reader->file == FILE_CALENDAR || reader->file == FILE_WORK_CENTERS)
        note_names(reader, wide);
    if (good && plant_check_row(reader, wide))
        put_row(reader, wide);
}

#define ROWS_FIRST 64

bool plant_rows_room(struct plant_reader *reader, size_t room)
{
    size_t bytes = plant_files[reader->file].element_bytes;
    if (room <= reader->row_room)
        return true;
    if (room >= NO_INDEX || room * bytes > reader->limit_bytes * 2)
        return false;
    unsigned char *rows = realloc(reader->rows, room * bytes);
    if (rows)
        reader->rows = rows;
    uint32_t *lines = rows ? realloc(reader->key_lines, room * sizeof *lines) : NULL;
    if (!lines)
        return false;
    reader->key_lines = lines;
    reader->row_room = (uint32_t)room;
    return true;
}

/* Places of the file's array behind its rows. */
static uint32_t rows_slack(const struct plant_reader *reader, uint32_t rows)
{
    return 1 + (reader->file == FILE_BOM ? plant_line_slack(rows) : 0);
}

bool plant_rows_place(struct plant_reader *reader, size_t room)
{
    const size_t bytes = plant_files[reader->file].element_bytes;
    if (room >= NO_INDEX)
        return false;
    uint32_t *lines = realloc(reader->key_lines, room * sizeof *lines);
    if (!lines)
        return false;
    reader->key_lines = lines;
    void *rows =
        arena_alloc(reader->plant->arena, room + rows_slack(reader, (uint32_t)room), bytes);
    if (!rows)
        return false;
    free(reader->rows);
    reader->rows = rows;
    reader->rows_placed = true;
    reader->row_room = (uint32_t)room;
    return true;
}

/* Room for one more row, good or not: growing by doubling costs less than counting lines first. */
static bool rows_grow(struct plant_reader *reader, uint32_t seen)
{
    size_t room = reader->row_room > 0 ? (size_t)reader->row_room * 2 : ROWS_FIRST;
    return seen < reader->row_room || plant_rows_room(reader, room);
}

static bool rows_begin(struct plant_reader *reader)
{
    reader->row_count = reader->row_room = 0;
    names_free(&reader->keys);
    reader->keys = names_new(reader->limit_bytes);
    return reader->keys && rows_grow(reader, 0);
}

/* The array becomes one of the plant's; a grown one is copied, as long as it must be. */
static bool rows_keep(struct plant_reader *reader)
{
    const size_t bytes = plant_files[reader->file].element_bytes;
    const size_t room = (size_t)reader->row_count + rows_slack(reader, reader->row_count);
    void *kept =
        reader->rows_placed ? reader->rows : arena_alloc(reader->plant->arena, room, bytes);
    if (!kept)
        return false;
    if (!reader->rows_placed)
        memcpy(kept, reader->rows, reader->row_count * bytes);
    if (reader->file == FILE_BOM)
        reader->plant->bom_line_room = (uint32_t)room;
    plant_array_set(reader->plant, reader->file, kept, reader->row_count);
    return true;
}

/* The plant's array, should there be one, is no longer the one that rows are read into. */
static void rows_drop(struct plant_reader *reader)
{
    if (!reader->rows_placed)
        free(reader->rows);
    reader->rows = NULL;
    reader->rows_placed = false;
    reader->row_room = 0;
}

/* Done with a file; where items, lines of bills and operations stood is asked for later. */
static void rows_end(struct plant_reader *reader)
{
    rows_drop(reader);
    if (reader->file == FILE_BOM)
        reader->bom_line_lines = reader->key_lines;
    else if (reader->file == FILE_ITEMS)
        reader->item_lines = reader->key_lines;
    else if (reader->file == FILE_ROUTING)
        reader->operation_lines = reader->key_lines;
    else
        free(reader->key_lines);
    reader->key_lines = NULL;
}

static void note_columns(struct plant_reader *reader)
{
    const struct plant_file *file = &plant_files[reader->file];
    reader->item_quantities = false;
    for (uint32_t i = 0; i < file->column_count; i++)
        reader->item_quantities |= file->columns[i].kind == COLUMN_ITEM_QTY;
}

/* A row whose fields were copied ends the call: the next row's copies take their place. */
uint32_t plant_rows_ahead(const struct plant_reader *reader, struct csv *csv,
                          struct csv_row rows[static PLANT_ROWS_AHEAD])
{
    uint32_t count = 0;
    bool copied = false;
    while (count < PLANT_ROWS_AHEAD && !copied && csv_next(csv, &rows[count])) {
        const struct csv_row *row = &rows[count++];
        copied = csv->copied > 0;
        for (uint32_t k = 0; k < row->count && k < reader->field_count && !row->problem; k++) {
            if (reader->columns[k] && reader->columns[k]->kind == COLUMN_ITEM)
                names_ahead(reader->plant->item_codes, row->fields[k]);
        }
    }
    return count;
}

static void read_rows(struct plant_reader *reader, struct csv *csv)
{
    struct csv_row rows[PLANT_ROWS_AHEAD];
    union any_row defaults;
    union any_row wide;
    memset(&defaults, 0, sizeof(defaults));
    plant_row_default(&plant_files[reader->file], &defaults);
    note_columns(reader);
    if (reader->file == FILE_BOM)
        (void)share(reader, reader->terms, &defaults.bom.terms, sizeof(defaults.bom.terms));
    if (plant_read_pieces(reader, csv))
        return;
    if (reader->rows_placed) /* by pieces that found an error, to be told by its line now */
        rows_drop(reader);
    uint32_t seen = 0;
    uint32_t count;
    while (!reader->out_of_room && (count = plant_rows_ahead(reader, csv, rows)) > 0) {
        for (uint32_t k = 0; k < count && !reader->out_of_room; k++) {
            reader->line = rows[k].line;
            if (!rows_grow(reader, seen++)) {
                reader->out_of_room = true;
                break;
            }
            memcpy(&wide, &defaults, plant_files[reader->file].row_bytes);
            if (rows[k].problem)
                plant_error(reader, NULL, "%s", rows[k].problem);
            else
                plant_read_row(reader, &rows[k], &wide);
        }
    }
}

/* plant.csv: the value's calendar is checked when the calendars are known. */
static void read_fact(struct plant_reader *reader, const struct csv_row *row, uint64_t *seen)
{
    const struct plant_file *file = &plant_files[FILE_PLANT];
    char shown[SHOWN_MAX];
    const struct column *column = plant_column_find(file, row->fields[0]);
    plant_shown(row->fields[0], shown);
    if (!column) {
        if (row->fields[0].length < 2 || memcmp(row->fields[0].bytes, "x_", 2) != 0)
            plant_error(reader, shown, "key is unknown");
        return;
    }
    uint64_t bit = (uint64_t)1 << (column - file->columns);
    if (*seen & bit)
        plant_error(reader, shown, "key is given twice");
    *seen |= bit;
    if (row->fields[1].length == 0)
        return;
    struct column as_code = *column;
    if (column->kind == COLUMN_CALENDAR) {
        as_code.kind = COLUMN_CODE;
        reader->calendar_line = reader->line;
    }
    plant_value_read(reader, &as_code, row->fields[1], &reader->plant->facts);
}

static bool is_key_value(const struct csv_row *row)
{
    bool english =
        row->count == 2 && text_is(row->fields[0], "key") && text_is(row->fields[1], "value");
    bool chinese =
        row->count == 2 && text_is(row->fields[0], "键") && text_is(row->fields[1], "值");
    return english || chinese;
}

static void read_facts(struct plant_reader *reader, struct csv *csv)
{
    struct csv_row row;
    uint64_t seen = 0;
    reader->line = 1;
    if (!csv_next(csv, &row) || row.problem || !is_key_value(&row)) {
        plant_error(reader, NULL, "header must be key,value");
        return;
    }
    while (csv_next(csv, &row)) {
        reader->line = row.line;
        if (row.problem)
            plant_error(reader, NULL, "%s", row.problem);
        else if (row.count != 2)
            plant_error(reader, NULL, "row has %u fields, the header has 2", row.count);
        else
            read_fact(reader, &row, &seen);
    }
}

/* The distinct records as an array of the plant's. */
static void *unshare(struct plant_reader *reader, const struct names *records, size_t bytes)
{
    uint32_t count = names_count(records);
    unsigned char *array = arena_alloc(reader->plant->arena, (size_t)count + 1, bytes);
    for (uint32_t i = 0; array && i < count; i++)
        memcpy(array + i * bytes, names_text(records, i), bytes);
    reader->out_of_room |= !array;
    return array;
}

/* Number the items in byte order of their codes. */
static void sort_items(struct plant_reader *reader)
{
    struct plant *plant = reader->plant;
    if (names_sorted(plant->item_codes)) {
        names_trim(plant->item_codes);
        return;
    }
    size_t count = plant->items_count;
    uint32_t *new_of = arena_alloc(reader->scratch, count, sizeof(*new_of));
    struct item *old = arena_alloc(reader->scratch, count, sizeof(*old));
    uint32_t *lines = arena_alloc(reader->scratch, count, sizeof(*lines));
    if (!new_of || !old || !lines || !names_sort(plant->item_codes, new_of)) {
        reader->out_of_room = true;
        return;
    }
    memcpy(old, plant->items, count * sizeof(*old));
    memcpy(lines, reader->item_lines, count * sizeof(*lines));
    for (size_t i = 0; i < count; i++) {
        plant->items[new_of[i]] = old[i];
        reader->item_lines[new_of[i]] = lines[i];
    }
    names_trim(plant->item_codes);
}

static void finish_file(struct plant_reader *reader)
{
    struct plant *plant = reader->plant;
    if (reader->file == FILE_ITEMS) {
        plant->item_params = unshare(reader, reader->params, sizeof(*plant->item_params));
        plant->item_param_count = plant->item_param_room = names_count(reader->params);
        sort_items(reader);
    }
    if (reader->file == FILE_BOM) {
        plant->bom_terms = unshare(reader, reader->terms, sizeof(*plant->bom_terms));
        plant->bom_term_count = names_count(reader->terms);
    }
}

static void begin_file(struct plant_reader *reader, enum plant_file_id file, struct csv *csv)
{
    reader->file = file;
    reader->line = 1;
    reader->last_shared = 0;
    memset(reader->last, 0, sizeof(reader->last));
    reader->csv = csv;
    if (reader->more[file])
        csv_init_pieces(csv, reader->more[file], reader->more_context[file]);
    else
        csv_init(csv, reader->bytes[file]);
}

/* False when the rows cannot be understood. */
static bool begin_table(struct plant_reader *reader, struct csv *csv)
{
    struct csv_row row;
    reader->out_of_room |= !rows_begin(reader);
    return !reader->out_of_room && read_row_of_headers(reader, csv, &row);
}

static void end_table(struct plant_reader *reader)
{
    reader->out_of_room = reader->out_of_room || !rows_keep(reader);
    rows_end(reader);
    if (!reader->out_of_room)
        finish_file(reader);
}

static void read_file(struct plant_reader *reader, enum plant_file_id file, struct csv *csv)
{
    begin_file(reader, file, csv);
    if (file == FILE_PLANT) {
        read_facts(reader, csv);
        return;
    }
    if (begin_table(reader, csv))
        read_rows(reader, csv);
    end_table(reader);
}

bool plant_read_one(struct plant_reader *reader, enum plant_file_id file)
{
    struct csv *csv = malloc(sizeof(*csv));
    if (!csv)
        return false;
    read_file(reader, file, csv);
    free(csv);
    return !reader->out_of_room;
}

/* Files first .. end - 1, but for bills that come in pieces. */
static void read_between(struct plant_reader *reader, int first, int end, struct csv *csv)
{
    for (int file = first; file < end && !reader->out_of_room; file++) {
        if (reader->taken[file] && !(file == FILE_BOM && reader->more[file]))
            read_file(reader, (enum plant_file_id)file, csv);
    }
}

/* ---- bills beside all other files ---- */

/* Bills that come in pieces come longest, and nothing asks for them before all is read: a hand of
   their own reads them, where their rows share nothing but items with other files. */
struct beside {
    struct plant_reader *reader;
    struct plant_reader bills; /* the same reader, but for what a file has of its own */
    struct csv *csv;           /* of the other files */
    struct csv *bills_csv;
    bool begun; /* the header is understood */
    bool done;  /* and all rows are read */
    struct crew_job job;
};

static bool beside_open(struct beside *beside, struct plant_reader *reader, struct csv *csv)
{
    struct plant_reader *bills = &beside->bills;
    *beside = (struct beside){.reader = reader, .bills = *reader, .csv = csv, .job = {.count = 2}};
    bills->crew = crew_alone;
    bills->keys = NULL;
    bills->errors_kept = 0;
    bills->error_count = 0;
    bills->scratch = arena_new(reader->limit_bytes);
    if (bills->scratch)
        bills->errors = arena_alloc(bills->scratch, PLANT_ERRORS_KEPT, sizeof(*bills->errors));
    beside->bills_csv = malloc(sizeof(*beside->bills_csv));
    return bills->scratch && bills->errors && beside->bills_csv;
}

static void read_bills(struct beside *beside)
{
    struct plant_reader *bills = &beside->bills;
    begin_file(bills, FILE_BOM, beside->bills_csv);
    beside->begun = begin_table(bills, beside->bills_csv);
    beside->done = beside->begun && plant_file_is_alone(bills);
    if (beside->done)
        read_rows(bills, beside->bills_csv);
}

static void read_part(void *context, uint32_t hand)
{
    struct beside *beside = context;
    uint32_t part;
    (void)hand;
    while (crew_take(&beside->job, &part)) {
        if (part == 0)
            read_between(beside->reader, FILE_ITEMS + 1, PLANT_FILES, beside->csv);
        else
            read_bills(beside);
    }
}

/* What the bills' reader made becomes the reader's. */
static void beside_end(struct beside *beside)
{
    struct plant_reader *reader = beside->reader;
    struct plant_reader *bills = &beside->bills;
    if (beside->begun && !beside->done)
        read_rows(bills, beside->bills_csv);
    end_table(bills);
    reader->out_of_room |= bills->out_of_room;
    reader->bom_line_lines = bills->bom_line_lines;
    reader->error_count += bills->error_count;
    for (uint32_t k = 0; k < bills->errors_kept && reader->errors_kept < PLANT_ERRORS_KEPT; k++) {
        char *kept = text_copy(text_of(bills->errors[k]), reader->scratch);
        if (kept)
            reader->errors[reader->errors_kept++] = kept;
    }
    names_free(&bills->keys);
}

static void read_bills_beside(struct plant_reader *reader, struct csv *csv)
{
    struct beside beside;
    const bool opened = beside_open(&beside, reader, csv);
    if (opened) {
        reader->crew.run(&reader->crew, read_part, &beside);
        beside_end(&beside);
    }
    reader->out_of_room |= !opened;
    free(beside.bills_csv);
    arena_free(&beside.bills.scratch);
}

static bool read_files(struct plant_reader *reader)
{
    struct csv *csv = malloc(sizeof(*csv));
    if (!csv)
        return false;
    read_between(reader, 0, FILE_ITEMS + 1, csv);
    const bool no_items = names_count(reader->plant->item_codes) == 0;
    if (no_items && reader->error_count > 0) {
        free(csv);
        return true; /* every other line would be wrong for naming an item */
    }
    if (reader->more[FILE_BOM] && reader->crew.hands > 1 && !reader->out_of_room) {
        read_bills_beside(reader, csv);
    } else {
        read_between(reader, FILE_ITEMS + 1, PLANT_FILES, csv);
        if (reader->more[FILE_BOM] && !reader->out_of_room)
            read_file(reader, FILE_BOM, csv);
    }
    free(csv);
    return !reader->out_of_room;
}

enum status plant_reader_finish(struct plant_reader *reader, struct plant **plant,
                                struct fault *fault)
{
    ASSERT(!reader->plant);
    reader->plant = plant_new(reader->limit_bytes);
    if (!reader->plant)
        return fault_set(fault, STATUS_LIMIT, "", "the plant does not fit its memory");
    if (!reader->taken[FILE_ITEMS]) {
        reader->file = FILE_ITEMS;
        reader->line = 1;
        plant_error(reader, NULL, "file is missing");
    }
    if (reader->error_count == 0 && read_files(reader))
        plant_check_folder(reader);
    if (reader->out_of_room)
        return fault_set(fault, STATUS_LIMIT, "", "the plant does not fit its memory");
    if (reader->error_count > 0)
        return fault_set(fault, reader->cycle ? STATUS_BOM_CYCLE : STATUS_INVALID, "", "%s",
                         reader->errors_kept > 0 ? reader->errors[0] : "the data has errors");
    *plant = reader->plant;
    reader->plant = NULL;
    return STATUS_OK;
}
