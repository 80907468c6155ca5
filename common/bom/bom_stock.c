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
