#include "common/plant/plant_units.h"

static bool joins(const struct unit *unit, uint32_t a, uint32_t b)
{
    return (unit->from == a && unit->to == b) || (unit->from == b && unit->to == a);
}

static const struct unit *find_unit(const struct plant *plant, uint32_t item, uint32_t uom)
{
    const struct unit *general = NULL;
    for (uint32_t i = 0; i < plant->units_count; i++) {
        const struct unit *unit = &plant->units[i];
        if (!joins(unit, uom, plant->items[item].uom))
            continue;
        if (unit->item == item)
            return unit;
        if (unit->item == NO_INDEX && !general)
            general = unit;
    }
    return general;
}

bool plant_unit_factor(const struct plant *plant, uint32_t item, uint32_t uom, struct frac *factor)
{
    if (uom == 0 || uom == plant->items[item].uom) {
        *factor = frac_of_int(1);
        return true;
    }
    const struct unit *unit = find_unit(plant, item, uom);
    struct frac straight;
    if (!unit || !frac_of_qty(unit->factor, &straight))
        return false;
    return unit->from == uom ? frac_div(straight, frac_of_int(1), factor)
                             : frac_div(frac_of_int(1), straight, factor);
}
