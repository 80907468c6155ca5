#include "services/cost/figures.h"

#include "common/base/decimal.h"

#define YEAR_DAYS 365

bool figure_value(const struct figure *figure, int64_t days, struct qty *value)
{
    int128 part = figure->part.micro;
    int128 whole = figure->whole.micro;
    switch (figure->unit) {
    case FIGURE_MONEY:
    case FIGURE_COUNT:
        *value = figure->part;
        return true;
    case FIGURE_TIMES_A_YEAR:
        return whole > 0 && int128_narrow(div_half_away(part * QTY_SCALE * YEAR_DAYS, whole * days),
                                          &value->micro);
    case FIGURE_DAYS:
        return part > 0 &&
               int128_narrow(div_half_away(whole * QTY_SCALE * days, part), &value->micro);
    case FIGURE_PERCENT:
        return whole > 0 &&
               int128_narrow(div_half_away(part * QTY_SCALE * 100, whole), &value->micro);
    }
    ASSERT(false && "a unit that is no figure_unit");
    return false;
}

enum status handle_get_figures(struct rpc_request *request)
{
    struct figures_query query;
    struct figure figures[FIGURES_COUNT];
    enum status status = decode_figures(request, &query);
    if (status == STATUS_OK)
        status = figures_load(request->sql, &query, request->arena, figures, &request->fault);
    return status == STATUS_OK ? encode_figures(request, &query, figures) : status;
}
