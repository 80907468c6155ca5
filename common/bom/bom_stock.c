#include "common/bom/bom_stock.h"

#include "common/base/sort.h"

static bool usable(const struct stock *stock, date day)
{
    return stock->status == STOCK_AVAILABLE && stock->owner == 0 && stock->segment == 0 &&
           !(date_given(day) && date_given(stock->expiry) && stock->expiry < day);
}

static int by_item(const void *context, uint32_t a, uint32_t b)
{
    const struct stock *stocks = context;
    return (stocks[a].item > stocks[b].item) - (stocks[a].item < stocks[b].item);
}

bool bom_stock_make(const struct plant *plant, date day, struct arena *arena,
                    struct bom_stock *stock)
{
    uint32_t count = 0;
    uint32_t kept = 0;
    size_t room = (size_t)plant->stocks_count + 1;
    uint32_t *rows = arena_alloc(arena, room, sizeof(*rows));
    uint32_t *items = arena_alloc(arena, room, sizeof(*items));
    struct qty *quantities = arena_alloc(arena, room, sizeof(*quantities));
    if (!rows || !items || !quantities)
        return false;
    for (uint32_t i = 0; i < plant->stocks_count; i++) {
        if (usable(&plant->stocks[i], day))
            rows[count++] = i;
    }
    sort_u32(rows, items, count, by_item, plant->stocks); /* items is spare room until filled */
    for (uint32_t i = 0; i < count; i++) {
        const struct stock *row = &plant->stocks[rows[i]];
        bool same = kept > 0 && items[kept - 1] == row->item;
        kept += !same;
        items[kept - 1] = row->item;
        quantities[kept - 1].micro = (same ? quantities[kept - 1].micro : 0) + row->qty.micro;
    }
    *stock = (struct bom_stock){items, quantities, kept};
    return true;
}

static int by_number(const void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

bool bom_stock_items(const struct bom_graph *graph, uint32_t item, struct arena *arena,
                     const uint32_t **items, uint32_t *count)
{
    struct bom_nodes nodes;
    if (!bom_nodes_init(&nodes, graph, arena) || bom_nodes_add(&nodes, item) == NO_INDEX)
        return false;
    for (uint32_t at = 0; at < nodes.count; at++) {
        uint32_t parent = nodes.nodes[at].item;
        for (uint32_t k = graph->below_first[parent]; k < graph->below_end[parent]; k++) {
            uint32_t component = graph->plant->bom_lines[graph->below[k]].component;
            if (bom_nodes_add(&nodes, component) == NO_INDEX)
                return false;
        }
    }
    uint32_t *out = arena_alloc(arena, nodes.count, sizeof(*out));
    uint32_t *spare = arena_alloc(arena, nodes.count, sizeof(*spare));
    if (!out || !spare)
        return false;
    for (uint32_t i = 1; i < nodes.count; i++)
        out[i - 1] = nodes.nodes[i].item;
    sort_u32(out, spare, nodes.count - 1, by_number, NULL);
    *items = out;
    *count = nodes.count - 1;
    return true;
}
