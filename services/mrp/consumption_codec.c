#include "services/mrp/consumption_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

enum status decode_consumption(struct rpc_request *request, struct consumption_question *question)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_forecast_consumption_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListForecastConsumptionRequest *asked = (const void *)message;
    question->item = page_given(asked->item);
    if (question->item.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "item", "item is missing");
    status = page_after(asked->after, &question->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, CONSUMPTION_PAGE_MAX,
                                            &question->limit, &request->fault)
                               : status;
}

struct filling {
    const struct plan *plan;
    const struct forecast *forecast;
    struct arena *arena;
    bool ok;
};

static char *words(struct filling *filling, uint32_t text)
{
    return text == 0 ? NULL
                     : page_text(text_of(plant_text(filling->plan->plant, text)), filling->arena,
                                 &filling->ok);
}

/* take NULL: nobody took of the bucket. */
static void fill_row(struct filling *filling, Millrace__ForecastTaking *out, uint32_t place,
                     const struct forecast_take *take)
{
    const struct demand *demands = filling->plan->plant->demands;
    const struct forecast_bucket *bucket = &filling->forecast->buckets[place];
    const struct demand *made = &demands[bucket->row];
    millrace__forecast_taking__init(out);
    out->forecast = words(filling, made->reference);
    out->has_forecast_on = out->has_days = out->has_quantity_micro = out->has_left_micro = true;
    out->forecast_on = bucket->start;
    out->days = (uint32_t)bucket->days;
    out->quantity_micro = made->qty.micro;
    out->left_micro = bucket->qty;
    if (!take)
        return;
    const struct demand *order = &demands[filling->forecast->orders[take->order].row];
    out->order = words(filling, order->reference);
    out->customer = words(filling, order->customer);
    out->has_order_due_on = out->has_taken_micro = out->has_shipped_micro = true;
    out->order_due_on = order->due;
    out->taken_micro = take->qty;
    out->shipped_micro = order->shipped.micro;
}

/* Row `at` of the takings and the untouched forecasts behind them; false past the last. */
static bool row_at(const struct forecast *forecast, const uint32_t *untouched, uint32_t count,
                   int64_t at, uint32_t *place, const struct forecast_take **take)
{
    *take = NULL;
    if (at < forecast->take_count) {
        *take = &forecast->takes[at];
        *place = (*take)->bucket;
        return true;
    }
    if (at - forecast->take_count >= count)
        return false;
    *place = untouched[at - forecast->take_count];
    return true;
}

/* Buckets of which nobody took; NULL: no room. */
static uint32_t *find_untouched(const struct forecast *forecast, struct arena *arena,
                                uint32_t *count)
{
    uint8_t *touched = arena_alloc(arena, (size_t)forecast->bucket_count + 1, 1);
    uint32_t *places = arena_alloc(arena, (size_t)forecast->bucket_count + 1, sizeof *places);
    *count = 0;
    for (uint32_t k = 0; touched && k < forecast->take_count; k++)
        touched[forecast->takes[k].bucket] = 1;
    for (uint32_t k = 0; touched && places && k < forecast->bucket_count; k++) {
        if (!touched[k])
            places[(*count)++] = k;
    }
    return touched ? places : NULL;
}

enum status encode_consumption(struct rpc_request *request, const struct plan *plan,
                               const struct forecast *forecast,
                               const struct consumption_question *question)
{
    struct filling filling = {plan, forecast, request->arena, true};
    Millrace__ListForecastConsumptionReply reply = MILLRACE__LIST_FORECAST_CONSUMPTION_REPLY__INIT;
    Millrace__ForecastTaking *rows = arena_alloc(request->arena, question->limit, sizeof *rows);
    uint32_t count;
    const uint32_t *untouched = find_untouched(forecast, request->arena, &count);
    const struct forecast_take *take;
    uint32_t place;
    int64_t at = question->after;
    reply.takings = arena_alloc(request->arena, question->limit, sizeof *reply.takings);
    if (!rows || !reply.takings || !untouched)
        return full(request);
    while (reply.n_takings < question->limit &&
           row_at(forecast, untouched, count, at, &place, &take)) {
        fill_row(&filling, &rows[reply.n_takings], place, take);
        reply.takings[reply.n_takings] = &rows[reply.n_takings];
        reply.n_takings++;
        at++;
    }
    if (row_at(forecast, untouched, count, at, &place, &take))
        reply.next = page_next(at, request->arena, &filling.ok);
    return filling.ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
                      : full(request);
}
