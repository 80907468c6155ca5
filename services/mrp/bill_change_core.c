#include "services/mrp/list_core.h"
#include "services/mrp/model_core.h"

/*
 * "Bill changed after release" (planning.md section 6): a released order still needs a component
 * that no bill line of its item names any more.  Of lines every alternative, revision and
 * substitute counts that is valid on the order's start, through phantoms and lines of that kind, so
 * that an order released with another choice is no news; consumables do not count, being nobody's
 * order.
 *
 * The other way round, a line that the order lacks, cannot be told: a component issued in full has
 * no open need and is not among the facts.
 */

struct climb {
    const struct model *model;
    struct arena *arena;
    uint32_t *items; /* to look above; a component first */
    uint32_t count;
    uint32_t capacity;
    date start;
};

static bool push(struct climb *climb, uint32_t item)
{
    for (uint32_t k = 0; k < climb->count; k++) {
        if (climb->items[k] == item)
            return true;
    }
    climb->items =
        list_grown(climb->arena, climb->items, climb->count, &climb->capacity, sizeof(uint32_t));
    if (!climb->items)
        return false;
    climb->items[climb->count++] = item;
    return true;
}

/* Does the need of `item` reach `parent`?  Climbs from lines to parents, on through phantoms. */
static bool reaches(struct climb *climb, uint32_t item, uint32_t parent, bool *found)
{
    const struct model *model = climb->model;
    climb->count = 0;
    *found = false;
    if (!push(climb, item))
        return false;
    for (uint32_t k = 0; k < climb->count; k++) {
        const uint32_t at = climb->items[k];
        for (uint32_t e = model->edge_first[at]; e < model->edge_first[at + 1]; e++) {
            const struct edge *edge = &model->edges[e];
            const struct bom_terms *terms =
                plant_bom_terms(model->plant, &model->plant->bom_lines[edge->line]);
            const bool passing =
                model->plan_items[at].flags & MODEL_PHANTOM || terms->kind == BOM_PHANTOM;
            if (climb->start < terms->valid_from || climb->start >= terms->valid_to ||
                terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT || (k > 0 && !passing))
                continue;
            *found = *found || edge->parent == parent;
            if ((model->plan_items[edge->parent].flags & (MODEL_PHANTOM | MODEL_THROUGH)) &&
                !push(climb, edge->parent))
                return false;
        }
    }
    return true;
}

static bool check_component(struct climb *climb, struct model *model, const struct supply *order,
                            const struct order_component *row)
{
    const struct plant *plant = model->plant;
    const date start = date_given(order->start) ? order->start : plant->facts.plan_start;
    bool found;
    climb->start = start;
    if (!reaches(climb, row->item, order->item, &found))
        return false;
    if (found)
        return true;
    const date due = date_given(row->due) ? row->due : start;
    const int64_t day = (int64_t)due - plant->facts.plan_start;
    const int64_t worth = plant_item_params(plant, row->item)->min_quantity.micro;
    if (row->qty.micro < worth)
        return true;
    return model_message(model, climb->arena,
                         (struct plan_message){.item = row->item,
                                               .segment = row->segment,
                                               .reference = row->reference,
                                               .day = day < 0 ? 0 : (int32_t)day,
                                               .to_day = start - plant->facts.plan_start,
                                               .qty = row->qty,
                                               .to_qty = NO_QTY,
                                               .kind = PLAN_BILL_CHANGED});
}

static bool check_row(struct climb *climb, struct model *model, uint32_t i)
{
    const struct plant *plant = model->plant;
    const struct order_component *row = &plant->order_components[i];
    const uint32_t order = model->order_rows[row->reference];
    if (order == 0 || row->qty.micro <= 0)
        return true;
    const struct supply *supply = &plant->supplies[order - 1];
    return supply->kind != SUPPLY_WORK_ORDER ||
           !(model->plan_items[supply->item].flags & MODEL_HAS_BILL) ||
           check_component(climb, model, supply, row);
}

/* The first `count` rows of order components, or those that `of` names. */
static enum status check_rows(struct model *model, const uint32_t *of, uint32_t count,
                              struct arena *arena, struct fault *fault)
{
    struct climb climb = {.model = model, .arena = arena};
    bool fits = true;
    for (uint32_t i = 0; fits && i < count && model->plant->bom_lines_count > 0; i++)
        fits = check_row(&climb, model, of ? of[i] : i);
    return fits ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

enum status bill_change_build(struct model *model, struct arena *arena, struct fault *fault)
{
    return check_rows(model, NULL, model->plant->order_components_count, arena, fault);
}

enum status bill_change_item(struct model *model, const struct fact_rows *rows, struct arena *arena,
                             struct fault *fault)
{
    return check_rows(model, rows->components, rows->component_count, arena, fault);
}
