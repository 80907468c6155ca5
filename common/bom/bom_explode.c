#include "common/bom/bom_exploding.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "",
                     "the explosion does not fit the memory of the request");
}

enum status bom_exploding_overflow(const struct bom_exploding *exploding, uint32_t item)
{
    return fault_set(exploding->fault, STATUS_OVERFLOW, "quantity",
                     "quantity of item \"%s\" is out of range",
                     plant_item_code(exploding->nodes.graph->plant, item));
}

/* ---- which lines of a node count ---- */

static bool make_room(struct bom_exploding *exploding, uint32_t lines)
{
    while (exploding->chosen_room - exploding->chosen_count < lines) {
        exploding->chosen = bom_nodes_grown(exploding->arena, exploding->chosen,
                                            &exploding->chosen_room, sizeof(struct bom_chosen));
        if (!exploding->chosen)
            return false;
    }
    while (exploding->lines_room < lines) {
        exploding->lines = bom_nodes_grown(exploding->arena, exploding->lines,
                                           &exploding->lines_room, sizeof(uint32_t));
        if (!exploding->lines)
            return false;
    }
    return true;
}

enum status bom_exploding_choose(struct bom_exploding *exploding, uint32_t node,
                                 struct frac quantity)
{
    const struct bom_request *request = exploding->request;
    const struct bom_graph *graph = exploding->nodes.graph;
    uint32_t item = exploding->nodes.nodes[node].item;
    bool top = item == request->item;
    struct bom_choice choice = {item, request->start, quantity, top ? request->alternative : NULL,
                                top ? request->revision : NULL};
    if (!make_room(exploding, graph->below_end[item] - graph->below_first[item]))
        return no_room(exploding->fault);
    uint32_t count = bom_choose_named(graph, &choice, exploding->lines);
    exploding->nodes.nodes[node].first = exploding->chosen_count;
    exploding->nodes.nodes[node].count = count;
    for (uint32_t k = 0; k < count; k++) {
        const struct bom_line *line = &graph->plant->bom_lines[exploding->lines[k]];
        struct bom_chosen *chosen = &exploding->chosen[exploding->chosen_count++];
        chosen->line = exploding->lines[k];
        chosen->node = bom_nodes_add(&exploding->nodes, line->component);
        if (chosen->node == NO_INDEX)
            return no_room(exploding->fault);
        if (!bom_chosen_per(graph->plant, line, &chosen->per))
            return bom_exploding_overflow(exploding, line->component);
    }
    return STATUS_OK;
}

/* ---- sums ---- */

static bool fixed(const struct bom_exploding *exploding, const struct bom_chosen *chosen)
{
    const struct plant *plant = exploding->nodes.graph->plant;
    return plant_bom_terms(plant, &plant->bom_lines[chosen->line])->qty_fixed != 0;
}

/* What is needed of an item. */
struct sum {
    struct frac exact;
    int64_t occurrences;
};

/* Adds what `parent` needs by the line. */
static bool add_need(const struct bom_exploding *exploding, const struct sum *parent,
                     const struct bom_chosen *chosen, struct sum *component)
{
    struct frac need;
    struct frac times = fixed(exploding, chosen) ? frac_of_int(parent->occurrences) : parent->exact;
    if (!frac_mul(chosen->per, times, &need))
        return false;
    if (component->occurrences == 0)
        component->exact = need;
    else if (!frac_add(component->exact, need, &component->exact))
        return false;
    return !__builtin_add_overflow(component->occurrences, parent->occurrences,
                                   &component->occurrences);
}

/* Chooses the lines of the node and adds up what they need. */
static enum status explode_node(struct bom_exploding *exploding, uint32_t node)
{
    struct bom_nodes *nodes = &exploding->nodes;
    const struct sum parent = {nodes->nodes[node].exact, nodes->nodes[node].occurrences};
    enum status status = bom_exploding_choose(exploding, node, parent.exact);
    if (status != STATUS_OK)
        return status;
    uint32_t first = nodes->nodes[node].first;
    for (uint32_t k = first; k < exploding->chosen_count; k++) {
        struct bom_node *component = &nodes->nodes[exploding->chosen[k].node];
        struct sum sum = {component->exact, component->occurrences};
        if (!add_need(exploding, &parent, &exploding->chosen[k], &sum))
            return bom_exploding_overflow(exploding, component->item);
        component->exact = sum.exact;
        component->occurrences = sum.occurrences;
    }
    return STATUS_OK;
}

enum status bom_exploding_levels(struct bom_exploding *exploding, bom_exploding_fn *each)
{
    struct bom_nodes *nodes = &exploding->nodes;
    uint32_t top = nodes->graph->level[exploding->request->item];
    for (uint32_t level = top; level < nodes->graph->level_count; level++) {
        uint32_t count;
        if (!bom_nodes_turn(nodes, level, &count))
            return no_room(exploding->fault);
        for (uint32_t k = 0; k < count; k++) {
            enum status status = each(exploding, nodes->turn[k]);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}

/* ---- a limit of levels ---- */

/* One level: needs of the nodes in `now` go to `next`. */
struct front {
    uint32_t *nodes;
    struct sum *sums; /* by node */
    uint32_t count;
};

static enum status step_down(struct bom_exploding *exploding, struct front *now, struct front *next,
                             struct sum *totals)
{
    next->count = 0;
    for (uint32_t i = 0; i < now->count; i++) {
        const struct bom_node *node = &exploding->nodes.nodes[now->nodes[i]];
        for (uint32_t k = node->first; k < node->first + node->count; k++) {
            const struct bom_chosen *chosen = &exploding->chosen[k];
            if (next->sums[chosen->node].occurrences == 0)
                next->nodes[next->count++] = chosen->node;
            if (!add_need(exploding, &now->sums[now->nodes[i]], chosen,
                          &next->sums[chosen->node]) ||
                !add_need(exploding, &now->sums[now->nodes[i]], chosen, &totals[chosen->node]))
                return bom_exploding_overflow(exploding, exploding->nodes.nodes[chosen->node].item);
        }
        now->sums[now->nodes[i]] = (struct sum){{0, 1}, 0};
    }
    return STATUS_OK;
}

static bool front_init(struct front *front, const struct bom_exploding *exploding)
{
    front->nodes = arena_alloc(exploding->arena, exploding->nodes.count, sizeof(*front->nodes));
    front->sums = arena_alloc(exploding->arena, exploding->nodes.count, sizeof(*front->sums));
    front->count = 0;
    return front->nodes && front->sums;
}

static void keep_totals(struct bom_exploding *exploding, const struct sum *totals)
{
    for (uint32_t i = 1; i < exploding->nodes.count; i++) {
        exploding->nodes.nodes[i].exact = totals[i].exact;
        exploding->nodes.nodes[i].occurrences = totals[i].occurrences;
    }
}

/* Needs of the first request->levels levels only, level by level. */
static enum status limit_levels(struct bom_exploding *exploding)
{
    const struct bom_node *top = &exploding->nodes.nodes[0];
    struct front now;
    struct front next;
    struct sum *totals = arena_alloc(exploding->arena, exploding->nodes.count, sizeof(*totals));
    if (!totals || !front_init(&now, exploding) || !front_init(&next, exploding))
        return no_room(exploding->fault);
    now.nodes[now.count++] = 0;
    now.sums[0] = (struct sum){top->exact, top->occurrences};
    for (uint32_t level = 0; level < exploding->request->levels && now.count > 0; level++) {
        enum status status = step_down(exploding, &now, &next, totals);
        if (status != STATUS_OK)
            return status;
        struct front swap = now;
        now = next;
        next = swap;
    }
    keep_totals(exploding, totals);
    return STATUS_OK;
}

/* ---- the result ---- */

static enum status round_need(const struct bom_exploding *exploding, uint32_t number,
                              struct bom_need *need)
{
    const struct bom_node *node = &exploding->nodes.nodes[number];
    uint8_t decimals = exploding->nodes.graph->plant->items[node->item].decimals;
    *need = (struct bom_need){.exact = node->exact,
                              .qty = node->gross,
                              .from_stock = node->from_stock,
                              .net = node->net,
                              .occurrences = node->occurrences,
                              .item = node->item,
                              .node = number};
    if (!exploding->request->stock && !frac_ceil(node->exact, decimals, &need->qty))
        return bom_exploding_overflow(exploding, node->item);
    return STATUS_OK;
}

static enum status collect_needs(struct bom_exploding *exploding, struct bom_explosion *explosion)
{
    struct bom_nodes *nodes = &exploding->nodes;
    struct bom_need *needs = arena_alloc(exploding->arena, nodes->count, sizeof(*needs));
    if (!needs)
        return no_room(exploding->fault);
    explosion->needs = needs;
    for (uint32_t level = 0; level < nodes->graph->level_count; level++) {
        uint32_t count;
        if (!bom_nodes_turn(nodes, level, &count))
            return no_room(exploding->fault);
        for (uint32_t k = 0; k < count; k++) {
            struct bom_need *need = &needs[explosion->need_count];
            if (nodes->turn[k] == 0 || nodes->nodes[nodes->turn[k]].occurrences == 0)
                continue;
            enum status status = round_need(exploding, nodes->turn[k], need);
            if (status != STATUS_OK)
                return status;
            if (__builtin_add_overflow(explosion->line_count, need->occurrences,
                                       &explosion->line_count))
                explosion->line_count = INT64_MAX;
            explosion->need_count++;
        }
    }
    return STATUS_OK;
}

static enum status check_quantity(const struct bom_graph *graph, const struct bom_request *request,
                                  struct fault *fault)
{
    const struct item *item = &graph->plant->items[request->item];
    char text[QTY_TEXT_MAX];
    qty_format(request->quantity, text);
    if (request->quantity.micro <= 0)
        return fault_set(fault, STATUS_INVALID, "quantity", "quantity must be positive");
    if (!qty_fits_decimals(request->quantity, item->decimals) && item->decimals > 0)
        return fault_set(fault, STATUS_INVALID, "quantity", "quantity %s has more than %d decimals",
                         text, item->decimals);
    if (!qty_fits_decimals(request->quantity, item->decimals))
        return fault_set(fault, STATUS_INVALID, "quantity",
                         "quantity %s is not a whole number of %s", text,
                         item->uom ? plant_text(graph->plant, item->uom) : "its unit");
    return STATUS_OK;
}

/* Does any line of the item carry the name? */
static bool has_name(const struct bom_graph *graph, uint32_t item, bool revision, const char *name)
{
    const struct plant *plant = graph->plant;
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
        const struct bom_terms *terms = plant_bom_terms(plant, &plant->bom_lines[graph->below[k]]);
        uint32_t text = revision ? terms->revision : terms->alternative;
        if (text_is(text_of(name), plant_text(plant, text)))
            return true;
    }
    return false;
}

static enum status check_request(const struct bom_graph *graph, const struct bom_request *request,
                                 struct fault *fault)
{
    ASSERT(request->item < graph->plant->items_count);
    const char *code = plant_item_code(graph->plant, request->item);
    enum status status = check_quantity(graph, request, fault);
    if (status != STATUS_OK)
        return status;
    if (request->stock && request->levels > 0)
        return fault_set(fault, STATUS_INVALID, "levels",
                         "levels cannot be limited where stock is netted");
    if (request->alternative && !has_name(graph, request->item, false, request->alternative))
        return fault_set(fault, STATUS_INVALID, "alternative",
                         "bill of item \"%s\" has no alternative \"%s\"", code,
                         request->alternative);
    if (request->revision && !has_name(graph, request->item, true, request->revision))
        return fault_set(fault, STATUS_INVALID, "revision",
                         "bill of item \"%s\" has no revision \"%s\"", code, request->revision);
    return STATUS_OK;
}

static enum status begin(struct bom_exploding *exploding)
{
    const struct bom_request *request = exploding->request;
    if (!bom_nodes_init(&exploding->nodes, exploding->nodes.graph, exploding->arena))
        return no_room(exploding->fault);
    uint32_t top = bom_nodes_add(&exploding->nodes, request->item);
    ASSERT(top == 0);
    struct bom_node *node = &exploding->nodes.nodes[top];
    node->occurrences = 1;
    node->gross = request->quantity;
    node->net = request->quantity;
    if (!frac_of_qty(request->quantity, &node->exact))
        return bom_exploding_overflow(exploding, request->item);
    return STATUS_OK;
}

enum status bom_explode(const struct bom_graph *graph, const struct bom_request *request,
                        struct arena *arena, struct bom_explosion **out, struct fault *fault)
{
    struct bom_exploding exploding = {
        .request = request, .arena = arena, .fault = fault, .nodes = {.graph = graph}};
    enum status status = check_request(graph, request, fault);
    if (status != STATUS_OK)
        return status;
    struct bom_explosion *explosion = arena_alloc(arena, 1, sizeof(*explosion));
    if (!explosion)
        return no_room(fault);
    status = begin(&exploding);
    if (status == STATUS_OK)
        status = bom_exploding_levels(&exploding, request->stock ? bom_net_node : explode_node);
    if (status == STATUS_OK && request->levels > 0)
        status = limit_levels(&exploding);
    if (status == STATUS_OK)
        status = collect_needs(&exploding, explosion);
    if (status != STATUS_OK)
        return status;
    explosion->graph = graph;
    explosion->request = *request;
    explosion->nodes = exploding.nodes.nodes;
    explosion->node_count = exploding.nodes.count;
    explosion->chosen = exploding.chosen;
    *out = explosion;
    return STATUS_OK;
}
