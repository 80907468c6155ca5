#ifndef MILLRACE_INVENTORY_DOCUMENT_STORE_H
#define MILLRACE_INVENTORY_DOCUMENT_STORE_H

#include "common/io/sql.h"
#include "services/inventory/document_core.h"
#include "services/inventory/reversal_core.h"

/* The questions about documents of the store. */
extern const struct sql_schema document_schema;

/* Items that lie in a location. */
enum status store_items_at(struct sql *sql, struct text plant, struct text location,
                           struct arena *arena, struct item_list *out,
                           struct fault *fault) MUST_CHECK;

/* Of the counted lines of a count: the book at their moments.  Under the items' locks. */
enum status store_count_facts(struct sql *sql, struct text plant, struct text count,
                              struct arena *arena, struct count_facts *out,
                              struct fault *fault) MUST_CHECK;

/* A document's lines as they are in the ledger, with what they took of cost layers. */
enum status store_posted(struct sql *sql, struct text plant, struct text document,
                         struct arena *arena, struct posted_document *out,
                         struct fault *fault) MUST_CHECK;

struct document_query {
    struct text plant;
    struct text document; /* without bytes: any */
    struct text state;    /* without bytes: any */
    struct text after;    /* a document; "" from the first */
    size_t limit;
};

enum status store_list_documents(struct sql *sql, const struct document_query *query,
                                 struct arena *arena, struct sql_rows *rows,
                                 struct fault *fault) MUST_CHECK;
enum status store_document_lines(struct sql *sql, const struct document_query *query,
                                 struct arena *arena, struct sql_rows *rows,
                                 struct fault *fault) MUST_CHECK;

#endif
