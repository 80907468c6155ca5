#include "services/cost/version_core.h"

#include <stdio.h>
#include <string.h>

const char *const version_fact_names[FACT_KINDS] = {"price", "labor_rate", "machine_rate",
                                                    "overhead_rate", "currency"};

const char *const version_price_names[PRICES_KINDS] = {"standard", "last", "average", "supplier"};

/* A roll-up that is being prepared. */
struct pricing {
    struct plant *plant;
    const struct version_terms *terms;
    struct rollup *rollup;
    struct arena *arena;
    struct fault *fault;
};

/* The fault says of which version it is. */
static enum status of_version(const struct version_terms *terms, struct fault *fault)
{
    size_t length = strlen(fault->message);
    (void)snprintf(fault->message + length, sizeof fault->message - length, " in version \"%.*s\"",
                   (int)terms->version.length, terms->version.bytes);
    return fault->status;
}

static enum status unknown(const struct pricing *p, const struct version_fact *fact,
                           const char *what)
{
    return fault_set(p->fault, STATUS_NOT_FOUND, "lines", "%s \"%.*s\" does not exist", what,
                     (int)fact->code.length, fact->code.bytes);
}

static bool is_kind(const struct version_fact *fact, enum version_fact_kind kind)
{
    return text_is(fact->kind, version_fact_names[kind]);
}

/* ---- facts ---- */

static enum status take_rate(const struct pricing *p, const struct version_fact *fact)
{
    uint32_t found = cost_center_find(p->plant, fact->code);
    if (found == NO_INDEX)
        return unknown(p, fact, "work centre");
    struct work_center *center = &p->plant->work_centers[found];
    *(is_kind(fact, FACT_LABOR_RATE)     ? &center->labor_rate
      : is_kind(fact, FACT_MACHINE_RATE) ? &center->machine_rate
                                         : &center->overhead_rate) = fact->value;
    return STATUS_OK;
}

/* Of equal days the last row counts: those of the version come behind the plant's. */
static enum status take_currencies(const struct pricing *p)
{
    struct plant *plant = p->plant;
    date on = date_given(p->terms->on) ? p->terms->on : plant->facts.plan_start;
    struct rate *rates =
        arena_alloc(p->arena, plant->rates_count + p->terms->fact_count + 1, sizeof *rates);
    if (!rates)
        return fault_set(p->fault, STATUS_LIMIT, "", "rates do not fit in memory");
    if (plant->rates_count > 0)
        memcpy(rates, plant->rates, plant->rates_count * sizeof *rates);
    plant->rates = rates;
    for (size_t i = 0; i < p->terms->fact_count; i++) {
        const struct version_fact *fact = &p->terms->facts[i];
        if (!is_kind(fact, FACT_CURRENCY))
            continue;
        uint32_t currency = names_find(plant->texts, fact->code);
        if (currency == NO_INDEX)
            return unknown(p, fact, "currency");
        rates[plant->rates_count++] = (struct rate){currency, on, {fact->value.micro}};
    }
    return STATUS_OK;
}

static enum status take_price(const struct pricing *p, const struct version_fact *fact)
{
    uint32_t item = plant_item_find(p->plant, fact->code);
    if (item == NO_INDEX)
        return unknown(p, fact, "item");
    p->plant->items[item].unit_cost = fact->value;
    return STATUS_OK;
}

/* A price of an item whose cost comes from its bill would be without effect. */
static enum status check_prices(const struct pricing *p)
{
    for (size_t i = 0; i < p->terms->fact_count; i++) {
        const struct version_fact *fact = &p->terms->facts[i];
        if (is_kind(fact, FACT_PRICE) &&
            rollup_is_made(p->rollup, plant_item_find(p->plant, fact->code)))
            return fault_set(p->fault, STATUS_INVALID, "lines",
                             "item \"%.*s\" is made: what it costs comes from its bill and routing",
                             (int)fact->code.length, fact->code.bytes);
    }
    return STATUS_OK;
}

/* ---- where prices come from ---- */

static void take_stock_prices(const struct pricing *p)
{
    for (size_t i = 0; i < p->terms->stock_price_count; i++) {
        const struct version_price *price = &p->terms->stock_prices[i];
        uint32_t item = plant_item_find(p->plant, price->item);
        if (item != NO_INDEX)
            p->plant->items[item].unit_cost = price->cost;
    }
}

/* The roll-up takes a supplier's price where an item has none. */
static void take_supplier_prices(const struct pricing *p)
{
    for (uint32_t i = 0; i < p->plant->suppliers_count; i++) {
        if (cost_given(p->plant->suppliers[i].price))
            p->plant->items[p->plant->suppliers[i].item].unit_cost = NO_COST;
    }
}

static enum status take_facts(const struct pricing *p)
{
    enum status status = take_currencies(p);
    if (p->terms->prices == PRICES_SUPPLIER)
        take_supplier_prices(p);
    take_stock_prices(p);
    for (size_t i = 0; i < p->terms->fact_count && status == STATUS_OK; i++) {
        const struct version_fact *fact = &p->terms->facts[i];
        if (is_kind(fact, FACT_PRICE))
            status = take_price(p, fact);
        else if (!is_kind(fact, FACT_CURRENCY))
            status = take_rate(p, fact);
    }
    return status;
}

enum status version_cost(struct plant *plant, const struct version_terms *terms,
                         struct arena *arena, const struct item_cost **costs, struct fault *fault)
{
    struct bom_graph *graph = NULL;
    struct pricing p = {.plant = plant, .terms = terms, .arena = arena, .fault = fault};
    enum status status = take_facts(&p);
    if (status == STATUS_OK)
        status = bom_graph_make(plant, arena, &graph, fault);
    if (status == STATUS_OK)
        status = rollup_new(graph, terms->on, arena, &p.rollup, fault);
    if (status == STATUS_OK)
        status = check_prices(&p);
    if (status == STATUS_OK)
        status = rollup_check_known(p.rollup, fault);
    if (status != STATUS_OK)
        return of_version(terms, fault);
    *costs = rollup_costs(p.rollup);
    return STATUS_OK;
}
