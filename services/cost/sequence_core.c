#include "services/cost/sequence_core.h"

/* One sequence under way. */
struct walk {
    const struct bom_graph *graph;
    const struct plant *plant;
    const struct cost_terms *terms;
    const struct cost_sequence *sequence;
    uint32_t *waits; /* by item: how many lines it waits for */
};

bool cost_is_product_line(const struct plant *plant, uint32_t line, date on)
{
    const struct bom_terms *terms = plant_bom_terms(plant, &plant->bom_lines[line]);
    return (terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT) &&
           qty_given(terms->cost_share_pct) && bom_line_valid(terms, on);
}

/* An item that is bought has no order which could make something besides. */
static bool is_made(const struct plant *plant, uint32_t item)
{
    return plant->items[item].type == ITEM_MAKE || plant->items[item].type == ITEM_PHANTOM;
}

static uint32_t source_of(const struct walk *walk, uint32_t item)
{
    const struct bom_graph *graph = walk->graph;
    for (uint32_t k = graph->above_first[item]; k < graph->above_first[item + 1]; k++) {
        uint32_t line = graph->above[k];
        if (is_made(walk->plant, walk->plant->bom_lines[line].parent) &&
            cost_is_product_line(walk->plant, line, walk->terms->on))
            return line + 1;
    }
    return 0;
}

static uint32_t needs_of(const struct walk *walk, uint32_t item)
{
    const struct bom_graph *graph = walk->graph;
    uint32_t count = 0;
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++)
        count += walk->terms->chosen[graph->below[k]];
    return count;
}

/* The item's cost is known: who waited for it waits for one less. */
static void release(const struct walk *walk, uint32_t item, uint32_t *queue, uint32_t *tail)
{
    const struct bom_graph *graph = walk->graph;
    for (uint32_t k = graph->above_first[item]; k < graph->above_first[item + 1]; k++) {
        uint32_t parent = walk->plant->bom_lines[graph->above[k]].parent;
        if (walk->terms->chosen[graph->above[k]] && --walk->waits[parent] == 0)
            queue[(*tail)++] = parent;
    }
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
        uint32_t product = walk->plant->bom_lines[graph->below[k]].component;
        if (walk->sequence->source[product] == graph->below[k] + 1 && --walk->waits[product] == 0)
            queue[(*tail)++] = product;
    }
}

/* One that this item waits for. */
static uint32_t awaited(const struct walk *walk, uint32_t item)
{
    const struct bom_graph *graph = walk->graph;
    if (walk->sequence->source[item] > 0)
        return walk->plant->bom_lines[walk->sequence->source[item] - 1].parent;
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
        uint32_t component = walk->plant->bom_lines[graph->below[k]].component;
        if (walk->terms->chosen[graph->below[k]] && walk->waits[component] > 0)
            return component;
    }
    ASSERT(!"an item waits for nothing");
    return item;
}

/* Bills have no cycle, so every circle of waiting holds a product; it is entered after at most as
   many steps as there are items. */
static enum status tell_circle(const struct walk *walk, struct fault *fault)
{
    uint32_t item = 0;
    while (walk->waits[item] == 0)
        item++;
    for (uint32_t i = 0; i < walk->plant->items_count; i++)
        item = awaited(walk, item);
    while (walk->sequence->source[item] == 0)
        item = awaited(walk, item);
    return fault_set(fault, STATUS_INVALID, "cost_share_pct",
                     "cost of item \"%s\" depends on itself: item \"%s\" both makes and needs it; "
                     "give it a unit cost",
                     plant_item_code(walk->plant, item),
                     plant_item_code(walk->plant, awaited(walk, item)));
}

enum status cost_sequence_make(const struct bom_graph *graph, const struct cost_terms *terms,
                               struct arena *arena, struct cost_sequence *sequence,
                               struct fault *fault)
{
    struct walk walk = {
        .graph = graph, .plant = graph->plant, .terms = terms, .sequence = sequence};
    uint32_t items = graph->plant->items_count;
    uint32_t tail = 0;
    sequence->items = arena_alloc(arena, (size_t)items + 1, sizeof(uint32_t));
    sequence->source = arena_alloc(arena, (size_t)items + 1, sizeof(uint32_t));
    walk.waits = arena_alloc(arena, (size_t)items + 1, sizeof(uint32_t));
    if (!sequence->items || !sequence->source || !walk.waits)
        return fault_set(fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (uint32_t i = 0; i < items; i++) {
        sequence->source[i] = terms->own[i] ? 0 : source_of(&walk, i);
        walk.waits[i] = sequence->source[i] > 0 ? 1 : needs_of(&walk, i);
        if (walk.waits[i] == 0)
            sequence->items[tail++] = i;
    }
    for (uint32_t head = 0; head < tail; head++)
        release(&walk, sequence->items[head], sequence->items, &tail);
    return tail == items ? STATUS_OK : tell_circle(&walk, fault);
}
