#include "common/base/decimal.h"
#include "services/cost/rolling_core.h"

/* One piece of the item: sums of the lines over 10^12, of the operations over 10^12 x scale. */
struct plain {
    int128 lines[COST_ELEMENTS];
    int128 operations[COST_ELEMENTS];
    int128 bought; /* over 10^12, as the next */
    int128 lower;
    int64_t lot;        /* whole pieces */
    int64_t efficiency; /* least common denominator of 100 / efficiency */
    bool percent;       /* overhead by labor or material: another 10^8 in the scale */
    int128 scale;
};

#define PERCENT          ((int64_t)100 * QTY_SCALE) /* 1 as a percentage */
#define EFFICIENCY_MAX   1000000000
#define SECONDS_PER_HOUR 3600

static int64_t divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* ---- is it plain? ---- */

static bool plain_terms(const struct bom_terms *terms)
{
    return terms->per_qty.micro == QTY_SCALE && terms->pieces.micro == QTY_SCALE &&
           terms->scrap_pct.micro == 0 && terms->qty_fixed == 0 && terms->uom == 0 &&
           !qty_given(terms->mix_pct) && !qty_given(terms->cost_share_pct);
}

static bool plain_lines(const struct rollup *r, uint32_t item, bool *all)
{
    const struct bom_line *lines = r->plant->bom_lines;
    *all = true;
    for (uint32_t k = r->graph->below_first[item]; k < r->graph->below_end[item]; k++) {
        uint32_t component = lines[r->graph->below[k]].component;
        uint32_t terms = lines[r->graph->below[k]].terms;
        /* what add_line will look at, all of them at once */
        __builtin_prefetch(&r->costs[component]);
        __builtin_prefetch(&r->costs[component].total);
        __builtin_prefetch(&r->plant->items[component].type);
        if (terms == 0)
            continue;
        *all = false;
        if (!plain_terms(&r->plant->bom_terms[terms]))
            return false;
    }
    return true;
}

static bool plain_operation(const struct operation *o)
{
    return o->scrap_pct.micro == 0 && !qty_given(o->run_size) && o->per_qty.micro == QTY_SCALE;
}

/* Also finds the scale. */
static bool plain_operations(const struct rollup *r, uint32_t item, uint32_t alternative,
                             struct plain *plain)
{
    plain->efficiency = 1;
    for (uint32_t i = r->operation_first[item]; i < r->operation_first[item + 1]; i++) {
        const struct operation *o = &r->plant->operations[r->operations[i]];
        if (!rollup_operation_counts(r, o, alternative))
            continue;
        const struct work_center *center = &r->plant->work_centers[o->work_center];
        if (!plain_operation(o))
            return false;
        int64_t own = center->efficiency_pct.micro / divisor(center->efficiency_pct.micro, PERCENT);
        if (plain->efficiency % own != 0)
            plain->efficiency *= own / divisor(own, plain->efficiency);
        if (own > EFFICIENCY_MAX || plain->efficiency > EFFICIENCY_MAX)
            return false;
        plain->percent |=
            center->overhead_basis == OVERHEAD_LABOR || center->overhead_basis == OVERHEAD_MATERIAL;
    }
    plain->scale = (int128)plain->lot * plain->efficiency * SECONDS_PER_HOUR;
    if (plain->percent)
        plain->scale *= PERCENT;
    return true;
}

static bool plain_item(const struct rollup *r, uint32_t item, struct plain *plain)
{
    const struct item_params *params = plant_item_params(r->plant, item);
    plain->lot = params->costing_lot_qty.micro / QTY_SCALE;
    return params->yield_pct.micro == PERCENT && plain->lot > 0 &&
           params->costing_lot_qty.micro % QTY_SCALE == 0;
}

/* ---- sums ---- */

static void add_line(const struct rollup *r, const struct bom_line *line, struct plain *plain)
{
    const struct item_cost *cost = &r->costs[line->component];
    uint8_t type = r->plant->items[line->component].type;
    for (size_t e = 0; e < COST_ELEMENTS; e++)
        plain->lines[e] += (int128)line->qty.micro * cost->elements[e].micro;
    if (type == ITEM_MAKE) {
        plain->lower += (int128)line->qty.micro * cost->total.micro;
    } else if (type == ITEM_PHANTOM) {
        plain->lower += (int128)line->qty.micro * cost->lower_levels.micro;
        plain->bought += (int128)line->qty.micro * cost->bought.micro;
    } else {
        plain->bought += (int128)line->qty.micro * cost->total.micro;
    }
}

static void add_lines(const struct rollup *r, uint32_t item, bool all, struct plain *plain)
{
    const struct bom_line *lines = r->plant->bom_lines;
    for (uint32_t k = r->graph->below_first[item]; k < r->graph->below_end[item]; k++) {
        uint32_t line = r->graph->below[k];
        if (all || r->is_chosen[line])
            add_line(r, &lines[line], plain);
    }
}

/* sum += a x b x c, each of them not below 0 */
static bool add_product(int128 *sum, int128 a, int128 b, int128 c)
{
    int128 product;
    return !__builtin_mul_overflow(a, b, &product) &&
           !__builtin_mul_overflow(product, c, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static bool add_overhead(const struct work_center *center, int128 hours, int128 labor,
                         struct plain *plain)
{
    int128 *sum = &plain->operations[COST_OVERHEAD];
    int64_t rate = center->overhead_rate.micro;
    int128 percent = plain->percent ? PERCENT : 1;
    switch ((enum overhead_basis)center->overhead_basis) {
    case OVERHEAD_HOUR:
        return add_product(sum, hours, rate, percent);
    case OVERHEAD_LABOR:
        return add_product(sum, labor, rate, 1);
    case OVERHEAD_MATERIAL:
        return add_product(sum, plain->bought, rate, plain->scale / percent);
    case OVERHEAD_UNIT:
        return add_product(sum, (int128)rate * QTY_SCALE, plain->scale, 1);
    }
    return false;
}

/* `hours` are over 10^6 x lot x efficiency x 3600. */
static bool add_operation(const struct rollup *r, const struct operation *o, struct plain *plain)
{
    static const int64_t seconds[] = {[TIME_HOUR] = 3600, [TIME_MINUTE] = 60, [TIME_SECOND] = 1};
    const struct work_center *center = &r->plant->work_centers[o->work_center];
    int64_t shared = divisor(center->efficiency_pct.micro, PERCENT);
    int64_t stretch =
        PERCENT / shared * (plain->efficiency / (center->efficiency_pct.micro / shared));
    int128 percent = plain->percent ? PERCENT : 1;
    int128 hours = (int128)o->setup.micro + o->cleanup.micro;
    int128 labor = 0;
    return add_product(&hours, o->run.micro, plain->lot, 1) &&
           !__builtin_mul_overflow(hours, (int128)stretch * seconds[o->time_unit], &hours) &&
           add_product(&labor, hours, center->labor_rate.micro, 1) &&
           add_product(&plain->operations[COST_LABOR], labor, percent, 1) &&
           add_product(&plain->operations[COST_MACHINE], hours, center->machine_rate.micro,
                       percent) &&
           add_overhead(center, hours, labor, plain) &&
           (!cost_given(o->subcontract_price) ||
            add_product(&plain->operations[COST_SUBCONTRACT],
                        (int128)o->subcontract_price.micro * QTY_SCALE, plain->scale, 1));
}

static bool add_operations(const struct rollup *r, uint32_t item, uint32_t alternative,
                           struct plain *plain)
{
    for (uint32_t i = r->operation_first[item]; i < r->operation_first[item + 1]; i++) {
        const struct operation *o = &r->plant->operations[r->operations[i]];
        if (rollup_operation_counts(r, o, alternative) && !add_operation(r, o, plain))
            return false;
    }
    return true;
}

/* ---- rounding ---- */

static bool to_micro(int128 value, int128 den, int64_t *micro)
{
    *micro = 0;
    return value == 0 || int128_narrow(div_half_away(value, den), micro);
}

static bool round_plain(const struct plain *plain, struct item_cost *cost)
{
    int128 den = plain->scale * QTY_SCALE;
    int64_t total = 0;
    for (size_t e = 0; e < COST_ELEMENTS; e++) {
        int128 sum = plain->operations[e];
        bool fits = sum == 0 ? to_micro(plain->lines[e], QTY_SCALE, &cost->elements[e].micro)
                             : add_product(&sum, plain->lines[e], plain->scale, 1) &&
                                   to_micro(sum, den, &cost->elements[e].micro);
        if (!fits || __builtin_add_overflow(total, cost->elements[e].micro, &total))
            return false;
    }
    cost->total.micro = total;
    return to_micro(plain->lower, QTY_SCALE, &cost->lower_levels.micro) &&
           to_micro(plain->bought, QTY_SCALE, &cost->bought.micro) &&
           !__builtin_sub_overflow(total, cost->lower_levels.micro, &cost->this_level.micro);
}

bool rollup_plain(struct rollup *r, uint32_t item)
{
    struct plain plain = {.scale = 1};
    struct item_cost cost = {0};
    bool all;
    uint32_t alternative = rollup_alternative(r, item);
    if (!plain_item(r, item, &plain) || !plain_lines(r, item, &all) ||
        !plain_operations(r, item, alternative, &plain))
        return false;
    add_lines(r, item, all, &plain);
    if (!add_operations(r, item, alternative, &plain) || !round_plain(&plain, &cost))
        return false;
    r->costs[item] = cost;
    return true;
}
