#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/figures.h"

static const char *const units[] = {
    [FIGURE_MONEY] = "money", [FIGURE_COUNT] = "count",     [FIGURE_TIMES_A_YEAR] = "times_a_year",
    [FIGURE_DAYS] = "days",   [FIGURE_PERCENT] = "percent",
};

enum status decode_figures(struct rpc_request *request, struct figures_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_figures_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetFiguresRequest *asked = (const void *)message;
    *query = (struct figures_query){
        .plant = text_of(request->plant),
        .from = asked->has_from_on ? asked->from_on : SQL_NO_DATE,
        .to = asked->has_to_on ? asked->to_on : SQL_NO_DATE,
    };
    return STATUS_OK;
}

static void fill_figure(Millrace__Figure *out, const struct figure *figure, int64_t days,
                        struct arena *arena, bool *ok)
{
    struct qty value;
    millrace__figure__init(out);
    out->figure = page_text(text_of(figure->name), arena, ok);
    out->unit = page_text(text_of(units[figure->unit]), arena, ok);
    out->has_value_micro = figure_value(figure, days, &value);
    out->value_micro = out->has_value_micro ? value.micro : 0;
    out->has_part_micro = true;
    out->part_micro = figure->part.micro;
    out->has_whole_micro = figure->unit != FIGURE_MONEY;
    out->whole_micro = figure->whole.micro;
}

enum status encode_figures(struct rpc_request *request, const struct figures_query *query,
                           const struct figure *figures)
{
    Millrace__Figure rows[FIGURES_COUNT];
    Millrace__Figure *list[FIGURES_COUNT];
    Millrace__GetFiguresReply reply = MILLRACE__GET_FIGURES_REPLY__INIT;
    bool ok = true;
    for (size_t i = 0; i < FIGURES_COUNT; i++) {
        fill_figure(&rows[i], &figures[i], (int64_t)query->to - query->from, request->arena, &ok);
        list[i] = &rows[i];
    }
    reply.figures = list;
    reply.n_figures = FIGURES_COUNT;
    reply.has_from_on = reply.has_to_on = true;
    reply.from_on = query->from;
    reply.to_on = query->to;
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : fault_set(&request->fault, STATUS_LIMIT, "", "reply does not fit in memory");
}
