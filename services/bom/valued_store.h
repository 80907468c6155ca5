#ifndef MILLRACE_BOM_VALUED_STORE_H
#define MILLRACE_BOM_VALUED_STORE_H

#include "common/io/sql.h"
#include "services/bom/row_core.h"

/*
 * What stock is worth is not changed by editing master data (design/costing.md section 2: releasing
 * a new standard revalues stock with a document): while an item has stock, its standard is changed
 * by the release of a cost version, and its valuation not at all.
 */
extern const struct sql_schema valued_schema;

struct valued_refusal {
    size_t row; /* of the rows given */
    const char *column;
    const char *message;
};

struct valued_rows {
    struct master_row *const *rows; /* those of other files than items.csv are passed over */
    size_t count;
};

/* The rows that must stay as they were, in their order; refusals live in the arena.  The items that
   are asked for are locked against postings until the transaction ends. */
enum status valued_check(struct sql *sql, struct text plant, const struct valued_rows *rows,
                         struct arena *arena, struct valued_refusal **refusals, size_t *refused,
                         struct fault *fault) MUST_CHECK;

#endif
