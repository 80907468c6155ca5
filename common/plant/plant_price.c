#include "common/plant/plant_price.h"

bool plant_rate(const struct plant *plant, uint32_t currency, date on, struct qty *rate)
{
    const struct rate *best = NULL;
    if (currency == 0 || currency == plant->facts.currency) {
        *rate = (struct qty){QTY_SCALE};
        return true;
    }
    for (uint32_t i = 0; i < plant->rates_count; i++) {
        const struct rate *row = &plant->rates[i];
        if (row->currency == currency && (!date_given(on) || row->date <= on) &&
            (!best || row->date >= best->date))
            best = row;
    }
    if (best)
        *rate = best->rate;
    return best != NULL;
}

bool plant_supplier_price(const struct plant *plant, const struct supplier *supplier, date on,
                          struct qty units, struct unitcost *price)
{
    struct qty rate;
    ASSERT(units.micro > 0);
    if (!cost_given(supplier->price) || !plant_rate(plant, supplier->currency, on, &rate)) {
        *price = NO_COST;
        return true;
    }
    int128 total = (int128)supplier->price.micro * rate.micro;
    return int128_narrow(div_half_away(total, units.micro), &price->micro);
}
