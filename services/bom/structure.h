#ifndef MILLRACE_BOM_STRUCTURE_H
#define MILLRACE_BOM_STRUCTURE_H

#include "services/bom/structure_codec.h"

/* Bom.Explode, WhereUsed, GetKit on a graph that the caller holds; `arena` is for the work, the
   reply goes to the request's own. */
typedef enum status structure_fn(struct rpc_request *request, const struct structure_query *query,
                                 const struct bom_graph *graph, struct arena *arena);

structure_fn structure_explode;
structure_fn structure_where_used;
structure_fn structure_kit;

#endif
