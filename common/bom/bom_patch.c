#include "common/bom/bom_patching.h"

#include <stdio.h>
#include <string.h>

#define LOOP_SHOWN_MAX 12 /* items of a loop that a message spells out */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the bills do not fit their memory");
}

/* The graph's rows as they were made: none has more places than lines. */
static bool own_rows(struct patch_rows *rows, uint32_t **end, size_t items, struct arena *arena)
{
    rows->end = arena_alloc(arena, items + 1, sizeof(uint32_t));
    rows->room = arena_alloc(arena, items + 1, sizeof(uint32_t));
    if (!rows->end || !rows->room)
        return false;
    memcpy(rows->end, *end, items * sizeof(uint32_t));
    for (size_t i = 0; i < items; i++)
        rows->room[i] = rows->end[i] - rows->first[i];
    *end = rows->end;
    return true;
}

static bool own_all_rows(struct bom_patch *patch, size_t items)
{
    struct bom_graph *graph = patch->graph;
    uint32_t used = patch->plant->bom_lines_count;
    patch->below = (struct patch_rows){
        .lines = &graph->below, .first = graph->below_first, .size = graph->room, .used = used};
    patch->above = (struct patch_rows){
        .lines = &graph->above, .first = graph->above_first, .size = graph->room, .used = used};
    return own_rows(&patch->below, &graph->below_end, items, patch->arena) &&
           own_rows(&patch->above, &graph->above_end, items, patch->arena);
}

enum status bom_patch_new(struct bom_graph *graph, struct plant *plant, struct arena *arena,
                          struct bom_patch **out, struct fault *fault)
{
    size_t items = plant->items_count;
    struct bom_patch *patch = arena_alloc(arena, 1, sizeof(*patch));
    if (!patch)
        return no_room(fault);
    *patch = (struct bom_patch){.graph = graph,
                                .plant = plant,
                                .arena = arena,
                                .item_room = plant->items_count,
                                .terms_room = plant->bom_term_count,
                                .line_room = plant->bom_line_room,
                                .free_line = NO_INDEX};
    patch->mark = arena_alloc(arena, items + 1, sizeof(uint32_t));
    patch->from = arena_alloc(arena, items + 1, sizeof(uint32_t));
    patch->stack = arena_alloc(arena, items + 2, sizeof(uint32_t));
    patch->spare = arena_alloc(arena, items + BOM_BILL_LINES_MAX, sizeof(uint32_t));
    if (!patch->mark || !patch->from || !patch->stack || !patch->spare ||
        !own_all_rows(patch, items))
        return no_room(fault);
    *out = patch;
    return STATUS_OK;
}

/* ---- what is below ---- */

/* The components of an item: of its changed bill where it has one. */
struct view {
    const struct bom_bill *bill;
    uint32_t at;
    uint32_t end;
};

static const struct bom_bill *bill_of(const struct bom_bill *bills, size_t count, uint32_t item)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bills[middle].parent < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && bills[low].parent == item ? &bills[low] : NULL;
}

static struct view view_of(const struct bom_patch *patch, const struct bom_bill *bills,
                           size_t count, uint32_t item)
{
    const struct bom_bill *bill = bill_of(bills, count, item);
    if (bill)
        return (struct view){bill, 0, bill->line_count};
    return (struct view){NULL, patch->graph->below_first[item], patch->graph->below_end[item]};
}

static uint32_t view_component(const struct bom_patch *patch, const struct view *view, uint32_t at)
{
    return view->bill ? view->bill->lines[at].component
                      : patch->plant->bom_lines[patch->graph->below[at]].component;
}

void patch_next_round(struct bom_patch *patch)
{
    if (++patch->round != 0)
        return;
    memset(patch->mark, 0, (size_t)patch->plant->items_count * sizeof(uint32_t));
    patch->round = 1;
}

struct search {
    const struct bom_bill *bills;
    size_t bill_count;
    uint32_t top;
    uint32_t level_below; /* items at this level or deeper cannot reach what is looked for */
    bom_patch_want_fn *wanted;
    const void *context;
};

/* Depth first with a stack of its own; NO_INDEX when nothing below `top` is wanted. */
static uint32_t search_below(struct bom_patch *patch, const struct search *search)
{
    uint32_t depth = 0;
    patch_next_round(patch);
    patch->mark[search->top] = patch->round;
    patch->from[search->top] = NO_INDEX;
    patch->stack[depth++] = search->top;
    while (depth > 0) {
        uint32_t item = patch->stack[--depth];
        struct view view = view_of(patch, search->bills, search->bill_count, item);
        for (uint32_t k = view.at; k < view.end; k++) {
            uint32_t component = view_component(patch, &view, k);
            bool hit = search->wanted(search->context, component);
            if (patch->mark[component] == patch->round && !hit)
                continue;
            if (!hit && patch->graph->level[component] >= search->level_below)
                continue;
            if (component != search->top)
                patch->from[component] = item;
            if (hit)
                return component == search->top ? item : component;
            patch->mark[component] = patch->round;
            patch->stack[depth++] = component;
        }
    }
    return NO_INDEX;
}

uint32_t bom_patch_find_below(struct bom_patch *patch, uint32_t top, bom_patch_want_fn *wanted,
                              const void *context)
{
    const struct search search = {
        .top = top, .level_below = UINT32_MAX, .wanted = wanted, .context = context};
    return wanted(context, top) ? top : search_below(patch, &search);
}

void bom_patch_spell(const struct bom_patch *patch, uint32_t found, char *text, size_t size)
{
    uint32_t count = 0;
    size_t used = 0;
    uint32_t top = found;
    for (uint32_t at = found; at != NO_INDEX && count <= patch->plant->items_count;
         at = patch->from[at]) {
        patch->spare[count++] = at;
        top = at;
    }
    for (uint32_t i = count; i > 0 && used < size; i--) {
        bool cut = count > LOOP_SHOWN_MAX && count - i >= LOOP_SHOWN_MAX - 1 && i > 1;
        if (cut) {
            used += (size_t)snprintf(text + used, size - used, "... > ");
            i = 1;
            if (used >= size)
                return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s > ",
                                 plant_item_code(patch->plant, patch->spare[i - 1]));
    }
    if (used < size)
        snprintf(text + used, size - used, "%s", plant_item_code(patch->plant, top));
}

static bool is_item(const void *context, uint32_t item)
{
    return item == *(const uint32_t *)context;
}

/* ---- loops and depth ---- */

/* With one bill changed the levels say which items can be above its parent. */
static enum status check_loop(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                              const struct bom_bill *bill, struct fault *fault)
{
    char loop[192];
    const struct search search = {
        .bills = bills,
        .bill_count = count,
        .top = bill->parent,
        .level_below = count == 1 ? patch->graph->level[bill->parent] : UINT32_MAX,
        .wanted = is_item,
        .context = &bill->parent,
    };
    uint32_t found = search_below(patch, &search);
    if (found == NO_INDEX)
        return STATUS_OK;
    bom_patch_spell(patch, found, loop, sizeof(loop));
    return fault_set(fault, STATUS_BOM_CYCLE, "component", "bill of material contains a cycle: %s",
                     loop);
}

/* Levels below the parent, by walking them one after another; an item may be met on several. */
static uint32_t depth_below(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            uint32_t parent)
{
    uint32_t depth = 0;
    uint32_t *now = patch->stack;
    uint32_t *next = patch->spare;
    uint32_t now_count = 1;
    now[0] = parent;
    while (now_count > 0 && depth <= BOM_LEVELS_MAX) {
        uint32_t next_count = 0;
        patch_next_round(patch);
        for (uint32_t i = 0; i < now_count; i++) {
            struct view view = view_of(patch, bills, count, now[i]);
            for (uint32_t k = view.at; k < view.end; k++) {
                uint32_t component = view_component(patch, &view, k);
                if (patch->mark[component] == patch->round)
                    continue;
                patch->mark[component] = patch->round;
                next[next_count++] = component;
            }
        }
        uint32_t *swap = now;
        now = next;
        next = swap;
        now_count = next_count;
        depth += next_count > 0;
    }
    return depth;
}

uint32_t bom_patch_depth(struct bom_patch *patch, uint32_t top)
{
    return depth_below(patch, NULL, 0, top);
}

/* A line to an item that is deeper already moves nothing. */
static bool moves_levels(const struct bom_patch *patch, const struct bom_bill *bill)
{
    uint32_t level = patch->graph->level[bill->parent];
    for (uint32_t i = 0; i < bill->line_count; i++) {
        if (patch->graph->level[bill->lines[i].component] <= level)
            return true;
    }
    return false;
}

/* No way below an item has more lines than level_count - 1; one that passes each of the new bills
   has as many such ways between them.  What that cannot make too deep is not walked. */
static bool may_be_deep(const struct bom_patch *patch, size_t count, uint32_t parent)
{
    return patch->graph->level[parent] + (uint64_t)count * patch->graph->level_count >
           BOM_LEVELS_MAX;
}

static enum status check_depth(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                               const struct bom_bill *bill, struct fault *fault)
{
    uint32_t depth =
        patch->graph->level[bill->parent] + depth_below(patch, bills, count, bill->parent);
    if (depth <= BOM_LEVELS_MAX)
        return STATUS_OK;
    return fault_set(fault, STATUS_LIMIT, "component",
                     "item \"%s\" would be on a way of more than %d levels",
                     plant_item_code(patch->plant, bill->parent), BOM_LEVELS_MAX);
}

/* All loops first: depth has no end where there is one. */
enum status bom_patch_check(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            size_t *which, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (*which = 0; *which < count; ++*which) {
        if (count == 1 && !moves_levels(patch, &bills[*which]))
            continue;
        status = check_loop(patch, bills, count, &bills[*which], fault);
        if (status != STATUS_OK)
            return status;
    }
    for (*which = 0; *which < count; ++*which) {
        if (!moves_levels(patch, &bills[*which]) ||
            !may_be_deep(patch, count, bills[*which].parent))
            continue;
        status = check_depth(patch, bills, count, &bills[*which], fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
