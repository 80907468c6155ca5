#ifndef MILLRACE_MRP_PLAN_WRITTEN_STORE_H
#define MILLRACE_MRP_PLAN_WRITTEN_STORE_H

#include "common/base/arena.h"
#include "common/io/sql.h"

extern const struct sql_schema plan_written_schema; /* a part of the schema of the MRP service */

/* What was written last of an item: its digest and the numbers of its rows, which are without bytes
   where none are kept.  Good for the call. */
struct written_item {
    struct text item;
    int64_t digest;
    struct text numbers;
};

/* Each item once, by item; a status other than OK ends the reading. */
typedef enum status written_item_fn(void *context, const struct written_item *row,
                                    struct fault *fault);
enum status store_written_items(struct sql *sql, struct text plant, written_item_fn *take,
                                void *context, struct fault *fault) MUST_CHECK;

/* Items of which a suggestion was accepted since, by item. */
enum status store_accepted_items(struct sql *sql, struct text plant, struct arena *arena,
                                 struct text **items, size_t *count,
                                 struct fault *fault) MUST_CHECK;

#endif
