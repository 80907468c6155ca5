#include "services/mrp/plan_written_store.h"

#include "common/io/sql_value.h"

/* clang-format off */
enum { WRITTEN_ITEMS, ACCEPTED_ITEMS };

static const struct sql_statement written_statements[] = {
    /* Binary: as text the numbers would be twice as long, and their server spends half of its time on hexadecimals. */
    [WRITTEN_ITEMS] = {
        .name = "mrp.written_items",
        .text = "COPY (SELECT item, digest, written FROM plan_item WHERE plant_id = current_setting('millrace.plant_id')"
                " ORDER BY item) TO STDOUT (FORMAT binary)",
        .columns = "tix",
    },
    [ACCEPTED_ITEMS] = {
        .name = "mrp.accepted_items",
        .text = "SELECT DISTINCT item FROM planned_order WHERE plant_id = $1 AND accepted_seq IS NOT NULL"
                " ORDER BY item",
        .params = "t", .columns = "t",
    },
};
/* clang-format on */

const struct sql_schema plan_written_schema = {.statements = written_statements,
                                               .statement_count = COUNT_OF(written_statements)};

enum status store_accepted_items(struct sql *sql, struct text plant, struct arena *arena,
                                 struct text **items, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status =
        sql_run(sql, &written_statements[ACCEPTED_ITEMS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count;
    *items = arena_alloc(arena, rows.count + 1, sizeof **items);
    for (size_t i = 0; *items && i < rows.count; i++)
        (*items)[i] = sql_at(&rows, i, 0)->as.text;
    return *items ? STATUS_OK
                  : fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

struct copied {
    written_item_fn *take;
    void *context;
};

/* sql_cells_fn */
static enum status take_copied(void *context, const struct text *cells, struct fault *fault)
{
    const struct copied *copied = context;
    if (cells[1].length != sizeof(int64_t))
        return fault_set(fault, STATUS_INTERNAL, "", "rows of another form came");
    const struct written_item row = {.item = cells[0],
                                     .digest = sql_integer(cells[1].bytes, cells[1].length),
                                     .numbers = cells[2]};
    return copied->take(copied->context, &row, fault);
}

enum status store_written_items(struct sql *sql, struct text plant, written_item_fn *take,
                                void *context, struct fault *fault)
{
    struct copied copied = {.take = take, .context = context};
    enum status status = sql_set_plant(sql, plant, fault);
    return status == STATUS_OK ? sql_copy_cells(sql, &written_statements[WRITTEN_ITEMS],
                                                take_copied, &copied, fault)
                               : status;
}
