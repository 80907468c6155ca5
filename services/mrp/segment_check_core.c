#include "services/mrp/model_core.h"

/*
 * A segment is known by what asks for it: an order or forecast, or an open component need.  Stock
 * and receipts of any other segment can never serve anything: a data error, the rest is planned.
 */

struct known {
    struct model *model;
    struct arena *arena;
    uint8_t *segments; /* by text: 1 where it is asked for */
};

static bool check(struct known *known, struct plan_message message)
{
    if (message.segment == 0 || known->segments[message.segment])
        return true;
    message.kind = PLAN_DATA_ERROR;
    message.data_error = PLAN_DATA_SEGMENT;
    message.to_day = NO_DAYS;
    message.to_qty = NO_QTY;
    return model_message(known->model, known->arena, message);
}

static bool check_supply(struct known *known)
{
    const struct plant *plant = known->model->plant;
    bool fits = true;
    for (uint32_t i = 0; i < plant->stocks_count && fits; i++) {
        const struct stock *row = &plant->stocks[i];
        fits = check(known, (struct plan_message){.item = row->item,
                                                  .segment = row->segment,
                                                  .reference = row->lot,
                                                  .qty = row->qty});
    }
    for (uint32_t i = 0; i < plant->supplies_count && fits; i++) {
        const struct supply *row = &plant->supplies[i];
        const int64_t day = (int64_t)row->due - plant->facts.plan_start;
        fits = check(known, (struct plan_message){.item = row->item,
                                                  .segment = row->segment,
                                                  .reference = row->reference,
                                                  .day = day < 0 ? 0 : (int32_t)day,
                                                  .qty = row->qty});
    }
    return fits;
}

enum status segment_check_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    bool any = false;
    for (uint32_t i = 0; i < plant->stocks_count && !any; i++)
        any = plant->stocks[i].segment != 0;
    for (uint32_t i = 0; i < plant->supplies_count && !any; i++)
        any = plant->supplies[i].segment != 0;
    if (!any)
        return STATUS_OK;
    struct known known = {.model = model, .arena = arena};
    known.segments = arena_alloc(arena, names_count(plant->texts), sizeof *known.segments);
    for (uint32_t i = 0; known.segments && i < plant->demands_count; i++)
        known.segments[plant->demands[i].segment] = 1;
    for (uint32_t i = 0; known.segments && i < plant->order_components_count; i++)
        known.segments[plant->order_components[i].segment] = 1;
    return known.segments && check_supply(&known)
               ? STATUS_OK
               : fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}
