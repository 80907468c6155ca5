#include "common/base/sort.h"
#include "services/bom/editing.h"

#include <string.h>

/* The template an item has after the edits. */
static struct text template_of(const struct edit_job *job, struct text item)
{
    const struct variant *variants = job->reads.variants;
    struct text template = {NULL, 0};
    for (size_t i = 0; i < job->reads.variant_count; i++) {
        if (text_equal(variants[i].item, item))
            template = variants[i].template;
    }
    for (size_t i = 0; i < job->reads.rows[FILE_ITEMS].count; i++) {
        const struct master_row *row = job->reads.rows[FILE_ITEMS].rows[i];
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

/* The rows of one bill, as they were read. */
struct range {
    struct master_row **rows;
    size_t count;
};

static int compare_objects(const void *context, uint32_t a, uint32_t b)
{
    struct master_row *const *rows = context;
    return text_cmp(row_object(rows[a]), row_object(rows[b]));
}

/* The bill's rows by parent, each parent's in the order of its rows. */
static bool sort_bills(struct edit_job *job)
{
    const struct row_list *list = &job->reads.rows[FILE_BOM];
    uint32_t *numbers = arena_alloc(job->arena, list->count + 1, sizeof *numbers);
    uint32_t *spare = arena_alloc(job->arena, list->count + 1, sizeof *spare);
    job->by_parent = arena_alloc(job->arena, list->count + 1, sizeof *job->by_parent);
    if (!numbers || !spare || !job->by_parent)
        return false;
    for (uint32_t i = 0; i < list->count; i++)
        numbers[i] = i;
    sort_u32(numbers, spare, list->count, compare_objects, list->rows);
    for (size_t i = 0; i < list->count; i++)
        job->by_parent[i] = list->rows[numbers[i]];
    job->by_parent_count = list->count;
    return true;
}

static struct range bill_of(const struct edit_job *job, struct text item)
{
    size_t low = 0;
    size_t high = job->by_parent_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(row_object(job->by_parent[middle]), item) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct range range = {job->by_parent + low, 0};
    while (low + range.count < job->by_parent_count &&
           text_equal(row_object(range.rows[range.count]), item))
        range.count++;
    return range;
}

/* The variant's copy of the line, kept where it says the same. */
static enum status inherit_line(struct edit_job *job, const struct range *own, struct text item,
                                const struct master_row *line)
{
    struct master_row *copy = row_new(FILE_BOM, job->arena);
    if (!copy)
        return edit_full(job);
    memcpy(copy->cells, line->cells, row_cell_count(FILE_BOM) * sizeof *copy->cells);
    row_cell_set(copy, "parent", item);
    row_cell_set(copy, "inherited_from", row_object(line));
    copy->edit = ROW_FOLLOWS;
    for (size_t i = 0; i < own->count; i++) {
        struct master_row *row = own->rows[i];
        if (!row->gone || row->edit != ROW_FOLLOWS)
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
    return row_list_add(&job->reads.rows[FILE_BOM], copy, job->arena) ? STATUS_OK : edit_full(job);
}

/* All copies go, then those that are still wanted come back. */
static enum status inherit(struct edit_job *job, struct text item, struct text template)
{
    const struct range own = bill_of(job, item);
    const struct range lines = template.length > 0 ? bill_of(job, template) : (struct range){0};
    for (size_t i = 0; i < own.count; i++) {
        struct master_row *row = own.rows[i];
        if (row->gone || !row_cell(row, "inherited_from").bytes)
            continue;
        row->gone = true;
        row->edit = ROW_FOLLOWS;
    }
    for (size_t i = 0; i < lines.count; i++) {
        bool overridden = false;
        if (!is_own(lines.rows[i], template))
            continue;
        for (size_t k = 0; k < own.count; k++)
            overridden |= is_own(own.rows[k], item) && overrides(own.rows[k], lines.rows[i]);
        enum status status = overridden ? STATUS_OK : inherit_line(job, &own, item, lines.rows[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_templates(struct edit_job *job)
{
    for (size_t i = 0; i < job->reads.rows[FILE_ITEMS].count; i++) {
        const struct master_row *row = job->reads.rows[FILE_ITEMS].rows[i];
        struct text template = row_cell(row, "template");
        if (row->edit < 0 || !edit_gains_template(&job->edits->items[row->edit]) || !template.bytes)
            continue;
        if (!row->old)
            return edit_refuse(job, STATUS_INVALID, row, "template",
                               "item is new: save it first, then name its template");
        if (template_of(job, template).bytes)
            return edit_refuse(job, STATUS_INVALID, row, "template",
                               "the template is itself a variant; name an item that has none");
        for (size_t k = 0; k < job->reads.variant_count; k++) {
            if (text_equal(job->reads.variants[k].template, row_object(row)))
                return edit_refuse(job, STATUS_INVALID, row, "template",
                                   "item is the template of others and cannot be a variant");
        }
    }
    return STATUS_OK;
}

enum status edit_inherit(struct edit_job *job)
{
    enum status status = check_templates(job);
    if (status == STATUS_OK && !sort_bills(job))
        return edit_full(job);
    for (size_t i = 0; status == STATUS_OK && i < job->bills.count; i++) {
        struct text item = job->bills.codes[i];
        struct text template = template_of(job, item);
        bool was = false;
        for (size_t k = 0; k < job->reads.variant_count; k++)
            was |= text_equal(job->reads.variants[k].item, item);
        if (was || template.bytes)
            status = inherit(job, item, template);
    }
    return status;
}
