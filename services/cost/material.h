#ifndef MILLRACE_COST_MATERIAL_H
#define MILLRACE_COST_MATERIAL_H

#include "common/io/rpc.h"
#include "services/cost/material_store.h"

/* Cost.ListMaterialUse: theoretical against actual consumption, and utilisation. */
rpc_handler_fn handle_list_material_use;

enum status decode_material_use(struct rpc_request *request,
                                struct material_query *query) MUST_CHECK;
enum status encode_material_use(struct rpc_request *request, const struct material_row *rows,
                                size_t count, bool more) MUST_CHECK;

/* theoretical / actual in percent, rounded to six decimals, half away from zero; false: nothing was
   used, or it is out of range. */
bool material_utilisation(struct qty theoretical, struct qty actual, struct qty *pct) MUST_CHECK;

#endif
