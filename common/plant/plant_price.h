#ifndef MILLRACE_PLANT_PLANT_PRICE_H
#define MILLRACE_PLANT_PLANT_PRICE_H

#include "common/plant/plant.h"

/* Plant currency for one of `currency` by the latest row of rates.csv on or before the day
   (NO_DATE: the latest of all); 1 for the plant's own and where none is named.  False: not known.
 */
bool plant_rate(const struct plant *plant, uint32_t currency, date on, struct qty *rate) MUST_CHECK;

/*
 * A supplier's price of one purchase unit in plant currency, divided by `units`: 1 for the price of
 * the purchase unit, uom_factor for that of a stock unit.  Exact, rounded once to six decimals.
 * NO_COST where it names no price or the rate is not known.  False: out of range.
 */
bool plant_supplier_price(const struct plant *plant, const struct supplier *supplier, date on,
                          struct qty units, struct unitcost *price) MUST_CHECK;

#endif
