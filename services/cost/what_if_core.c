#include "services/cost/what_if_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Items that assumptions concern: each may be named more than once. */
struct concerned {
    uint32_t *items;
    size_t count;
};

/* `what` "code" `is`, of an assumption. */
struct complaint {
    const char *column;
    const char *what;
    struct text code;
    const char *is;
};

static enum status wrong(size_t number, enum status status, const struct complaint *complaint,
                         struct fault *fault)
{
    char field[64];
    snprintf(field, sizeof field, "assumptions[%zu].%s", number, complaint->column);
    return fault_set(fault, status, field, "%s \"%.*s\" %s", complaint->what,
                     (int)complaint->code.length, complaint->code.bytes, complaint->is);
}

static bool has_structure(const struct what_if *asked, uint32_t item)
{
    const struct plant *plant = asked->plant;
    if (plant->items[item].type != ITEM_MAKE && plant->items[item].type != ITEM_PHANTOM)
        return false;
    if (asked->graph->below_first[item] < asked->graph->below_end[item])
        return true;
    for (uint32_t i = 0; i < plant->operations_count; i++) {
        if (plant->operations[i].item == item)
            return true;
    }
    return false;
}

static enum status assume_price(const struct what_if *asked, size_t number,
                                struct concerned *concerned, struct fault *fault)
{
    const struct assumption *assumption = &asked->assumptions[number];
    uint32_t item = plant_item_find(asked->plant, assumption->item);
    if (item == NO_INDEX)
        return wrong(number, STATUS_NOT_FOUND,
                     &(struct complaint){"item", "item", assumption->item, "does not exist"},
                     fault);
    if (has_structure(asked, item))
        return wrong(number, STATUS_INVALID,
                     &(struct complaint){"item", "item", assumption->item,
                                         "is made: what it costs comes from its bill and routing"},
                     fault);
    if (!cost_given(assumption->unit_cost) || assumption->unit_cost.micro < 0)
        return wrong(number, STATUS_INVALID,
                     &(struct complaint){"unit_cost", "unit cost of item", assumption->item,
                                         "is missing or negative"},
                     fault);
    asked->plant->items[item].unit_cost = assumption->unit_cost;
    concerned->items[concerned->count++] = item;
    return STATUS_OK;
}

static bool set_rate(struct unitcost wanted, struct unitcost *rate)
{
    if (cost_given(wanted))
        *rate = wanted;
    return rate->micro >= 0;
}

static enum status assume_rates(const struct what_if *asked, size_t number,
                                struct concerned *concerned, struct fault *fault)
{
    const struct assumption *assumption = &asked->assumptions[number];
    struct plant *plant = asked->plant;
    uint32_t found = cost_center_find(plant, assumption->work_center);
    if (found == NO_INDEX)
        return wrong(number, STATUS_NOT_FOUND,
                     &(struct complaint){"work_center", "work centre", assumption->work_center,
                                         "does not exist"},
                     fault);
    struct work_center *center = &plant->work_centers[found];
    if (!set_rate(assumption->labor_rate, &center->labor_rate) ||
        !set_rate(assumption->machine_rate, &center->machine_rate) ||
        !set_rate(assumption->overhead_rate, &center->overhead_rate))
        return wrong(number, STATUS_INVALID,
                     &(struct complaint){"work_center", "a rate of work centre",
                                         assumption->work_center, "is negative"},
                     fault);
    for (uint32_t i = 0; i < plant->operations_count; i++) {
        if (plant->operations[i].work_center == found)
            concerned->items[concerned->count++] = plant->operations[i].item;
    }
    return STATUS_OK;
}

static bool concerned_new(const struct what_if *asked, struct arena *arena,
                          struct concerned *concerned)
{
    size_t room = asked->count + 1;
    for (size_t i = 0; i < asked->count; i++)
        room += asked->assumptions[i].item.bytes ? 0 : asked->plant->operations_count;
    *concerned = (struct concerned){arena_alloc(arena, room, sizeof(uint32_t)), 0};
    return concerned->items != NULL;
}

static int compare_effects(const void *a, const void *b)
{
    const struct cost_effect *x = a;
    const struct cost_effect *y = b;
    return (x->item > y->item) - (x->item < y->item);
}

static bool collect(const struct what_if *asked, const struct rollup *rollup,
                    const struct rollup_changes *changes, struct arena *arena,
                    struct cost_effects *out)
{
    const struct bom_graph *graph = asked->graph;
    *out = (struct cost_effects){.effects =
                                     arena_alloc(arena, changes->count + 1, sizeof *out->effects)};
    for (size_t i = 0; out->effects && i < changes->count; i++) {
        uint32_t item = changes->items[i];
        bool is_end = graph->above_first[item] == graph->above_end[item];
        out->effects[out->count++] =
            (struct cost_effect){item, is_end, changes->before[i], rollup_costs(rollup)[item]};
        out->end_count += is_end;
    }
    if (out->effects && out->count > 1)
        qsort(out->effects, out->count, sizeof *out->effects, compare_effects);
    return out->effects != NULL;
}

enum status what_if(const struct what_if *asked, struct arena *arena, struct cost_effects *out,
                    struct fault *fault)
{
    struct rollup *rollup = NULL;
    struct rollup_changes changes;
    struct concerned concerned;
    enum status status = rollup_new(asked->graph, NO_DATE, arena, &rollup, fault);
    if (status == STATUS_OK && !concerned_new(asked, arena, &concerned))
        status = fault_set(fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (size_t i = 0; status == STATUS_OK && i < asked->count; i++)
        status = asked->assumptions[i].item.bytes ? assume_price(asked, i, &concerned, fault)
                                                  : assume_rates(asked, i, &concerned, fault);
    if (status == STATUS_OK)
        status = rollup_again(rollup, concerned.items, concerned.count, arena, &changes, fault);
    if (status == STATUS_OK && !collect(asked, rollup, &changes, arena, out))
        status = fault_set(fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    return status;
}
