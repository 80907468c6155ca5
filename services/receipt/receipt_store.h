#ifndef MILLRACE_RECEIPT_STORE_H
#define MILLRACE_RECEIPT_STORE_H

#include "common/io/sql.h"
#include "services/receipt/receipt_core.h"

/* What a receipt must know beside the book; its orders and items are locked. */
extern const struct sql_schema receipt_schema;

struct receipt_ask {
    struct text *orders; /* whose outputs are asked for */
    size_t order_count;
    struct text *items; /* of serial numbers that are to come, beside each other */
    struct text *serials;
    size_t serial_count;
};

enum status store_receipt_master(struct sql *sql, const struct book *book,
                                 const struct receipt_ask *ask, struct receipt_master *out,
                                 struct fault *fault) MUST_CHECK;

#endif
