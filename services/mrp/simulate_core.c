#include "services/mrp/simulate_core.h"

#include "common/plant/plant_price.h"
#include "services/mrp/list_core.h"

#include <string.h>

/* The plant while it is changed: which of its arrays are copies already. */
struct overlay {
    struct plant *plant;
    struct arena *arena;
    struct simulated *out;
    bool items;
    bool suppliers;
    bool stocks;
    bool demands;
    bool bom_lines;
};

/* A copy of the rows with room for `more`, once; NULL when the arena is full. */
static void *copied(struct overlay *overlay, const void *rows, size_t bytes, size_t more)
{
    unsigned char *copy = arena_alloc(overlay->arena, bytes + more, 1);
    if (copy && bytes > 0)
        memcpy(copy, rows, bytes);
    return copy;
}

/* The item's own facts are others. */
static bool touch(struct overlay *overlay, uint32_t item)
{
    struct simulated *out = overlay->out;
    out->items = list_grown(overlay->arena, out->items, out->item_count, &out->item_capacity,
                            sizeof *out->items);
    if (!out->items)
        return false;
    out->items[out->item_count++] = item;
    return true;
}

static bool own_items(struct overlay *overlay)
{
    struct plant *plant = overlay->plant;
    if (overlay->items)
        return true;
    plant->items = copied(overlay, plant->items, plant->items_count * sizeof *plant->items, 0);
    overlay->items = plant->items != NULL;
    return overlay->items;
}

static bool own_suppliers(struct overlay *overlay)
{
    struct plant *plant = overlay->plant;
    if (overlay->suppliers)
        return true;
    plant->suppliers =
        copied(overlay, plant->suppliers, plant->suppliers_count * sizeof *plant->suppliers, 0);
    overlay->suppliers = plant->suppliers != NULL;
    return overlay->suppliers;
}

static bool own_stocks(struct overlay *overlay, size_t more)
{
    struct plant *plant = overlay->plant;
    if (overlay->stocks)
        return true;
    plant->stocks = copied(overlay, plant->stocks, plant->stocks_count * sizeof *plant->stocks,
                           more * sizeof *plant->stocks);
    overlay->stocks = plant->stocks != NULL;
    return overlay->stocks;
}

static bool own_demands(struct overlay *overlay, size_t more)
{
    struct plant *plant = overlay->plant;
    if (overlay->demands)
        return true;
    plant->demands = copied(overlay, plant->demands, plant->demands_count * sizeof *plant->demands,
                            more * sizeof *plant->demands);
    overlay->demands = plant->demands != NULL;
    return overlay->demands;
}

static bool own_lines(struct overlay *overlay, size_t more)
{
    struct plant *plant = overlay->plant;
    if (overlay->bom_lines)
        return true;
    plant->bom_lines =
        copied(overlay, plant->bom_lines, plant->bom_lines_count * sizeof *plant->bom_lines,
               more * sizeof *plant->bom_lines);
    overlay->bom_lines = plant->bom_lines != NULL;
    return overlay->bom_lines;
}

static bool add_demand(struct overlay *overlay, const struct sim_change *change, size_t more)
{
    struct plant *plant = overlay->plant;
    if (!own_demands(overlay, more))
        return false;
    plant->demands[plant->demands_count++] = (struct demand){.item = change->item,
                                                             .due = change->due,
                                                             .qty = change->qty,
                                                             .days = NO_DAYS,
                                                             .priority = NO_DAYS,
                                                             .kind = DEMAND_ORDER};
    return touch(overlay, change->item);
}

static bool set_lead_time(struct overlay *overlay, const struct sim_change *change)
{
    struct plant *plant = overlay->plant;
    if (!own_items(overlay) || !own_suppliers(overlay))
        return false;
    plant->items[change->item].lead_time_days = change->days;
    for (uint32_t i = 0; i < plant->suppliers_count; i++) {
        if (plant->suppliers[i].item == change->item)
            plant->suppliers[i].lead_time_days = change->days;
    }
    return touch(overlay, change->item);
}

static bool lose_supplier(struct overlay *overlay, const struct sim_change *change)
{
    struct plant *plant = overlay->plant;
    bool fits = own_suppliers(overlay);
    for (uint32_t i = 0; fits && i < plant->suppliers_count; i++) {
        struct supplier *row = &plant->suppliers[i];
        if (row->supplier != change->supplier ||
            (change->item != NO_INDEX && change->item != row->item))
            continue;
        row->valid_from = row->valid_to = DATE_FIRST;
        fits = touch(overlay, row->item);
    }
    return fits;
}

/* What was there, lots that may be used included, is the counted quantity without a lot. */
static bool count_stock(struct overlay *overlay, const struct sim_change *change, size_t more)
{
    struct plant *plant = overlay->plant;
    if (!own_stocks(overlay, more))
        return false;
    for (uint32_t i = 0; i < plant->stocks_count; i++) {
        struct stock *row = &plant->stocks[i];
        if (row->item == change->item && row->segment == 0 && row->owner == 0 &&
            row->status == STOCK_AVAILABLE)
            row->qty = (struct qty){0};
    }
    plant->stocks[plant->stocks_count++] = (struct stock){.item = change->item,
                                                          .expiry = NO_DATE,
                                                          .qty = change->qty,
                                                          .unit_cost = NO_COST,
                                                          .status = STOCK_AVAILABLE};
    return touch(overlay, change->item);
}

static bool change_bill(struct overlay *overlay, const struct sim_change *change, size_t more)
{
    struct plant *plant = overlay->plant;
    bool found = false;
    if (!own_lines(overlay, more))
        return false;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        struct bom_line *line = &plant->bom_lines[i];
        if (line->parent != change->item || line->component != change->component)
            continue;
        line->qty = found ? (struct qty){0} : change->qty;
        found = true;
    }
    if (!found)
        plant->bom_lines[plant->bom_lines_count++] = (struct bom_line){
            .parent = change->item, .component = change->component, .qty = change->qty};
    return touch(overlay, change->item) && touch(overlay, change->component);
}

enum status simulate_plant(const struct plant *plant, const struct sim_change *changes,
                           size_t count, struct arena *arena, struct simulated *out,
                           struct fault *fault)
{
    struct overlay overlay = {.arena = arena, .out = out};
    bool fits = true;
    *out = (struct simulated){0};
    ASSERT(count <= SIM_CHANGES_MAX);
    overlay.plant = arena_alloc(arena, 1, sizeof *overlay.plant);
    if (!overlay.plant)
        return fault_set(fault, STATUS_LIMIT, "changes", "simulation does not fit in memory");
    *overlay.plant = *plant;
    for (size_t i = 0; i < count && fits; i++) {
        switch ((enum sim_kind)changes[i].kind) {
        case SIM_DEMAND:
            fits = add_demand(&overlay, &changes[i], count);
            break;
        case SIM_LEAD_TIME:
            fits = set_lead_time(&overlay, &changes[i]);
            break;
        case SIM_SUPPLIER_LOST:
            fits = lose_supplier(&overlay, &changes[i]);
            break;
        case SIM_STOCK:
            fits = count_stock(&overlay, &changes[i], count);
            break;
        case SIM_BILL:
            fits = change_bill(&overlay, &changes[i], count);
            break;
        }
    }
    if (!fits)
        return fault_set(fault, STATUS_LIMIT, "changes", "simulation does not fit in memory");
    out->plant = overlay.plant;
    return STATUS_OK;
}

/* What the order costs in millionths of 10^-6 currency units; 0 where no price is known. */
static int128 order_value(const struct plan *plan, const struct plan_order *order)
{
    struct unitcost price;
    if (order->source == NO_INDEX ||
        !plant_supplier_price(plan->plant, &plan->plant->suppliers[order->source],
                              plan->plant->facts.plan_start, (struct qty){QTY_SCALE}, &price) ||
        !cost_given(price))
        return 0;
    return (int128)price.micro * plan_purchase_qty(plan, order).micro;
}

uint32_t simulate_late(const struct plan *plan, const struct pegging *pegging, uint8_t *late)
{
    uint32_t count = 0;
    for (uint32_t item = 0; item < plan->item_count; item++) {
        const uint32_t rows = pegging_count(pegging, item);
        for (uint32_t k = 0; k < rows; k++) {
            const struct peg peg = pegging_row(pegging, item, k);
            if (peg.top == NO_INDEX || peg.supply_day <= peg.for_day || late[peg.top])
                continue;
            late[peg.top] = 1;
            count += plan->plant->demands[peg.top].kind == DEMAND_ORDER;
        }
    }
    return count;
}

/* An item's orders and messages come to the sum, or leave it (`sign` -1). */
static void count_item(const struct plan_live *live, uint32_t item, int sign, struct sim_sum *sum)
{
    const struct plan *plan = live_plan(live);
    const struct plan_item *row = &plan->items[item];
    const uint32_t one = (uint32_t)sign; /* wraps around */
    uint32_t count;
    const struct plan_message *messages = live_messages(live, item, &count);
    for (uint32_t k = 0; k < row->order_count; k++) {
        sum->value += sign * order_value(plan, &row->orders[k]);
        sum->late_orders += plan_past_due_days(&row->orders[k]) > 0 ? one : 0;
    }
    sum->orders += row->order_count * one;
    for (uint32_t k = 0; k < count; k++)
        sum->messages[messages[k].kind] += one;
}

static enum status count_late(const struct plan *plan, const struct pegging *pegging,
                              struct arena *arena, struct sim_sum *sum, struct fault *fault)
{
    uint8_t *late = arena_alloc(arena, (size_t)plan->plant->demands_count + 1, sizeof *late);
    if (!late)
        return fault_set(fault, STATUS_LIMIT, "changes", "simulation does not fit in memory");
    sum->late_demands = simulate_late(plan, pegging, late);
    return STATUS_OK;
}

enum status simulate_sum(struct plan_live *live, const struct pegging *pegging, struct arena *arena,
                         struct sim_sum *sum, struct fault *fault)
{
    const struct plan *plan = live_plan(live);
    *sum = (struct sim_sum){0};
    for (uint32_t item = 0; item < plan->item_count; item++)
        count_item(live, item, 1, sum);
    return count_late(plan, pegging, arena, sum, fault);
}

enum status simulate_sum_beside(const struct plan_live *other, const struct plan_live *from,
                                const struct sim_sum *before, const struct pegging *pegging,
                                struct arena *arena, struct sim_sum *sum, struct fault *fault)
{
    const struct live_changes changes = live_changed(other);
    *sum = *before;
    for (uint32_t k = 0; k < changes.count; k++) {
        count_item(from, changes.items[k], -1, sum);
        count_item(other, changes.items[k], 1, sum);
    }
    return count_late(live_plan(other), pegging, arena, sum, fault);
}

enum status simulate_purchases(const struct sim_sum *sum, struct amount *out, struct fault *fault)
{
    if (!int128_narrow(
            div_half_away(sum->value, (int128)QTY_SCALE * (UNITCOST_SCALE / AMOUNT_SCALE)),
            &out->e4))
        return fault_set(fault, STATUS_OVERFLOW, "changes",
                         "value of the purchases is out of range");
    return STATUS_OK;
}
