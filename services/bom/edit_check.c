#include "common/bom/bom_patch.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
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
    struct row_list *list = &job->reads.rows[FILE_ITEMS];
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
    const struct row_list *units = &job->reads.rows[FILE_UNITS];
    for (size_t i = 0; i < units->count; i++) {
        struct text rounding = row_cell(units->rows[i], "rounding");
        if (rounding.bytes && !text_is(rounding, "up") && !text_is(rounding, "nearest") &&
            !text_is(rounding, "down"))
            return edit_refuse(job, STATUS_INVALID, units->rows[i], "rounding",
                               "rounding is not one of up, nearest, down");
    }
    for (size_t i = 0; i < job->reads.rows[FILE_ITEMS].count; i++) {
        struct text active = row_cell(job->reads.rows[FILE_ITEMS].rows[i], "active");
        if (!text_is(active, "true") && !text_is(active, "false"))
            return edit_refuse(job, STATUS_INVALID, job->reads.rows[FILE_ITEMS].rows[i], "active",
                               "active is not one of true, false");
    }
    return STATUS_OK;
}

/* The rows of a file read against the plant in memory. */
static enum status read_file(struct edit_job *job, enum plant_file_id id, struct row_file *file,
                             struct plant *rows)
{
    struct plant_wrong wrong;
    const struct row_list *list = &job->reads.rows[id];
    if (!row_write(list->rows, list->count, id, job->arena, file))
        return edit_full(job);
    enum status status =
        plant_read_rows(master_plant(job->master), id, file->bytes, job->arena, rows, &wrong);
    if (status == STATUS_INVALID)
        return wrong_line(job, file, &wrong);
    return status == STATUS_OK ? STATUS_OK : edit_full(job);
}

static enum status wrong_row(struct edit_job *job, const struct row_file *file,
                             const struct bill_wrong *wrong)
{
    ASSERT(wrong->row < file->count);
    return edit_refuse(job, STATUS_INVALID, file->row_of[wrong->row], wrong->column,
                       wrong->message);
}

static enum status check_lines(struct edit_job *job, const struct row_file *file,
                               const struct plant *rows)
{
    struct bill_wrong wrong;
    uint32_t count = rows->bom_lines_count;
    bool *off = arena_alloc(job->arena, (size_t)count + 1, sizeof *off);
    struct bill_lines lines = {.plant = rows,
                               .edited = edited_count(file),
                               .order = bill_line_order(rows, job->arena),
                               .inactive = off,
                               .routings = &job->routings};
    if (!off || !lines.order)
        return edit_full(job);
    ASSERT(count == file->count);
    for (uint32_t i = 0; i < count; i++) {
        struct text component = row_cell(file->row_of[i], "component");
        const struct text *old = file->row_of[i]->old;
        uint32_t cell = row_cell_find(FILE_BOM, text_of("component"));
        bool same = old && text_equal(old[cell], component);
        off[i] = !same && code_list_has(&job->reads.inactive, component);
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
                               const struct plant *rows)
{
    size_t which;
    struct fault fault = {0};
    if (!bill_cut(rows, job->bills.codes, job->bills.count, job->arena, &job->cut))
        return edit_full(job);
    enum status status =
        bom_patch_check(master_patch(job->master), job->cut.bills, job->cut.count, &which, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    return edit_refuse(job, status, row_of_parent(job, file, job->cut.bills[which].parent),
                       "component", fault.message);
}

static enum status check_bills(struct edit_job *job, const struct row_file *file,
                               const struct plant *rows)
{
    enum status status = check_lines(job, file, rows);
    return status == STATUS_OK ? check_loops(job, file, rows) : status;
}

static enum status check_operations(struct edit_job *job, const struct row_file *file,
                                    const struct plant *rows)
{
    struct bill_wrong wrong;
    const struct bill_routings routings = {rows, bill_routing_order(rows, job->arena)};
    if (!routings.order)
        return edit_full(job);
    return bill_check_operations(&routings, edited_count(file), &wrong)
               ? STATUS_OK
               : wrong_row(job, file, &wrong);
}

/* Bills and routings name each other: both are read before they are checked. */
static enum status check_structure(struct edit_job *job)
{
    struct row_file bill_file;
    struct row_file routing_file;
    struct plant bills;
    struct plant routing;
    bool has_bills = job->reads.rows[FILE_BOM].count > 0;
    bool has_routing = job->reads.rows[FILE_ROUTING].count > 0;
    enum status status = STATUS_OK;
    if (has_routing)
        status = read_file(job, FILE_ROUTING, &routing_file, &routing);
    if (status == STATUS_OK && has_routing)
        status = check_operations(job, &routing_file, &routing);
    if (status == STATUS_OK && has_bills)
        status = read_file(job, FILE_BOM, &bill_file, &bills);
    if (status == STATUS_OK)
        status = edit_route(job, has_routing ? &routing : NULL);
    if (status == STATUS_OK && has_bills)
        status = check_bills(job, &bill_file, &bills);
    return status == STATUS_OK && has_routing ? edit_check_lost(job, has_bills ? &bills : NULL)
                                              : status;
}

static enum status check_others(struct edit_job *job)
{
    struct row_file file;
    struct plant rows;
    enum status status = STATUS_OK;
    if (job->reads.rows[FILE_UNITS].count > 0)
        status = read_file(job, FILE_UNITS, &file, &rows);
    if (status == STATUS_OK && job->reads.rows[FILE_SUPPLIERS].count > 0)
        status = read_file(job, FILE_SUPPLIERS, &file, &rows);
    return status;
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
    status = check_structure(job);
    if (status == STATUS_OK)
        status = check_others(job);
    master_release(job->master);
    return status;
}
