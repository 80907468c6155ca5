#include "common/bom/bom_patching.h"

#include <string.h>

#define ITEMS_SLACK 1024

/* Cuts a copy with more room off the block. */
static uint32_t *moved(uint32_t **block, const uint32_t *numbers, size_t count, size_t room)
{
    uint32_t *copy = *block;
    if (count > 0)
        memcpy(copy, numbers, count * sizeof(*copy));
    *block += room;
    return copy;
}

static void move_rows(struct patch_rows *rows, uint32_t **block, size_t count, size_t room)
{
    rows->first = moved(block, rows->first, count, room);
    rows->end = moved(block, rows->end, count, room);
    rows->room = moved(block, rows->room, count, room);
}

/* Everything that has a place for each item moves, in one block so that nothing can fail half way.
 */
static bool grow(struct bom_patch *patch)
{
    enum { ARRAYS = 11 };

    struct bom_graph *graph = patch->graph;
    const size_t count = patch->item_room;
    const size_t room = count + count / 16 + ITEMS_SLACK;
    uint32_t *block =
        arena_alloc(patch->arena, ARRAYS * room + 2 + BOM_BILL_LINES_MAX, sizeof(uint32_t));
    if (!block)
        return false;
    move_rows(&patch->below, &block, count, room);
    move_rows(&patch->above, &block, count, room);
    graph->below_first = patch->below.first;
    graph->below_end = patch->below.end;
    graph->above_first = patch->above.first;
    graph->above_end = patch->above.end;
    graph->level = moved(&block, graph->level, count, room);
    patch->mark = moved(&block, patch->mark, count, room);
    patch->from = moved(&block, patch->from, count, room);
    patch->stack = block;
    patch->spare = block + room + 2;
    patch->item_room = (uint32_t)room;
    return true;
}

bool bom_patch_item_room(struct bom_patch *patch)
{
    struct bom_graph *graph = patch->graph;
    const uint32_t item = patch->plant->items_count;
    ASSERT(item <= patch->item_room);
    if (item == patch->item_room && !grow(patch))
        return false;
    patch->below.first[item] = patch->below.end[item] = patch->below.room[item] = 0;
    patch->above.first[item] = patch->above.end[item] = patch->above.room[item] = 0;
    graph->level[item] = 0;
    patch->mark[item] = 0;
    if (graph->level_count == 0)
        graph->level_count = 1;
    return true;
}
