#include "services/mrp/model_core.h"

/*
 * A segment is known by what asks for it: an order or forecast, or an open component need.  Stock
 * and receipts of any other segment can never serve anything: a data error, the rest is planned.
 */

struct checking {
    struct model *model;
    struct arena *arena;
};

static bool check(const struct checking *checking, struct plan_message message)
{
    if (message.segment == 0 || checking->model->segment_asks[message.segment] > 0)
        return true;
    message.kind = PLAN_DATA_ERROR;
    message.data_error = PLAN_DATA_SEGMENT;
    message.to_day = NO_DAYS;
    message.to_qty = NO_QTY;
    return model_message(checking->model, checking->arena, message);
}

static bool check_stock(const struct checking *checking, uint32_t i)
{
    const struct stock *row = &checking->model->plant->stocks[i];
    return check(checking, (struct plan_message){.item = row->item,
                                                 .segment = row->segment,
                                                 .reference = row->lot,
                                                 .qty = row->qty});
}

static bool check_supply(const struct checking *checking, uint32_t i)
{
    const struct plant *plant = checking->model->plant;
    const struct supply *row = &plant->supplies[i];
    const int64_t day = (int64_t)row->due - plant->facts.plan_start;
    return check(checking, (struct plan_message){.item = row->item,
                                                 .segment = row->segment,
                                                 .reference = row->reference,
                                                 .day = day < 0 ? 0 : (int32_t)day,
                                                 .qty = row->qty});
}

enum status segment_check_item(struct model *model, const struct fact_rows *rows,
                               struct arena *arena, struct fault *fault)
{
    const struct checking checking = {model, arena};
    bool fits = true;
    for (uint32_t i = 0; i < rows->stock_count && fits; i++)
        fits = check_stock(&checking, rows->stocks ? rows->stocks[i] : i);
    for (uint32_t i = 0; i < rows->supply_count && fits; i++)
        fits = check_supply(&checking, rows->supplies ? rows->supplies[i] : i);
    return fits ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
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
    uint32_t *asks = arena_alloc(arena, names_count(plant->texts), sizeof *asks);
    if (!asks)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t i = 0; i < plant->demands_count; i++)
        asks[plant->demands[i].segment]++;
    for (uint32_t i = 0; i < plant->order_components_count; i++)
        asks[plant->order_components[i].segment]++;
    model->segment_asks = asks;
    return segment_check_item(model,
                              &(struct fact_rows){.stock_count = plant->stocks_count,
                                                  .supply_count = plant->supplies_count},
                              arena, fault);
}
