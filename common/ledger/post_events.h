#ifndef MILLRACE_LEDGER_POST_EVENTS_H
#define MILLRACE_LEDGER_POST_EVENTS_H

#include "common/ledger/event_rows_core.h"
#include "common/ledger/post_rows.h"

struct post_events {
    const struct event_row *events;
    size_t count;
    struct event_group *groups;
    size_t group_count;
    int64_t now_us;
};

/* One event for each object that changed in a batch, kind by kind; numbers must be known. */
enum status post_events_of(struct book *book, const struct post_taken *taken,
                           struct post_events *out, struct fault *fault) MUST_CHECK;

/* Parameters of a group, for POST_INSERT_EVENT. */
void post_event_row(const struct book *book, const struct post_events *events, size_t group,
                    struct post_rows *out);

#endif
