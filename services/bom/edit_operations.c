#include "services/bom/editing.h"

#include <stdio.h>
#include <string.h>

/* Which operations there are once the edits are made, and which lines of bills name them. */

static uint32_t operation_cell(const char *column)
{
    return row_cell_find(FILE_ROUTING, text_of(column));
}

/* Does a line that is edited name an operation? */
static bool lines_name_operations(const struct edit_job *job)
{
    const struct row_list *bills = &job->reads.rows[FILE_BOM];
    bool named = false;
    for (size_t i = 0; i < bills->count; i++) {
        const struct master_row *row = bills->rows[i];
        named |= !row->gone && row->edit >= 0 && row_cell(row, "operation").length > 0;
    }
    return named;
}

static void mark(const struct plant *plant, struct text code, bool as, bool *marked)
{
    uint32_t item = plant_item_find(plant, code);
    if (item != NO_INDEX)
        marked[item] = as;
}

/* By item: are its operations to be taken from memory?  Those of edited routings were read. */
static bool *items_to_take(const struct edit_job *job, const struct plant *plant)
{
    const struct row_list *read = &job->reads.rows[FILE_ROUTING];
    uint32_t item = operation_cell("item");
    bool *take = arena_alloc(job->arena, (size_t)plant->items_count + 1, sizeof *take);
    if (!take)
        return NULL;
    memset(take, 0, plant->items_count);
    for (size_t i = 0; i < job->bills.count; i++)
        mark(plant, job->bills.codes[i], true, take);
    for (size_t i = 0; i < read->count; i++) {
        if (read->rows[i]->old)
            mark(plant, read->rows[i]->old[item], false, take);
    }
    return take;
}

static void take_operations(const struct plant *from, const bool *take, struct plant *to)
{
    for (uint32_t i = 0; i < from->operations_count; i++) {
        if (!take || take[from->operations[i].item])
            to->operations[to->operations_count++] = from->operations[i];
    }
}

enum status edit_route(struct edit_job *job, const struct plant *rows)
{
    const struct plant *plant = master_plant(job->master);
    bool from_memory = lines_name_operations(job);
    uint32_t room =
        (from_memory ? plant->operations_count : 0) + (rows ? rows->operations_count : 0);
    const bool *take = from_memory ? items_to_take(job, plant) : NULL;
    job->routed = *plant;
    job->routed.operations_count = 0;
    job->routed.operations = arena_alloc(job->arena, (size_t)room + 1, sizeof *plant->operations);
    if (!job->routed.operations || (from_memory && !take))
        return edit_full(job);
    if (from_memory)
        take_operations(plant, take, &job->routed);
    if (rows)
        take_operations(rows, NULL, &job->routed);
    job->routings.plant = &job->routed;
    job->routings.order = bill_routing_order(&job->routed, job->arena);
    return job->routings.order ? STATUS_OK : edit_full(job);
}

/* ---- operations that are gone ---- */

static bool names(const struct plant *plant, uint32_t line, uint32_t item, uint32_t code)
{
    const struct bom_terms *terms = plant_bom_terms(plant, &plant->bom_lines[line]);
    return plant->bom_lines[line].parent == item && terms->operation == code &&
           terms->inherited_from == 0;
}

/* A component whose line names the operation; NO_INDEX: none does. */
static uint32_t find_named(const struct edit_job *job, const struct plant *bills, uint32_t item,
                           uint32_t code)
{
    const struct bom_graph *graph = master_graph(job->master);
    struct text parent = text_of(plant_item_code(graph->plant, item));
    bool read = bills && code_list_has(&job->bills, parent);
    for (uint32_t i = 0; read && i < bills->bom_lines_count; i++) {
        if (names(bills, i, item, code))
            return bills->bom_lines[i].component;
    }
    for (uint32_t k = graph->below_first[item]; !read && k < graph->below_end[item]; k++) {
        if (names(graph->plant, graph->below[k], item, code))
            return graph->plant->bom_lines[graph->below[k]].component;
    }
    return NO_INDEX;
}

static enum status check_gone(struct edit_job *job, const struct plant *bills,
                              const struct master_row *row)
{
    const struct plant *plant = master_plant(job->master);
    struct text code = row->old[operation_cell("operation")];
    uint32_t item = plant_item_find(plant, row->old[operation_cell("item")]);
    uint32_t number = names_find(plant->texts, code);
    char message[256];
    if (item == NO_INDEX || number == NAMES_NONE ||
        bill_has_operation(&job->routings, item, number))
        return STATUS_OK;
    uint32_t component = find_named(job, bills, item, number);
    if (component == NO_INDEX)
        return STATUS_OK;
    snprintf(message, sizeof message,
             "operation \"%.*s\" consumes component \"%s\" of item \"%s\": give that line another "
             "operation first",
             (int)code.length, code.bytes, plant_item_code(plant, component),
             plant_item_code(plant, item));
    return edit_refuse(job, STATUS_INVALID, row, row->gone ? "row" : "operation", message);
}

enum status edit_check_lost(struct edit_job *job, const struct plant *bills)
{
    const struct row_list *read = &job->reads.rows[FILE_ROUTING];
    for (size_t i = 0; i < read->count; i++) {
        const struct master_row *row = read->rows[i];
        bool edited = row->edit >= 0 && row->old;
        enum status status = edited ? check_gone(job, bills, row) : STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
