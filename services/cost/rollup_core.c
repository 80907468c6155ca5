#include "services/cost/rollup_core.h"

#include "common/base/sort.h"
#include "common/bom/bom_choose.h"
#include "common/plant/operation_order.h"
#include "common/plant/plant_price.h"
#include "services/cost/exact_core.h"
#include "services/cost/rolling_core.h"

#include <string.h>

const char *const cost_element_names[COST_ELEMENTS] = {
    [COST_MATERIAL] = "material",       [COST_LABOR] = "labor",
    [COST_MACHINE] = "machine",         [COST_OVERHEAD] = "overhead",
    [COST_SUBCONTRACT] = "subcontract",
};

/* One item under way: exact sums for one good piece. */
struct sums {
    struct exact elements[COST_ELEMENTS];
    struct exact bought;  /* the part of material that this level buys */
    struct exact lower;   /* all elements of made components */
    struct exact lot;     /* L */
    struct exact started; /* S */
};

static enum status overflow(struct rollup *r, uint32_t item)
{
    return fault_set(r->fault, STATUS_OVERFLOW, "item", "cost of item \"%s\" is out of range",
                     plant_item_code(r->plant, item));
}

static bool add_to(struct exact *sum, struct exact value)
{
    return exact_add(*sum, value, sum);
}

/* 1 - pct / 100 */
static bool share_kept(struct qty pct, struct exact *out)
{
    struct exact lost;
    return exact_of_micro(-pct.micro, &lost) && exact_div(lost, exact_of_int(100), &lost) &&
           exact_add(exact_of_int(1), lost, out);
}

/* ---- bought items ---- */

/* A supplier's price for one stock unit in plant currency; 0 where the rate is unknown. */
static enum status supplier_price(struct rollup *r, uint32_t item, int64_t *micro)
{
    const struct supplier *source = &r->plant->suppliers[r->supplier_of[item] - 1];
    struct unitcost price;
    if (!plant_supplier_price(r->plant, source, r->on, source->uom_factor, &price))
        return overflow(r, item);
    *micro = cost_given(price) ? price.micro : 0;
    return STATUS_OK;
}

static enum status bought(struct rollup *r, uint32_t item)
{
    struct item_cost *cost = &r->costs[item];
    int64_t micro = 0;
    if (cost_given(r->plant->items[item].unit_cost))
        micro = r->plant->items[item].unit_cost.micro;
    else if (r->supplier_of[item] > 0 && supplier_price(r, item, &micro) != STATUS_OK)
        return r->fault->status;
    cost->elements[COST_MATERIAL].micro = micro;
    cost->total.micro = micro;
    cost->this_level.micro = micro;
    cost->bought.micro = micro;
    return STATUS_OK;
}

/* ---- operations ---- */

static bool operation_valid(const struct operation *operation, date on)
{
    return !date_given(on) || (operation->valid_from <= on && on < operation->valid_to);
}

/* Of an item's alternatives the one with the least priority, then the least name. */
uint32_t rollup_alternative(const struct rollup *r, uint32_t item)
{
    const struct operation *best = NULL;
    for (uint32_t i = r->operation_first[item]; i < r->operation_first[item + 1]; i++) {
        const struct operation *o = &r->plant->operations[r->operations[i]];
        if (!operation_valid(o, r->on))
            continue;
        bool better = !best || o->alternative_priority < best->alternative_priority ||
                      (o->alternative_priority == best->alternative_priority &&
                       strcmp(plant_text(r->plant, o->alternative),
                              plant_text(r->plant, best->alternative)) < 0);
        if (better)
            best = o;
    }
    return best ? best->alternative : NO_INDEX;
}

bool rollup_operation_counts(const struct rollup *r, const struct operation *operation,
                             uint32_t alternative)
{
    return operation->alternative == alternative && operation_valid(operation, r->on);
}

/* The item's operations that count, last first; the callback gets the pieces that enter each. */
typedef bool operation_fn(struct rollup *r, const struct operation *operation,
                          struct exact entering, struct sums *sums);

static bool each_operation(struct rollup *r, uint32_t item, struct sums *sums, operation_fn *charge)
{
    uint32_t alternative = rollup_alternative(r, item);
    for (uint32_t i = r->operation_first[item + 1]; i > r->operation_first[item]; i--) {
        const struct operation *o = &r->plant->operations[r->operations[i - 1]];
        struct exact kept;
        if (!rollup_operation_counts(r, o, alternative))
            continue;
        if (!share_kept(o->scrap_pct, &kept) || !exact_div(sums->started, kept, &sums->started))
            return false;
        if (charge && !charge(r, o, sums->started, sums))
            return false;
    }
    return true;
}

/* Runs of the whole lot: N / per_qty, or begun run_size. */
static bool runs_of(const struct operation *operation, struct exact entering, struct exact *runs)
{
    struct exact size;
    bool whole = qty_given(operation->run_size);
    if (!exact_of_micro(whole ? operation->run_size.micro : operation->per_qty.micro, &size) ||
        !exact_div(entering, size, runs))
        return false;
    return !whole || exact_ceil(*runs, runs);
}

/* Hours of one good piece. */
static bool hours_of(const struct operation *operation, const struct work_center *center,
                     struct exact entering, struct exact lot, struct exact *hours)
{
    static const int64_t per_hour[] = {[TIME_HOUR] = 1, [TIME_MINUTE] = 60, [TIME_SECOND] = 3600};
    struct exact runs;
    struct exact run;
    struct exact setup;
    struct exact efficiency;
    return runs_of(operation, entering, &runs) && exact_of_micro(operation->run.micro, &run) &&
           exact_mul(run, runs, &run) &&
           exact_of_micro(operation->setup.micro + operation->cleanup.micro, &setup) &&
           exact_add(setup, run, hours) && exact_div(*hours, lot, hours) &&
           exact_of_micro(center->efficiency_pct.micro, &efficiency) &&
           exact_div(*hours, efficiency, hours) && exact_mul(*hours, exact_of_int(100), hours) &&
           exact_div(*hours, exact_of_int(per_hour[operation->time_unit]), hours);
}

static bool hours_x_rate(struct exact hours, struct unitcost rate, struct exact *out)
{
    struct exact price;
    return exact_of_micro(rate.micro, &price) && exact_mul(hours, price, out);
}

/* What one good piece bears of the pieces that enter. */
static bool each_entering(struct exact entering, struct exact lot, struct unitcost rate,
                          struct exact *out)
{
    struct exact price;
    return exact_of_micro(rate.micro, &price) && exact_mul(price, entering, out) &&
           exact_div(*out, lot, out);
}

static bool percent_of(struct exact base, struct unitcost pct, struct exact *out)
{
    struct exact share;
    return exact_of_micro(pct.micro, &share) && exact_mul(base, share, out) &&
           exact_div(*out, exact_of_int(100), out);
}

/* Overhead by material waits until the level's purchases are known: see made(). */
static bool overhead_of(const struct work_center *center, struct exact hours, struct exact labor,
                        struct exact entering, struct exact lot, struct exact *out)
{
    *out = exact_of_int(0);
    switch ((enum overhead_basis)center->overhead_basis) {
    case OVERHEAD_HOUR:
        return hours_x_rate(hours, center->overhead_rate, out);
    case OVERHEAD_LABOR:
        return percent_of(labor, center->overhead_rate, out);
    case OVERHEAD_UNIT:
        return each_entering(entering, lot, center->overhead_rate, out);
    case OVERHEAD_MATERIAL:
        return true;
    }
    return false;
}

static bool charge(struct rollup *r, const struct operation *operation, struct exact entering,
                   struct sums *sums)
{
    const struct work_center *center = &r->plant->work_centers[operation->work_center];
    struct exact hours;
    struct exact labor;
    struct exact machine;
    struct exact overhead;
    struct exact outside = exact_of_int(0);
    if (!hours_of(operation, center, entering, sums->lot, &hours) ||
        !hours_x_rate(hours, center->labor_rate, &labor) ||
        !hours_x_rate(hours, center->machine_rate, &machine) ||
        !overhead_of(center, hours, labor, entering, sums->lot, &overhead))
        return false;
    if (cost_given(operation->subcontract_price) &&
        !each_entering(entering, sums->lot, operation->subcontract_price, &outside))
        return false;
    if (center->overhead_basis == OVERHEAD_MATERIAL &&
        !percent_of(sums->bought, center->overhead_rate, &overhead))
        return false;
    return add_to(&sums->elements[COST_LABOR], labor) &&
           add_to(&sums->elements[COST_MACHINE], machine) &&
           add_to(&sums->elements[COST_OVERHEAD], overhead) &&
           add_to(&sums->elements[COST_SUBCONTRACT], outside);
}

/* ---- bills ---- */

/* Need of a component for one good piece. */
static bool need_of(struct rollup *r, const struct bom_line *line, const struct sums *sums,
                    struct exact *need)
{
    struct frac per;
    if (!bom_chosen_per(r->plant, line, &per))
        return false;
    *need = exact_of_frac(per);
    if (!plant_bom_terms(r->plant, line)->qty_fixed && !exact_mul(*need, sums->started, need))
        return false;
    return exact_div(*need, sums->lot, need);
}

/* A component's elements go into the parent's; a phantom's own level counts in its parent. */
static bool add_component(struct rollup *r, const struct bom_line *line, struct sums *sums)
{
    const struct item_cost *cost = &r->costs[line->component];
    uint8_t type = r->plant->items[line->component].type;
    struct exact need;
    struct exact value;
    if (!need_of(r, line, sums, &need))
        return false;
    for (size_t e = 0; e < COST_ELEMENTS; e++) {
        if (cost->elements[e].micro != 0 &&
            (!hours_x_rate(need, cost->elements[e], &value) || !add_to(&sums->elements[e], value)))
            return false;
    }
    struct unitcost below = type == ITEM_PHANTOM ? cost->lower_levels
                            : type == ITEM_MAKE  ? cost->total
                                                 : (struct unitcost){0};
    if (!hours_x_rate(need, below, &value) || !add_to(&sums->lower, value))
        return false;
    struct unitcost here = type == ITEM_MAKE      ? (struct unitcost){0}
                           : type == ITEM_PHANTOM ? cost->bought
                                                  : cost->total;
    return hours_x_rate(need, here, &value) && add_to(&sums->bought, value);
}

static bool add_components(struct rollup *r, uint32_t item, struct sums *sums)
{
    for (uint32_t i = r->graph->below_first[item]; i < r->graph->below_end[item]; i++) {
        uint32_t line = r->graph->below[i];
        if (r->is_chosen[line] && !add_component(r, &r->plant->bom_lines[line], sums))
            return false;
    }
    return true;
}

/* ---- co- and by-products ---- */

/* The share of its cost that the item keeps: 1 less what its co- and by-products take. */
static enum status share_left(struct rollup *r, uint32_t item, struct exact *kept)
{
    struct qty taken = {0};
    for (uint32_t i = r->graph->below_first[item]; i < r->graph->below_end[item]; i++) {
        uint32_t line = r->graph->below[i];
        if (cost_is_product_line(r->plant, line, r->on))
            taken.micro +=
                plant_bom_terms(r->plant, &r->plant->bom_lines[line])->cost_share_pct.micro;
    }
    if (taken.micro > (int64_t)100 * QTY_SCALE)
        return fault_set(r->fault, STATUS_INVALID, "cost_share_pct",
                         "co- and by-products of item \"%s\" take more than 100 %% of its cost",
                         plant_item_code(r->plant, item));
    return share_kept(taken, kept) ? STATUS_OK : overflow(r, item);
}

/* share x element / quantity per good piece of the main item, for a product made only here */
static enum status cost_product(struct rollup *r, const struct bom_line *line,
                                const struct sums *sums)
{
    const struct bom_terms *terms = plant_bom_terms(r->plant, line);
    struct item_cost *cost = &r->costs[line->component];
    struct exact quantity;
    struct exact share;
    int64_t total = 0;
    if (line->qty.micro == 0)
        return fault_set(r->fault, STATUS_INVALID, "qty",
                         "item \"%s\" bears a share of the cost of item \"%s\" but none is made",
                         plant_item_code(r->plant, line->component),
                         plant_item_code(r->plant, line->parent));
    bool ok = need_of(r, line, sums, &quantity) &&
              exact_of_micro(terms->cost_share_pct.micro, &share) &&
              exact_div(share, exact_of_int(100), &share) && exact_div(share, quantity, &share);
    for (size_t e = 0; ok && e < COST_ELEMENTS; e++) {
        struct exact value;
        ok = exact_mul(sums->elements[e], share, &value) &&
             exact_round_micro(value, &cost->elements[e].micro) &&
             !__builtin_add_overflow(total, cost->elements[e].micro, &total);
    }
    if (!ok)
        return overflow(r, line->component);
    cost->total.micro = cost->this_level.micro = total;
    return STATUS_OK;
}

static enum status cost_products(struct rollup *r, uint32_t item, const struct sums *sums)
{
    enum status status = STATUS_OK;
    for (uint32_t i = r->graph->below_first[item];
         status == STATUS_OK && i < r->graph->below_end[item]; i++) {
        uint32_t line = r->graph->below[i];
        const struct bom_line *l = &r->plant->bom_lines[line];
        if (r->sequence.source[l->component] == line + 1)
            status = cost_product(r, l, sums);
    }
    return status;
}

/* ---- made items ---- */

static bool begin(struct rollup *r, uint32_t item, struct sums *sums)
{
    const struct item_params *params = plant_item_params(r->plant, item);
    struct exact yield;
    memset(sums, 0, sizeof *sums);
    for (size_t e = 0; e < COST_ELEMENTS; e++)
        sums->elements[e] = exact_of_int(0);
    sums->bought = sums->lower = exact_of_int(0);
    return exact_of_micro(params->costing_lot_qty.micro, &sums->lot) &&
           exact_of_micro(params->yield_pct.micro, &yield) &&
           exact_div(yield, exact_of_int(100), &yield) &&
           exact_div(sums->lot, yield, &sums->started);
}

static enum status round_item(struct rollup *r, uint32_t item, const struct sums *sums)
{
    struct item_cost *cost = &r->costs[item];
    struct exact kept;
    struct exact value;
    int64_t total = 0;
    enum status status = share_left(r, item, &kept);
    if (status != STATUS_OK)
        return status;
    for (size_t e = 0; e < COST_ELEMENTS; e++) {
        if (!exact_mul(sums->elements[e], kept, &value) ||
            !exact_round_micro(value, &cost->elements[e].micro) ||
            __builtin_add_overflow(total, cost->elements[e].micro, &total))
            return overflow(r, item);
    }
    if (!exact_mul(sums->lower, kept, &value) ||
        !exact_round_micro(value, &cost->lower_levels.micro) ||
        !exact_mul(sums->bought, kept, &value) || !exact_round_micro(value, &cost->bought.micro))
        return overflow(r, item);
    cost->total.micro = total;
    cost->this_level.micro = total - cost->lower_levels.micro;
    return STATUS_OK;
}

/* Operations are walked twice: first to know the pieces started, which the components need, then,
   with what this level buys known, to charge them. */
static enum status made(struct rollup *r, uint32_t item)
{
    struct sums sums;
    struct sums again;
    if (!begin(r, item, &sums) || !each_operation(r, item, &sums, NULL) ||
        !add_components(r, item, &sums))
        return overflow(r, item);
    struct exact started = sums.started;
    if (!begin(r, item, &again))
        return overflow(r, item);
    sums.started = again.started;
    if (!each_operation(r, item, &sums, charge))
        return overflow(r, item);
    sums.started = started;
    enum status status = round_item(r, item, &sums);
    return status == STATUS_OK ? cost_products(r, item, &sums) : status;
}

/* ---- the whole plant ---- */

static int compare_operations(const void *context, uint32_t a, uint32_t b)
{
    const struct plant *plant = context;
    return operation_number_cmp(plant_text(plant, plant->operations[a].operation),
                                plant_text(plant, plant->operations[b].operation));
}

static enum status index_operations(struct rollup *r, struct arena *arena)
{
    const struct plant *plant = r->plant;
    size_t items = plant->items_count;
    r->operation_first = arena_alloc(arena, items + 2, sizeof *r->operation_first);
    r->operations = arena_alloc(arena, (size_t)plant->operations_count + 1, sizeof *r->operations);
    uint32_t *spare = arena_alloc(arena, (size_t)plant->operations_count + 1, sizeof *spare);
    if (!r->operation_first || !r->operations || !spare)
        return fault_set(r->fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (uint32_t i = 0; i < plant->operations_count; i++)
        r->operation_first[plant->operations[i].item + 2]++;
    for (size_t i = 2; i < items + 2; i++)
        r->operation_first[i] += r->operation_first[i - 1];
    for (uint32_t i = 0; i < plant->operations_count; i++)
        r->operations[r->operation_first[plant->operations[i].item + 1]++] = i;
    for (size_t i = 0; i < items; i++)
        sort_u32(r->operations + r->operation_first[i], spare,
                 r->operation_first[i + 1] - r->operation_first[i], compare_operations, plant);
    return STATUS_OK;
}

static enum status make_room(struct rollup *r, struct arena *arena)
{
    const struct plant *plant = r->plant;
    r->costs = arena_alloc(arena, (size_t)plant->items_count + 1, sizeof *r->costs);
    r->supplier_of = arena_alloc(arena, (size_t)plant->items_count + 1, sizeof *r->supplier_of);
    r->chosen = arena_alloc(arena, (size_t)plant->bom_lines_count + 1, sizeof *r->chosen);
    r->is_chosen = arena_alloc(arena, (size_t)plant->bom_lines_count + 1, sizeof *r->is_chosen);
    if (!r->costs || !r->supplier_of || !r->chosen || !r->is_chosen)
        return fault_set(r->fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (uint32_t i = plant->suppliers_count; i > 0; i--) {
        if (cost_given(plant->suppliers[i - 1].price))
            r->supplier_of[plant->suppliers[i - 1].item] = i;
    }
    return index_operations(r, arena);
}

/* An item without bill and operations costs what it was given: a bought one, a co-product made
   elsewhere, or a made one that nobody described. */
static bool has_structure(const struct rollup *r, uint32_t item)
{
    uint8_t type = r->plant->items[item].type;
    return (type == ITEM_MAKE || type == ITEM_PHANTOM) &&
           (r->graph->below_first[item] < r->graph->below_end[item] ||
            r->operation_first[item] < r->operation_first[item + 1]);
}

/* Marks the lines of the item's bill that count for its lot. */
static enum status choose_lines(struct rollup *r, uint32_t item)
{
    struct frac lot;
    if (!frac_of_qty(plant_item_params(r->plant, item)->costing_lot_qty, &lot))
        return overflow(r, item);
    uint32_t count = bom_choose(r->graph, item, r->on, lot, r->chosen);
    for (uint32_t i = 0; i < count; i++)
        r->is_chosen[r->chosen[i]] = true;
    return STATUS_OK;
}

/* Is any item costed by the order of another? */
static bool has_products(const struct plant *plant)
{
    for (uint32_t i = 0; i < plant->bom_term_count; i++) {
        const struct bom_terms *terms = &plant->bom_terms[i];
        if ((terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT) &&
            qty_given(terms->cost_share_pct))
            return true;
    }
    return false;
}

/* Components before their parents: the deepest first. */
static enum status sequence_by_level(struct rollup *r, struct arena *arena)
{
    const struct bom_graph *graph = r->graph;
    uint32_t items = r->plant->items_count;
    uint32_t *first = arena_alloc(arena, (size_t)graph->level_count + 2, sizeof *first);
    r->level_ends = first;
    r->sequence.items = arena_alloc(arena, (size_t)items + 1, sizeof(uint32_t));
    r->sequence.source = arena_alloc(arena, (size_t)items + 1, sizeof(uint32_t));
    if (!first || !r->sequence.items || !r->sequence.source)
        return fault_set(r->fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (uint32_t i = 0; i < items; i++)
        first[graph->level_count - graph->level[i]]++;
    for (uint32_t i = 1; i <= graph->level_count; i++)
        first[i] += first[i - 1];
    for (uint32_t i = 0; i < items; i++)
        r->sequence.items[first[graph->level_count - graph->level[i] - 1]++] = i;
    return STATUS_OK;
}

static enum status sequence_by_products(struct rollup *r, struct arena *arena)
{
    enum status status = STATUS_OK;
    bool *own = arena_alloc(arena, (size_t)r->plant->items_count + 1, sizeof *own);
    if (!own)
        return fault_set(r->fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    for (uint32_t i = 0; status == STATUS_OK && i < r->plant->items_count; i++) {
        bool made = has_structure(r, i);
        own[i] = made || cost_given(r->plant->items[i].unit_cost) || r->supplier_of[i] > 0;
        if (made)
            status = choose_lines(r, i);
    }
    const struct cost_terms terms = {.on = r->on, .own = own, .chosen = r->is_chosen};
    return status != STATUS_OK
               ? status
               : cost_sequence_make(r->graph, &terms, arena, &r->sequence, r->fault);
}

/* Nothing to choose where all lines say nothing. */
static bool is_choice(const struct rollup *r, uint32_t item)
{
    for (uint32_t k = r->graph->below_first[item]; k < r->graph->below_end[item]; k++) {
        if (r->plant->bom_lines[r->graph->below[k]].terms != 0)
            return true;
    }
    return false;
}

/* A product of another item's order was costed with that item. */
enum status rollup_item(struct rollup *r, uint32_t item)
{
    enum status status = STATUS_OK;
    if (r->sequence.source[item] > 0)
        return STATUS_OK;
    if (!has_structure(r, item))
        return bought(r, item);
    if (r->by_level && is_choice(r, item))
        status = choose_lines(r, item);
    if (status != STATUS_OK || rollup_plain(r, item))
        return status;
    if (r->by_level)
        status = choose_lines(r, item);
    return status == STATUS_OK ? made(r, item) : status;
}

enum status rollup_new(const struct bom_graph *graph, date on, struct arena *arena,
                       struct rollup **out, struct fault *fault)
{
    struct rollup *r = arena_alloc(arena, 1, sizeof *r);
    if (!r)
        return fault_set(fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    *r = (struct rollup){
        .graph = graph,
        .plant = graph->plant,
        .on = date_given(on) ? on : graph->plant->facts.plan_start,
        .by_level = !has_products(graph->plant),
        .fault = fault,
    };
    enum status status = make_room(r, arena);
    if (status == STATUS_OK)
        status = r->by_level ? sequence_by_level(r, arena) : sequence_by_products(r, arena);
    for (uint32_t i = 0; status == STATUS_OK && i < graph->plant->items_count; i++)
        status = rollup_item(r, r->sequence.items[i]);
    r->fault = NULL;
    if (status == STATUS_OK)
        *out = r;
    return status;
}

const struct item_cost *rollup_costs(const struct rollup *r)
{
    return r->costs;
}

enum status rollup(const struct bom_graph *graph, date on, struct arena *arena,
                   struct item_cost **costs, struct fault *fault)
{
    struct rollup *r = NULL;
    enum status status = rollup_new(graph, on, arena, &r, fault);
    if (status == STATUS_OK)
        *costs = r->costs;
    return status;
}

/* ---- what is not known ---- */

uint32_t cost_center_find(const struct plant *plant, struct text code)
{
    for (uint32_t i = 0; i < plant->work_centers_count; i++) {
        if (text_is(code, plant_text(plant, plant->work_centers[i].work_center)))
            return i;
    }
    return NO_INDEX;
}

bool rollup_is_made(const struct rollup *r, uint32_t item)
{
    return has_structure(r, item);
}

/* Is something made of it? */
static bool is_consumed(const struct rollup *r, uint32_t item)
{
    for (uint32_t k = r->graph->above_first[item]; k < r->graph->above_end[item]; k++) {
        const struct bom_terms *terms =
            plant_bom_terms(r->plant, &r->plant->bom_lines[r->graph->above[k]]);
        bool valid = !date_given(r->on) || (terms->valid_from <= r->on && r->on < terms->valid_to);
        if (valid && terms->kind != BOM_COPRODUCT && terms->kind != BOM_BYPRODUCT)
            return true;
    }
    return false;
}

static enum status check_known(const struct rollup *r, uint32_t item, struct fault *fault)
{
    struct qty rate;
    uint32_t source = r->supplier_of[item];
    if (source == 0)
        return fault_set(fault, STATUS_INVALID, "item", "cost of item \"%s\" is not known",
                         plant_item_code(r->plant, item));
    uint32_t currency = r->plant->suppliers[source - 1].currency;
    if (plant_rate(r->plant, currency, r->on, &rate))
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, "currency",
                     "currency \"%s\", in which item \"%s\" is bought, has no rate",
                     plant_text(r->plant, currency), plant_item_code(r->plant, item));
}

enum status rollup_check_known(const struct rollup *r, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < r->plant->items_count && status == STATUS_OK; i++) {
        if (!cost_given(r->plant->items[i].unit_cost) && !has_structure(r, i) &&
            r->sequence.source[i] == 0 && is_consumed(r, i))
            status = check_known(r, i, fault);
    }
    return status;
}
