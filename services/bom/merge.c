#include "services/bom/merge.h"

#include "common/bom/bom_patch.h"
#include "common/ledger/command.h"
#include "common/plant/csv.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/bom/bill_core.h"
#include "services/bom/edit_codec.h"
#include "services/bom/merge_store.h"
#include "services/bom/valued_store.h"

#include <stdlib.h>
#include <string.h>

#define MERGE_PLANT_MAX (4096 * MIB)
#define MERGE_GRAPH_MAX (1024 * MIB)

struct merge {
    struct sql *sql;
    const struct merge_ask *ask;
    struct arena *arena;
    struct merge_done *done;
    struct fault *fault;
    struct merge_file *files[PLANT_FILES]; /* those that were given */
    struct text whole[PLANT_FILES];        /* of each master file, as it will be */
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "job_uuid", "import does not fit in memory");
}

static const char *file_name(enum plant_file_id file)
{
    return plant_files[file].name;
}

/* ---- what may be given ---- */

/* What changes that instead, in a plant that works. */
static const char *const instead[PLANT_FILES] = {
    [FILE_STOCK] = "Inventory.PostAdjustment, or a count",
    [FILE_DEMAND] = "Order.ImportOrders and SetForecast",
    [FILE_SUPPLY] = "Order.ImportOrders and CreateWorkOrder",
    [FILE_ORDER_COMPONENTS] = "Production.ReleaseWorkOrder and ChangeComponents",
    [FILE_MOVEMENTS] = "the postings of Inventory, Production and Receipt",
};

static void check_files(struct merge *merge)
{
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        if (merge->ask->given[file].bytes && instead[file])
            merge_error(&merge->done->errors, file_name(file), 1,
                        "the plant has data already and takes no such file: use %s", instead[file]);
        if (merge->ask->remove[file] && !merge_removable(file))
            merge_error(&merge->done->errors, file_name(file), 1,
                        "its rows are not removed: an item is deactivated (Bom.DeactivateItem)");
        else if (merge->ask->remove[file] && !merge->ask->given[file].bytes)
            merge_error(&merge->done->errors, file_name(file), 1,
                        "rows are to be removed, and the file is not given");
    }
}

/* The value of a key of plant.csv; "" none. */
static struct text fact_of(struct text csv, const char *key)
{
    struct csv *reader = calloc(1, sizeof *reader);
    struct csv_row row;
    struct text found = text_of("");
    uint32_t wanted = row_cell_find(FILE_PLANT, text_of(key));
    if (!reader)
        return found;
    csv_init(reader, csv);
    while (csv_next(reader, &row)) {
        if (!row.problem && row.count == 2 && row_cell_find(FILE_PLANT, row.fields[0]) == wanted)
            found = row.fields[1];
    }
    free(reader);
    return found;
}

static void check_name(struct merge *merge)
{
    struct text given = merge->ask->given[FILE_PLANT];
    struct text named = given.bytes ? fact_of(given, "plant") : text_of("");
    if (named.length > 0 && !text_equal(named, merge->ask->plant))
        merge_error(&merge->done->errors, file_name(FILE_PLANT), 2,
                    "plant: folder is of plant \"%.*s\", the import is into plant \"%.*s\"",
                    (int)named.length, named.bytes, (int)merge->ask->plant.length,
                    merge->ask->plant.bytes);
}

/* ---- merging ---- */

static enum status merge_one(struct merge *merge, enum plant_file_id file,
                             const struct merge_now *now, date plan_start)
{
    struct merge_file *made = arena_alloc(merge->arena, 1, sizeof *made);
    if (!made)
        return full(merge->fault);
    *made = (struct merge_file){.file = file,
                                .given = merge->ask->given[file],
                                .now = now->csv,
                                .numbers = now->numbers,
                                .number_count = now->number_count,
                                .remove = merge->ask->remove[file] && merge_removable(file),
                                .plan_start = plan_start};
    enum status status = merge_file(made, merge->arena, &merge->done->errors, merge->fault);
    merge->files[file] = made;
    merge->whole[file] = made->merged;
    merge->done->counts[file] = made->counts;
    return status;
}

static enum status merge_all(struct merge *merge)
{
    enum status status = STATUS_OK;
    date plan_start = NO_DATE;
    for (enum plant_file_id file = FILE_PLANT; status == STATUS_OK && file < PLANT_FILES; file++) {
        struct merge_now now;
        if (file != FILE_PLANT && !merge_takes(file))
            continue;
        status = merge_read(merge->sql, merge->ask->plant, file, merge->arena, &now, merge->fault);
        if (status != STATUS_OK)
            break;
        merge->whole[file] = now.csv;
        struct text start = file == FILE_PLANT ? fact_of(now.csv, "plan_start") : text_of("");
        if (start.length > 0 && !date_parse(start.bytes, start.length, &plan_start))
            plan_start = NO_DATE;
        if (file != FILE_PLANT && merge->ask->given[file].bytes)
            status = merge_one(merge, file, &now, plan_start);
    }
    return status;
}

/* ---- checking what comes out ---- */

/* The line of the given file that stands on this line of the merged one; 0: a row of the plant. */
static uint32_t given_line(const struct merge_file *file, uint32_t merged)
{
    size_t low = 0;
    size_t high = file ? file->line_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->merged_line[middle] < merged)
            low = middle + 1;
        else
            high = middle;
    }
    return file && low < file->line_count && file->merged_line[low] == merged
               ? file->lines[low].line
               : 0;
}

/* "bom.csv:17: component: ..." with the line of the file that was given. */
static void take_error(struct merge *merge, const char *error)
{
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        size_t length = strlen(file_name(file));
        char *rest;
        if (strncmp(error, file_name(file), length) != 0 || error[length] != ':')
            continue;
        uint32_t line = (uint32_t)strtoul(error + length + 1, &rest, 10);
        uint32_t given = given_line(merge->files[file], line);
        while (*rest == ':' || *rest == ' ')
            rest++;
        merge_error(&merge->done->errors, file_name(file), given > 0 ? given : 1, "%s%s",
                    given > 0 ? "" : "a row of the plant: ", rest);
        return;
    }
    merge_error(&merge->done->errors, "plant", 1, "%s", error);
}

/* *plant NULL: it has errors. */
static enum status read_whole(struct merge *merge, struct plant **plant)
{
    struct fault wrong = {0};
    struct plant_reader *reader = plant_reader_new(MERGE_PLANT_MAX);
    *plant = NULL;
    if (!reader)
        return full(merge->fault);
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        bool taken = !merge->whole[file].bytes ||
                     plant_reader_take(reader, file_name(file), merge->whole[file]);
        ASSERT(taken);
    }
    enum status status = plant_reader_finish(reader, plant, &wrong);
    bool refused = status == STATUS_INVALID || status == STATUS_BOM_CYCLE;
    for (uint32_t i = 0; refused && i < plant_reader_error_kept(reader); i++)
        take_error(merge, plant_reader_error(reader, i));
    if (status != STATUS_OK && !refused)
        *merge->fault = wrong;
    plant_reader_free(&reader);
    return refused ? STATUS_OK : status;
}

static void take_wrong(struct merge *merge, const struct merge_line *line,
                       const struct bill_wrong *wrong)
{
    merge_error(&merge->done->errors, file_name(line->row->file), line->line, "%s: %s",
                wrong->column, wrong->message);
}

/* A line that is new, or whose component is. */
static bool names_component(const struct merge_line *line)
{
    uint32_t cell = row_cell_find(FILE_BOM, text_of("component"));
    return line->fate == MERGE_ADDED || (line->fate == MERGE_CHANGED &&
                                         !text_equal(line->row->cells[cell], line->row->old[cell]));
}

/* By line: the file names a component that is not active.  NULL: no memory. */
static const bool *inactive_lines(struct merge *merge, const struct plant *plant)
{
    const struct merge_file *file = merge->files[FILE_BOM];
    bool *inactive =
        arena_alloc(merge->arena, (size_t)plant->bom_lines_count + 1, sizeof *inactive);
    for (uint32_t i = 0; inactive && i < plant->bom_lines_count; i++) {
        inactive[i] = file && i < file->line_count && names_component(&file->lines[i]) &&
                      !plant_item_params(plant, plant->bom_lines[i].component)->active;
    }
    return inactive;
}

/* Lines of the plant that name an operation which the file removes. */
static void check_lost(struct merge *merge, const struct bill_lines *lines)
{
    const struct merge_file *routing = merge->files[FILE_ROUTING];
    const struct plant *plant = lines->plant;
    struct bill_wrong wrong;
    for (uint32_t i = 0; routing && routing->gone_count > 0 && i < plant->bom_lines_count; i++) {
        const struct bom_line *line = &plant->bom_lines[i];
        if (!bill_check_named(lines, i, &wrong))
            merge_error(&merge->done->errors, file_name(FILE_ROUTING), 1,
                        "operation: the line of component \"%s\" in the bill of item \"%s\" names "
                        "one that is removed: %s",
                        plant_item_code(plant, line->component),
                        plant_item_code(plant, line->parent), wrong.message);
    }
}

/* Rows of a file stand first in the plant, in its order. */
static enum status check_bills(struct merge *merge, const struct plant *plant)
{
    const struct merge_file *bills = merge->files[FILE_BOM];
    const struct merge_file *routing = merge->files[FILE_ROUTING];
    const struct bill_routings routings = {plant, bill_routing_order(plant, merge->arena)};
    const struct bill_lines lines = {.plant = plant,
                                     .order = bill_line_order(plant, merge->arena),
                                     .inactive = inactive_lines(merge, plant),
                                     .routings = &routings};
    struct bill_wrong wrong;
    if (!routings.order || !lines.order || !lines.inactive)
        return full(merge->fault);
    for (uint32_t i = 0; bills && i < bills->line_count; i++) {
        if (bills->lines[i].fate != MERGE_SAME && !bill_check_one(&lines, i, &wrong))
            take_wrong(merge, &bills->lines[i], &wrong);
    }
    for (uint32_t i = 0; routing && i < routing->line_count; i++) {
        if (routing->lines[i].fate != MERGE_SAME && !bill_check_operation(&routings, i, &wrong))
            take_wrong(merge, &routing->lines[i], &wrong);
    }
    check_lost(merge, &lines);
    return STATUS_OK;
}

/* Told on a line of the file that leads there, else on its first. */
static enum status check_depth(struct merge *merge, const struct plant *plant)
{
    const struct merge_file *file = merge->files[FILE_BOM];
    struct arena *scratch = file ? arena_new(MERGE_GRAPH_MAX) : NULL;
    uint32_t item;
    uint32_t line = 1;
    if (!file)
        return STATUS_OK;
    if (!scratch)
        return full(merge->fault);
    enum status status = bill_too_deep(plant, scratch, &item, merge->fault);
    arena_free(&scratch);
    if (status != STATUS_OK || item == NO_INDEX)
        return status;
    for (size_t i = file->line_count; i > 0; i--) {
        if (plant->bom_lines[i - 1].component == item)
            line = file->lines[i - 1].line;
    }
    merge_error(&merge->done->errors, file_name(FILE_BOM), line,
                "component: item \"%s\" would be on a way of more than %d levels",
                plant_item_code(plant, item), BOM_LEVELS_MAX);
    return STATUS_OK;
}

/* What stock is worth stays. */
static enum status check_valued(struct merge *merge)
{
    size_t refused;
    struct valued_refusal *refusals;
    const struct merge_file *items = merge->files[FILE_ITEMS];
    struct master_row **rows =
        items ? arena_alloc(merge->arena, items->line_count + 1, sizeof *rows) : NULL;
    if (!rows)
        return items ? full(merge->fault) : STATUS_OK;
    for (size_t i = 0; i < items->line_count; i++)
        rows[i] = items->lines[i].row;
    struct valued_rows valued = {rows, items->line_count};
    enum status status = valued_check(merge->sql, merge->ask->plant, &valued, merge->arena,
                                      &refusals, &refused, merge->fault);
    for (size_t i = 0; i < refused && status == STATUS_OK; i++)
        merge_error(&merge->done->errors, file_name(FILE_ITEMS), items->lines[refusals[i].row].line,
                    "%s: %s", refusals[i].column, refusals[i].message);
    return status;
}

static enum status check_whole(struct merge *merge)
{
    struct plant *plant;
    enum status status = read_whole(merge, &plant);
    if (plant && (merge->files[FILE_BOM] || merge->files[FILE_ROUTING]))
        status = check_bills(merge, plant);
    if (plant && status == STATUS_OK)
        status = check_depth(merge, plant);
    if (plant && status == STATUS_OK)
        status = check_valued(merge);
    plant_free(&plant);
    return status;
}

/* ---- writing ---- */

static size_t changes_of(const struct merge *merge)
{
    size_t count = 0;
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        const struct merge_counts *counts = &merge->done->counts[file];
        count += (size_t)counts->added + counts->changed + counts->removed;
    }
    return count;
}

/* An item may name another one as its template: those that name none come first. */
static bool second(const struct merge_line *line)
{
    return line->row->file == FILE_ITEMS && row_cell(line->row, "template").length > 0;
}

static void add_changed(const struct merge_file *file, bool later, struct merge_write *write)
{
    for (size_t i = 0; i < file->line_count; i++) {
        if (file->lines[i].fate != MERGE_SAME && second(&file->lines[i]) == later)
            write->rows[write->count++] = file->lines[i].row;
    }
}

/* Files in an order in which their rows may refer to each other. */
static enum status gather(struct merge *merge, struct merge_write *write)
{
    size_t count = changes_of(merge);
    if (count > MERGE_ROWS_MAX)
        return fault_set(merge->fault, STATUS_LIMIT, "job_uuid",
                         "%zu rows change, at most %d do in one import: make it in parts", count,
                         MERGE_ROWS_MAX);
    write->rows = arena_alloc(merge->arena, count + 1, sizeof(*write->rows));
    if (!write->rows)
        return full(merge->fault);
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        if (!merge->files[file])
            continue;
        for (size_t i = 0; i < merge->files[file]->gone_count; i++)
            write->rows[write->count++] = merge->files[file]->gone[i];
        add_changed(merge->files[file], false, write);
        add_changed(merge->files[file], true, write);
    }
    ASSERT(write->count == count);
    return STATUS_OK;
}

/* Copies of templates' lines were not part of what was checked: the plant is read once more. */
static enum status check_copies(struct merge *merge)
{
    struct plant *plant = NULL;
    struct fault wrong = {0};
    enum status status =
        plant_load_within(merge->sql, merge->ask->plant, PLANT_MASTER, &plant, &wrong);
    plant_free(&plant);
    if (status == STATUS_INTERNAL)
        merge_error(&merge->done->errors, file_name(FILE_BOM), 1, "lines of variants: %s",
                    wrong.message);
    else if (status != STATUS_OK)
        *merge->fault = wrong;
    return status == STATUS_INTERNAL ? STATUS_OK : status;
}

static enum status write_copies(struct merge *merge, struct merge_write *write)
{
    int64_t copies = 0;
    if (!merge->files[FILE_BOM] && !merge->files[FILE_ITEMS])
        return STATUS_OK;
    enum status status = merge_write_copies(merge->sql, write, merge->arena, &copies, merge->fault);
    return status == STATUS_OK && copies > 0 ? check_copies(merge) : status;
}

static enum status tell(struct merge *merge, struct command *command,
                        const struct merge_write *write)
{
    struct text body;
    struct edit_write told = {.plant = write->plant,
                              .change_id = text_of(""),
                              .principal = write->principal,
                              .object = text_of("import"),
                              .rows = write->rows,
                              .count = write->count,
                              .change_seq = write->change_seq};
    enum status status = encode_master_changed(&told, merge->arena, &body, merge->fault);
    return status == STATUS_OK
               ? command_put_event(command, EVENT_MASTER_CHANGED, told.object, body, merge->fault)
               : status;
}

static enum status write_all(struct merge *merge)
{
    struct command command = {.plant = merge->ask->plant, .sql = merge->sql, .arena = merge->arena};
    struct merge_write write = {.plant = merge->ask->plant, .principal = merge->ask->principal};
    enum status status = gather(merge, &write);
    if (status != STATUS_OK || write.count == 0)
        return status;
    status = command_take_event(&command, merge->fault);
    write.change_seq = command.event_seq;
    if (status == STATUS_OK)
        status = merge_write_rows(merge->sql, &write, merge->arena, merge->fault);
    if (status == STATUS_OK)
        status = write_copies(merge, &write);
    if (status == STATUS_OK && merge->done->errors.count == 0)
        status = tell(merge, &command, &write);
    merge->done->change_seq = write.change_seq;
    return status;
}

enum status merge_import(struct sql *sql, const struct merge_ask *ask, struct arena *arena,
                         struct merge_done *done, struct fault *fault)
{
    struct merge merge = {.sql = sql, .ask = ask, .arena = arena, .done = done, .fault = fault};
    *done = (struct merge_done){0};
    if (!merge_errors_init(&done->errors, arena))
        return full(fault);
    check_files(&merge);
    check_name(&merge);
    int64_t master_seq;
    enum status status = edit_lock_gate(sql, ask->plant, arena, &master_seq, fault);
    if (status == STATUS_OK)
        status = merge_all(&merge);
    if (status == STATUS_OK)
        status = check_whole(&merge);
    return status == STATUS_OK && done->errors.count == 0 ? write_all(&merge) : status;
}
