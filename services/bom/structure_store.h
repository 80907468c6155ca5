#ifndef MILLRACE_BOM_STRUCTURE_STORE_H
#define MILLRACE_BOM_STRUCTURE_STORE_H

#include "common/bom/bom_explode.h"
#include "common/io/sql.h"

extern const struct sql_schema structure_schema; /* a part of bom_schema */

struct stock_query {
    struct text plant;
    const struct plant *facts;
    const uint32_t *items; /* ascending */
    uint32_t count;
    date day;
};

/* Usable stock of these items on a day, as common/bom/bom_stock.h says of a folder. */
enum status store_stock(struct sql *sql, const struct stock_query *query, struct arena *arena,
                        struct bom_stock *stock, struct fault *fault) MUST_CHECK;

#endif
