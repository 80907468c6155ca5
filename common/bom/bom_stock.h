#ifndef MILLRACE_BOM_BOM_STOCK_H
#define MILLRACE_BOM_BOM_STOCK_H

#include "common/bom/bom_explode.h"

/*
 * Usable stock of a plant's folder on a day, as planning.md section 2 says: quality status
 * available, not expired on that day (NO_DATE: nothing expires), our own, and of no segment.
 * False: no room in the arena.
 */
bool bom_stock_make(const struct plant *plant, date day, struct arena *arena,
                    struct bom_stock *stock) MUST_CHECK;

/* Every item below one, by whatever lines, in order of their codes: whose stock a request may need.
 */
bool bom_stock_items(const struct bom_graph *graph, uint32_t item, struct arena *arena,
                     const uint32_t **items, uint32_t *count) MUST_CHECK;

#endif
