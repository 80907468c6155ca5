#include "services/mrp/list_core.h"
#include "services/mrp/model_core.h"

/*
 * Low-level codes: an item's level is the longest path from any parent, over every kind of bill
 * line, a co-product's too.  Kahn's algorithm from the components' side: an item is placed when all
 * its parents are.
 */

#define LEVELS_MAX 60000 /* a level is stored in 16 bits */

struct levels {
    struct model *model;
    uint32_t *waiting; /* the model's */
    uint32_t *queue;
};

static bool levels_alloc(struct levels *levels, struct arena *arena)
{
    const size_t items = (size_t)levels->model->item_count + 2;
    const size_t lines = (size_t)levels->model->plant->bom_lines_count + 1;
    levels->waiting = arena_alloc(arena, items, sizeof(uint32_t));
    levels->model->child_first = arena_alloc(arena, items, sizeof(uint32_t));
    levels->model->children = arena_alloc(arena, lines, sizeof(uint32_t));
    levels->queue = arena_alloc(arena, items, sizeof(uint32_t));
    return levels->waiting && levels->model->child_first && levels->model->children &&
           levels->queue;
}

static void collect_children(struct levels *levels)
{
    const struct plant *plant = levels->model->plant;
    uint32_t *next = levels->model->child_first + 1;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        next[plant->bom_lines[i].parent + 1]++;
        levels->waiting[plant->bom_lines[i].component]++;
    }
    for (uint32_t i = 0; i < levels->model->item_count; i++)
        next[i + 1] += next[i];
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        levels->model->children[next[plant->bom_lines[i].parent]++] = plant->bom_lines[i].component;
}

/* Number of items placed; each has its level. */
static uint32_t place_items(struct levels *levels, bool *too_deep)
{
    struct model *model = levels->model;
    uint32_t tail = 0;
    for (uint32_t i = 0; i < model->item_count; i++) {
        if (levels->waiting[i] == 0)
            levels->queue[tail++] = i;
    }
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t parent = levels->queue[head];
        for (uint32_t c = model->child_first[parent]; c < model->child_first[parent + 1]; c++) {
            uint32_t child = model->children[c];
            *too_deep = *too_deep || model->items[parent].level >= LEVELS_MAX;
            if (*too_deep)
                return tail;
            if (model->items[child].level <= model->items[parent].level)
                model->items[child].level = (uint16_t)(model->items[parent].level + 1);
            if (--levels->waiting[child] == 0)
                levels->queue[tail++] = child;
        }
    }
    return tail;
}

/* An item that waits has a parent that waits: walking up must come back to an item seen before. */
static enum status cycle_fault(const struct model *model, struct fault *fault)
{
    uint32_t at = 0;
    while (model->waiting[at] == 0)
        at++;
    uint32_t other = at;
    for (uint32_t step = 0; step <= model->item_count; step++) {
        uint32_t e = model->edge_first[at];
        while (model->waiting[model->edges[e].parent] == 0)
            e++;
        other = at;
        at = model->edges[e].parent;
    }
    return fault_set(fault, STATUS_BOM_CYCLE, "bom",
                     "bill of material contains a cycle through items \"%s\" and \"%s\"",
                     plant_item_code(model->plant, at), plant_item_code(model->plant, other));
}

/* Raise linked items to one level, and what stands below them, until nothing moves.  Every round
   raises some item; more rounds than items mean that an item stands below its own substitute. */
static enum status level_links(struct model *model, struct fault *fault)
{
    const struct plant *plant = model->plant;
    struct model_item *items = model->items;
    bool moved = model->links != NULL;
    for (uint32_t round = 0; moved && round <= model->item_count; round++) {
        moved = false;
        for (uint32_t i = 0; i < model->item_count; i++) {
            uint32_t root = model->links[i];
            if (items[i].level > items[root].level) {
                items[root].level = items[i].level;
                moved = true;
            }
        }
        for (uint32_t i = 0; i < model->item_count; i++)
            items[i].level = items[model->links[i]].level;
        for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
            const struct bom_line *line = &plant->bom_lines[i];
            if (items[line->component].level > items[line->parent].level)
                continue;
            items[line->component].level = (uint16_t)(items[line->parent].level + 1);
            moved = true;
            if (items[line->component].level >= LEVELS_MAX)
                return fault_set(fault, STATUS_BOM_CYCLE, "bom",
                                 "item \"%s\" stands below an item that it may substitute",
                                 plant_item_code(plant, line->component));
        }
    }
    return moved ? fault_set(fault, STATUS_BOM_CYCLE, "bom",
                             "an item stands below an item that it may substitute")
                 : STATUS_OK;
}

/* The items by level, within a level by index. */
static bool sequence_items(struct model *model, struct arena *arena)
{
    uint32_t *next = arena_alloc(arena, (size_t)UINT16_MAX + 2, sizeof *next);
    if (!next)
        return false;
    for (uint32_t i = 0; i < model->item_count; i++)
        next[model->items[i].level + 1]++;
    for (uint32_t k = 0; k < UINT16_MAX; k++)
        next[k + 1] += next[k];
    for (uint32_t i = 0; i < model->item_count; i++)
        model->sequence[next[model->items[i].level]++] = i;
    return true;
}

enum status level_place(struct model *model, struct arena *arena, struct fault *fault)
{
    struct levels levels = {.model = model};
    if (!levels_alloc(&levels, arena))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    model->waiting = levels.waiting;
    collect_children(&levels);
    bool too_deep = false;
    model->placed = place_items(&levels, &too_deep);
    if (too_deep)
        return fault_set(fault, STATUS_LIMIT, "bom", "bills are deeper than %d levels", LEVELS_MAX);
    return STATUS_OK;
}

enum status level_build(struct model *model, struct arena *arena, struct fault *fault)
{
    if (model->placed < model->item_count)
        return cycle_fault(model, fault);
    enum status status = level_links(model, fault);
    if (status != STATUS_OK)
        return status;
    if (!sequence_items(model, arena))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    return STATUS_OK;
}
