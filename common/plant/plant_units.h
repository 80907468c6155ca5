#ifndef MILLRACE_PLANT_PLANT_UNITS_H
#define MILLRACE_PLANT_PLANT_UNITS_H

#include "common/base/frac.h"
#include "common/plant/plant.h"

/*
 * How many of the item's own unit one `uom` (a text of the plant, 0: the item's own) is, by
 * units.csv: a row for the item before a row for every item, either direction, one step.  False
 * when no row says it, or the number does not fit.
 */
bool plant_unit_factor(const struct plant *plant, uint32_t item, uint32_t uom,
                       struct frac *factor) MUST_CHECK;

#endif
