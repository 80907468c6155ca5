#ifndef MILLRACE_COST_ROLLUP_CORE_H
#define MILLRACE_COST_ROLLUP_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/bom/bom_graph.h"

/*
 * Standard cost of every item, from what it is made of upwards (design/costing.md section 2;
 * sequence_core.h says in what order).  Pure, exact, in fractions; each element of each item is
 * rounded once to six decimals, and parents use the rounded numbers.
 *
 * For L = costing_lot_qty good pieces of a made item:
 *
 *     S          = L / (yield x product over operations of (1 - scrap))        pieces started
 *     N(op)      = L / (yield x product over op and later ones of (1 - scrap)) pieces entering op
 *     material   = sum over lines: component cost x need / L, where need = S x per / (1 - scrap),
 *                  or qty / (1 - scrap) for a line fixed per order
 *     hours(op)  = (setup + cleanup + run x N / per_qty) / L / efficiency
 *                  with run_size: run counts once for each begun run_size of N
 *     labor      = hours x labor rate, machine = hours x machine rate
 *     overhead   = by hour: hours x rate; labor: rate % of the operation's labor;
 *                  unit: rate for each piece entering; material: rate % of what this level buys
 *     subcontract= price x N / L
 *
 * A component's labor stays labor in its parent: material is only what was bought.  Co- and
 * by-products take cost_share_pct off each element alike; one that nothing else makes or buys costs
 * share x total / its quantity.  What a phantom buys counts as bought by its parent's level.
 *
 * this_level is own operations (a phantom's count in its parent) and bought components;
 * lower_levels is made components; they add up to the total.
 */
enum cost_element {
    COST_MATERIAL,
    COST_LABOR,
    COST_MACHINE,
    COST_OVERHEAD,
    COST_SUBCONTRACT,
    COST_ELEMENTS
};

extern const char *const cost_element_names[COST_ELEMENTS]; /* "material", ... */

struct item_cost {
    struct unitcost elements[COST_ELEMENTS];
    struct unitcost total;
    struct unitcost this_level;
    struct unitcost lower_levels;
    struct unitcost bought; /* the material that this level buys: base of overhead by material */
};

/*
 * costs[item] for every item of the plant.  Bills and routings as of `on` (NO_DATE: plan_start).
 * What a bought item costs is its unit_cost, else its first supplier's price in plant currency and
 * stock unit, else 0.  INVALID: shares above 100 %, a cost that depends on itself, a product of
 * which none is made; OVERFLOW names the item; LIMIT: the arena.
 */
enum status rollup(const struct bom_graph *graph, date on, struct arena *arena,
                   struct item_cost **costs, struct fault *fault) MUST_CHECK;

/*
 * The same, kept: after a price, a rate or another fact of items and work centres has changed in
 * the plant, only these items and what is above them are costed again, and no further than costs
 * differ.  Bills, routings and shares must be what they were.  It lives in the arena.
 */
struct rollup;

enum status rollup_new(const struct bom_graph *graph, date on, struct arena *arena,
                       struct rollup **out, struct fault *fault) MUST_CHECK;
const struct item_cost *rollup_costs(const struct rollup *rollup);

/* Does its cost come from its bill and routing? */
bool rollup_is_made(const struct rollup *rollup, uint32_t item);

/* INVALID: a component that is bought, or that nobody described, has neither a cost nor a
   supplier's price in a currency whose rate is known. */
enum status rollup_check_known(const struct rollup *rollup, struct fault *fault) MUST_CHECK;

struct rollup_changes {
    uint32_t *items;          /* whose cost is another now, components first */
    struct item_cost *before; /* by place in items */
    size_t count;
    size_t room;
    size_t seen; /* items that were costed */
};

/* `arena` holds the changes, and what the first call needs besides: the roll-up's own, or one that
   lives as long.  Faults as above; the roll-up is of no use any more then. */
enum status rollup_again(struct rollup *rollup, const uint32_t *items, size_t count,
                         struct arena *arena, struct rollup_changes *changes,
                         struct fault *fault) MUST_CHECK;

/* Index of the work centre, or NO_INDEX. */
uint32_t cost_center_find(const struct plant *plant, struct text code);

#endif
