#include "services/bom/structure_store.h"

/* clang-format off */
static const struct sql_statement stock_of_items = {
    .name = "bom.stock_of_items",
    .text = "SELECT b.item, sum(b.qty) FROM stock_balance b LEFT JOIN lot l"
            " ON l.plant_id = $1 AND l.item = b.item AND l.lot = b.lot"
            " WHERE b.plant_id = $1 AND b.item = ANY ($2) AND b.status = 'available'"
            " AND b.segment = '' AND b.owner = '' AND (l.expires_on IS NULL OR l.expires_on >= $3)"
            " GROUP BY b.item ORDER BY b.item",
    .params = "tTd", .columns = "tq",
};
/* clang-format on */

const struct sql_schema structure_schema = {
    .statements = &stock_of_items,
    .statement_count = 1,
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "stock does not fit in memory");
}

/* Codes come in byte order, which is the order of the items. */
static enum status fill(const struct stock_query *query, const struct sql_rows *rows,
                        struct arena *arena, struct bom_stock *stock, struct fault *fault)
{
    uint32_t *items = arena_alloc(arena, rows->count + 1, sizeof *items);
    struct qty *quantities = arena_alloc(arena, rows->count + 1, sizeof *quantities);
    if (!items || !quantities)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        items[i] = plant_item_find(query->facts, sql_at(rows, i, 0)->as.text);
        quantities[i] = sql_at(rows, i, 1)->as.qty;
    }
    *stock = (struct bom_stock){items, quantities, (uint32_t)rows->count};
    return STATUS_OK;
}

enum status store_stock(struct sql *sql, const struct stock_query *query, struct arena *arena,
                        struct bom_stock *stock, struct fault *fault)
{
    struct sql_rows rows;
    struct text *codes = arena_alloc(arena, (size_t)query->count + 1, sizeof *codes);
    if (!codes)
        return no_room(fault);
    for (uint32_t i = 0; i < query->count; i++)
        codes[i] = text_of(plant_item_code(query->facts, query->items[i]));
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_LIST(codes, query->count),
                                 SQL_DATE(query->day)};
    enum status status = sql_run(sql, &stock_of_items, params, arena, &rows, fault);
    return status == STATUS_OK ? fill(query, &rows, arena, stock, fault) : status;
}
