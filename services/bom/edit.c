#include "services/bom/edit_codec.h"
#include "services/bom/editing.h"
#include "services/bom/valued_store.h"

#include <stdio.h>
#include <string.h>

#define FIELD_MAX 64

static const enum plant_file_id editable[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING,
                                              FILE_SUPPLIERS};

enum status edit_full(struct edit_job *job)
{
    return fault_set(job->fault, STATUS_LIMIT, "", "change does not fit in memory");
}

/* "edits[2].qty", or "qty" of a single edit, "lines[1].qty" of an engineering change. */
static const char *field_of(const struct edit_job *job, int32_t edit, const char *column,
                            char field[FIELD_MAX])
{
    const size_t *lines = job->edits->lines;
    if (job->edits->plain || edit < 0)
        snprintf(field, FIELD_MAX, "%s", column ? column : "");
    else
        snprintf(field, FIELD_MAX, "%s[%zu]%s%s", lines ? "lines" : "edits",
                 lines ? lines[edit] : (size_t)edit, column ? "." : "", column ? column : "");
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

/* Is the template of the item named? */
bool edit_gains_template(const struct edit *edit)
{
    return edit->file == FILE_ITEMS && edit_cell(edit, "template").bytes;
}

/* What the edits of a file name: an item by a cell, or a row by its number. */
static bool want_file(const struct edits *edits, enum plant_file_id file, struct arena *arena,
                      struct edit_wants *wants)
{
    struct text *codes = arena_alloc(arena, 3 * edits->count + 1, sizeof *codes);
    int64_t *rows = arena_alloc(arena, edits->count + 1, sizeof *rows);
    size_t count = 0;
    size_t row_count = 0;
    for (size_t i = 0; codes && rows && i < edits->count; i++) {
        const struct edit *edit = &edits->items[i];
        bool inherits = file == FILE_BOM && edit_gains_template(edit);
        struct text code = edit_cell(edit, inherits ? "item" : object_column(file));
        struct text template = inherits ? edit_cell(edit, "template") : (struct text){NULL, 0};
        if (edit->file != file && !inherits)
            continue;
        wants->of[file].any = true;
        if (code.length > 0)
            codes[count++] = code;
        if (template.length > 0)
            codes[count++] = template;
        if (edit->row_no > 0 && file != FILE_ITEMS && !inherits)
            rows[row_count++] = edit->row_no;
    }
    wants->of[file].objects = (struct code_list){codes, count};
    wants->of[file].rows = rows;
    wants->of[file].row_count = row_count;
    code_list_sort(&wants->of[file].objects);
    return codes && rows;
}

static bool want_components(const struct edits *edits, struct arena *arena,
                            struct edit_wants *wants)
{
    struct code_list *list = &wants->components;
    list->codes = arena_alloc(arena, edits->count + 1, sizeof *list->codes);
    for (size_t i = 0; list->codes && i < edits->count; i++) {
        struct text code = edits->items[i].file == FILE_BOM
                               ? edit_cell(&edits->items[i], "component")
                               : (struct text){NULL, 0};
        if (code.length > 0)
            list->codes[list->count++] = code;
    }
    code_list_sort(list);
    return list->codes != NULL;
}

static enum status want(const struct command *command, const struct edits *edits,
                        struct edit_wants *wants, struct fault *fault)
{
    bool ok = want_components(edits, command->arena, wants);
    wants->plant = command->plant;
    for (size_t i = 0; ok && i < COUNT_OF(editable); i++)
        ok = want_file(edits, editable[i], command->arena, wants);
    return ok ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

enum status edit_ask(struct command *command, const void *asked, size_t *count, struct fault *fault)
{
    struct edit_wants wants = {0};
    enum status status = want(command, asked, &wants, fault);
    return status == STATUS_OK ? edit_queue_reads(command->sql, &wants, count, fault) : status;
}

/* Every parent whose bill was read: those named, and those that share lines with them. */
static enum status gather_bills(struct edit_job *job, const struct edit_wants *wants)
{
    const struct code_list *named = &wants->of[FILE_BOM].objects;
    const struct row_list *rows = &job->reads.rows[FILE_BOM];
    const struct variant *variants = job->reads.variants;
    size_t room = named->count + rows->count + 2 * job->reads.variant_count;
    struct code_list all = {arena_alloc(job->arena, room + 1, sizeof *all.codes), named->count};
    if (!all.codes)
        return edit_full(job);
    if (named->count > 0)
        memcpy(all.codes, named->codes, named->count * sizeof *all.codes);
    for (size_t i = 0; i < rows->count; i++)
        all.codes[all.count++] = row_object(rows->rows[i]);
    for (size_t i = 0; i < job->reads.variant_count; i++) {
        all.codes[all.count++] = variants[i].item;
        all.codes[all.count++] = variants[i].template;
    }
    code_list_sort(&all);
    job->bills = all;
    return STATUS_OK;
}

static enum status read_now(struct edit_job *job, const struct edit_wants *wants, bool *gated)
{
    struct command *command = job->command;
    struct sql_rows *rows = arena_alloc(job->arena, COMMAND_ASKS_MAX, sizeof *rows);
    size_t count;
    if (!rows)
        return edit_full(job);
    enum status status = edit_queue_reads(command->sql, wants, &count, job->fault);
    if (status == STATUS_OK)
        status = sql_collect(command->sql, job->arena, rows, count, job->fault);
    return status == STATUS_OK
               ? edit_take_reads(wants, rows, job->arena, gated, &job->reads, job->fault)
               : status;
}

/* Nothing that is edited may have changed since it was read. */
static enum status check_version(struct edit_job *job, const struct edit_wants *wants)
{
    struct edit_read read = {wants->plant, job->edits->if_version, {NULL, job->bills.count}};
    size_t room = job->bills.count;
    for (size_t f = 0; f < COUNT_OF(editable); f++)
        room += wants->of[editable[f]].objects.count + job->reads.rows[editable[f]].count;
    read.objects.codes = arena_alloc(job->arena, room + 1, sizeof *read.objects.codes);
    if (!read.objects.codes)
        return edit_full(job);
    memcpy(read.objects.codes, job->bills.codes, job->bills.count * sizeof *job->bills.codes);
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        const struct code_list *named = &wants->of[editable[f]].objects;
        const struct row_list *rows = &job->reads.rows[editable[f]];
        for (size_t i = 0; i < named->count; i++)
            read.objects.codes[read.objects.count++] = named->codes[i];
        for (size_t i = 0; i < rows->count; i++)
            read.objects.codes[read.objects.count++] = row_object(rows->rows[i]);
    }
    code_list_sort(&read.objects);
    return edit_refuse_later(job->command->sql, &read, job->arena, job->fault);
}

/* Out of what the command asked first, where it did. */
static enum status load(struct edit_job *job)
{
    struct command *command = job->command;
    struct edit_wants wants = {0};
    bool gated = false;
    enum status status = want(command, job->edits, &wants, job->fault);
    if (status == STATUS_OK)
        status = command->asked ? edit_take_reads(&wants, command->asked, job->arena, &gated,
                                                  &job->reads, job->fault)
                                : read_now(job, &wants, &gated);
    if (status == STATUS_OK && !gated) {
        status = edit_make_gate(command->sql, command->plant, job->fault);
        if (status == STATUS_OK)
            status = read_now(job, &wants, &gated);
    }
    if (status == STATUS_OK)
        status = gather_bills(job, &wants);
    bool moved = job->edits->if_version > 0 && job->reads.master_seq > job->edits->if_version;
    return status == STATUS_OK && moved ? check_version(job, &wants) : status;
}

/* ---- the edits ---- */

static struct master_row *find_row(const struct edit_job *job, const struct edit *edit)
{
    const struct row_list *list = &job->reads.rows[edit->file];
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
    if (row_is_blank(row)) /* a reader of CSV would pass over it */
        return edit_refuse(job, STATUS_INVALID, row, object_column(row->file), "value is missing");
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
        if (!row || !row_list_add(&job->reads.rows[edit->file], row, job->arena))
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

static void number_rows(struct edit_job *job)
{
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        const struct row_list *list = &job->reads.rows[editable[f]];
        for (size_t i = 0; editable[f] != FILE_ITEMS && i < list->count; i++) {
            struct master_row *row = list->rows[i];
            if (!row->gone && row->row_no == 0)
                row->row_no = ++job->reads.last_row[editable[f]];
        }
    }
}

static enum status changed_rows(struct edit_job *job, struct row_list *changed)
{
    for (size_t f = 0; f < COUNT_OF(editable); f++) {
        const struct row_list *list = &job->reads.rows[editable[f]];
        for (size_t i = 0; i < list->count; i++) {
            struct master_row *row = list->rows[i];
            bool never = row->gone && !row->old;
            if (!never && row_changed(row) && !row_list_add(changed, row, job->arena))
                return edit_full(job);
        }
    }
    return STATUS_OK;
}

/* The event's number, the history, the event. */
enum status edit_tell(struct command *command, struct edit_write *write, struct fault *fault)
{
    struct text body;
    enum status status = command_take_event(command, fault);
    write->change_seq = command->event_seq;
    if (status == STATUS_OK)
        status = encode_master_changed(write, command->arena, &body, fault);
    if (status == STATUS_OK)
        status = edit_push_history(command->sql, write, fault);
    return status == STATUS_OK
               ? command_put_event(command, EVENT_MASTER_CHANGED, write->object, body, fault)
               : status;
}

/* Bills only: they are what edit_check made of them.  Of the rest the master reads what it says. */
static enum status keep_news(struct edit_job *job, const struct row_list *changed)
{
    struct command *command = job->command;
    struct bom_kept *kept = bom_keep(command);
    struct master_news *news = arena_alloc(job->arena, 1, sizeof *news);
    if (!kept || !news)
        return edit_full(job);
    for (size_t i = 0; i < changed->count; i++) {
        if (changed->rows[i]->file != FILE_BOM)
            return STATUS_OK;
    }
    *news = (struct master_news){job->master, job->reads.master_seq, command->event_seq,
                                 job->cut.bills, job->cut.count};
    kept->news = news;
    return STATUS_OK;
}

static enum status write_changes(struct edit_job *job)
{
    struct row_list changed = {0};
    struct command *command = job->command;
    enum status status = changed_rows(job, &changed);
    if (status != STATUS_OK || changed.count == 0)
        return status;
    struct edit_write write = {.plant = command->plant,
                               .change_id = job->edits->change_id.bytes ? job->edits->change_id
                                                                        : text_of(""),
                               .principal = text_of(command->request->principal.name),
                               .rows = changed.rows,
                               .count = changed.count};
    write.object = write.change_id.length > 0 ? write.change_id : row_object(changed.rows[0]);
    status = edit_push_rows(command->sql, &write, job->fault);
    if (status == STATUS_OK)
        status = edit_tell(command, &write, job->fault);
    if (status == STATUS_OK)
        status = keep_news(job, &changed);
    job->edited->change_seq = write.change_seq;
    return status;
}

/* What stock is worth stays. */
static enum status check_valued(struct edit_job *job)
{
    size_t refused;
    struct valued_refusal *refusals;
    const struct command *command = job->command;
    const struct row_list *items = &job->reads.rows[FILE_ITEMS];
    struct valued_rows rows = {items->rows, items->count};
    enum status status = valued_check(command->sql, command->plant, &rows, job->arena, &refusals,
                                      &refused, job->fault);
    if (status != STATUS_OK || refused == 0)
        return status;
    return edit_refuse(job, STATUS_STATE_CONFLICT, items->rows[refusals->row], refusals->column,
                       refusals->message);
}

static enum status run(struct edit_job *job)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < job->edits->count; i++)
        status = apply_edit(job, (int32_t)i);
    if (status == STATUS_OK)
        status = edit_inherit(job);
    if (status == STATUS_OK)
        status = edit_check(job);
    if (status == STATUS_OK)
        status = check_valued(job);
    if (status != STATUS_OK)
        return status;
    number_rows(job);
    return job->edits->dry_run ? STATUS_OK : write_changes(job);
}

enum status edit_apply(struct command *command, const struct edits *edits, struct edited *edited,
                       struct fault *fault)
{
    struct edit_job job = {.command = command,
                           .edits = edits,
                           .edited = edited,
                           .arena = command->arena,
                           .fault = fault};
    *edited = (struct edited){0};
    enum status status = load(&job);
    if (status == STATUS_OK)
        status = master_catch_up(bom_of(command)->cache, command, job.reads.master_seq, &job.master,
                                 fault);
    if (status != STATUS_OK)
        return status;
    command->again = job.master == NULL;
    return command->again ? STATUS_OK : run(&job);
}
