#ifndef MILLRACE_COST_VERSION_CORE_H
#define MILLRACE_COST_VERSION_CORE_H

#include "services/cost/rollup_core.h"

/*
 * The costs of a version (design/costing.md section 2): the plant's bills and routings with the
 * version's own prices, rates, overheads and currencies.  Pure: the plant is one's own copy.
 */
enum version_fact_kind {
    FACT_PRICE, /* of an item */
    FACT_LABOR_RATE,
    FACT_MACHINE_RATE,
    FACT_OVERHEAD_RATE, /* of a work centre, as the two before */
    FACT_CURRENCY,
    FACT_KINDS
};

extern const char *const version_fact_names[FACT_KINDS];

/* What a bought item costs where the version has no price of its own; STANDARD wherever the source
   says nothing of an item. */
enum version_prices { PRICES_STANDARD, PRICES_LAST, PRICES_AVERAGE, PRICES_SUPPLIER, PRICES_KINDS };

extern const char *const version_price_names[PRICES_KINDS];

struct version_fact {
    struct text kind; /* one of version_fact_names */
    struct text code;
    struct unitcost value; /* NO_COST where the fact is taken away */
};

/* The last or average cost of an item. */
struct version_price {
    struct text item;
    struct unitcost cost;
};

struct version_terms {
    struct text version;
    enum version_prices prices;
    date on; /* NO_DATE: plan_start */
    const struct version_fact *facts;
    size_t fact_count;
    const struct version_price *stock_prices; /* of PRICES_LAST and PRICES_AVERAGE */
    size_t stock_price_count;
};

/*
 * costs[item].  INVALID names item and version: a made item with a price, a cost that depends on
 * itself, a component whose cost is not known or whose supplier's currency has no rate; NOT_FOUND:
 * a fact about what is not there (any more).  Else the faults of a roll-up.
 */
enum status version_cost(struct plant *plant, const struct version_terms *terms,
                         struct arena *arena, const struct item_cost **costs,
                         struct fault *fault) MUST_CHECK;

#endif
