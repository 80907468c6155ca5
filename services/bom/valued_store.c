#include "services/bom/valued_store.h"

/* clang-format off */
static const struct sql_statement lock_stock = {
    .name = "valued.lock_stock",
    .text = "WITH held AS (SELECT item, on_hand, value FROM stock_item WHERE plant_id = $1 AND item = ANY ($2)"
            " ORDER BY item FOR NO KEY UPDATE) SELECT item FROM held WHERE on_hand <> 0 OR value <> 0 ORDER BY item",
    .params = "tT", .columns = "t",
};
/* clang-format on */

const struct sql_schema valued_schema = {.statements = &lock_stock, .statement_count = 1};

static const char is_valued[] = "item has stock: its valuation can be changed when there is none";
static const char has_standard[] = "item is at standard and has stock: its standard is changed by "
                                   "the release of a cost version, which revalues the stock";

static bool is_other(const struct master_row *row, const char *column)
{
    uint32_t cell = row_cell_find(row->file, text_of(column));
    return !row_same_value(row->file, cell, row->cells[cell], row->old[cell]);
}

/* An item is at standard that says nothing else. */
static bool at_standard(const struct master_row *row)
{
    uint32_t cell = row_cell_find(row->file, text_of("valuation"));
    return row_same_value(row->file, cell, row->old[cell], text_of("standard"));
}

/* What stock would stand against; false: nothing. */
static bool changes_value(const struct master_row *row, struct valued_refusal *refusal)
{
    refusal->column = NULL;
    if (row->file != FILE_ITEMS || row->gone || !row->old)
        return false;
    if (is_other(row, "valuation"))
        *refusal = (struct valued_refusal){0, "valuation", is_valued};
    else if (at_standard(row) && is_other(row, "unit_cost"))
        *refusal = (struct valued_refusal){0, "unit_cost", has_standard};
    return refusal->column != NULL;
}

/* The items stand in order. */
static bool has_stock(const struct sql_rows *stocked, struct text item)
{
    size_t low = 0;
    size_t high = stocked->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(sql_at(stocked, middle, 0)->as.text, item) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < stocked->count && text_equal(sql_at(stocked, low, 0)->as.text, item);
}

enum status valued_check(struct sql *sql, struct text plant, const struct valued_rows *rows,
                         struct arena *arena, struct valued_refusal **refusals, size_t *refused,
                         struct fault *fault)
{
    size_t asked = 0;
    struct sql_rows stocked;
    struct text *items = arena_alloc(arena, rows->count + 1, sizeof *items);
    struct valued_refusal *list = arena_alloc(arena, rows->count + 1, sizeof *list);
    *refused = 0;
    *refusals = list;
    if (!items || !list)
        return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
    for (size_t i = 0; i < rows->count; i++) {
        if (!changes_value(rows->rows[i], &list[asked]))
            continue;
        list[asked].row = i;
        items[asked++] = row_object(rows->rows[i]);
    }
    if (asked == 0)
        return STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(items, asked)};
    enum status status = sql_run(sql, &lock_stock, params, arena, &stocked, fault);
    for (size_t i = 0; i < asked && status == STATUS_OK; i++) {
        if (has_stock(&stocked, items[i]))
            list[(*refused)++] = list[i];
    }
    return status;
}
