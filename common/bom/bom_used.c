#include "common/bom/bom_used.h"

struct step {
    uint32_t next; /* place in graph->above */
    uint32_t end;
};

struct bom_used {
    const struct bom_graph *graph;
    date start;
    uint32_t depth;
    uint32_t depth_max;
    struct step *steps;
    uint32_t *path;
};

static bool valid(const struct bom_graph *graph, date start, const struct bom_line *line)
{
    return bom_line_valid(plant_bom_terms(graph->plant, line), start);
}

static void step_into(struct bom_used *used, uint32_t item)
{
    const struct bom_graph *graph = used->graph;
    ASSERT(used->depth < used->depth_max);
    used->path[used->depth] = 0;
    used->steps[used->depth++] = (struct step){graph->above_first[item], graph->above_end[item]};
}

/* Lines of the full list, capped just above BOM_LINES_MAX: each item's paths down to the asked one,
   components before parents. */
static int64_t count_lines(const struct bom_graph *graph, const struct bom_used_request *request,
                           int64_t *paths)
{
    int64_t lines = 0;
    paths[request->item] = 1;
    for (uint32_t i = graph->plant->items_count; i > 0 && lines <= BOM_LINES_MAX; i--) {
        uint32_t item = graph->order[i - 1];
        if (paths[item] == 0)
            continue;
        for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++) {
            const struct bom_line *line = &graph->plant->bom_lines[graph->above[k]];
            if (!valid(graph, request->start, line) || lines > BOM_LINES_MAX)
                continue;
            lines += paths[item];
            paths[line->parent] += paths[item];
        }
    }
    return lines;
}

enum status bom_used_new(const struct bom_graph *graph, const struct bom_used_request *request,
                         struct arena *arena, struct bom_used **out, struct fault *fault)
{
    ASSERT(request->item < graph->plant->items_count);
    const char *code = plant_item_code(graph->plant, request->item);
    uint32_t depth = graph->level[request->item] + 1;
    if (request->levels > 0 && request->levels < depth)
        depth = request->levels;
    if (depth > BOM_DEPTH_MAX)
        return fault_set(fault, STATUS_LIMIT, "item",
                         "structure above item \"%s\" is deeper than %d levels", code,
                         BOM_DEPTH_MAX);
    struct bom_used *used = arena_alloc(arena, 1, sizeof(*used));
    struct step *steps = arena_alloc(arena, depth, sizeof(*steps));
    uint32_t *path = arena_alloc(arena, depth, sizeof(*path));
    int64_t *paths = arena_alloc(arena, graph->plant->items_count, sizeof(*paths));
    if (!used || !steps || !path || !paths)
        return fault_set(fault, STATUS_LIMIT, "",
                         "the list does not fit the memory of the request");
    if (request->levels != 1 && count_lines(graph, request, paths) > BOM_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "item", "item \"%s\" is used in more than %d lines",
                         code, BOM_LINES_MAX);
    *used = (struct bom_used){graph, request->start, 0, depth, steps, path};
    step_into(used, request->item);
    *out = used;
    return STATUS_OK;
}

/* The next valid line of the deepest step that has one. */
static const struct bom_line *next_line(struct bom_used *used)
{
    while (used->depth > 0) {
        struct step *step = &used->steps[used->depth - 1];
        while (step->next < step->end) {
            const struct bom_line *line =
                &used->graph->plant->bom_lines[used->graph->above[step->next++]];
            if (valid(used->graph, used->start, line))
                return line;
        }
        used->depth--;
    }
    return NULL;
}

bool bom_used_next(struct bom_used *used, struct bom_row *row, struct fault *fault)
{
    const struct bom_line *line = next_line(used);
    if (!line)
        return false;
    used->path[used->depth - 1]++;
    row->level = used->depth;
    row->path = used->path;
    row->line = line;
    if (!bom_line_per(used->graph->plant, line, &row->qty_per)) {
        fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity of item \"%s\" is out of range",
                  plant_item_code(used->graph->plant, line->component));
        return false;
    }
    row->qty = row->qty_per;
    if (used->depth < used->depth_max)
        step_into(used, line->parent);
    return true;
}
