#include "common/bom/bom_explode.h"

#include "common/bom/bom_choose.h"

/* What is known of an item while its needs are added up. */
struct sum {
    struct frac exact;
    int64_t occurrences; /* 0: not needed */
};

struct exploding {
    const struct bom_graph *graph;
    const struct bom_request *request;
    struct arena *arena;
    struct fault *fault;
    struct sum *sums; /* of all levels */
    uint32_t *chosen_first;
    uint32_t *chosen;
    uint32_t *chosen_count; /* of each parent */
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "",
                     "the explosion does not fit the memory of the request");
}

static enum status overflow(const struct bom_graph *graph, uint32_t item, struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity of item \"%s\" is out of range",
                     plant_item_code(graph->plant, item));
}

/* Adds what `parent` needs by the line. */
static bool add_need(const struct exploding *exploding, const struct sum *parent,
                     const struct bom_line *line, struct sum *component)
{
    const struct plant *plant = exploding->graph->plant;
    bool fixed = plant_bom_terms(plant, line)->qty_fixed != 0;
    struct frac need;
    struct frac times = fixed ? frac_of_int(parent->occurrences) : parent->exact;
    if (!bom_chosen_per(plant, line, &need) || !frac_mul(need, times, &need))
        return false;
    if (component->occurrences == 0)
        component->exact = need;
    else if (!frac_add(component->exact, need, &component->exact))
        return false;
    return !__builtin_add_overflow(component->occurrences, parent->occurrences,
                                   &component->occurrences);
}

/* Chooses the lines of every needed item, parents before components, and adds up the needs. */
static enum status choose_lines(struct exploding *exploding)
{
    const struct bom_graph *graph = exploding->graph;
    uint32_t items = graph->plant->items_count;
    for (uint32_t i = 0; i < items; i++) {
        uint32_t item = graph->order[i];
        const struct sum *sum = &exploding->sums[item];
        if (sum->occurrences == 0)
            continue;
        uint32_t *chosen = exploding->chosen + graph->below_first[item];
        uint32_t count = bom_choose(graph, item, exploding->request->start, sum->exact, chosen);
        exploding->chosen_count[item] = count;
        for (uint32_t k = 0; k < count; k++) {
            const struct bom_line *line = &graph->plant->bom_lines[chosen[k]];
            if (!add_need(exploding, sum, line, &exploding->sums[line->component]))
                return overflow(graph, line->component, exploding->fault);
        }
    }
    return STATUS_OK;
}

/* Chosen lines were written at the places of the graph's lines: move them together. */
static void pack_chosen(struct exploding *exploding)
{
    const struct bom_graph *graph = exploding->graph;
    uint32_t items = graph->plant->items_count;
    uint32_t at = 0;
    for (uint32_t item = 0; item < items; item++) {
        exploding->chosen_first[item] = at;
        for (uint32_t k = 0; k < exploding->chosen_count[item]; k++)
            exploding->chosen[at++] = exploding->chosen[graph->below_first[item] + k];
    }
    exploding->chosen_first[items] = at;
}

/* One level of a limited explosion: needs of the items in `now` go to `next`. */
struct front {
    uint32_t *items;
    struct sum *sums; /* by item */
    uint32_t count;
};

static enum status step_down(struct exploding *exploding, struct front *now, struct front *next,
                             struct sum *totals)
{
    const struct plant *plant = exploding->graph->plant;
    next->count = 0;
    for (uint32_t i = 0; i < now->count; i++) {
        uint32_t item = now->items[i];
        uint32_t end = exploding->chosen_first[item + 1];
        for (uint32_t k = exploding->chosen_first[item]; k < end; k++) {
            const struct bom_line *line = &plant->bom_lines[exploding->chosen[k]];
            if (next->sums[line->component].occurrences == 0)
                next->items[next->count++] = line->component;
            if (!add_need(exploding, &now->sums[item], line, &next->sums[line->component]) ||
                !add_need(exploding, &now->sums[item], line, &totals[line->component]))
                return overflow(exploding->graph, line->component, exploding->fault);
        }
        now->sums[item] = (struct sum){{0, 1}, 0};
    }
    return STATUS_OK;
}

static bool front_init(struct front *front, struct exploding *exploding)
{
    size_t items = exploding->graph->plant->items_count;
    front->items = arena_alloc(exploding->arena, items, sizeof(*front->items));
    front->sums = arena_alloc(exploding->arena, items, sizeof(*front->sums));
    front->count = 0;
    return front->items && front->sums;
}

/* Needs of the first request->levels levels only, level by level. */
static enum status limit_levels(struct exploding *exploding)
{
    const struct bom_request *request = exploding->request;
    struct sum first = exploding->sums[request->item];
    struct front now;
    struct front next;
    struct sum *totals =
        arena_alloc(exploding->arena, exploding->graph->plant->items_count, sizeof(*totals));
    if (!totals || !front_init(&now, exploding) || !front_init(&next, exploding))
        return no_room(exploding->fault);
    now.items[now.count++] = request->item;
    now.sums[request->item] = first;
    for (uint32_t level = 0; level < request->levels && now.count > 0; level++) {
        enum status status = step_down(exploding, &now, &next, totals);
        if (status != STATUS_OK)
            return status;
        struct front swap = now;
        now = next;
        next = swap;
    }
    totals[request->item] = first;
    exploding->sums = totals;
    return STATUS_OK;
}

/* One need: rounded up at the item's decimals. */
static enum status round_need(const struct exploding *exploding, uint32_t item,
                              struct bom_need *need)
{
    const struct sum *sum = &exploding->sums[item];
    uint8_t decimals = exploding->graph->plant->items[item].decimals;
    need->exact = sum->exact;
    need->occurrences = sum->occurrences;
    need->item = item;
    if (!frac_ceil(sum->exact, decimals, &need->qty))
        return overflow(exploding->graph, item, exploding->fault);
    return STATUS_OK;
}

static enum status collect_needs(const struct exploding *exploding, struct bom_explosion *explosion)
{
    const struct bom_graph *graph = exploding->graph;
    uint32_t items = graph->plant->items_count;
    struct bom_need *needs = arena_alloc(exploding->arena, items, sizeof(*needs));
    if (!needs)
        return no_room(exploding->fault);
    explosion->needs = needs;
    for (uint32_t i = 0; i < items; i++) {
        uint32_t item = graph->order[i];
        struct bom_need *need = &needs[explosion->need_count];
        if (item == exploding->request->item || exploding->sums[item].occurrences == 0)
            continue;
        enum status status = round_need(exploding, item, need);
        if (status != STATUS_OK)
            return status;
        if (__builtin_add_overflow(explosion->line_count, need->occurrences,
                                   &explosion->line_count))
            explosion->line_count = INT64_MAX;
        explosion->need_count++;
    }
    return STATUS_OK;
}

static enum status check_request(const struct bom_graph *graph, const struct bom_request *request,
                                 struct fault *fault)
{
    const struct item *item = &graph->plant->items[request->item];
    char text[QTY_TEXT_MAX];
    ASSERT(request->item < graph->plant->items_count);
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

static bool exploding_init(struct exploding *exploding)
{
    size_t items = exploding->graph->plant->items_count;
    struct arena *arena = exploding->arena;
    exploding->sums = arena_alloc(arena, items, sizeof(*exploding->sums));
    exploding->chosen_first = arena_alloc(arena, items + 1, sizeof(uint32_t));
    exploding->chosen_count = arena_alloc(arena, items + 1, sizeof(uint32_t));
    exploding->chosen = arena_alloc(arena, exploding->graph->room, sizeof(uint32_t));
    return exploding->sums && exploding->chosen_first && exploding->chosen_count &&
           exploding->chosen;
}

enum status bom_explode(const struct bom_graph *graph, const struct bom_request *request,
                        struct arena *arena, struct bom_explosion **out, struct fault *fault)
{
    struct exploding exploding = {
        .graph = graph, .request = request, .arena = arena, .fault = fault};
    struct bom_explosion *explosion = arena_alloc(arena, 1, sizeof(*explosion));
    enum status status = check_request(graph, request, fault);
    if (status != STATUS_OK)
        return status;
    if (!explosion || !exploding_init(&exploding))
        return no_room(fault);
    struct sum *top = &exploding.sums[request->item];
    top->occurrences = 1;
    if (!frac_of_qty(request->quantity, &top->exact))
        return overflow(graph, request->item, fault);
    status = choose_lines(&exploding);
    pack_chosen(&exploding);
    if (status == STATUS_OK && request->levels > 0)
        status = limit_levels(&exploding);
    *explosion = (struct bom_explosion){.graph = graph,
                                        .request = *request,
                                        .chosen_first = exploding.chosen_first,
                                        .chosen = exploding.chosen};
    if (status == STATUS_OK)
        status = collect_needs(&exploding, explosion);
    if (status == STATUS_OK)
        *out = explosion;
    return status;
}
