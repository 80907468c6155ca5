#include "common/bom/bom_graph.h"

#include "common/base/sort.h"
#include "common/plant/plant_units.h"

#include <string.h>

/* How the lines of one row are sorted: by position or first by parent. */
struct line_order {
    const struct plant *plant;
    bool by_parent;
};

/* "9" before "10" before "A1": shorter first. */
static int compare_positions(const struct plant *plant, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    size_t length_a = names_length(plant->texts, a);
    size_t length_b = names_length(plant->texts, b);
    if (length_a != length_b)
        return length_a < length_b ? -1 : 1;
    return strcmp(plant_text(plant, a), plant_text(plant, b));
}

static int compare_lines(const void *context, uint32_t a, uint32_t b)
{
    const struct line_order *order = context;
    const struct plant *plant = order->plant;
    const struct bom_line *x = &plant->bom_lines[a];
    const struct bom_line *y = &plant->bom_lines[b];
    int result = order->by_parent ? plant_item_order(plant, x->parent, y->parent) : 0;
    if (result == 0)
        result = compare_positions(plant, x->position, y->position);
    if (result == 0)
        result = plant_item_order(plant, x->component, y->component);
    date from_x = plant_bom_terms(plant, x)->valid_from;
    date from_y = plant_bom_terms(plant, y)->valid_from;
    return result != 0 ? result : (from_x > from_y) - (from_x < from_y);
}

int bom_graph_compare(const struct plant *plant, bool above, uint32_t a, uint32_t b)
{
    const struct line_order order = {plant, above};
    return compare_lines(&order, a, b);
}

struct rows {
    uint32_t *first;
    uint32_t *lines;
};

/* Places in the rows: some more than lines, for those that change. */
static size_t room_of(const struct plant *plant)
{
    return (size_t)plant->bom_lines_count + plant->bom_lines_count / 16 + 1024;
}

static uint32_t line_end(const struct bom_line *line, bool by_component)
{
    return by_component ? line->component : line->parent;
}

static size_t longest(const uint32_t *counts, size_t count)
{
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = counts[i] > most ? counts[i] : most;
    return (size_t)most + 1;
}

/* Compressed rows by counting, then each row sorted. */
static bool make_rows(const struct plant *plant, struct arena *arena, bool by_component,
                      struct rows *rows)
{
    size_t items = plant->items_count;
    size_t lines = plant->bom_lines_count;
    rows->first = arena_alloc(arena, items + 2, sizeof(uint32_t));
    rows->lines = arena_alloc(arena, room_of(plant), sizeof(uint32_t));
    if (!rows->first || !rows->lines)
        return false;
    for (size_t i = 0; i < lines; i++)
        rows->first[line_end(&plant->bom_lines[i], by_component) + 2]++;
    uint32_t *spare = arena_alloc(arena, longest(rows->first, items + 2), sizeof(uint32_t));
    if (!spare)
        return false;
    for (size_t i = 0; i < items; i++)
        rows->first[i + 2] += rows->first[i + 1];
    for (uint32_t i = 0; i < lines; i++)
        rows->lines[rows->first[line_end(&plant->bom_lines[i], by_component) + 1]++] = i;
    const struct line_order order = {plant, by_component};
    for (size_t i = 0; i < items; i++)
        sort_u32(rows->lines + rows->first[i], spare, rows->first[i + 1] - rows->first[i],
                 compare_lines, &order);
    return true;
}

/* Of an item while levels are made: together, since items are met in no order of memory. */
struct place {
    uint32_t waiting; /* lines above that are not placed yet */
    uint32_t level;
};

/* Ask early for what will be looked at when the head of the queue comes here: each step needs what
   the step before it brought, so they run behind one another. */
static void fetch_ahead(const struct bom_graph *graph, const struct place *places,
                        const uint32_t *queue, uint32_t tail, uint32_t head)
{
    enum { FAR = 24, MIDDLE = 16, NEAR = 8 };

    const struct bom_line *lines = graph->plant->bom_lines;
    if (head + FAR >= tail)
        return;
    __builtin_prefetch(&graph->below_first[queue[head + FAR]]);
    uint32_t middle = queue[head + MIDDLE];
    __builtin_prefetch(&lines[graph->below[graph->below_first[middle]]]);
    uint32_t near = queue[head + NEAR];
    for (uint32_t k = graph->below_first[near]; k < graph->below_end[near]; k++)
        __builtin_prefetch(&places[lines[graph->below[k]].component], 1);
}

/* Kahn's order: an item is placed once all its parents are; returns how many were. */
static uint32_t place(const struct bom_graph *graph, struct place *places, uint32_t *queue)
{
    const struct plant *plant = graph->plant;
    uint32_t tail = 0;
    for (uint32_t i = 0; i < plant->items_count; i++) {
        places[i] = (struct place){graph->above_end[i] - graph->above_first[i], 0};
        if (places[i].waiting == 0)
            queue[tail++] = i;
    }
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t item = queue[head];
        uint32_t below = places[item].level + 1;
        fetch_ahead(graph, places, queue, tail, head);
        for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
            struct place *at = &places[plant->bom_lines[graph->below[k]].component];
            if (at->level < below)
                at->level = below;
            if (--at->waiting == 0)
                queue[tail++] = plant->bom_lines[graph->below[k]].component;
        }
    }
    return tail;
}

static enum status tell_cycle(const struct bom_graph *graph, const struct place *places,
                              struct fault *fault)
{
    uint32_t item = 0;
    while (places[item].waiting == 0)
        item++;
    return fault_set(fault, STATUS_BOM_CYCLE, "component",
                     "bill of material contains a cycle at or above item \"%s\"",
                     plant_item_code(graph->plant, item));
}

enum status bom_graph_levels(struct bom_graph *graph, struct fault *fault)
{
    uint32_t items = graph->plant->items_count;
    enum status status = STATUS_OK;
    size_t bytes = ((size_t)items + 2) * (sizeof(struct place) + sizeof(uint32_t)) + KIB;
    struct arena *scratch = arena_new(bytes); /* not the graph's own, which stays */
    struct place *places =
        scratch ? arena_alloc(scratch, (size_t)items + 1, sizeof(*places)) : NULL;
    uint32_t *queue = places ? arena_alloc(scratch, (size_t)items + 1, sizeof(*queue)) : NULL;
    if (!queue)
        status = fault_set(fault, STATUS_LIMIT, "", "low-level codes do not fit in memory");
    else if (place(graph, places, queue) < items)
        status = tell_cycle(graph, places, fault);
    graph->level_count = 0;
    for (uint32_t i = 0; i < items && status == STATUS_OK; i++) {
        graph->level[i] = places[i].level;
        if (graph->level_count <= places[i].level)
            graph->level_count = places[i].level + 1;
    }
    arena_free(&scratch);
    return status;
}

enum status bom_graph_make(const struct plant *plant, struct arena *arena, struct bom_graph **out,
                           struct fault *fault)
{
    static const char no_room[] = "the bills do not fit the memory of the request";
    size_t items = plant->items_count;
    struct rows below = {NULL, NULL};
    struct rows above = {NULL, NULL};
    struct bom_graph *graph = arena_alloc(arena, 1, sizeof(*graph));
    uint32_t *level = arena_alloc(arena, items + 1, sizeof(uint32_t));
    if (!graph || !level || !make_rows(plant, arena, false, &below) ||
        !make_rows(plant, arena, true, &above))
        return fault_set(fault, STATUS_LIMIT, "", no_room);
    *graph = (struct bom_graph){.plant = plant,
                                .below_first = below.first,
                                .below_end = below.first + 1,
                                .below = below.lines,
                                .above_first = above.first,
                                .above_end = above.first + 1,
                                .above = above.lines,
                                .level = level,
                                .room = (uint32_t)room_of(plant)};
    *out = graph;
    return bom_graph_levels(graph, fault);
}

/* 1 - scrap */
static bool good_share(const struct bom_terms *terms, struct frac *share)
{
    int64_t all = 100 * (int64_t)QTY_SCALE;
    return frac_make(all - terms->scrap_pct.micro, all, share);
}

bool bom_line_per(const struct plant *plant, const struct bom_line *line, struct frac *per)
{
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    struct frac value;
    if (line->terms == 0) /* all defaults: most lines of most plants */
        return frac_of_qty(line->qty, per);
    struct frac pieces;
    struct frac base;
    struct frac unit;
    struct frac share;
    if (!frac_of_qty(line->qty, &value) || !frac_of_qty(terms->pieces, &pieces) ||
        !frac_of_qty(terms->per_qty, &base) || !good_share(terms, &share) ||
        !plant_unit_factor(plant, line->component, terms->uom, &unit))
        return false;
    return frac_mul(value, pieces, &value) && frac_mul(value, unit, &value) &&
           (terms->qty_fixed || frac_div(value, base, &value)) && frac_div(value, share, per);
}
