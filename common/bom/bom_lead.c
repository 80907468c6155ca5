#include "common/bom/bom_lead.h"

#include "common/base/sort.h"
#include "common/plant/operation_order.h"

#include <string.h>

/* What the routing or the first supplier says of an item that is reached. */
struct source {
    uint32_t row; /* of operations or suppliers; NO_INDEX: none */
    int32_t days; /* NO_DAYS: nothing said */
};

struct leading {
    const struct bom_explosion *explosion;
    const struct plant *plant;
    struct arena *arena;
    struct bom_lead *leads;
    uint32_t *node_of;      /* open addressing by item: node + 1 */
    uint32_t slot_count;    /* a power of two above twice the nodes */
    struct source *sources; /* by node */
};

static uint32_t find_node(const struct leading *leading, uint32_t item)
{
    uint32_t slot = (item * 2654435769u) & (leading->slot_count - 1);
    const uint32_t *slots = leading->node_of;
    while (slots[slot] != 0 && leading->explosion->nodes[slots[slot] - 1].item != item)
        slot = (slot + 1) & (leading->slot_count - 1);
    return slots[slot] == 0 ? NO_INDEX : slots[slot] - 1;
}

static bool index_nodes(struct leading *leading)
{
    uint32_t count = leading->explosion->node_count;
    leading->slot_count = 64;
    while (leading->slot_count < 2 * count)
        leading->slot_count *= 2;
    leading->node_of = arena_alloc(leading->arena, leading->slot_count, sizeof(uint32_t));
    leading->leads = arena_alloc(leading->arena, count, sizeof(*leading->leads));
    leading->sources = arena_alloc(leading->arena, count, sizeof(*leading->sources));
    if (!leading->node_of || !leading->leads || !leading->sources)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot =
            (leading->explosion->nodes[i].item * 2654435769u) & (leading->slot_count - 1);
        while (leading->node_of[slot] != 0)
            slot = (slot + 1) & (leading->slot_count - 1);
        leading->node_of[slot] = i + 1;
        leading->sources[i] = (struct source){NO_INDEX, NO_DAYS};
    }
    return true;
}

static bool counts(const struct leading *leading, date from, date to)
{
    date start = leading->explosion->request.start;
    return !date_given(start) || (from <= start && start < to);
}

/* ---- bought ---- */

static int64_t rank(int32_t priority)
{
    return days_given(priority) ? priority : INT64_MAX;
}

static bool better_supplier(const struct plant *plant, const struct supplier *a,
                            const struct supplier *b)
{
    if (rank(a->priority) != rank(b->priority))
        return rank(a->priority) < rank(b->priority);
    return strcmp(plant_text(plant, a->supplier), plant_text(plant, b->supplier)) < 0;
}

static void read_suppliers(struct leading *leading)
{
    const struct plant *plant = leading->plant;
    for (uint32_t i = 0; i < plant->suppliers_count; i++) {
        const struct supplier *row = &plant->suppliers[i];
        uint32_t node = find_node(leading, row->item);
        if (node == NO_INDEX || plant->items[row->item].type != ITEM_BUY ||
            !counts(leading, row->valid_from, row->valid_to))
            continue;
        struct source *source = &leading->sources[node];
        if (source->row == NO_INDEX || better_supplier(plant, row, &plant->suppliers[source->row]))
            *source = (struct source){i, row->lead_time_days};
    }
}

/* ---- made ---- */

/* By item, alternative (priority, name), operation: as the plan takes them. */
static int operation_cmp(const void *context, uint32_t left, uint32_t right)
{
    const struct plant *plant = context;
    const struct operation *a = &plant->operations[left];
    const struct operation *b = &plant->operations[right];
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    if (a->alternative_priority != b->alternative_priority)
        return a->alternative_priority < b->alternative_priority ? -1 : 1;
    int order = strcmp(plant_text(plant, a->alternative), plant_text(plant, b->alternative));
    return order != 0 ? order
                      : operation_number_cmp(plant_text(plant, a->operation),
                                             plant_text(plant, b->operation));
}

/* Days of the operations steps[0 .. count) of one alternative. */
static int64_t route_days(const struct plant *plant, const uint32_t *steps, uint32_t count)
{
    int64_t days = 0;
    int32_t longest = 0;
    uint32_t group = 0;
    for (uint32_t k = 0; k < count; k++) {
        const struct operation *step = &plant->operations[steps[k]];
        int32_t own = days_given(step->lead_time_days) ? step->lead_time_days : 0;
        if (step->parallel_group == 0 || step->parallel_group != group) {
            days += longest;
            longest = 0;
            group = step->parallel_group;
        }
        longest = own > longest ? own : longest;
    }
    return days + longest;
}

/* steps[0 .. count) of the same item, in order. */
static void read_route(struct leading *leading, const uint32_t *steps, uint32_t count)
{
    const struct operation *operations = leading->plant->operations;
    uint32_t alternative = operations[steps[0]].alternative;
    uint32_t end = 0;
    while (end < count && operations[steps[end]].alternative == alternative)
        end++;
    int64_t days = route_days(leading->plant, steps, end);
    struct source *source = &leading->sources[find_node(leading, operations[steps[0]].item)];
    source->days = days < BOM_LEAD_DAYS_MAX ? (int32_t)days : BOM_LEAD_DAYS_MAX;
}

static bool read_operations(struct leading *leading)
{
    const struct plant *plant = leading->plant;
    uint32_t count = 0;
    uint32_t *steps =
        arena_alloc(leading->arena, (size_t)plant->operations_count + 1, sizeof(*steps));
    uint32_t *spare =
        arena_alloc(leading->arena, (size_t)plant->operations_count + 1, sizeof(*spare));
    if (!steps || !spare)
        return false;
    for (uint32_t i = 0; i < plant->operations_count; i++) {
        const struct operation *row = &plant->operations[i];
        if (counts(leading, row->valid_from, row->valid_to) &&
            plant->items[row->item].type != ITEM_BUY && find_node(leading, row->item) != NO_INDEX)
            steps[count++] = i;
    }
    sort_u32(steps, spare, count, operation_cmp, plant);
    for (uint32_t first = 0; first < count;) {
        uint32_t end = first;
        while (end < count &&
               plant->operations[steps[end]].item == plant->operations[steps[first]].item)
            end++;
        read_route(leading, steps + first, end - first);
        first = end;
    }
    return true;
}

/* ---- times ---- */

static int32_t capped(int64_t days)
{
    return days < BOM_LEAD_DAYS_MAX ? (int32_t)days : BOM_LEAD_DAYS_MAX;
}

static int32_t base_days(const struct leading *leading, uint32_t node)
{
    const struct item *item = &leading->plant->items[leading->explosion->nodes[node].item];
    int32_t said = leading->sources[node].days;
    bool buys = item->type == ITEM_BUY;
    if (days_given(item->lead_time_days) && !(buys && days_given(said)))
        return item->lead_time_days;
    return days_given(said) ? said : 0;
}

static struct frac quantity_of(const struct leading *leading, uint32_t node)
{
    struct frac net;
    const struct bom_node *at = &leading->explosion->nodes[node];
    if (!leading->explosion->request.stock || !frac_of_qty(at->net, &net))
        return at->exact;
    return net;
}

static int32_t own_days(const struct leading *leading, uint32_t node)
{
    const struct bom_node *at = &leading->explosion->nodes[node];
    const struct item_params *params = plant_item_params(leading->plant, at->item);
    struct frac per;
    struct frac days;
    struct qty whole;
    struct frac quantity = quantity_of(leading, node);
    if (leading->plant->items[at->item].type == ITEM_PHANTOM || quantity.num <= 0)
        return 0;
    int64_t all = (int64_t)base_days(leading, node) + params->safety_days;
    if (params->lead_time_per_unit_days.micro == 0)
        return capped(all);
    if (!frac_of_qty(params->lead_time_per_unit_days, &per) || !frac_mul(per, quantity, &days) ||
        !frac_ceil(days, 0, &whole))
        return BOM_LEAD_DAYS_MAX;
    return capped(all + whole.micro / QTY_SCALE);
}

/* Components come before: they have higher low-level codes. */
static void add_up(struct leading *leading, uint32_t node)
{
    const struct bom_explosion *explosion = leading->explosion;
    const struct bom_node *at = &explosion->nodes[node];
    struct bom_lead *lead = &leading->leads[node];
    int32_t longest = 0;
    lead->critical = NO_INDEX;
    for (uint32_t k = at->first; k < at->first + at->count; k++) {
        uint32_t below = explosion->chosen[k].node;
        if (leading->leads[below].cumulative > longest) {
            longest = leading->leads[below].cumulative;
            lead->critical = below;
        }
    }
    lead->own = own_days(leading, node);
    lead->cumulative = capped((int64_t)lead->own + longest);
}

enum status bom_lead_times(const struct bom_explosion *explosion, struct arena *arena,
                           struct bom_lead **leads, struct fault *fault)
{
    struct leading leading = {explosion, explosion->graph->plant, arena, NULL, NULL, 0, NULL};
    if (explosion->request.levels > 0)
        return fault_set(fault, STATUS_INVALID, "levels",
                         "levels cannot be limited where lead times are asked for");
    if (!index_nodes(&leading) || !read_operations(&leading))
        return fault_set(fault, STATUS_LIMIT, "",
                         "lead times do not fit the memory of the request");
    read_suppliers(&leading);
    for (uint32_t k = explosion->need_count; k > 0; k--)
        add_up(&leading, explosion->needs[k - 1].node);
    add_up(&leading, 0);
    for (uint32_t node = 0; node != NO_INDEX; node = leading.leads[node].critical)
        leading.leads[node].on_path = true;
    *leads = leading.leads;
    return STATUS_OK;
}
