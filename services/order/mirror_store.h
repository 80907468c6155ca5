#ifndef MILLRACE_ORDER_MIRROR_STORE_H
#define MILLRACE_ORDER_MIRROR_STORE_H

#include "services/order/life_store.h"
#include "services/order/reschedule_store.h"

/* Places of the mirror: transfer_cursor. */
extern const struct sql_schema mirror_schema;

#define MIRROR_PAGE 200

struct mirror_event {
    int64_t event_seq;
    struct text purchase_order;
};

/* Purchase orders among the plant's events behind its scanned place. */
struct mirror_page {
    struct mirror_event *events;
    size_t count;
    int64_t after_seq;
    int64_t last_seq; /* looked at up to here */
    bool more;
};

/* Plants with events that were not looked at. */
enum status mirror_plants(struct sql *sql, struct arena *arena, struct text **plants, size_t *count,
                          struct fault *fault) MUST_CHECK;
enum status mirror_events(struct sql *sql, struct text plant, struct arena *arena,
                          struct mirror_page *page, struct fault *fault) MUST_CHECK;
enum status mirror_scanned(struct sql *sql, struct text plant, int64_t event_seq,
                           struct fault *fault) MUST_CHECK;

/* Locks the command's plant's place in the events of `from_plant` and moves it to event_seq;
 *before: it was there or further.  NOT_FOUND: the command's plant does not exist. */
enum status mirror_take_cursor(struct command *command, struct text from_plant, int64_t event_seq,
                               bool *before, struct fault *fault) MUST_CHECK;

#endif
