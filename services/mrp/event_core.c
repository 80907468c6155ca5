#include "services/mrp/forecast_core.h"
#include "services/mrp/list_core.h"
#include "services/mrp/model_core.h"

#include <string.h>

/*
 * Demands and supplies from outside the plan, as rows by item.  Dates before plan_start count on
 * it; days at or after the horizon are out of the plan's sight and give a data error.
 */

struct event_builder {
    struct model *model;
    struct arena *arena;
    struct fault *fault;
};

static enum status memory_fault(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
}

static enum status overflow(const struct event_builder *builder, uint32_t item)
{
    return fault_set(builder->fault, STATUS_OVERFLOW, "item",
                     "quantities of item \"%s\" are out of range",
                     plant_item_code(builder->model->plant, item));
}

/* In the item's unit, rounded up at its precision. */
static bool stock_qty(const struct model *model, uint32_t item, uint32_t uom, struct qty qty,
                      int64_t *out)
{
    const struct item *row = &model->plant->items[item];
    struct frac factor;
    struct frac value;
    struct qty rounded;
    if (uom == 0 || uom == row->uom) {
        *out = qty.micro;
        return true;
    }
    unit_factor(model->plant, item, uom, row->uom, &factor);
    if (!frac_of_qty(qty, &value) || !frac_mul(value, factor, &value) ||
        !frac_ceil(value, row->decimals, &rounded))
        return false;
    *out = rounded.micro;
    return true;
}

struct dated {
    uint32_t item;
    uint32_t segment;
    uint32_t reference;
    date due;
    struct qty qty;
    enum plan_message_kind past_due; /* the message when it is */
};

/* Day of a date for the plan, with the message it deserves; NO_DAYS when out of sight. */
static bool day_of(struct event_builder *builder, const struct dated *dated, int32_t *day)
{
    struct model *model = builder->model;
    int64_t days = (int64_t)dated->due - model->plant->facts.plan_start;
    *day = days < 0 ? 0 : days < model->horizon ? (int32_t)days : NO_DAYS;
    if (days >= 0 && days < model->horizon)
        return true;
    struct plan_message message = {.item = dated->item,
                                   .segment = dated->segment,
                                   .reference = dated->reference,
                                   .day = (int32_t)days,
                                   .to_day = days < 0 ? 0 : NO_DAYS,
                                   .qty = dated->qty,
                                   .to_qty = NO_QTY,
                                   .kind = (uint8_t)dated->past_due};
    if (days >= model->horizon) {
        message.kind = PLAN_DATA_ERROR;
        message.data_error = PLAN_DATA_BEYOND_HORIZON;
    }
    return model_message(model, builder->arena, message);
}

/* Rows are counted, then placed: `place` is false in the first round. */
struct placing {
    struct event_builder *builder;
    uint32_t *next; /* by item; or: */
    uint32_t *one;  /* of the one item whose rows they are */
    bool place;
};

static void put(const struct placing *placing, uint32_t item, struct event event)
{
    if (!placing->place)
        placing->next[item + 1]++;
    else
        placing->builder->model->events[(*(placing->one ? placing->one : &placing->next[item]))++] =
            event;
}

static bool usable(const struct model *model, const struct stock *stock)
{
    return stock->status == STOCK_AVAILABLE && stock->owner == 0 &&
           !(date_given(stock->expiry) && stock->expiry < model->plant->facts.plan_start);
}

static enum status put_stock(const struct placing *placing, uint32_t i)
{
    const struct model *model = placing->builder->model;
    const struct stock *stock = &model->plant->stocks[i];
    if (usable(model, stock) && stock->qty.micro != 0)
        put(placing, stock->item,
            (struct event){
                .qty = stock->qty.micro, .row = i, .segment = stock->segment, .kind = EVENT_STOCK});
    return STATUS_OK;
}

/* Does the day of this row need a look?  Messages are made in the second round only. */
static enum status put_dated(const struct placing *placing, const struct dated *dated,
                             struct event event)
{
    struct event_builder *builder = placing->builder;
    if (event.qty == 0)
        return STATUS_OK;
    if (!placing->place) {
        put(placing, dated->item, event);
        return STATUS_OK;
    }
    if (!day_of(builder, dated, &event.day))
        return memory_fault(builder->fault);
    if (event.day == NO_DAYS) /* its place stays, without quantity */
        event = (struct event){.row = event.row, .kind = event.kind};
    put(placing, dated->item, event);
    return STATUS_OK;
}

static enum status put_supply(const struct placing *placing, uint32_t i)
{
    const struct supply *row = &placing->builder->model->plant->supplies[i];
    struct dated dated = {row->item, row->segment, row->reference,
                          row->due,  row->qty,     PLAN_PAST_DUE_RECEIPT};
    return put_dated(
        placing, &dated,
        (struct event){
            .qty = row->qty.micro, .row = i, .segment = row->segment, .kind = EVENT_SUPPLY});
}

static enum status put_order(const struct placing *placing, uint32_t i)
{
    const struct model *model = placing->builder->model;
    const struct demand *row = &model->plant->demands[i];
    struct event event = {.row = i, .segment = row->segment, .kind = EVENT_DEMAND};
    if (row->qty.micro == 0 && row->shipped.micro > 0)
        return STATUS_OK; /* all shipped: it only consumes forecast */
    if (!stock_qty(model, row->item, row->uom, row->qty, &event.qty))
        return overflow(placing->builder, row->item);
    struct dated dated = {row->item, row->segment, row->reference,
                          row->due,  {event.qty},  PLAN_DEMAND_PAST_DUE};
    return put_dated(placing, &dated, event);
}

/* What is left of a forecast counts on its bucket's first day, or on plan_start if it has begun;
   one that has ended, or that counts inside the demand fence, does not count. */
static enum status put_forecast(const struct placing *placing, uint32_t i)
{
    const struct model *model = placing->builder->model;
    const struct demand *row = &model->plant->demands[i];
    const int64_t first = (int64_t)row->due - model->plant->facts.plan_start;
    const int32_t length = days_given(row->days) && row->days > 1 ? row->days : 1;
    const int64_t day = first < 0 ? 0 : first;
    int64_t qty = model->forecast_left[i];
    if (first + length <= 0 || qty == 0 ||
        day < plant_item_params(model->plant, row->item)->demand_fence_days)
        return STATUS_OK;
    struct dated dated = {row->item,      row->segment,
                          row->reference, model->plant->facts.plan_start + (date)day,
                          {qty},          PLAN_DATA_ERROR};
    return put_dated(
        placing, &dated,
        (struct event){.qty = qty, .row = i, .segment = row->segment, .kind = EVENT_FORECAST});
}

static enum status put_demand(const struct placing *placing, uint32_t i)
{
    return placing->builder->model->plant->demands[i].kind == DEMAND_FORECAST
               ? put_forecast(placing, i)
               : put_order(placing, i);
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static bool is_order(const struct supply *supply)
{
    return supply->reference != 0 &&
           (supply->kind == SUPPLY_WORK_ORDER || supply->kind == SUPPLY_PURCHASE);
}

bool event_names(const struct plant *plant, uint32_t a, uint32_t b)
{
    const struct supply *x = &plant->supplies[a];
    const struct supply *y = &plant->supplies[b];
    if (!is_order(x) || !is_order(y))
        return is_order(x);
    int order = number_cmp(y->kind, x->kind);
    _Static_assert(SUPPLY_PURCHASE < SUPPLY_WORK_ORDER, "the work order goes first");
    if (order == 0)
        order = number_cmp(x->item, y->item);
    if (order == 0)
        order = number_cmp(x->due, y->due);
    if (order == 0)
        order = number_cmp(x->start, y->start);
    return order != 0 ? order < 0 : x->qty.micro < y->qty.micro;
}

static bool index_orders(struct event_builder *builder)
{
    const struct plant *plant = builder->model->plant;
    if (plant->order_components_count == 0)
        return true;
    uint32_t *rows = arena_alloc(builder->arena, names_count(plant->texts), sizeof *rows);
    if (!rows)
        return false;
    for (uint32_t i = 0; i < plant->supplies_count; i++) {
        uint32_t *row = &rows[plant->supplies[i].reference];
        if (is_order(&plant->supplies[i]) && (*row == 0 || event_names(plant, i, *row - 1)))
            *row = i + 1;
    }
    builder->model->order_rows = rows;
    return true;
}

/* A component need without a date is due when its order starts. */
static date component_due(const struct event_builder *builder, const struct order_component *row)
{
    const struct plant *plant = builder->model->plant;
    uint32_t order = builder->model->order_rows[row->reference];
    if (date_given(row->due))
        return row->due;
    if (order > 0 && date_given(plant->supplies[order - 1].start))
        return plant->supplies[order - 1].start;
    return plant->facts.plan_start;
}

static enum status put_component(const struct placing *placing, uint32_t i)
{
    const struct order_component *row = &placing->builder->model->plant->order_components[i];
    if (row->qty.micro <= 0) /* an over-issue never makes a need negative */
        return STATUS_OK;
    struct dated dated = {row->item,      row->segment,
                          row->reference, component_due(placing->builder, row),
                          row->qty,       PLAN_DEMAND_PAST_DUE};
    return put_dated(
        placing, &dated,
        (struct event){
            .qty = row->qty.micro, .row = i, .segment = row->segment, .kind = EVENT_COMPONENT});
}

/* Demands of an item that has forecasts, in the order in which they consume and are consumed. */
static int demand_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct demand *a = &model->plant->demands[*(const uint32_t *)left];
    const struct demand *b = &model->plant->demands[*(const uint32_t *)right];
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->due != b->due)
        return a->due < b->due ? -1 : 1;
    if (a->kind == DEMAND_FORECAST && a->days != b->days)
        return a->days < b->days ? -1 : 1; /* of equal starts the bucket that ends later is later */
    int32_t a_rank = days_given(a->priority) ? a->priority : INT32_MAX;
    int32_t b_rank = days_given(b->priority) ? b->priority : INT32_MAX;
    if (a_rank != b_rank)
        return a_rank < b_rank ? -1 : 1;
    int order = model_text_cmp(model, a->reference, b->reference);
    if (order == 0)
        order = model_text_cmp(model, a->segment, b->segment);
    return order != 0 ? order : qty_cmp(a->qty, b->qty);
}

/* One item's demands, rows[0 .. count): orders first, then forecasts, each in due order. */
static enum status gather_forecast(struct event_builder *builder, const uint32_t *rows,
                                   uint32_t count, struct forecast *forecast)
{
    const struct model *model = builder->model;
    const struct demand *demands = model->plant->demands;
    const struct item_params *params = plant_item_params(model->plant, demands[rows[0]].item);
    *forecast = (struct forecast){.back_days = params->forecast_back_days,
                                  .forward_days = params->forecast_forward_days};
    forecast->orders = arena_alloc(builder->arena, count, sizeof *forecast->orders);
    forecast->buckets = arena_alloc(builder->arena, count, sizeof *forecast->buckets);
    if (!forecast->orders || !forecast->buckets)
        return memory_fault(builder->fault);
    for (uint32_t k = 0; k < count; k++) {
        const struct demand *row = &demands[rows[k]];
        struct qty whole;
        int64_t qty;
        if (!qty_add(row->qty, row->shipped, &whole) ||
            !stock_qty(model, row->item, row->uom, whole, &qty))
            return overflow(builder, row->item);
        if (row->kind == DEMAND_FORECAST)
            forecast->buckets[forecast->bucket_count++] = (struct forecast_bucket){
                .start = row->due,
                .days = days_given(row->days) && row->days > 1 ? row->days : 1,
                .qty = qty,
                .row = rows[k]};
        else
            forecast->orders[forecast->order_count++] =
                (struct forecast_order){.due = row->due, .row = rows[k], .qty = qty};
    }
    return STATUS_OK;
}

static enum status consume_item(struct event_builder *builder, const uint32_t *rows, uint32_t count)
{
    struct forecast forecast;
    enum status status = gather_forecast(builder, rows, count, &forecast);
    if (status != STATUS_OK)
        return status;
    if (!forecast_consume(&forecast))
        return memory_fault(builder->fault);
    for (uint32_t k = 0; k < forecast.bucket_count; k++)
        builder->model->forecast_left[forecast.buckets[k].row] = forecast.buckets[k].qty;
    return STATUS_OK;
}

static void sort_demands(const struct model *model, uint32_t *rows, uint32_t *spare, uint32_t count)
{
    list_sort(&(struct list_sort){.rows = rows,
                                  .spare = spare,
                                  .row_size = sizeof *rows,
                                  .count = count,
                                  .compare = demand_cmp,
                                  .context = model});
}

enum status event_consumption(struct model *model, uint32_t item, struct arena *arena,
                              struct forecast *out, struct fault *fault)
{
    struct event_builder builder = {.model = model, .arena = arena, .fault = fault};
    const struct plant *plant = model->plant;
    uint32_t count = 0;
    *out = (struct forecast){0};
    for (uint32_t i = 0; i < plant->demands_count; i++)
        count += plant->demands[i].item == item;
    uint32_t *rows = arena_alloc(arena, (size_t)count + 1, sizeof *rows);
    uint32_t *spare = arena_alloc(arena, (size_t)count + 1, sizeof *spare);
    if (!rows || !spare)
        return memory_fault(fault);
    if (count == 0)
        return STATUS_OK;
    count = 0;
    for (uint32_t i = 0; i < plant->demands_count; i++) {
        if (plant->demands[i].item == item)
            rows[count++] = i;
    }
    sort_demands(model, rows, spare, count);
    enum status status = gather_forecast(&builder, rows, count, out);
    out->arena = arena;
    return status != STATUS_OK || forecast_consume(out) ? status : memory_fault(fault);
}

/* The demands of one item, sorted in place. */
static enum status consume_rows(struct event_builder *builder, uint32_t *rows, uint32_t count,
                                uint32_t *spare)
{
    const struct demand *demands = builder->model->plant->demands;
    bool any = false;
    for (uint32_t k = 0; k < count && !any; k++)
        any = demands[rows[k]].kind == DEMAND_FORECAST;
    if (!any)
        return STATUS_OK;
    sort_demands(builder->model, rows, spare, count);
    return consume_item(builder, rows, count);
}

static enum status consume_forecasts(struct event_builder *builder)
{
    struct model *model = builder->model;
    const struct plant *plant = model->plant;
    const uint32_t count = plant->demands_count;
    const struct row_table table = {plant->demands, sizeof *plant->demands, count};
    struct row_index demands = {NULL, NULL};
    bool any = false;
    _Static_assert(offsetof(struct demand, item) == 0, "row_index_build reads the item there");
    model->forecast_left = arena_alloc(builder->arena, (size_t)count + 1, sizeof(int64_t));
    for (uint32_t i = 0; i < count && !any; i++)
        any = plant->demands[i].kind == DEMAND_FORECAST;
    if (model->forecast_left && !any)
        return STATUS_OK;
    uint32_t *spare = arena_alloc(builder->arena, count, sizeof *spare);
    if (!model->forecast_left || !spare ||
        !row_index_build(&demands, model->item_count, table, builder->arena))
        return memory_fault(builder->fault);
    enum status status = STATUS_OK;
    for (uint32_t item = 0; item < model->item_count && status == STATUS_OK; item++) {
        const uint32_t first = row_first(&demands, item);
        status =
            consume_rows(builder, demands.rows + first, row_end(&demands, item) - first, spare);
    }
    return status;
}

typedef enum status put_fn(const struct placing *placing, uint32_t row);

/* The first `count` rows, or those that `of` names. */
static enum status put_rows(const struct placing *placing, put_fn *put_row, const uint32_t *of,
                            uint32_t count)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++)
        status = put_row(placing, of ? of[i] : i);
    return status;
}

static enum status put_all(const struct placing *placing, const struct fact_rows *rows)
{
    enum status status = put_rows(placing, put_stock, rows->stocks, rows->stock_count);
    if (status == STATUS_OK)
        status = put_rows(placing, put_supply, rows->supplies, rows->supply_count);
    if (status == STATUS_OK)
        status = put_rows(placing, put_demand, rows->demands, rows->demand_count);
    return status == STATUS_OK
               ? put_rows(placing, put_component, rows->components, rows->component_count)
               : status;
}

/* What orders the events of an item whatever the order of rows in the files. */
struct event_key {
    int64_t rank;
    uint32_t reference;
    uint32_t other; /* lot, or customer */
    uint32_t place; /* location, or operation */
    date date;      /* as given: expiry, start or due */
};

static struct event_key key_of(const struct plant *plant, const struct event *event)
{
    struct event_key key = {0};
    if (event->kind == EVENT_STOCK) {
        const struct stock *row = &plant->stocks[event->row];
        key = (struct event_key){0, row->lot, row->owner, row->location, row->expiry};
    } else if (event->kind == EVENT_SUPPLY) {
        const struct supply *row = &plant->supplies[event->row];
        key = (struct event_key){row->kind * 2 + row->firm, row->reference, 0, 0, row->start};
    } else if (event->kind == EVENT_COMPONENT) {
        const struct order_component *row = &plant->order_components[event->row];
        key = (struct event_key){0, row->reference, 0, row->operation, row->due};
    } else {
        const struct demand *row = &plant->demands[event->row];
        int64_t rank = days_given(row->priority) ? row->priority : INT64_MAX;
        key = (struct event_key){rank, row->reference, row->customer, 0, row->due};
    }
    return key;
}

static int event_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct event *a = left;
    const struct event *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    struct event_key x = key_of(model->plant, a);
    struct event_key y = key_of(model->plant, b);
    int order = number_cmp(x.rank, y.rank);
    if (order == 0)
        order = model_text_cmp(model, x.reference, y.reference);
    if (order == 0)
        order = model_text_cmp(model, x.other, y.other);
    if (order == 0)
        order = model_text_cmp(model, x.place, y.place);
    if (order == 0)
        order = number_cmp(x.date, y.date);
    if (order == 0)
        order = model_text_cmp(model, a->segment, b->segment);
    return order != 0 ? order : number_cmp(a->qty, b->qty);
}

static void sort_events(const struct model *model, struct event *events, uint32_t count,
                        struct event *spare)
{
    list_sort(&(struct list_sort){.rows = events,
                                  .spare = spare,
                                  .row_size = sizeof *spare,
                                  .count = count,
                                  .compare = event_cmp,
                                  .context = model});
}

static enum status sort_all(struct model *model, struct arena *arena, struct fault *fault)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < model->item_count; i++) {
        uint32_t count = model->event_end[i] - model->event_first[i];
        most = count > most ? count : most;
    }
    struct event *spare = arena_alloc(arena, (size_t)most + 1, sizeof *spare);
    if (!spare)
        return memory_fault(fault);
    for (uint32_t i = 0; i < model->item_count; i++) {
        uint32_t count = model->event_end[i] - model->event_first[i];
        if (count > 1)
            sort_events(model, model->events + model->event_first[i], count, spare);
    }
    return STATUS_OK;
}

enum status event_item(struct model *model, const struct fact_rows *rows, uint32_t first,
                       uint32_t *count, struct arena *arena, struct fault *fault)
{
    const size_t most =
        (size_t)rows->stock_count + rows->demand_count + rows->supply_count + rows->component_count;
    struct event_builder builder = {.model = model, .arena = arena, .fault = fault};
    struct event *spare = arena_alloc(arena, most + 1, sizeof *spare);
    uint32_t *demands = arena_alloc(arena, (size_t)rows->demand_count * 2 + 1, sizeof *demands);
    uint32_t at = first;
    if (!spare || !demands)
        return memory_fault(fault);
    if (rows->demand_count > 0)
        memcpy(demands, rows->demands, rows->demand_count * sizeof *demands);
    enum status status =
        consume_rows(&builder, demands, rows->demand_count, demands + rows->demand_count);
    if (status == STATUS_OK)
        status = put_all(&(struct placing){.builder = &builder, .one = &at, .place = true}, rows);
    *count = at - first;
    if (status == STATUS_OK && *count > 1)
        sort_events(model, model->events + first, *count, spare);
    return status;
}

enum status event_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    const struct fact_rows rows = {.stock_count = plant->stocks_count,
                                   .demand_count = plant->demands_count,
                                   .supply_count = plant->supplies_count,
                                   .component_count = plant->order_components_count};
    struct event_builder builder = {.model = model, .arena = arena, .fault = fault};
    enum status status = consume_forecasts(&builder);
    if (status != STATUS_OK)
        return status;
    if (!index_orders(&builder))
        return memory_fault(fault);
    model->event_first = arena_alloc(arena, (size_t)model->item_count + 2, sizeof(uint32_t));
    if (!model->event_first)
        return memory_fault(fault);

    /* What each item has is counted at the place after it; placing then moves that to its end. */
    uint32_t *next = model->event_end = model->event_first + 1;
    struct placing placing = {.builder = &builder, .next = next, .place = false};
    status = put_all(&placing, &rows);
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = 0; i < model->item_count; i++)
        next[i + 1] += next[i];
    model->events = arena_alloc(arena, (size_t)next[model->item_count] + 1, sizeof *model->events);
    if (!model->events)
        return memory_fault(fault);
    placing.place = true;
    status = put_all(&placing, &rows);
    return status == STATUS_OK ? sort_all(model, arena, fault) : status;
}
