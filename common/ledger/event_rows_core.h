#ifndef MILLRACE_LEDGER_EVENT_ROWS_CORE_H
#define MILLRACE_LEDGER_EVENT_ROWS_CORE_H

#include "common/base/text.h"

/*
 * Rows of event_log.  Events of one kind that follow each other in a batch share a row: a row is
 * what a batch pays for, and what each reader of the log pays for.  So it has a limit of events,
 * and one of bytes, so that it stays in its page as it is (sql/migrations/0053).
 */
#define EVENT_ROW_EVENTS_MAX 32
#define EVENT_ROW_BYTES_MAX  3000 /* of objects and bodies; an event that is longer is alone */

struct event_row {
    int64_t event_seq;
    int64_t kind;
    struct text object_id;
    struct text body;
};

/* The events of a row; it has the last one's number. */
struct event_group {
    const struct event_row *events;
    size_t count;
};

/* groups: room for `count`.  Returns how many there are. */
size_t event_rows_group(const struct event_row *events, size_t count, struct event_group *groups);

#endif
