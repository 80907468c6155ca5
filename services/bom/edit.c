#include "services/bom/edit_codec.h"
#include "services/bom/editing.h"

#include <stdio.h>
#include <string.h>

#define FIELD_MAX 64

static const enum plant_file_id editable[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING};

enum status edit_full(struct edit_job *job)
{
    return fault_set(job->fault, STATUS_LIMIT, "", "change does not fit in memory");
}

/* "edits[2].qty", or "qty" of a single edit. */
static const char *field_of(const struct edit_job *job, int32_t edit, const char *column,
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

enum status edit_refuse(struct edit_job *job, enum status status, const struct master_row *row,
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
static enum status concerned(struct edit_job *job, enum plant_file_id file, struct code_list *list)
{
    const struct edits *edits = job->edits;
    int64_t *numbers = arena_alloc(job->arena, edits->count + 1, sizeof *numbers);
    struct text *found = NULL;
    size_t number_count = 0;
    size_t found_count = 0;
    list->codes = arena_alloc(job->arena, 2 * edits->count + 1, sizeof *list->codes);
    list->count = 0;
    if (!numbers || !list->codes)
        return edit_full(job);
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
bool edit_gains_template(const struct edit *edit)
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
static enum status widen(struct edit_job *job, struct variant **variants, size_t *variant_count)
{
    struct code_list *bills = &job->bills;
    size_t room = bills->count + 2 * job->edits->count;
    struct code_list wide = {arena_alloc(job->arena, room + 1, sizeof *wide.codes), 0};
    if (!wide.codes)
        return edit_full(job);
    memcpy(wide.codes, bills->codes, bills->count * sizeof *wide.codes);
    wide.count = bills->count;
    for (size_t i = 0; i < job->edits->count; i++) {
        const struct edit *edit = &job->edits->items[i];
        struct text template = edit_cell(edit, "template");
        if (!edit_gains_template(edit))
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
        return edit_full(job);
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

static enum status load(struct edit_job *job, struct variant **variants, size_t *variant_count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(editable); i++) {
        enum plant_file_id file = editable[i];
        struct code_list objects = {NULL, 0};
        bool any = false;
        for (size_t k = 0; k < job->edits->count; k++)
            any |= job->edits->items[k].file == file ||
                   (file == FILE_BOM && edit_gains_template(&job->edits->items[k]));
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

static struct master_row *find_row(const struct edit_job *job, const struct edit *edit)
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

static enum status no_row(struct edit_job *job, int32_t number)
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

static enum status set_cells(struct edit_job *job, const struct edit *edit, struct master_row *row)
{
    char shown[64];
    for (size_t i = 0; i < edit->cell_count; i++) {
        struct text column = edit->cells[i].column;
        uint32_t cell = row_cell_find(row->file, column);
        snprintf(shown, sizeof shown, "%.*s", (int)column.length, column.bytes);
        if (cell == row_cell_count(row->file) || text_is(column, "inherited_from"))
            return edit_refuse(job, STATUS_INVALID, row, shown, "column is unknown");
        if (has_break(edit->cells[i].value))
            return edit_refuse(job, STATUS_INVALID, row, shown, "value has a line break");
        row_cell_set(row, row_cell_name(row->file, cell), edit->cells[i].value);
    }
    return STATUS_OK;
}

/* A variant's copy that is edited becomes its own line. */
static enum status apply_save(struct edit_job *job, int32_t number, struct master_row *row)
{
    const struct edit *edit = &job->edits->items[number];
    if (!row && edit->row_no > 0 && edit->file != FILE_ITEMS)
        return no_row(job, number);
    if (!row) {
        row = row_new(edit->file, job->arena);
        if (!row || !row_list_add(&job->rows[edit->file], row, job->arena))
            return edit_full(job);
        row->row_no = edit->forced_row_no;
        if (edit->file == FILE_ITEMS)
            row_cell_set(row, "active", text_of("true"));
    }
    row->edit = number;
    if (row->file == FILE_BOM)
        row_cell_set(row, "inherited_from", text_of(""));
    if (!row_list_add(&job->edited->rows, row, job->arena))
        return edit_full(job);
    return set_cells(job, edit, row);
}

static enum status apply_end(struct edit_job *job, int32_t number, struct master_row *row)
{
    const struct edit *edit = &job->edits->items[number];
    char *day = arena_alloc(job->arena, DATE_TEXT_MAX, 1);
    if (!day)
        return edit_full(job);
    row->edit = number;
    if (edit->file != FILE_BOM && edit->file != FILE_ROUTING)
        return edit_refuse(job, STATUS_INVALID, row, "action",
                           "only lines of bom.csv and routing.csv have an end");
    date_format(edit->end_on, day);
    row_cell_set(row, "valid_to", text_of(day));
    return row_list_add(&job->edited->rows, row, job->arena) ? STATUS_OK : edit_full(job);
}

static enum status apply_edit(struct edit_job *job, int32_t number)
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
        return edit_refuse(job, STATUS_INVALID, row, "action",
                           "an item is not removed: deactivate it (DeactivateItem)");
    if (row->file == FILE_BOM && row_cell(row, "inherited_from").bytes)
        return edit_refuse(
            job, STATUS_STATE_CONFLICT, row, "row",
            "line is inherited: give the item a line of its own with the same position");
    row->gone = true;
    return STATUS_OK;
}

/* ---- writing ---- */

static enum status number_rows(struct edit_job *job)
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

static enum status changed_rows(struct edit_job *job, struct row_list *changed)
{
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        const struct row_list *list = &job->rows[editable[f]];
        for (size_t i = 0; i < list->count; i++) {
            struct master_row *row = list->rows[i];
            bool never = row->gone && !row->old;
            if (!never && row_changed(row) && !row_list_add(changed, row, job->arena))
                return edit_full(job);
        }
    }
    return STATUS_OK;
}

static enum status write_changes(struct edit_job *job)
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

static enum status run(struct edit_job *job)
{
    struct variant *variants = NULL;
    size_t variant_count = 0;
    enum status status = load(job, &variants, &variant_count);
    for (size_t i = 0; status == STATUS_OK && i < job->edits->count; i++)
        status = apply_edit(job, (int32_t)i);
    if (status == STATUS_OK)
        status = edit_inherit(job, variants, variant_count);
    if (status == STATUS_OK)
        status = edit_check(job);
    if (status == STATUS_OK)
        status = number_rows(job);
    return status == STATUS_OK && !job->edits->dry_run ? write_changes(job) : status;
}

enum status edit_apply(struct keyed *keyed, const struct edits *edits, struct edited *edited,
                       struct fault *fault)
{
    struct edit_job job = {
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
