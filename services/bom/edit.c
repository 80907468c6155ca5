#include "services/bom/edit.h"

#include "common/bom/bom_patch.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "services/bom/bill_core.h"
#include "services/bom/edit_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 64

/* One command under way. */
struct job {
    struct keyed *keyed;
    const struct edits *edits;
    struct edited *edited;
    struct arena *arena;
    struct fault *fault;
    struct master *master;
    struct row_list rows[PLANT_FILES]; /* what was read, and what is new */
    struct code_list bills;            /* parents whose bills are concerned, variants too */
};

static const enum plant_file_id editable[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING};

static enum status full(struct job *job)
{
    return fault_set(job->fault, STATUS_LIMIT, "", "change does not fit in memory");
}

/* "edits[2].qty", or "qty" of a single edit. */
static const char *field_of(const struct job *job, int32_t edit, const char *column,
                            char field[FIELD_MAX])
{
    if (job->edits->plain || edit < 0)
        snprintf(field, FIELD_MAX, "%s", column ? column : "");
    else if (column)
        snprintf(field, FIELD_MAX, "edits[%d].%s", (int)edit, column);
    else
        snprintf(field, FIELD_MAX, "edits[%d]", (int)edit);
    return field;
}

static enum status refuse(struct job *job, enum status status, const struct master_row *row,
                          const char *column, const char *message)
{
    char field[FIELD_MAX];
    field_of(job, row ? row->edit : -1, column, field);
    if (row && row->edit == ROW_FOLLOWS)
        return fault_set(job->fault, status, field, "variant \"%.*s\": %s",
                         (int)row_object(row).length, row_object(row).bytes, message);
    return fault_set(job->fault, status, field, "%s", message);
}

static struct text edit_cell(const struct edit *edit, const char *name)
{
    for (size_t i = 0; i < edit->cell_count; i++) {
        uint32_t cell = row_cell_find(edit->file, edit->cells[i].column);
        if (cell < row_cell_count(edit->file) && strcmp(row_cell_name(edit->file, cell), name) == 0)
            return edit->cells[i].value;
    }
    return (struct text){NULL, 0};
}

static const char *object_column(enum plant_file_id file)
{
    return file == FILE_BOM ? "parent" : "item";
}

/* ---- what is read ---- */

/* Items whose rows of a file the edits concern: named by a cell, or by the number of a row. */
static enum status concerned(struct job *job, enum plant_file_id file, struct code_list *list)
{
    const struct edits *edits = job->edits;
    int64_t *numbers = arena_alloc(job->arena, edits->count + 1, sizeof *numbers);
    struct text *found = NULL;
    size_t number_count = 0;
    size_t found_count = 0;
    list->codes = arena_alloc(job->arena, 2 * edits->count + 1, sizeof *list->codes);
    list->count = 0;
    if (!numbers || !list->codes)
        return full(job);
    for (size_t i = 0; i < edits->count; i++) {
        const struct edit *edit = &edits->items[i];
        if (edit->file != file)
            continue;
        struct text code = edit_cell(edit, object_column(file));
        if (code.length > 0)
            list->codes[list->count++] = code;
        if (edit->row_no > 0 && file != FILE_ITEMS)
            numbers[number_count++] = edit->row_no;
    }
    if (number_count > 0) {
        enum status status =
            edit_load_objects(job->keyed->sql, job->keyed->plant, file, numbers, number_count,
                              job->arena, &found, &found_count, job->fault);
        if (status != STATUS_OK)
            return status;
        memcpy(list->codes + list->count, found, found_count * sizeof *found);
        list->count += found_count;
    }
    code_list_sort(list);
    return STATUS_OK;
}

/* Items whose template is named by an edit: their bills change. */
static bool gains_template(const struct edit *edit)
{
    if (edit->file != FILE_ITEMS)
        return false;
    for (size_t i = 0; i < edit->cell_count; i++) {
        if (text_is(edit->cells[i].column, "template"))
            return true;
    }
    return false;
}

/* The bills, their variants, and the templates of those that are variants. */
static enum status widen(struct job *job, struct variant **variants, size_t *variant_count)
{
    struct code_list *bills = &job->bills;
    size_t room = bills->count + 2 * job->edits->count;
    struct code_list wide = {arena_alloc(job->arena, room + 1, sizeof *wide.codes), 0};
    if (!wide.codes)
        return full(job);
    memcpy(wide.codes, bills->codes, bills->count * sizeof *wide.codes);
    wide.count = bills->count;
    for (size_t i = 0; i < job->edits->count; i++) {
        const struct edit *edit = &job->edits->items[i];
        struct text template = edit_cell(edit, "template");
        if (!gains_template(edit))
            continue;
        wide.codes[wide.count++] = edit_cell(edit, "item");
        if (template.length > 0)
            wide.codes[wide.count++] = template;
    }
    code_list_sort(&wide);
    enum status status = edit_load_variants(job->keyed->sql, job->keyed->plant, &wide, job->arena,
                                            variants, variant_count, job->fault);
    if (status != STATUS_OK)
        return status;
    struct code_list all = {
        arena_alloc(job->arena, wide.count + 2 * *variant_count + 1, sizeof *all.codes), 0};
    if (!all.codes)
        return full(job);
    memcpy(all.codes, wide.codes, wide.count * sizeof *all.codes);
    all.count = wide.count;
    for (size_t i = 0; i < *variant_count; i++) {
        all.codes[all.count++] = (*variants)[i].item;
        all.codes[all.count++] = (*variants)[i].template;
    }
    code_list_sort(&all);
    *bills = all;
    return STATUS_OK;
}

static enum status load(struct job *job, struct variant **variants, size_t *variant_count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(editable); i++) {
        enum plant_file_id file = editable[i];
        struct code_list objects = {NULL, 0};
        bool any = false;
        for (size_t k = 0; k < job->edits->count; k++)
            any |= job->edits->items[k].file == file ||
                   (file == FILE_BOM && gains_template(&job->edits->items[k]));
        if (any)
            status = concerned(job, file, &objects);
        if (any && status == STATUS_OK && file == FILE_BOM) {
            job->bills = objects;
            status = widen(job, variants, variant_count);
            objects = job->bills;
        }
        if (any && status == STATUS_OK)
            status = edit_load_rows(job->keyed->sql, job->keyed->plant, file, &objects, job->arena,
                                    &job->rows[file], job->fault);
    }
    return status;
}

/* ---- the edits ---- */

static struct master_row *find_row(const struct job *job, const struct edit *edit)
{
    const struct row_list *list = &job->rows[edit->file];
    struct text item = edit->file == FILE_ITEMS ? edit_cell(edit, "item") : (struct text){NULL, 0};
    for (size_t i = 0; i < list->count; i++) {
        struct master_row *row = list->rows[i];
        bool hit = edit->file == FILE_ITEMS ? text_equal(row_object(row), item)
                                            : edit->row_no > 0 && row->row_no == edit->row_no;
        if (hit && !row->gone)
            return row;
    }
    return NULL;
}

static enum status no_row(struct job *job, int32_t number)
{
    const struct edit *edit = &job->edits->items[number];
    struct master_row at = {.file = edit->file, .edit = number};
    char field[FIELD_MAX];
    struct text item = edit_cell(edit, "item");
    if (edit->file == FILE_ITEMS)
        return fault_set(job->fault, STATUS_NOT_FOUND, field_of(job, number, "item", field),
                         "item \"%.*s\" does not exist", (int)item.length, item.bytes);
    return fault_set(job->fault, STATUS_NOT_FOUND, field_of(job, at.edit, "row", field),
                     "row %lld of %s does not exist", (long long)edit->row_no,
                     plant_files[edit->file].name);
}

static bool has_break(struct text value)
{
    return value.length > 0 &&
           (memchr(value.bytes, '\n', value.length) || memchr(value.bytes, '\r', value.length));
}

static enum status set_cells(struct job *job, const struct edit *edit, struct master_row *row)
{
    char shown[64];
    for (size_t i = 0; i < edit->cell_count; i++) {
        struct text column = edit->cells[i].column;
        uint32_t cell = row_cell_find(row->file, column);
        snprintf(shown, sizeof shown, "%.*s", (int)column.length, column.bytes);
        if (cell == row_cell_count(row->file) || text_is(column, "inherited_from"))
            return refuse(job, STATUS_INVALID, row, shown, "column is unknown");
        if (has_break(edit->cells[i].value))
            return refuse(job, STATUS_INVALID, row, shown, "value has a line break");
        row_cell_set(row, row_cell_name(row->file, cell), edit->cells[i].value);
    }
    return STATUS_OK;
}

/* A variant's copy that is edited becomes its own line. */
static enum status apply_save(struct job *job, int32_t number, struct master_row *row)
{
    const struct edit *edit = &job->edits->items[number];
    if (!row && edit->row_no > 0 && edit->file != FILE_ITEMS)
        return no_row(job, number);
    if (!row) {
        row = row_new(edit->file, job->arena);
        if (!row || !row_list_add(&job->rows[edit->file], row, job->arena))
            return full(job);
        row->row_no = edit->forced_row_no;
        if (edit->file == FILE_ITEMS)
            row_cell_set(row, "active", text_of("true"));
    }
    row->edit = number;
    if (row->file == FILE_BOM)
        row_cell_set(row, "inherited_from", text_of(""));
    if (!row_list_add(&job->edited->rows, row, job->arena))
        return full(job);
    return set_cells(job, edit, row);
}

static enum status apply_end(struct job *job, int32_t number, struct master_row *row)
{
    const struct edit *edit = &job->edits->items[number];
    char *day = arena_alloc(job->arena, DATE_TEXT_MAX, 1);
    if (!day)
        return full(job);
    row->edit = number;
    if (edit->file != FILE_BOM && edit->file != FILE_ROUTING)
        return refuse(job, STATUS_INVALID, row, "action",
                      "only lines of bom.csv and routing.csv have an end");
    date_format(edit->end_on, day);
    row_cell_set(row, "valid_to", text_of(day));
    return row_list_add(&job->edited->rows, row, job->arena) ? STATUS_OK : full(job);
}

static enum status apply_edit(struct job *job, int32_t number)
{
    const struct edit *edit = &job->edits->items[number];
    struct master_row *row = find_row(job, edit);
    if (edit->action == EDIT_SAVE)
        return apply_save(job, number, row);
    if (!row)
        return no_row(job, number);
    if (edit->action == EDIT_END)
        return apply_end(job, number, row);
    row->edit = number;
    if (edit->file == FILE_ITEMS)
        return refuse(job, STATUS_INVALID, row, "action",
                      "an item is not removed: deactivate it (DeactivateItem)");
    if (row->file == FILE_BOM && row_cell(row, "inherited_from").bytes)
        return refuse(job, STATUS_STATE_CONFLICT, row, "row",
                      "line is inherited: give the item a line of its own with the same position");
    row->gone = true;
    return STATUS_OK;
}

/* ---- variants ---- */

/* The template an item has after the edits. */
static struct text template_of(const struct job *job, const struct variant *variants, size_t count,
                               struct text item)
{
    struct text template = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (text_equal(variants[i].item, item))
            template = variants[i].template;
    }
    for (size_t i = 0; i < job->rows[FILE_ITEMS].count; i++) {
        const struct master_row *row = job->rows[FILE_ITEMS].rows[i];
        if (text_equal(row_object(row), item))
            template = row_cell(row, "template");
    }
    return template;
}

static bool overrides(const struct master_row *own, const struct master_row *line)
{
    struct text position = row_cell(own, "position");
    return position.length > 0 && text_equal(position, row_cell(line, "position")) &&
           text_equal(row_cell(own, "alternative"), row_cell(line, "alternative"));
}

static bool is_own(const struct master_row *row, struct text item)
{
    return !row->gone && text_equal(row_object(row), item) &&
           !row_cell(row, "inherited_from").bytes;
}

/* The variant's copy of the line, kept where it says the same. */
static enum status inherit_line(struct job *job, struct text item, const struct master_row *line)
{
    struct row_list *list = &job->rows[FILE_BOM];
    size_t count = list->count;
    struct master_row *copy = row_new(FILE_BOM, job->arena);
    if (!copy)
        return full(job);
    memcpy(copy->cells, line->cells, row_cell_count(FILE_BOM) * sizeof *copy->cells);
    row_cell_set(copy, "parent", item);
    row_cell_set(copy, "inherited_from", row_object(line));
    copy->edit = ROW_FOLLOWS;
    for (size_t i = 0; i < count; i++) {
        struct master_row *row = list->rows[i];
        if (!row->gone || row->edit != ROW_FOLLOWS || !text_equal(row_object(row), item))
            continue;
        copy->old = row->old;
        if (row_changed(copy)) {
            copy->old = NULL;
            continue;
        }
        row->gone = false;
        row->edit = ROW_UNTOUCHED;
        return STATUS_OK;
    }
    job->edited->inherited_rows++;
    return row_list_add(list, copy, job->arena) ? STATUS_OK : full(job);
}

/* All copies go, then those that are still wanted come back. */
static enum status inherit(struct job *job, struct text item, struct text template)
{
    struct row_list *list = &job->rows[FILE_BOM];
    size_t count = list->count;
    for (size_t i = 0; i < count; i++) {
        struct master_row *row = list->rows[i];
        if (row->gone || !text_equal(row_object(row), item) ||
            !row_cell(row, "inherited_from").bytes)
            continue;
        row->gone = true;
        row->edit = ROW_FOLLOWS;
    }
    for (size_t i = 0; template.length > 0 && i < count; i++) {
        const struct master_row *line = list->rows[i];
        bool overridden = false;
        if (!is_own(line, template))
            continue;
        for (size_t k = 0; k < count; k++)
            overridden |= is_own(list->rows[k], item) && overrides(list->rows[k], line);
        enum status status = overridden ? STATUS_OK : inherit_line(job, item, line);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_templates(struct job *job, const struct variant *variants, size_t count)
{
    for (size_t i = 0; i < job->rows[FILE_ITEMS].count; i++) {
        const struct master_row *row = job->rows[FILE_ITEMS].rows[i];
        struct text template = row_cell(row, "template");
        if (row->edit < 0 || !gains_template(&job->edits->items[row->edit]) || !template.bytes)
            continue;
        if (!row->old)
            return refuse(job, STATUS_INVALID, row, "template",
                          "item is new: save it first, then name its template");
        if (template_of(job, variants, count, template).bytes)
            return refuse(job, STATUS_INVALID, row, "template",
                          "the template is itself a variant; name an item that has none");
        for (size_t k = 0; k < count; k++) {
            if (text_equal(variants[k].template, row_object(row)))
                return refuse(job, STATUS_INVALID, row, "template",
                              "item is the template of others and cannot be a variant");
        }
    }
    return STATUS_OK;
}

static enum status inherit_all(struct job *job, const struct variant *variants, size_t count)
{
    enum status status = check_templates(job, variants, count);
    for (size_t i = 0; status == STATUS_OK && i < job->bills.count; i++) {
        struct text item = job->bills.codes[i];
        struct text template = template_of(job, variants, count, item);
        bool was = false;
        for (size_t k = 0; k < count; k++)
            was |= text_equal(variants[k].item, item);
        if (was || template.bytes)
            status = inherit(job, item, template);
    }
    return status;
}

/* ---- checks ---- */

static enum status wrong_line(struct job *job, const struct row_file *file,
                              const struct plant_wrong *wrong)
{
    const struct master_row *row = NULL;
    if (wrong->line >= 2 && wrong->line - 2 < file->count)
        row = file->row_of[wrong->line - 2];
    return refuse(job, STATUS_INVALID, row, wrong->column, wrong->message);
}

static uint32_t edited_count(const struct row_file *file)
{
    uint32_t count = 0;
    while (count < file->count && file->row_of[count]->edit >= 0)
        count++;
    return count;
}

/* Items stand alone: the reader needs no other file for them. */
static enum status check_items(struct job *job)
{
    struct row_file file;
    struct plant *plant = NULL;
    struct fault fault = {0};
    struct plant_wrong wrong;
    struct row_list *list = &job->rows[FILE_ITEMS];
    if (list->count == 0)
        return STATUS_OK;
    if (!row_write(list->rows, list->count, FILE_ITEMS, job->arena, &file))
        return full(job);
    struct plant_reader *reader = plant_reader_new(64 * MIB);
    bool taken = reader && plant_reader_take(reader, "items.csv", file.bytes);
    if (reader)
        plant_reader_is_part(reader);
    enum status status = taken ? plant_reader_finish(reader, &plant, &fault) : STATUS_LIMIT;
    if (status == STATUS_INVALID) {
        plant_wrong_parse(plant_reader_error(reader, 0), FILE_ITEMS, &wrong);
        status = wrong_line(job, &file, &wrong);
    } else if (status != STATUS_OK) {
        status = full(job);
    }
    plant_reader_free(&reader);
    plant_free(&plant);
    return status;
}

static enum status check_words(struct job *job)
{
    const struct row_list *units = &job->rows[FILE_UNITS];
    for (size_t i = 0; i < units->count; i++) {
        struct text rounding = row_cell(units->rows[i], "rounding");
        if (rounding.bytes && !text_is(rounding, "up") && !text_is(rounding, "nearest") &&
            !text_is(rounding, "down"))
            return refuse(job, STATUS_INVALID, units->rows[i], "rounding",
                          "rounding is not one of up, nearest, down");
    }
    for (size_t i = 0; i < job->rows[FILE_ITEMS].count; i++) {
        struct text active = row_cell(job->rows[FILE_ITEMS].rows[i], "active");
        if (!text_is(active, "true") && !text_is(active, "false"))
            return refuse(job, STATUS_INVALID, job->rows[FILE_ITEMS].rows[i], "active",
                          "active is not one of true, false");
    }
    return STATUS_OK;
}

/* The rows of a file read against the plant in memory. */
static enum status read_file(struct job *job, enum plant_file_id id, struct row_file *file,
                             struct plant *rows)
{
    struct plant_wrong wrong;
    const struct row_list *list = &job->rows[id];
    if (!row_write(list->rows, list->count, id, job->arena, file))
        return full(job);
    enum status status =
        plant_read_rows(master_plant(job->master), id, file->bytes, job->arena, rows, &wrong);
    if (status == STATUS_INVALID)
        return wrong_line(job, file, &wrong);
    return status == STATUS_OK ? STATUS_OK : full(job);
}

static enum status load_inactive(struct job *job, const struct row_file *file,
                                 struct code_list *inactive)
{
    uint32_t edited = edited_count(file);
    struct code_list components = {arena_alloc(job->arena, edited + 1, sizeof *components.codes),
                                   0};
    if (!components.codes)
        return full(job);
    for (uint32_t i = 0; i < edited; i++)
        components.codes[components.count++] = row_cell(file->row_of[i], "component");
    code_list_sort(&components);
    return edit_load_inactive(job->keyed->sql, job->keyed->plant, &components, job->arena, inactive,
                              job->fault);
}

static enum status wrong_row(struct job *job, const struct row_file *file,
                             const struct bill_wrong *wrong)
{
    ASSERT(wrong->row < file->count);
    return refuse(job, STATUS_INVALID, file->row_of[wrong->row], wrong->column, wrong->message);
}

static enum status check_lines(struct job *job, const struct row_file *file,
                               const struct plant *rows, const struct code_list *inactive)
{
    struct bill_wrong wrong;
    uint32_t count = rows->bom_lines_count;
    bool *off = arena_alloc(job->arena, (size_t)count + 1, sizeof *off);
    if (!off)
        return full(job);
    ASSERT(count == file->count);
    struct bill_lines lines = {rows, edited_count(file), off};
    for (uint32_t i = 0; i < count; i++) {
        struct text component = row_cell(file->row_of[i], "component");
        const struct text *old = file->row_of[i]->old;
        uint32_t cell = row_cell_find(FILE_BOM, text_of("component"));
        bool same = old && text_equal(old[cell], component);
        off[i] = !same && code_list_has(inactive, component);
    }
    /* copies of lines are checked like the lines that they follow */
    while (lines.edited < count && file->row_of[lines.edited]->edit == ROW_FOLLOWS)
        lines.edited++;
    return bill_check(&lines, &wrong) ? STATUS_OK : wrong_row(job, file, &wrong);
}

/* ---- bills as the graph wants them ---- */

static int compare_parents(const void *a, const void *b)
{
    const struct bom_line *left = a;
    const struct bom_line *right = b;
    return (left->parent > right->parent) - (left->parent < right->parent);
}

static const struct master_row *row_of_parent(const struct job *job, const struct row_file *file,
                                              uint32_t parent)
{
    const struct plant *plant = master_plant(job->master);
    for (size_t i = 0; i < file->count; i++) {
        if (text_is(row_object(file->row_of[i]), plant_item_code(plant, parent)))
            return file->row_of[i];
    }
    return NULL;
}

static enum status check_loops(struct job *job, const struct row_file *file, struct plant *rows)
{
    struct bom_bill *bills =
        arena_alloc(job->arena, (size_t)rows->bom_lines_count + 1, sizeof *bills);
    size_t count = 0;
    size_t which;
    struct fault fault = {0};
    if (!bills)
        return full(job);
    if (rows->bom_lines_count > 1)
        qsort(rows->bom_lines, rows->bom_lines_count, sizeof *rows->bom_lines, compare_parents);
    for (uint32_t i = 0; i < rows->bom_lines_count; i++) {
        const struct bom_line *line = &rows->bom_lines[i];
        if (count == 0 || bills[count - 1].parent != line->parent)
            bills[count++] = (struct bom_bill){line->parent, line, 0, rows->bom_terms};
        bills[count - 1].line_count++;
    }
    enum status status = bom_patch_check(master_patch(job->master), bills, count, &which, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    return refuse(job, status, row_of_parent(job, file, bills[which].parent), "component",
                  fault.message);
}

static enum status check_bills(struct job *job)
{
    struct row_file file;
    struct plant rows;
    struct code_list inactive;
    if (job->rows[FILE_BOM].count == 0)
        return STATUS_OK;
    enum status status = read_file(job, FILE_BOM, &file, &rows);
    if (status == STATUS_OK)
        status = load_inactive(job, &file, &inactive);
    if (status == STATUS_OK)
        status = check_lines(job, &file, &rows, &inactive);
    return status == STATUS_OK ? check_loops(job, &file, &rows) : status;
}

static enum status check_others(struct job *job)
{
    struct row_file file;
    struct plant rows;
    struct bill_wrong wrong;
    enum status status = STATUS_OK;
    if (job->rows[FILE_UNITS].count > 0)
        status = read_file(job, FILE_UNITS, &file, &rows);
    if (status != STATUS_OK || job->rows[FILE_ROUTING].count == 0)
        return status;
    status = read_file(job, FILE_ROUTING, &file, &rows);
    if (status != STATUS_OK)
        return status;
    return bill_check_operations(&rows, edited_count(&file), &wrong)
               ? STATUS_OK
               : wrong_row(job, &file, &wrong);
}

/* The master in memory is held alone: new texts are added to it. */
static enum status check(struct job *job)
{
    enum status status = check_items(job);
    if (status == STATUS_OK)
        status = check_words(job);
    if (status != STATUS_OK)
        return status;
    master_hold_alone(job->master);
    status = check_bills(job);
    if (status == STATUS_OK)
        status = check_others(job);
    master_release(job->master);
    return status;
}

/* ---- writing ---- */

static enum status number_rows(struct job *job)
{
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        enum plant_file_id file = editable[f];
        int64_t last = -1;
        if (file == FILE_ITEMS)
            continue;
        for (size_t i = 0; i < job->rows[file].count; i++) {
            struct master_row *row = job->rows[file].rows[i];
            if (row->gone || row->row_no != 0)
                continue;
            enum status status = last >= 0 ? STATUS_OK
                                           : edit_last_row(job->keyed->sql, job->keyed->plant, file,
                                                           job->arena, &last, job->fault);
            if (status != STATUS_OK)
                return status;
            row->row_no = ++last;
        }
    }
    return STATUS_OK;
}

static enum status changed_rows(struct job *job, struct row_list *changed)
{
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        const struct row_list *list = &job->rows[editable[f]];
        for (size_t i = 0; i < list->count; i++) {
            struct master_row *row = list->rows[i];
            bool never = row->gone && !row->old;
            if (!never && row_changed(row) && !row_list_add(changed, row, job->arena))
                return full(job);
        }
    }
    return STATUS_OK;
}

static enum status write_changes(struct job *job)
{
    struct row_list changed = {0};
    struct keyed *keyed = job->keyed;
    struct text body;
    enum status status = changed_rows(job, &changed);
    if (status != STATUS_OK || changed.count == 0)
        return status;
    struct edit_write write = {.plant = keyed->plant,
                               .change_id = job->edits->change_id.bytes ? job->edits->change_id
                                                                        : text_of(""),
                               .principal = text_of(keyed->request->principal.name),
                               .rows = changed.rows,
                               .count = changed.count};
    write.object = write.change_id.length > 0 ? write.change_id : row_object(changed.rows[0]);
    status = edit_write_rows(keyed->sql, &write, job->arena, job->fault);
    if (status == STATUS_OK)
        status = edit_take_seq(keyed->sql, &write, job->arena, job->fault);
    if (status == STATUS_OK)
        status = encode_master_changed(&write, job->arena, &body, job->fault);
    if (status == STATUS_OK)
        status = edit_write_event(keyed->sql, &write, body, job->arena, job->fault);
    job->edited->change_seq = write.change_seq;
    keyed->told = status == STATUS_OK;
    return status;
}

static enum status run(struct job *job)
{
    struct variant *variants = NULL;
    size_t variant_count = 0;
    enum status status = load(job, &variants, &variant_count);
    for (size_t i = 0; status == STATUS_OK && i < job->edits->count; i++)
        status = apply_edit(job, (int32_t)i);
    if (status == STATUS_OK)
        status = inherit_all(job, variants, variant_count);
    if (status == STATUS_OK)
        status = check(job);
    if (status == STATUS_OK)
        status = number_rows(job);
    return status == STATUS_OK && !job->edits->dry_run ? write_changes(job) : status;
}

enum status edit_apply(struct keyed *keyed, const struct edits *edits, struct edited *edited,
                       struct fault *fault)
{
    struct job job = {
        .keyed = keyed, .edits = edits, .edited = edited, .arena = keyed->arena, .fault = fault};
    *edited = (struct edited){0};
    enum status status = edit_lock_gate(keyed->sql, keyed->plant, keyed->arena, fault);
    if (status == STATUS_OK)
        status = master_catch_up(keyed->service->cache, keyed->sql, keyed->plant, keyed->arena,
                                 &job.master, fault);
    if (status != STATUS_OK)
        return status;
    keyed->again = job.master == NULL;
    return keyed->again ? STATUS_OK : run(&job);
}
