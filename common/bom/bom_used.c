#include "common/bom/bom_used.h"

#include "common/base/sort.h"

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

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the list does not fit the memory of the request");
}

/* Everything above the item, components before parents: each line with the node of its component
   and that of its parent. */
typedef enum status climb_fn(struct bom_nodes *nodes, const struct bom_line *line, uint32_t below,
                             uint32_t above, struct fault *fault);

static enum status climb_line(struct bom_nodes *nodes, uint32_t line, uint32_t below,
                              climb_fn *each, struct fault *fault)
{
    const struct bom_line *at = &nodes->graph->plant->bom_lines[line];
    uint32_t above = bom_nodes_add(nodes, at->parent);
    return above == NO_INDEX ? no_room(fault) : each(nodes, at, below, above, fault);
}

static enum status climb_node(struct bom_nodes *nodes, date start, uint32_t node, climb_fn *each,
                              struct fault *fault)
{
    const struct bom_graph *graph = nodes->graph;
    uint32_t item = nodes->nodes[node].item;
    enum status status = STATUS_OK;
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item] && status == STATUS_OK;
         k++) {
        if (valid(graph, start, &graph->plant->bom_lines[graph->above[k]]))
            status = climb_line(nodes, graph->above[k], node, each, fault);
    }
    return status;
}

static enum status climb(struct bom_nodes *nodes, const struct bom_used_request *request,
                         climb_fn *each, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (bom_nodes_add(nodes, request->item) == NO_INDEX)
        return no_room(fault);
    nodes->nodes[0].occurrences = 1;
    nodes->nodes[0].exact = frac_of_int(1);
    for (uint32_t level = nodes->graph->level[request->item] + 1; level > 0; level--) {
        uint32_t count;
        if (!bom_nodes_turn(nodes, level - 1, &count))
            return no_room(fault);
        for (uint32_t k = 0; k < count && status == STATUS_OK; k++)
            status = climb_node(nodes, request->start, nodes->turn[k], each, fault);
    }
    return status;
}

static void add_ways(int64_t *to, int64_t ways)
{
    if (__builtin_add_overflow(*to, ways, to))
        *to = INT64_MAX;
}

static enum status count_line(struct bom_nodes *nodes, const struct bom_line *line, uint32_t below,
                              uint32_t above, struct fault *fault)
{
    (void)line;
    (void)fault;
    add_ways(&nodes->nodes[above].occurrences, nodes->nodes[below].occurrences);
    return STATUS_OK;
}

/* Every node above the item stands in the list once for each path: all levels together. */
static enum status check_lines(const struct bom_graph *graph,
                               const struct bom_used_request *request, struct arena *arena,
                               struct fault *fault)
{
    struct bom_nodes nodes;
    int64_t lines = 0;
    if (!bom_nodes_init(&nodes, graph, arena))
        return no_room(fault);
    enum status status = climb(&nodes, request, count_line, fault);
    for (uint32_t i = 1; i < nodes.count && status == STATUS_OK; i++)
        add_ways(&lines, nodes.nodes[i].occurrences);
    if (lines > BOM_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "item",
                         "item \"%s\" is used in more than %d lines: ask for the end items, or for "
                         "fewer levels",
                         plant_item_code(graph->plant, request->item), BOM_LINES_MAX);
    return status;
}

/* `exact` is what one more of the parent needs, `fixed` what its order needs besides. */
static enum status sum_line(struct bom_nodes *nodes, const struct bom_line *line, uint32_t below,
                            uint32_t above, struct fault *fault)
{
    const struct plant *plant = nodes->graph->plant;
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    const struct bom_node *from = &nodes->nodes[below];
    struct bom_node *to = &nodes->nodes[above];
    struct frac per;
    struct frac *sum = terms->qty_fixed ? &to->fixed : &to->exact;
    if (terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT || from->occurrences == 0)
        return STATUS_OK;
    add_ways(&to->occurrences, from->occurrences);
    if (!bom_line_per(plant, line, &per) || !frac_mul(per, from->exact, &per) ||
        !frac_add(*sum, per, sum) || !frac_add(to->fixed, from->fixed, &to->fixed))
        return fault_set(fault, STATUS_OVERFLOW, "quantity",
                         "quantity of item \"%s\" is out of range",
                         plant_item_code(plant, line->component));
    nodes->nodes[below].count = 1; /* no end item */
    return STATUS_OK;
}

static enum status collect_ends(const struct bom_nodes *nodes, struct bom_ends *ends,
                                struct fault *fault)
{
    uint32_t *order = arena_alloc(nodes->arena, nodes->count, sizeof(*order));
    uint32_t *spare = arena_alloc(nodes->arena, nodes->count, sizeof(*spare));
    struct bom_end *out = arena_alloc(nodes->arena, nodes->count, sizeof(*out));
    if (!order || !spare || !out)
        return no_room(fault);
    *ends = (struct bom_ends){.ends = out};
    uint32_t count = 0;
    for (uint32_t i = 1; i < nodes->count; i++) {
        if (nodes->nodes[i].occurrences > 0 && nodes->nodes[i].count == 0)
            order[count++] = i;
    }
    sort_u32(order, spare, count, bom_nodes_order, nodes);
    for (uint32_t i = 0; i < count; i++) {
        const struct bom_node *node = &nodes->nodes[order[i]];
        struct bom_end *end = &out[ends->count++];
        *end = (struct bom_end){.ways = node->occurrences, .item = node->item};
        if (!frac_add(node->exact, node->fixed, &end->exact))
            return fault_set(fault, STATUS_OVERFLOW, "quantity",
                             "quantity of item \"%s\" is out of range",
                             plant_item_code(nodes->graph->plant, node->item));
    }
    return STATUS_OK;
}

enum status bom_used_ends(const struct bom_graph *graph, const struct bom_used_request *request,
                          struct arena *arena, struct bom_ends *ends, struct fault *fault)
{
    struct bom_nodes nodes;
    ASSERT(request->item < graph->plant->items_count);
    if (!bom_nodes_init(&nodes, graph, arena))
        return no_room(fault);
    enum status status = climb(&nodes, request, sum_line, fault);
    return status == STATUS_OK ? collect_ends(&nodes, ends, fault) : status;
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
    if (!used || !steps || !path)
        return no_room(fault);
    enum status status =
        request->levels == 1 ? STATUS_OK : check_lines(graph, request, arena, fault);
    if (status != STATUS_OK)
        return status;
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

bool bom_used_seek(struct bom_used *used, const uint32_t *path, uint32_t level)
{
    for (uint32_t k = 0; k < level; k++) {
        struct bom_row row;
        struct fault fault = {.status = STATUS_OK};
        bool there = path[k] > 0 && used->depth == k + 1;
        for (uint32_t number = 0; there && number < path[k]; number++) {
            if (number > 0)
                used->depth = k + 1; /* over what is above the line before */
            there = bom_used_next(used, &row, &fault) && row.level == k + 1;
        }
        if (!there)
            return false;
    }
    return true;
}
