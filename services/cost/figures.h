#ifndef MILLRACE_COST_FIGURES_H
#define MILLRACE_COST_FIGURES_H

#include "common/io/rpc.h"
#include "services/cost/figures_store.h"

/*
 * Figures that people steer by, each defined once (figures_store.c): a part, what it is measured
 * against, and what a hundred per cent, a year or a count make of the two.
 */
rpc_handler_fn handle_get_figures;

enum status decode_figures(struct rpc_request *request, struct figures_query *query) MUST_CHECK;
enum status encode_figures(struct rpc_request *request, const struct figures_query *query,
                           const struct figure *figures) MUST_CHECK;

/* The figure's value by its unit, six decimals, half away from zero; false where there is nothing
   to measure against, or it is out of range.  `days`: of the period. */
bool figure_value(const struct figure *figure, int64_t days, struct qty *value) MUST_CHECK;

#endif
