#include "common/bom/bom_patching.h"

/*
 * level[component] > level[parent] for every line is what raising restores and lowering keeps; so
 * both end, and a level that no line holds up is always found: when the last line that did goes, or
 * when the parent of that line is lowered itself.
 */

static uint32_t component_at(const struct bom_graph *graph, uint32_t at)
{
    return graph->plant->bom_lines[graph->below[at]].component;
}

static void raise_below(struct bom_patch *patch, uint32_t parent, uint32_t *depth)
{
    struct bom_graph *graph = patch->graph;
    uint32_t level = graph->level[parent] + 1;
    for (uint32_t k = graph->below_first[parent]; k < graph->below_end[parent]; k++) {
        uint32_t component = component_at(graph, k);
        if (graph->level[component] >= level)
            continue;
        graph->level[component] = level;
        if (patch->mark[component] == patch->round)
            continue; /* it is on the stack already */
        patch->mark[component] = patch->round;
        patch->stack[(*depth)++] = component;
    }
    if (level + 1 > graph->level_count && graph->below_end[parent] > graph->below_first[parent])
        graph->level_count = level + 1;
}

void patch_raise_levels(struct bom_patch *patch, uint32_t parent)
{
    uint32_t depth = 0;
    patch_next_round(patch);
    patch_next_round(patch); /* a mark is taken away by the round before */
    raise_below(patch, parent, &depth);
    while (depth > 0) {
        uint32_t item = patch->stack[--depth];
        patch->mark[item] = patch->round - 1;
        raise_below(patch, item, &depth);
    }
}

/* The level that the lines above give it; ends at the first that gives what it has. */
static uint32_t level_from_above(const struct bom_graph *graph, uint32_t item)
{
    uint32_t level = 0;
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++) {
        uint32_t given = graph->level[graph->plant->bom_lines[graph->above[k]].parent] + 1;
        if (given > level)
            level = given;
        if (level >= graph->level[item])
            break;
    }
    return level;
}

static void pend(struct bom_patch *patch, uint32_t item, uint32_t *depth)
{
    if (patch->mark[item] == patch->round)
        return;
    patch->mark[item] = patch->round;
    patch->stack[(*depth)++] = item;
}

static void count_levels(struct bom_graph *graph)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < graph->plant->items_count; i++)
        deepest = graph->level[i] > deepest ? graph->level[i] : deepest;
    graph->level_count = graph->plant->items_count > 0 ? deepest + 1 : 0;
}

void patch_lower_levels(struct bom_patch *patch, const uint32_t *components, uint32_t count)
{
    struct bom_graph *graph = patch->graph;
    uint32_t depth = 0;
    bool deepest = false;
    patch_next_round(patch);
    patch_next_round(patch);
    for (uint32_t i = 0; i < count; i++)
        pend(patch, components[i], &depth);
    while (depth > 0) {
        uint32_t item = patch->stack[--depth];
        uint32_t old = graph->level[item];
        patch->mark[item] = patch->round - 1;
        uint32_t level = level_from_above(graph, item);
        ASSERT(level <= old);
        if (level == old)
            continue;
        deepest |= old + 1 == graph->level_count;
        graph->level[item] = level;
        for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
            uint32_t component = component_at(graph, k);
            if (graph->level[component] == old + 1)
                pend(patch, component, &depth);
        }
    }
    if (deepest)
        count_levels(graph);
}
