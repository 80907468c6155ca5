#ifndef MILLRACE_LEDGER_EVENT_CODEC_H
#define MILLRACE_LEDGER_EVENT_CODEC_H

#include "common/ledger/book_core.h"
#include "common/ledger/event_rows_core.h"

/* Events of a batch: the new state of an object, as proto/event.proto says. */

struct event_place {
    struct text plant;
    uint64_t event_seq;
    int64_t now_us;
};

/* An event, made of a record of the book (an item or a document). */
enum status event_of_item(const struct book *book, const struct book_item *item,
                          const struct event_place *place, struct event_row *out,
                          struct fault *fault) MUST_CHECK;
enum status event_of_work_order(const struct book *book, const struct work_order *order,
                                const struct event_place *place, struct event_row *out,
                                struct fault *fault) MUST_CHECK;
enum status event_of_purchase_order(const struct book *book, const struct purchase_order *order,
                                    const struct event_place *place, struct event_row *out,
                                    struct fault *fault) MUST_CHECK;
enum status event_of_sales_order(const struct book *book, const struct sales_order *order,
                                 const struct event_place *place, struct event_row *out,
                                 struct fault *fault) MUST_CHECK;

#endif
