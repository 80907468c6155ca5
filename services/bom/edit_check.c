#include "common/base/sort.h"
#include "common/bom/bom_patch.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "services/bom/bill_core.h"
#include "services/bom/editing.h"

#include <string.h>

static enum status wrong_line(struct edit_job *job, const struct row_file *file,
                              const struct plant_wrong *wrong)
{
    const struct master_row *row = NULL;
    if (wrong->line >= 2 && wrong->line - 2 < file->count)
        row = file->row_of[wrong->line - 2];
    return edit_refuse(job, STATUS_INVALID, row, wrong->column, wrong->message);
}

static uint32_t edited_count(const struct row_file *file)
{
    uint32_t count = 0;
    while (count < file->count && file->row_of[count]->edit >= 0)
        count++;
    return count;
}

/* Items stand alone: the reader needs no other file for them. */
static enum status check_items(struct edit_job *job)
{
    struct row_file file;
    struct plant *plant = NULL;
    struct fault fault = {0};
    struct plant_wrong wrong;
    struct row_list *list = &job->rows[FILE_ITEMS];
    if (list->count == 0)
        return STATUS_OK;
    if (!row_write(list->rows, list->count, FILE_ITEMS, job->arena, &file))
        return edit_full(job);
    struct plant_reader *reader = plant_reader_new(64 * MIB);
    bool taken = reader && plant_reader_take(reader, "items.csv", file.bytes);
    if (reader)
        plant_reader_is_part(reader);
    enum status status = taken ? plant_reader_finish(reader, &plant, &fault) : STATUS_LIMIT;
    if (status == STATUS_INVALID) {
        plant_wrong_parse(plant_reader_error(reader, 0), FILE_ITEMS, &wrong);
        status = wrong_line(job, &file, &wrong);
    } else if (status != STATUS_OK) {
        status = edit_full(job);
    }
    plant_reader_free(&reader);
    plant_free(&plant);
    return status;
}

static enum status check_words(struct edit_job *job)
{
    const struct row_list *units = &job->rows[FILE_UNITS];
    for (size_t i = 0; i < units->count; i++) {
        struct text rounding = row_cell(units->rows[i], "rounding");
        if (rounding.bytes && !text_is(rounding, "up") && !text_is(rounding, "nearest") &&
            !text_is(rounding, "down"))
            return edit_refuse(job, STATUS_INVALID, units->rows[i], "rounding",
                               "rounding is not one of up, nearest, down");
    }
    for (size_t i = 0; i < job->rows[FILE_ITEMS].count; i++) {
        struct text active = row_cell(job->rows[FILE_ITEMS].rows[i], "active");
        if (!text_is(active, "true") && !text_is(active, "false"))
            return edit_refuse(job, STATUS_INVALID, job->rows[FILE_ITEMS].rows[i], "active",
                               "active is not one of true, false");
    }
    return STATUS_OK;
}

/* The rows of a file read against the plant in memory. */
static enum status read_file(struct edit_job *job, enum plant_file_id id, struct row_file *file,
                             struct plant *rows)
{
    struct plant_wrong wrong;
    const struct row_list *list = &job->rows[id];
    if (!row_write(list->rows, list->count, id, job->arena, file))
        return edit_full(job);
    enum status status =
        plant_read_rows(master_plant(job->master), id, file->bytes, job->arena, rows, &wrong);
    if (status == STATUS_INVALID)
        return wrong_line(job, file, &wrong);
    return status == STATUS_OK ? STATUS_OK : edit_full(job);
}

static enum status load_inactive(struct edit_job *job, const struct row_file *file,
                                 struct code_list *inactive)
{
    uint32_t edited = edited_count(file);
    struct code_list components = {arena_alloc(job->arena, edited + 1, sizeof *components.codes),
                                   0};
    if (!components.codes)
        return edit_full(job);
    for (uint32_t i = 0; i < edited; i++)
        components.codes[components.count++] = row_cell(file->row_of[i], "component");
    code_list_sort(&components);
    return edit_load_inactive(job->keyed->sql, job->keyed->plant, &components, job->arena, inactive,
                              job->fault);
}

static enum status wrong_row(struct edit_job *job, const struct row_file *file,
                             const struct bill_wrong *wrong)
{
    ASSERT(wrong->row < file->count);
    return edit_refuse(job, STATUS_INVALID, file->row_of[wrong->row], wrong->column,
                       wrong->message);
}

static int compare_parents(const void *context, uint32_t a, uint32_t b)
{
    const struct plant *rows = context;
    uint32_t left = rows->bom_lines[a].parent;
    uint32_t right = rows->bom_lines[b].parent;
    return (left > right) - (left < right);
}

static uint32_t *lines_by_parent(const struct plant *rows, struct arena *arena)
{
    size_t count = rows->bom_lines_count;
    uint32_t *numbers = arena_alloc(arena, count + 1, sizeof *numbers);
    uint32_t *spare = arena_alloc(arena, count + 1, sizeof *spare);
    if (!numbers || !spare)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i;
    sort_u32(numbers, spare, count, compare_parents, rows);
    return numbers;
}

static enum status check_lines(struct edit_job *job, const struct row_file *file,
                               const struct plant *rows, const struct code_list *inactive)
{
    struct bill_wrong wrong;
    uint32_t count = rows->bom_lines_count;
    bool *off = arena_alloc(job->arena, (size_t)count + 1, sizeof *off);
    const uint32_t *order = lines_by_parent(rows, job->arena);
    if (!off || !order)
        return edit_full(job);
    ASSERT(count == file->count);
    struct bill_lines lines = {rows, edited_count(file), order, off};
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

static const struct master_row *row_of_parent(const struct edit_job *job,
                                              const struct row_file *file, uint32_t parent)
{
    const struct plant *plant = master_plant(job->master);
    for (size_t i = 0; i < file->count; i++) {
        if (text_is(row_object(file->row_of[i]), plant_item_code(plant, parent)))
            return file->row_of[i];
    }
    return NULL;
}

static enum status check_loops(struct edit_job *job, const struct row_file *file,
                               struct plant *rows)
{
    struct bom_bill *bills =
        arena_alloc(job->arena, (size_t)rows->bom_lines_count + 1, sizeof *bills);
    size_t count = 0;
    size_t which;
    struct fault fault = {0};
    if (!bills)
        return edit_full(job);
    struct bom_line *lines =
        arena_alloc(job->arena, (size_t)rows->bom_lines_count + 1, sizeof *lines);
    const uint32_t *order = lines_by_parent(rows, job->arena);
    if (!lines || !order)
        return edit_full(job);
    for (uint32_t i = 0; i < rows->bom_lines_count; i++) {
        const struct bom_line *line = &lines[i];
        lines[i] = rows->bom_lines[order[i]];
        if (count == 0 || bills[count - 1].parent != line->parent)
            bills[count++] = (struct bom_bill){line->parent, line, 0, rows->bom_terms};
        bills[count - 1].line_count++;
    }
    enum status status = bom_patch_check(master_patch(job->master), bills, count, &which, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    return edit_refuse(job, status, row_of_parent(job, file, bills[which].parent), "component",
                       fault.message);
}

static enum status check_bills(struct edit_job *job)
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

static enum status check_others(struct edit_job *job)
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
enum status edit_check(struct edit_job *job)
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
